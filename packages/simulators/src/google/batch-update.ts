/*
 * `spreadsheets:batchUpdate`: changes in their order, all or none, each with its reply.
 */
import { failingAs, GoogleError, invalidField } from './api-error.ts'
import { bool, list, message, string, any } from './body-shape.ts'
import { cellChanges } from './cell-changes.ts'
import type { ChangeKind, Draft } from './change-kind.ts'
import { dimensionChanges } from './dimension-changes.ts'
import { findReplaceChange } from './find-replace.ts'
import { metadataChanges } from './metadata.ts'
import { sheetChanges } from './sheet-changes.ts'

const kinds: Readonly<Record<string, ChangeKind>> = {
  ...sheetChanges,
  ...dimensionChanges,
  ...cellChanges,
  ...findReplaceChange,
  ...metadataChanges,
}

/** Kinds that Google has and that are not simulated. */
const kindsElsewhere = [
  'addBanding addChart addConditionalFormatRule addDataSource addDimensionGroup addFilterView addProtectedRange',
  'addSlicer addTable appendFilterView autoFill cancelDataSourceRefresh clearBasicFilter copyPaste',
  'cutPaste deleteBanding deleteConditionalFormatRule deleteDataSource deleteDimensionGroup',
  'deleteDuplicates deleteEmbeddedObject deleteFilterView deleteProtectedRange deleteTable duplicateFilterView',
  'mergeCells pasteData randomizeRange refreshDataSource setBasicFilter setDataValidation textToColumns',
  'trimWhitespace unmergeCells updateBanding updateBorders updateChartSpec updateConditionalFormatRule',
  'updateDataSource updateDimensionGroup updateEmbeddedObjectBorder updateEmbeddedObjectPosition',
  'updateFilterView updateNamedRange updateProtectedRange updateSlicerSpec updateTable',
].flatMap((line) => line.split(' '))

/** The body of the request. */
export interface BatchUpdate {
  readonly requests?: readonly Readonly<Record<string, unknown>>[]
  readonly includeSpreadsheetInResponse?: boolean
  readonly responseRanges?: readonly string[]
  readonly responseIncludeGridData?: boolean
}

/** Its shape. */
export const batchUpdateShape = message({
  requests: list(
    message({
      ...Object.fromEntries(kindsElsewhere.map((name) => [name, any])),
      ...Object.fromEntries(Object.entries(kinds).map(([name, { shape }]) => [name, shape])),
    }),
  ),
  includeSpreadsheetInResponse: bool,
  responseRanges: list(string),
  responseIncludeGridData: bool,
})

/**
 * Applies changes to a draft.
 *
 * @returns A reply for each; `{}` where it has none.
 * @throws `GoogleError` 400 that names the first that fails; the draft must be dropped then.
 */
export function applyChanges(
  draft: Draft,
  requests: readonly Readonly<Record<string, unknown>>[],
): readonly Readonly<Record<string, unknown>>[] {
  if (requests.length === 0) throw invalidField('requests', 'Must specify at least one request.')
  return requests.map((request, index) => {
    const named = Object.entries(request).filter(([, value]) => value !== null)
    const [entry, ...others] = named
    if (entry === undefined || others.length > 0)
      throw invalidField(
        `requests[${index}]`,
        entry === undefined
          ? `Invalid requests[${index}]: No request set.`
          : `Invalid value at 'requests[${index}]' (oneof), oneof field 'kind' is already set. Cannot set '${others[0]?.[0] ?? ''}'`,
      )
    const [name, sent] = entry
    const kind = kinds[name]
    if (kind === undefined)
      throw new GoogleError(501, `This simulator does not simulate requests[${index}].${name}.`)
    const reply = failingAs(`requests[${index}].${name}`, () => kind.apply(draft, sent))
    return reply === undefined ? {} : { [name]: reply }
  })
}
