/*
 * Changes of `spreadsheets:batchUpdate` that concern whole sheets, the spreadsheet and its named ranges.
 */
import { invalid } from './api-error.ts'
import { any, bool, int32, message, oneOf, string, type Shape } from './body-shape.ts'
import { changeKind, type ChangeKind, type Draft } from './change-kind.ts'
import { dropUnbound } from './dimensions.ts'
import { parseMask, setMasked } from './field-mask.ts'
import { gridRangeShape, requireSheet, toArea, toGridRange, type GridRange } from './grid-range.ts'
import { assertSize } from './limits.ts'
import {
  createSheet,
  NEW_SHEET_SIZE,
  resize,
  type GridProperties,
  type Sheet,
  type Spreadsheet,
} from './spreadsheet.ts'

interface SentProperties {
  readonly sheetId?: number
  readonly title?: string
  readonly index?: number
  readonly gridProperties?: Partial<GridProperties>
  readonly [member: string]: unknown
}

/** The shape of `SheetProperties`. */
const sheetPropertiesShape: Shape = message({
  sheetId: int32,
  title: string,
  index: int32,
  sheetType: oneOf('SheetType', ['SHEET_TYPE_UNSPECIFIED', 'GRID', 'OBJECT', 'DATA_SOURCE']),
  gridProperties: message({
    rowCount: int32,
    columnCount: int32,
    frozenRowCount: int32,
    frozenColumnCount: int32,
    hideGridlines: bool,
    rowGroupControlAfter: bool,
    columnGroupControlAfter: bool,
  }),
  hidden: bool,
  tabColor: any,
  tabColorStyle: any,
  rightToLeft: bool,
  dataSourceSheetProperties: any,
})

/** The kinds, by name. */
export const sheetChanges: Readonly<Record<string, ChangeKind>> = {
  addSheet: changeKind<{ properties?: SentProperties }>(
    { properties: sheetPropertiesShape },
    (draft, { properties = {} }) => {
      const sheet = addSheet(draft, properties)
      return { properties: toSentProperties(draft.spreadsheet, sheet) }
    },
  ),
  deleteSheet: changeKind<{ sheetId?: number }>({ sheetId: int32 }, ({ spreadsheet }, request) => {
    const sheet = requireSheet(spreadsheet, request.sheetId)
    if (spreadsheet.sheets.length === 1)
      throw invalid("You can't remove all the sheets in a document.")
    spreadsheet.sheets = spreadsheet.sheets.filter((each) => each !== sheet)
    dropUnbound(spreadsheet)
  }),
  duplicateSheet: changeKind<{
    sourceSheetId?: number
    insertSheetIndex?: number
    newSheetId?: number
    newSheetName?: string
  }>(
    { sourceSheetId: int32, insertSheetIndex: int32, newSheetId: int32, newSheetName: string },
    (draft, { sourceSheetId, insertSheetIndex = 0, newSheetId, newSheetName }) => {
      const source = requireSheet(draft.spreadsheet, sourceSheetId)
      const { sheetId: _, title, ...rest } = source.properties
      const sheet = addSheet(draft, {
        ...rest,
        ...(newSheetId !== undefined && { sheetId: newSheetId }),
        title: newSheetName ?? `Copy of ${title}`,
        index: insertSheetIndex,
      })
      sheet.rows = [...source.rows]
      return { properties: toSentProperties(draft.spreadsheet, sheet) }
    },
  ),
  updateSheetProperties: changeKind<{ properties?: SentProperties; fields?: string }>(
    { properties: sheetPropertiesShape, fields: string },
    (draft, { properties = {}, fields }) => updateSheet(draft, properties, fields),
  ),
  updateSpreadsheetProperties: changeKind<{
    properties?: { title?: string; locale?: string; timeZone?: string }
    fields?: string
  }>(
    {
      properties: message({
        title: string,
        locale: string,
        autoRecalc: string,
        timeZone: string,
        defaultFormat: any,
        iterativeCalculationSettings: any,
        spreadsheetTheme: any,
        importFunctionsExternalUrlAccessAllowed: bool,
      }),
      fields: string,
    },
    ({ spreadsheet }, { properties = {}, fields }) => {
      const { title, locale, timeZone } = spreadsheet
      const mask = parseMask(requireFields(fields))
      const next = setMasked({ title, locale, timeZone }, properties, mask) as typeof properties
      spreadsheet.title = next.title ?? title
      spreadsheet.locale = next.locale ?? locale
      spreadsheet.timeZone = next.timeZone ?? timeZone
    },
  ),
  addNamedRange: changeKind<{
    namedRange?: { namedRangeId?: string; name?: string; range?: GridRange }
  }>(
    { namedRange: message({ namedRangeId: string, name: string, range: gridRangeShape }) },
    ({ spreadsheet, newId }, { namedRange = {} }) => {
      const { name, range, namedRangeId = String(newId()) } = namedRange
      if (name === undefined || !/^[A-Za-z_]\w*$/.test(name))
        throw invalid(`The name "${name ?? ''}" is not valid for a named range.`)
      if (spreadsheet.namedRanges.some((each) => each.name === name))
        throw invalid(`A named range with the name "${name}" already exists.`)
      const area = toArea(spreadsheet, range)
      spreadsheet.namedRanges.push({ namedRangeId, name, area })
      return { namedRange: { namedRangeId, name, range: toGridRange(area) } }
    },
  ),
  deleteNamedRange: changeKind<{ namedRangeId?: string }>(
    { namedRangeId: string },
    ({ spreadsheet }, { namedRangeId }) => {
      const left = spreadsheet.namedRanges.filter((each) => each.namedRangeId !== namedRangeId)
      if (left.length === spreadsheet.namedRanges.length)
        throw invalid(`There is no named range with the ID ${namedRangeId ?? ''}.`)
      spreadsheet.namedRanges = left
    },
  ),
}

