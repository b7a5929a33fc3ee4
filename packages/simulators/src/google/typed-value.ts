/*
 * What becomes of a text that is typed into a cell: a formula, a number, a date, a truth value or a text, as in a
 * spreadsheet of the locale en_US.
 */
import type { Cell, ExtendedValue, NumberFormat } from './spreadsheet.ts'

/** A value, and how it is shown where typing it has said so. */
export interface TypedValue {
  readonly value: ExtendedValue | undefined
  readonly numberFormat?: NumberFormat
}

/** Day 0 of Google's serial numbers. */
const FIRST_DAY = Date.UTC(1899, 11, 30)
const DAY_MILLISECONDS = 86_400_000

const NUMBER = /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$/
const DATE =
  /^(?:(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})|(?<usMonth>\d{1,2})\/(?<usDay>\d{1,2})\/(?<usYear>\d{4}))$/
const TIME =
  /^(?<hour>\d{1,2}):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d))?(?: ?(?<half>[AaPp][Mm]))?$/

/** Reads a text as if somebody had typed it into the cell. */
export function readTyped(text: string, cell?: Cell): TypedValue {
  if (text === '') return { value: undefined }
  if (cell?.userEnteredFormat?.numberFormat?.type === 'TEXT')
    return { value: { stringValue: text } }
  if (text.startsWith("'")) return { value: { stringValue: text.slice(1) } }
  if (text.startsWith('=') && text.length > 1) return { value: { formulaValue: text } }
  const trimmed = text.trim()
  if (/^(true|false)$/i.test(trimmed)) return { value: { boolValue: /^true$/i.test(trimmed) } }
  return readNumber(trimmed) ?? readMoment(trimmed) ?? { value: { stringValue: text } }
}

/** Puts a typed value into a cell: the value is new, the format where typing it has said so. */
export function withTyped(cell: Cell | undefined, { value, numberFormat }: TypedValue): Cell {
  const { userEnteredValue: _, ...rest } = cell ?? {}
  return {
    ...rest,
    ...(value !== undefined && { userEnteredValue: value }),
    ...(numberFormat !== undefined && {
      userEnteredFormat: { ...cell?.userEnteredFormat, numberFormat },
    }),
  }
}

function readNumber(text: string): TypedValue | undefined {
  const isPercent = text.endsWith('%')
  const isCurrency = /^[+-]?\$/.test(text)
  const digits = text.replace('%', '').replace('$', '')
  if (!/\d/.test(digits) || !NUMBER.test(digits)) return undefined
  const numberValue = Number(digits.replaceAll(',', '')) / (isPercent ? 100 : 1)
  if (!Number.isFinite(numberValue)) return undefined
  const numberFormat = formatOfTyped(digits, { isPercent, isCurrency })
  return { value: { numberValue }, ...(numberFormat && { numberFormat }) }
}

function formatOfTyped(
  digits: string,
  { isPercent, isCurrency }: { readonly isPercent: boolean; readonly isCurrency: boolean },
): NumberFormat | undefined {
  const decimals = digits.includes('.') ? '.00' : ''
  if (isPercent) return { type: 'PERCENT', pattern: `0${decimals}%` }
  if (isCurrency) return { type: 'CURRENCY', pattern: `"$"#,##0${decimals}` }
  if (/e/i.test(digits)) return { type: 'SCIENTIFIC', pattern: '0.00E+00' }
  if (digits.includes(',')) return { type: 'NUMBER', pattern: `#,##0${decimals}` }
  return undefined
}

function readMoment(text: string): TypedValue | undefined {
  const [first = '', ...others] = text.split(/[ T]/)
  const day = readDay(first)
  if (day === undefined) {
    const time = readTime(text)
    if (time === undefined) return undefined
    const numberFormat = { type: 'TIME', pattern: 'h:mm:ss am/pm' }
    return { value: { numberValue: time }, numberFormat }
  }
  const pattern = first.includes('/') ? 'M/d/yyyy' : 'yyyy-mm-dd'
  if (others.length === 0)
    return { value: { numberValue: day }, numberFormat: { type: 'DATE', pattern } }
  const time = readTime(others.join(' '))
  if (time === undefined) return undefined
  const numberFormat = { type: 'DATE_TIME', pattern: `${pattern} h:mm:ss` }
  return { value: { numberValue: day + time }, numberFormat }
}

function readDay(text: string): number | undefined {
  const groups = DATE.exec(text)?.groups
  if (groups === undefined) return undefined
  const year = Number(groups['year'] ?? groups['usYear'])
  const month = Number(groups['month'] ?? groups['usMonth'])
  const day = Number(groups['day'] ?? groups['usDay'])
  const time = Date.UTC(year, month - 1, day)
  const isReal = new Date(time).getUTCMonth() === month - 1 && new Date(time).getUTCDate() === day
  return isReal ? (time - FIRST_DAY) / DAY_MILLISECONDS : undefined
}

function readTime(text: string): number | undefined {
  const groups = TIME.exec(text)?.groups
  if (groups === undefined) return undefined
  const half = groups['half']?.toLowerCase()
  const hour = Number(groups['hour'])
  if (hour > (half === undefined ? 23 : 12)) return undefined
  const hours = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0)
  return (hours * 3600 + Number(groups['minute']) * 60 + Number(groups['second'] ?? 0)) / 86_400
}

/** The date and time that a serial number stands for. */
export function toDate(serial: number): Date {
  return new Date(Math.round((FIRST_DAY + serial * DAY_MILLISECONDS) / 1000) * 1000)
}
