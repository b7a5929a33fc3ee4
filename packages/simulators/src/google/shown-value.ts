/*
 * How a cell is read: as it is shown, as it is, or as the formula that somebody entered.
 */
import { evaluate } from './formula.ts'
import type { Cell, ExtendedValue, NumberFormat, Sheet } from './spreadsheet.ts'
import { toDate } from './typed-value.ts'

/** The ways to read values. */
export const valueRenderOptions = ['FORMATTED_VALUE', 'UNFORMATTED_VALUE', 'FORMULA'] as const

/** The ways to read dates where values are not formatted. */
export const dateTimeRenderOptions = ['SERIAL_NUMBER', 'FORMATTED_STRING'] as const

/** How to read. */
export interface Rendering {
  readonly value: (typeof valueRenderOptions)[number]
  readonly dateTime: (typeof dateTimeRenderOptions)[number]
}

/** The value of a cell after formulas. */
export function effectiveValue(sheet: Sheet, cell: Cell | undefined): ExtendedValue | undefined {
  const { formulaValue } = cell?.userEnteredValue ?? {}
  return formulaValue === undefined ? cell?.userEnteredValue : evaluate(sheet, formulaValue)
}

/** Reads a cell; undefined where it is empty. */
export function renderCell(
  sheet: Sheet,
  cell: Cell | undefined,
  { value, dateTime }: Rendering,
): string | number | boolean | undefined {
  const entered = cell?.userEnteredValue
  if (entered === undefined) return undefined
  if (value === 'FORMATTED_VALUE') return showCell(sheet, cell)
  if (value === 'FORMULA' && entered.formulaValue !== undefined) return entered.formulaValue
  const isDate = /^(DATE|TIME|DATE_TIME)$/.test(cell?.userEnteredFormat?.numberFormat?.type ?? '')
  if (isDate && dateTime === 'FORMATTED_STRING') return showCell(sheet, cell)
  const { numberValue, boolValue, stringValue, errorValue } = effectiveValue(sheet, cell) ?? {}
  return numberValue ?? boolValue ?? stringValue ?? (errorValue && showError(errorValue.type)) ?? ''
}

/** Writes a cell as a person sees it. */
export function showCell(sheet: Sheet, cell: Cell | undefined): string {
  const shown = effectiveValue(sheet, cell)
  if (shown === undefined) return ''
  if (shown.errorValue !== undefined) return showError(shown.errorValue.type)
  if (shown.boolValue !== undefined) return shown.boolValue ? 'TRUE' : 'FALSE'
  if (shown.numberValue === undefined) return shown.stringValue ?? ''
  return showNumber(shown.numberValue, cell?.userEnteredFormat?.numberFormat)
}

function showError(type: string): string {
  const shown: Readonly<Record<string, string>> = {
    DIVIDE_BY_ZERO: '#DIV/0!',
    NAME: '#NAME?',
    REF: '#REF!',
    VALUE: '#VALUE!',
  }
  return shown[type] ?? '#ERROR!'
}

function showNumber(value: number, format: NumberFormat | undefined): string {
  const { type = '', pattern = '' } = format ?? {}
  const decimals = /\.(?<zeros>0+)/.exec(pattern)?.groups?.['zeros']?.length ?? 0
  switch (type) {
    case 'PERCENT':
      return `${(value * 100).toFixed(decimals)}%`
    case 'CURRENCY':
      return `${value < 0 ? '-' : ''}$${grouped(Math.abs(value), decimals)}`
    case 'SCIENTIFIC':
      return toScientific(value, 2)
    case 'NUMBER':
      return pattern.includes(',') ? grouped(value, decimals) : value.toFixed(decimals)
    case 'DATE':
    case 'TIME':
    case 'DATE_TIME':
      return showDate(value, pattern === '' ? defaultPatterns[type] : pattern)
    default:
      return showPlain(value)
  }
}

const defaultPatterns = { DATE: 'M/d/yyyy', TIME: 'h:mm:ss am/pm', DATE_TIME: 'M/d/yyyy h:mm:ss' }

/** A number without a format: ten digits after rounding, and an exponent where there are too many before the point. */
function showPlain(value: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e15 || Math.abs(value) < 1e-9))
    return toScientific(value, 5)
  if (Number.isInteger(value)) return String(value)
  return new Intl.NumberFormat('en-US', {
    maximumSignificantDigits: 10,
    useGrouping: false,
  }).format(value)
}

function toScientific(value: number, digits: number): string {
  const [mantissa = '0', exponent = '0'] = value.toExponential(digits).split('e')
  const sign = exponent.startsWith('-') ? '-' : '+'
  const trimmed = digits === 2 ? mantissa : String(Number(mantissa))
  return `${trimmed}E${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`
}

function grouped(value: number, decimals: number): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
}

/** Shows a serial number by a pattern; `m` behind an hour is a minute. */
function showDate(serial: number, pattern: string): string {
  const iso = toDate(serial).toISOString()
  const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-')
  const [hour = '', minute = '', second = ''] = iso.slice(11, 19).split(':')
  const isHalf = /am\/pm/i.test(pattern)
  const shownHour = isHalf ? ((Number(hour) + 11) % 12) + 1 : Number(hour)
  let seenHour = false
  return pattern.replaceAll(/am\/pm|y+|m+|d+|h+|s+/gi, (part) => {
    const wide = part.length > 1
    switch (part.charAt(0).toLowerCase()) {
      case 'a':
        return Number(hour) < 12 ? 'AM' : 'PM'
      case 'y':
        return part.length > 2 ? year : year.slice(2)
      case 'd':
        return wide ? day : String(Number(day))
      case 'h':
        seenHour = true
        return wide ? String(shownHour).padStart(2, '0') : String(shownHour)
      case 's':
        return second
      default: {
        const number = seenHour ? minute : month
        return wide ? number : String(Number(number))
      }
    }
  })
}
