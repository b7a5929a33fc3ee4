/** What becomes of a text that is typed, and how it is shown afterwards. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { showCell } from './shown-value.ts'
import { createSheet, putCell } from './spreadsheet.ts'
import { readTyped, withTyped } from './typed-value.ts'

const sheet = () => createSheet({ sheetId: 0, title: 'users' })

const shownOf = (text: string) => showCell(sheet(), withTyped(undefined, readTyped(text)))

describe('a typed text', () => {
  test('becomes what it looks like', () => {
    const cases = [
      ['12', { numberValue: 12 }],
      ['-1,234.5', { numberValue: -1234.5 }],
      ['1,23', { stringValue: '1,23' }],
      ['1e5', { numberValue: 100_000 }],
      ['.5', { numberValue: 0.5 }],
      ['50%', { numberValue: 0.5 }],
      ['$1,000', { numberValue: 1000 }],
      ['12345678901234567890', { numberValue: 12_345_678_901_234_567_000 }],
      ['007', { numberValue: 7 }],
      ['TRUE', { boolValue: true }],
      ['false', { boolValue: false }],
      ['2026-11-23', { numberValue: 46_349 }],
      ['11/23/2026', { numberValue: 46_349 }],
      ['2026-11-23 12:00:00', { numberValue: 46_349.5 }],
      ['2026-02-30', { stringValue: '2026-02-30' }],
      ['6:00 pm', { numberValue: 0.75 }],
      ['25:00', { stringValue: '25:00' }],
      ['=A1', { formulaValue: '=A1' }],
      ['=', { stringValue: '=' }],
      ["'=A1", { stringValue: '=A1' }],
      ['v1.1e5', { stringValue: 'v1.1e5' }],
      [' a ', { stringValue: ' a ' }],
      ['-', { stringValue: '-' }],
      ['e5', { stringValue: 'e5' }],
      ['', undefined],
    ] as const
    for (const [text, value] of cases) assert.deepEqual(readTyped(text).value, value, text)
  })

  test('stays a text where the cell is formatted as one', () => {
    const cell = { userEnteredFormat: { numberFormat: { type: 'TEXT' } } }
    assert.deepEqual(readTyped('007', cell).value, { stringValue: '007' })
  })

  test('is shown in the way in which it was typed', () => {
    const cases = [
      ['50%', '50%'],
      ['12.5%', '12.50%'],
      ['$1,000', '$1,000'],
      ['-$3.5', '-$3.50'],
      ['1,234', '1,234'],
      ['1e5', '1.00E+05'],
      ['2026-11-23', '2026-11-23'],
      ['11/23/2026', '11/23/2026'],
      ['2026-11-23 6:05', '2026-11-23 6:05:00'],
      ['6:05 pm', '6:05:00 PM'],
      ['true', 'TRUE'],
      ['0.30000000000000004', '0.3'],
      ['1234567890123456', '1.23457E+15'],
      ['123456789012345', '123456789012345'],
    ] as const
    for (const [text, shown] of cases) assert.equal(shownOf(text), shown, text)
  })
})

describe('a formula', () => {
  test('computes what a store or a person would write', () => {
    const one = sheet()
    for (const [row, text] of ['2', '3', '', 'x'].entries())
      putCell(one, row, 0, withTyped(undefined, readTyped(text)))
    const cases = [
      ['=1+2*3', '7'],
      ['=(1+2)*3', '9'],
      ['=-A1', '-2'],
      ['=A1&"-"&a2', '2-3'],
      ['="a""b"', 'a"b'],
      ['=SUM(A1:A4, 10)', '15'],
      ['=counta($A$1:A4)', '3'],
      ['=CONCATENATE(A1,"/",A4)', '2/x'],
      ['=1/0', '#DIV/0!'],
      ['=A4+1', '#VALUE!'],
      ['=VLOOKUP(A1)', '#NAME?'],
      ['=1+', '#ERROR!'],
      ['=1 2', '#ERROR!'],
      ['=B1', '#REF!'],
    ] as const
    for (const [formula, shown] of cases) {
      putCell(one, 0, 1, { userEnteredValue: { formulaValue: formula } })
      assert.equal(showCell(one, one.rows[0]?.cells[1]), shown, formula)
    }
  })
})