/** Writes what a sheet says of itself, its index between the others. */
export function toSentProperties(
  { sheets }: Spreadsheet,
  sheet: Sheet,
): Readonly<Record<string, unknown>> {
  const { sheetId, title, sheetType, ...rest } = sheet.properties
  return { sheetId, title, index: sheets.indexOf(sheet), sheetType, ...rest }
}

/** Adds a sheet where `index` says, else as the last. */
export function addSheet(draft: Draft, sent: SentProperties): Sheet {
  const { spreadsheet } = draft
  const { index = spreadsheet.sheets.length, sheetId = draft.newId(), ...rest } = sent
  const title = sent.title ?? freeTitle(spreadsheet)
  assertFreeTitle(spreadsheet, title)
  if (spreadsheet.sheets.some(({ properties }) => properties.sheetId === sheetId))
    throw invalid(`Sheet with id ${sheetId} already exists.`)
  const gridProperties = { ...NEW_SHEET_SIZE, ...sent.gridProperties }
  assertCounts(gridProperties)
  const sheet = createSheet({ ...rest, sheetId, title, gridProperties })
  spreadsheet.sheets.splice(index, 0, sheet)
  assertSize(spreadsheet, draft.limits)
  return sheet
}

function updateSheet(draft: Draft, sent: SentProperties, fields: string | undefined): void {
  const { spreadsheet } = draft
  const mask = parseMask(requireFields(fields))
  const sheet = requireSheet(spreadsheet, sent.sheetId)
  const { index: _, ...own }: SentProperties = setMasked(sheet.properties, sent, mask)
  const title = own.title ?? ''
  if (title !== sheet.properties.title) assertFreeTitle(spreadsheet, title)
  const gridProperties = { ...sheet.properties.gridProperties, ...own.gridProperties }
  assertCounts(gridProperties)
  const { sheetId } = sheet.properties
  sheet.properties = { ...own, sheetId, title, sheetType: 'GRID', gridProperties }
  resize(sheet, {})
  dropUnbound(spreadsheet)
  assertSize(spreadsheet, draft.limits)
  const movesTo = mask === undefined || mask.has('index') ? sent.index : undefined
  if (movesTo === undefined) return
  const others = spreadsheet.sheets.filter((each) => each !== sheet)
  // The index counts the sheets as they lie before the move.
  const target = movesTo > spreadsheet.sheets.indexOf(sheet) ? movesTo - 1 : movesTo
  spreadsheet.sheets = others.toSpliced(target, 0, sheet)
}

function requireFields(fields: string | undefined): string {
  if (fields !== undefined && fields !== '') return fields
  throw invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
}

function assertFreeTitle({ sheets }: Spreadsheet, title: string): void {
  if (title === '') throw invalid('The sheet name must not be empty.')
  const lower = title.toLowerCase()
  if (sheets.some(({ properties }) => properties.title.toLowerCase() === lower))
    throw invalid(`A sheet with the name "${title}" already exists. Please enter another name.`)
}

function assertCounts({ rowCount, columnCount }: GridProperties): void {
  if (!(rowCount > 0)) throw invalid('rowCount must be greater than 0.')
  if (!(columnCount > 0)) throw invalid('columnCount must be greater than 0.')
}

function freeTitle({ sheets }: Spreadsheet): string {
  for (let number = sheets.length + 1; ; number += 1) {
    const title = `Sheet${number}`
    if (sheets.every(({ properties }) => properties.title !== title)) return title
  }
}
