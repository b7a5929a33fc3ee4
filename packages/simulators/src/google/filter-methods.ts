/*
 * The methods that name parts of a spreadsheet by data filters: metadata, A1 notation or bounds.
 */
import { failingAs, notFound } from './api-error.ts'
import { bool, list, listValue, message, oneOf } from './body-shape.ts'
import { parseMask } from './field-mask.ts'
import {
  areasOfFilter,
  dataFilterShape,
  findMetadata,
  toSent,
  type DataFilter,
} from './metadata.ts'
import type { Method } from './method.ts'
import { dateTimeRenderOptions, valueRenderOptions, type Rendering } from './shown-value.ts'
import { spreadsheetMembers, toAnswer } from './spreadsheet-answer.ts'
import {
  batchUpdateMembers,
  totalsOf,
  writeMembers,
  writeRange,
  type WriteOptions,
} from './value-writes.ts'
import { readRange } from './values-methods.ts'
import { clearValues, dimensionShape, type ValueRange } from './values.ts'

interface Filters {
  readonly dataFilters?: readonly DataFilter[]
}

type FilteredValues = ValueRange & { readonly dataFilter?: DataFilter }

/** The methods, by name. */
export const filterMethods: Readonly<Record<string, Method>> = {
  getByDataFilter: {
    kind: 'read',
    answers: spreadsheetMembers,
    body: message({
      dataFilters: list(dataFilterShape),
      includeGridData: bool,
      excludeTablesInBandedRanges: bool,
    }),
    run: ({ draft: { spreadsheet }, body, mask }) => {
      const { dataFilters = [], includeGridData = false } = body as Filters & {
        readonly includeGridData?: boolean
      }
      const areas = dataFilters.flatMap((filter) => areasOfFilter(spreadsheet, filter))
      return toAnswer(spreadsheet, { areas, mask: parseMask(mask), includeGridData })
    },
  },
  'values.batchGetByDataFilter': {
    kind: 'read',
    answers: ['spreadsheetId', 'valueRanges'],
    body: message({
      dataFilters: list(dataFilterShape),
      majorDimension: dimensionShape,
      valueRenderOption: oneOf('ValueRenderOption', valueRenderOptions),
      dateTimeRenderOption: oneOf('DateTimeRenderOption', dateTimeRenderOptions),
    }),
    run: ({ draft: { spreadsheet }, body }) => {
      const sent = body as Filters & {
        readonly majorDimension?: string
        readonly valueRenderOption?: Rendering['value']
        readonly dateTimeRenderOption?: Rendering['dateTime']
      }
      const rendering = {
        value: sent.valueRenderOption ?? 'FORMATTED_VALUE',
        dateTime: sent.dateTimeRenderOption ?? 'SERIAL_NUMBER',
      } as const
      const majorDimension = sent.majorDimension === 'COLUMNS' ? 'COLUMNS' : 'ROWS'
      const valueRanges = (sent.dataFilters ?? []).flatMap((filter) =>
        areasOfFilter(spreadsheet, filter).map((area) => ({
          valueRange: readRange(spreadsheet, area, { majorDimension, rendering }),
          dataFilters: [filter],
        })),
      )
      return { spreadsheetId: spreadsheet.id, ...(valueRanges.length > 0 && { valueRanges }) }
    },
  },
  'values.batchUpdateByDataFilter': {
    kind: 'write',
    answers: batchUpdateMembers,
    body: message({
      ...writeMembers,
      data: list(
        message({
          dataFilter: dataFilterShape,
          majorDimension: dimensionShape,
          values: list(listValue),
        }),
      ),
    }),
    run: ({ draft, body }) => {
      const { data = [], ...options } = body as WriteOptions & {
        readonly data?: readonly FilteredValues[]
      }
      const responses = data.flatMap(({ dataFilter = {}, ...sent }, index) =>
        failingAs(`data[${index}]`, () =>
          areasOfFilter(draft.spreadsheet, dataFilter).map((area) => ({
            ...writeRange(draft, { range: { ...area, isCell: false }, sent, options }),
            dataFilter,
          })),
        ),
      )
      return { spreadsheetId: draft.spreadsheet.id, ...totalsOf(draft, responses), responses }
    },
  },
  'values.batchClearByDataFilter': {
    kind: 'write',
    answers: ['spreadsheetId', 'clearedRanges'],
    body: message({ dataFilters: list(dataFilterShape) }),
    run: ({ draft: { spreadsheet }, body }) => {
      const { dataFilters = [] } = body as Filters
      const clearedRanges = dataFilters
        .flatMap((filter) => areasOfFilter(spreadsheet, filter))
        .map((area) => clearValues(spreadsheet, area))
      return { spreadsheetId: spreadsheet.id, ...(clearedRanges.length > 0 && { clearedRanges }) }
    },
  },
  'developerMetadata.search': {
    kind: 'read',
    answers: ['matchedDeveloperMetadata'],
    body: message({ dataFilters: list(dataFilterShape) }),
    run: ({ draft: { spreadsheet }, body }) => {
      const { dataFilters = [] } = body as Filters
      const found = spreadsheet.metadata.flatMap((entry) => {
        const filters = dataFilters.filter((filter) =>
          findMetadata(spreadsheet, filter).includes(entry),
        )
        return filters.length > 0
          ? [{ developerMetadata: toSent(entry), dataFilters: filters }]
          : []
      })
      return found.length > 0 ? { matchedDeveloperMetadata: found } : {}
    },
  },
  'developerMetadata.get': {
    kind: 'read',
    answers: ['metadataId', 'metadataKey', 'metadataValue', 'location', 'visibility'],
    run: ({ draft: { spreadsheet }, part }) => {
      const entry = spreadsheet.metadata.find(({ metadataId }) => String(metadataId) === part)
      if (entry === undefined) throw notFound()
      return toSent(entry)
    },
  },
}
