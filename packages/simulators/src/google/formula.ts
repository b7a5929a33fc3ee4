/*
 * The few formulas that a simulated sheet computes: numbers, texts, cells, `+ - * / &`, and SUM, COUNTA and CONCATENATE
 * over cells. Any other is `#NAME?`, as an unknown function is at Google; the formula itself is kept as entered.
 */
import { fromColumnLetters } from './a1.ts'
import { cellAt, type ExtendedValue, type Sheet } from './spreadsheet.ts'

/** A formula may lead to others so far; one that goes on leads to itself. */
const MOST_STEPS = 64

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?)|"(?<text>(?:[^"]|"")*)"|(?<call>[A-Za-z]+)\(|(?<cell>\$?[A-Za-z]{1,3}\$?\d+)|(?<sign>[-+*/&():,]))/y

type Plain = number | string | boolean

/** Computes a formula, which begins with `=`. */
export function evaluate(sheet: Sheet, formula: string, steps = 0): ExtendedValue {
  if (steps > MOST_STEPS) return error('REF', 'Circular dependency detected.')
  try {
    const reader = createReader(tokensOf(formula.slice(1)), sheet, steps)
    const value = reader.readSum()
    if (!reader.isAtEnd()) throw new FormulaError('ERROR', 'Formula parse error.')
    return toExtended(value)
  } catch (thrown) {
    if (thrown instanceof FormulaError) return error(thrown.type, thrown.message)
    throw thrown
  }
}

class FormulaError extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

interface Token {
  readonly kind: 'number' | 'text' | 'call' | 'cell' | 'sign'
  readonly text: string
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  const source = text.trimEnd()
  while (TOKEN.lastIndex < source.length) {
    const { groups } = TOKEN.exec(source) ?? {}
    const found = Object.entries(groups ?? {}).find(([, value]) => value !== undefined)
    if (found === undefined) throw new FormulaError('ERROR', 'Formula parse error.')
    tokens.push({ kind: found[0] as Token['kind'], text: found[1] ?? '' })
  }
  return tokens
}

function createReader(tokens: readonly Token[], sheet: Sheet, steps: number) {
  let next = 0
  const isSign = (signs: string) =>
    tokens[next]?.kind === 'sign' && signs.includes(tokens[next]?.text ?? ' ')
  const take = () => {
    const token = tokens[next]
    if (token === undefined) throw new FormulaError('ERROR', 'Formula parse error.')
    next += 1
    return token
  }
  const valueOf = (row: number, column: number): Plain | undefined => {
    const entered = cellAt(sheet, row, column)?.userEnteredValue
    const value =
      entered?.formulaValue === undefined
        ? entered
        : evaluate(sheet, entered.formulaValue, steps + 1)
    if (value?.errorValue) throw new FormulaError(value.errorValue.type, value.errorValue.message)
    return value?.numberValue ?? value?.boolValue ?? value?.stringValue
  }
  const readArguments = (): readonly (Plain | undefined)[] => {
    const values: (Plain | undefined)[] = []
    while (!isSign(')')) {
      const isRange = tokens[next]?.kind === 'cell' && tokens[next + 1]?.text === ':'
      if (isRange) {
        const from = toPlace(take().text)
        take()
        const to = toPlace(take().text)
        for (let row = from.row; row <= to.row; row += 1)
          for (let column = from.column; column <= to.column; column += 1)
            values.push(valueOf(row, column))
      } else values.push(readSum())
      if (isSign(',')) take()
      else break
    }
    if (!isSign(')')) throw new FormulaError('ERROR', 'Formula parse error.')
    take()
    return values
  }
  const readOne = (): Plain => {
    if (isSign('-')) {
      take()
      return -toNumber(readOne())
    }
    const { kind, text } = take()
    if (kind === 'number') return Number(text)
    if (kind === 'text') return text.replaceAll('""', '"')
    if (kind === 'cell') {
      const { row, column } = toPlace(text)
      return valueOf(row, column) ?? 0
    }
    if (kind === 'call') return callFunction(text, readArguments())
    if (text !== '(') throw new FormulaError('ERROR', 'Formula parse error.')
    const value = readSum()
    if (take().text !== ')') throw new FormulaError('ERROR', 'Formula parse error.')
    return value
  }
  const readProduct = (): Plain => {
    let value = readOne()
    while (isSign('*/')) {
      const isDivision = take().text === '/'
      const other = toNumber(readOne())
      if (isDivision && other === 0)
        throw new FormulaError('DIVIDE_BY_ZERO', 'Function DIVIDE parameter 2 cannot be zero.')
      value = isDivision ? toNumber(value) / other : toNumber(value) * other
    }
    return value
  }
  function readSum(): Plain {
    let value = readProduct()
    while (isSign('+-&')) {
      const sign = take().text
      const other = readProduct()
      if (sign === '&') value = `${toText(value)}${toText(other)}`
      else value = toNumber(value) + (sign === '-' ? -toNumber(other) : toNumber(other))
    }
    return value
  }
  return { readSum, isAtEnd: () => next === tokens.length }
}

function callFunction(name: string, values: readonly (Plain | undefined)[]): Plain {
  const filled = values.filter((value) => value !== undefined)
  switch (name.toUpperCase()) {
    case 'SUM':
      return filled.filter((value) => typeof value === 'number').reduce((sum, one) => sum + one, 0)
    case 'COUNTA':
      return filled.length
    case 'CONCATENATE':
      return filled.map(toText).join('')
    default:
      throw new FormulaError('NAME', `Unknown function: '${name}'.`)
  }
}

function toPlace(text: string): { readonly row: number; readonly column: number } {
  const { letters = 'A', digits = '1' } =
    /^\$?(?<letters>[A-Za-z]+)\$?(?<digits>\d+)$/.exec(text)?.groups ?? {}
  return { row: Number(digits) - 1, column: fromColumnLetters(letters) }
}

function toNumber(value: Plain): number {
  const number = Number(value)
  if (Number.isNaN(number)) throw new FormulaError('VALUE', 'A number was expected.')
  return number
}

function toText(value: Plain): string {
  return typeof value === 'boolean' ? String(value).toUpperCase() : String(value)
}

function toExtended(value: Plain): ExtendedValue {
  if (typeof value === 'number') return { numberValue: value }
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: value }
}

function error(type: string, message: string): ExtendedValue {
  return { errorValue: { type, message } }
}
