/** Masks: what they keep, and what they set. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { keepMasked, parseMask, reaches, setMasked } from './field-mask.ts'

const value = { a: 1, b: { c: 2, d: [{ e: 3, f: 4 }, { f: 5 }] }, g: null }

const keep = (mask: string) => keepMasked(value, parseMask(mask))

describe('a field mask', () => {
  test('keeps what it names, through lists and in each of its notations', () => {
    assert.deepEqual(keep('a'), { a: 1 })
    assert.deepEqual(keep('b.d.e'), { b: { d: [{ e: 3 }, {}] } })
    assert.deepEqual(keep('b(c,d(f))'), { b: { c: 2, d: [{ f: 4 }, { f: 5 }] } })
    assert.deepEqual(keep('b/c, a'), { b: { c: 2 }, a: 1 })
    assert.deepEqual(keep('*'), value)
    assert.deepEqual(keep('b.*'), { b: value.b })
    assert.deepEqual(keep('b.c,b'), { b: value.b })
    assert.deepEqual(keep('b,b.c'), { b: value.b })
    assert.deepEqual(keep('nothing'), {})
  })

  test('is refused where it does not read', () => {
    for (const mask of ['a,', '(a)', 'a(b', 'a)', 'a..b'])
      assert.throws(() => parseMask(mask), { message: `Invalid field selection ${mask}` })
  })

  test('tells whether it keeps anything below a name', () => {
    const mask = parseMask('sheets(properties,data.rowData)')
    assert.equal(reaches(mask, 'sheets', 'data', 'rowData', 'values'), true)
    assert.equal(reaches(mask, 'sheets', 'data', 'rowMetadata'), false)
    assert.equal(reaches(undefined, 'anything'), true)
  })

  test('sets what it names, and takes away what the other does not have', () => {
    const cell = { note: 'n', userEnteredFormat: { bold: true, italic: true } }
    const set = (other: object, mask: string) => setMasked(cell, { ...other }, parseMask(mask))
    assert.deepEqual(set({ userEnteredFormat: { bold: false } }, 'userEnteredFormat.bold'), {
      note: 'n',
      userEnteredFormat: { bold: false, italic: true },
    })
    assert.deepEqual(set({}, 'note'), { userEnteredFormat: cell.userEnteredFormat })
    assert.deepEqual(set({}, 'userEnteredFormat(bold,italic)'), { note: 'n' })
    assert.deepEqual(set({ note: 'm' }, '*'), { note: 'm' })
  })
})
