/*
 * Developer metadata on the wire: how it is looked for, made, changed and deleted.
 */
import { invalid } from './api-error.ts'
import { parseRange } from './a1.ts'
import { bool, int32, list, message, oneOf, string, type Shape } from './body-shape.ts'
import { changeKind, type ChangeKind, type Draft } from './change-kind.ts'
import { parseMask, setMasked } from './field-mask.ts'
import {
  dimensionRangeShape,
  gridRangeShape,
  requireSheet,
  toArea,
  toDimensionRange,
  type GridRange,
  type SentDimensionRange,
} from './grid-range.ts'
import {
  areaOf,
  findSheet,
  type Area,
  type DeveloperMetadata,
  type MetadataLocation,
  type Spreadsheet,
} from './spreadsheet.ts'

interface SentLocation {
  readonly locationType?: string
  readonly spreadsheet?: boolean
  readonly sheetId?: number
  readonly dimensionRange?: SentDimensionRange
}

interface SentMetadata {
  readonly metadataId?: number
  readonly metadataKey?: string
  readonly metadataValue?: string
  readonly visibility?: string
  readonly location?: SentLocation
}

/** What somebody looks for by metadata. */
export interface MetadataLookup extends Omit<SentMetadata, 'location'> {
  readonly locationType?: string
  readonly metadataLocation?: SentLocation
  readonly locationMatchingStrategy?: string
}

/** Names a part of a spreadsheet: by metadata, A1 notation or bounds. */
export interface DataFilter {
  readonly developerMetadataLookup?: MetadataLookup
  readonly a1Range?: string
  readonly gridRange?: GridRange
}

const visibilityShape = oneOf('DeveloperMetadata.DeveloperMetadataVisibility', [
  'DEVELOPER_METADATA_VISIBILITY_UNSPECIFIED',
  'DOCUMENT',
  'PROJECT',
])

const locationTypeShape = oneOf('DeveloperMetadataLocation.DeveloperMetadataLocationType', [
  'DEVELOPER_METADATA_LOCATION_TYPE_UNSPECIFIED',
  'ROW',
  'COLUMN',
  'SHEET',
  'SPREADSHEET',
])

const locationShape = message({
  locationType: locationTypeShape,
  spreadsheet: bool,
  sheetId: int32,
  dimensionRange: dimensionRangeShape,
})

const metadataMembers = {
  metadataId: int32,
  metadataKey: string,
  metadataValue: string,
  visibility: visibilityShape,
}

const metadataShape = message({ ...metadataMembers, location: locationShape })

/** The shape of `DataFilter`. */
export const dataFilterShape: Shape = message({
  developerMetadataLookup: message({
    ...metadataMembers,
    locationType: locationTypeShape,
    metadataLocation: locationShape,
    locationMatchingStrategy: oneOf(
      'DeveloperMetadataLookup.DeveloperMetadataLocationMatchingStrategy',
      [
        'DEVELOPER_METADATA_LOCATION_MATCHING_STRATEGY_UNSPECIFIED',
        'EXACT_LOCATION',
        'INTERSECTING_LOCATION',
      ],
    ),
  }),
  a1Range: string,
  gridRange: gridRangeShape,
})

/** The kinds of changes, by name. */
export const metadataChanges: Readonly<Record<string, ChangeKind>> = {
  createDeveloperMetadata: changeKind<{ developerMetadata?: SentMetadata }>(
    { developerMetadata: metadataShape },
    (draft, { developerMetadata = {} }) => {
      const made = createMetadata(draft, developerMetadata)
      draft.spreadsheet.metadata.push(made)
      return { developerMetadata: toSent(made) }
    },
  ),
  updateDeveloperMetadata: changeKind<{
    dataFilters?: readonly DataFilter[]
    developerMetadata?: SentMetadata
    fields?: string
  }>(
    { dataFilters: list(dataFilterShape), developerMetadata: metadataShape, fields: string },
    (draft, { dataFilters = [], developerMetadata = {}, fields }) => {
      const { spreadsheet } = draft
      if (fields === undefined || fields === '')
        throw invalid("At least one field must be listed in 'fields'.")
      const found = new Set(dataFilters.flatMap((filter) => findMetadata(spreadsheet, filter)))
      if (found.size === 0) throw invalid('No developer metadata matches the data filters.')
      const changed: DeveloperMetadata[] = []
      spreadsheet.metadata = spreadsheet.metadata.map((entry) => {
        if (!found.has(entry)) return entry
        const { location, ...rest } = setMasked(
          { ...entry },
          { ...developerMetadata },
          parseMask(fields),
        ) as SentMetadata
        const next = createMetadata(
          { ...draft, spreadsheet: { ...spreadsheet, metadata: [] } },
          { ...rest, metadataId: entry.metadataId, ...(location && { location }) },
        )
        changed.push(next)
        return next
      })
      return { developerMetadata: changed.map(toSent) }
    },
  ),
  deleteDeveloperMetadata: changeKind<{ dataFilter?: DataFilter }>(
    { dataFilter: dataFilterShape },
    ({ spreadsheet }, { dataFilter = {} }) => {
      const found = new Set(findMetadata(spreadsheet, dataFilter))
      spreadsheet.metadata = spreadsheet.metadata.filter((entry) => !found.has(entry))
      return { deletedDeveloperMetadata: [...found].map(toSent) }
    },
  ),
}

/** Finds the metadata that a filter names, or that lies within the cells that it names. */
export function findMetadata(
  spreadsheet: Spreadsheet,
  filter: DataFilter,
): readonly DeveloperMetadata[] {
  const { developerMetadataLookup: lookup } = filter
  if (lookup !== undefined)
    return spreadsheet.metadata.filter((entry) => matches(spreadsheet, entry, lookup))
  const area = areaOfFilter(spreadsheet, filter)
  return spreadsheet.metadata.filter(({ location }) => {
    const own = areaOfLocation(spreadsheet, location)
    return own !== undefined && intersects(own, area)
  })
}

/** The rectangles that a filter names. */
export function areasOfFilter(spreadsheet: Spreadsheet, filter: DataFilter): readonly Area[] {
  if (filter.developerMetadataLookup === undefined) return [areaOfFilter(spreadsheet, filter)]
  return findMetadata(spreadsheet, filter).flatMap(
    ({ location }) => areaOfLocation(spreadsheet, location) ?? [],
  )
}

/** Tells whether two rectangles share a cell. */
function intersects(one: Area, other: Area): boolean {
  return (
    one.sheetId === other.sheetId &&
    one.startRow < other.endRow &&
    other.startRow < one.endRow &&
    one.startColumn < other.endColumn &&
    other.startColumn < one.endColumn
  )
}

/** Writes metadata as Google does, with the kind of its location. */
export function toSent(entry: DeveloperMetadata): Readonly<Record<string, unknown>> {
  const locationType = typeOf(entry.location)
  return { ...entry, location: { locationType, ...entry.location } }
}

function createMetadata({ spreadsheet, newId }: Draft, sent: SentMetadata): DeveloperMetadata {
  const { metadataKey, metadataValue, visibility, metadataId = newId() } = sent
  if (metadataKey === undefined || metadataKey === '')
    throw invalid('Developer metadata must have a key.')
  if (visibility !== 'DOCUMENT' && visibility !== 'PROJECT')
    throw invalid('Developer metadata must have a visibility.')
  if (metadataId <= 0) throw invalid('The ID of developer metadata must be positive.')
  if (spreadsheet.metadata.some((entry) => entry.metadataId === metadataId))
    throw invalid(`There is already developer metadata with the ID ${metadataId}.`)
  return {
    metadataId,
    metadataKey,
    ...(metadataValue !== undefined && { metadataValue }),
    visibility,
    location: toLocation(spreadsheet, sent.location),
  }
}

function toLocation(spreadsheet: Spreadsheet, location: SentLocation = {}): MetadataLocation {
  if (location.spreadsheet === true) return { spreadsheet: true }
  if (location.dimensionRange !== undefined) {
    const dimensionRange = toDimensionRange(spreadsheet, location.dimensionRange)
    if (dimensionRange.endIndex - dimensionRange.startIndex !== 1)
      throw invalid('Developer metadata must belong to a single row or column.')
    return { dimensionRange }
  }
  if (location.sheetId === undefined) throw invalid('Developer metadata must have a location.')
  return { sheetId: requireSheet(spreadsheet, location.sheetId).properties.sheetId }
}

function matches(
  spreadsheet: Spreadsheet,
  entry: DeveloperMetadata,
  lookup: MetadataLookup,
): boolean {
  const { metadataId, metadataKey, metadataValue, visibility, locationType } = lookup
  return (
    (metadataId === undefined || metadataId === entry.metadataId) &&
    (metadataKey === undefined || metadataKey === entry.metadataKey) &&
    (metadataValue === undefined || metadataValue === entry.metadataValue) &&
    (visibility === undefined || visibility === entry.visibility) &&
    (locationType === undefined || locationType === typeOf(entry.location)) &&
    liesAt(spreadsheet, entry.location, lookup)
  )
}

function liesAt(
  spreadsheet: Spreadsheet,
  location: MetadataLocation,
  { metadataLocation, locationMatchingStrategy, locationType }: MetadataLookup,
): boolean {
  if (metadataLocation === undefined) return true
  const wanted = toLocation(spreadsheet, metadataLocation)
  const isIntersecting =
    locationMatchingStrategy === 'INTERSECTING_LOCATION' ||
    (locationMatchingStrategy !== 'EXACT_LOCATION' && locationType !== undefined)
  if (!isIntersecting) return JSON.stringify(wanted) === JSON.stringify(location)
  if ('spreadsheet' in wanted) return true
  const [one, other] = [areaOfLocation(spreadsheet, wanted), areaOfLocation(spreadsheet, location)]
  return one === undefined || other === undefined || intersects(one, other)
}

function typeOf(location: MetadataLocation): string {
  if ('spreadsheet' in location) return 'SPREADSHEET'
  if ('sheetId' in location) return 'SHEET'
  return location.dimensionRange.dimension === 'ROWS' ? 'ROW' : 'COLUMN'
}

function areaOfLocation(spreadsheet: Spreadsheet, location: MetadataLocation): Area | undefined {
  if ('spreadsheet' in location) return undefined
  if ('sheetId' in location) {
    const sheet = findSheet(spreadsheet, location.sheetId)
    return sheet && areaOf(sheet)
  }
  const { sheetId, dimension, startIndex, endIndex } = location.dimensionRange
  const sheet = findSheet(spreadsheet, sheetId)
  if (sheet === undefined) return undefined
  const whole = areaOf(sheet)
  return dimension === 'ROWS'
    ? { ...whole, startRow: startIndex, endRow: endIndex }
    : { ...whole, startColumn: startIndex, endColumn: endIndex }
}

function areaOfFilter(spreadsheet: Spreadsheet, { a1Range, gridRange }: DataFilter): Area {
  if (a1Range !== undefined) return parseRange(spreadsheet, a1Range)
  if (gridRange !== undefined) return toArea(spreadsheet, gridRange)
  throw invalid('A data filter must name a1Range, gridRange or developerMetadataLookup.')
}
