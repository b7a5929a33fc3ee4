import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { createSealingKeys } from '../crypto/key-ring.ts'
import {
  isSealedText,
  noteNamesOf,
  patternOf,
  readCell,
  readRowId,
  rowNameOf,
  writeCell,
  writeRowId,
  type CellPlace,
} from './sealed-cell.ts'

const sealing = createSealingKeys([{ id: 'k1', bytes: systemRandom(32) }])
const KEY = { provider: 'vimeo', subjectIndex: 'index-1' }
const account = rowNameOf(KEY)
const place: CellPlace = { account, column: 'record', row: 7 }
const NO_NOTES: ReadonlyMap<string, string> = new Map()

const write = (value: unknown) => writeCell(sealing, place, value, systemRandom)
const read = (text: string, where = place, notes = NO_NOTES) =>
  readCell(sealing, where, text, notes)

/** Where and why a text is refused. */
function refusalOf(text: string, where = place, notes = NO_NOTES) {
  try {
    read(text, where, notes)
  } catch (error) {
    if (isThroughlineError(error, 'sheet.altered')) return error
    throw error
  }
  return assert.fail('it opened')
}

describe('a cell', () => {
  test('opens where it was sealed, and holds nothing in clear', () => {
    const value = { email: 'ann@example.com', list: [1, null] }
    const { text, notes } = write(value)

    assert.deepEqual(read(text), value)
    assert.deepEqual(notes, [])
    assert.doesNotMatch(text, /ann|example|email/)
  })

  test('says that nothing is kept, each time in another way', () => {
    const texts = [write(undefined).text, write(undefined).text]

    assert.notEqual(texts[0], texts[1])
    assert.deepEqual(
      texts.map((text) => read(text)),
      [undefined, undefined],
    )
    assert.equal(texts.some(isSealedText), false)
  })

  test('SH-02 begins so that no spreadsheet takes it for something else', () => {
    const long = write('x'.repeat(100_000))
    const texts = [write(1), write(undefined), long].map(({ text }) => text)
    for (const text of [...texts, ...long.notes.flat(), writeRowId(account, systemRandom)]) {
      assert.match(text, /^(?:tl[0-3]|u|p)\.[\w.-]+$/)
      assert.ok(text.length < 50_000)
    }
  })

  test('SH-03 of more than fits is kept in parts, which open only together and in order', () => {
    const value = 'x'.repeat(100_000)
    const { text, notes } = write(value)
    const parts = new Map(notes)
    const [first = '', second = ''] = noteNamesOf(text)

    assert.equal(read(text, place, parts), value)
    assert.equal(notes.length, 3)
    const swapped = new Map(parts)
    swapped.set(first, parts.get(second) ?? '').set(second, parts.get(first) ?? '')
    assert.equal(refusalOf(text, place, swapped).details['row'], 7)
    parts.delete(second)
    assert.equal(refusalOf(text, place, parts).details['column'], 'record')
  })

  test('SH-03 CR-03 moved to another account or column does not open, and is named by row and column', () => {
    const { text } = write({ a: 1 })
    const other = rowNameOf({ ...KEY, subjectIndex: 'index-2' })

    assert.deepEqual(read(text, { ...place, row: 9 }), { a: 1 })
    for (const where of [
      { ...place, account: other },
      { ...place, column: 'tokens' as const },
    ]) {
      const { message } = refusalOf(text, where)
      assert.match(message, new RegExp(`row 7, column "${where.column}"`))
      assert.match(message, /moved there from another/)
    }
  })

  test('CR-05 altered, emptied or replaced by a plain text does not open', () => {
    const { text } = write({ a: 1 })

    for (const altered of [`${text}A`, text.slice(0, -1), text.replace('.k1.', '.k1.A')]) {
      assert.match(refusalOf(altered).message, /altered/)
    }
    assert.match(refusalOf('').message, /emptied/)
    for (const plain of ['{"a":1}', '42', '=1+1', 'TRUE']) {
      assert.match(refusalOf(plain).message, /is not sealed/)
    }
  })

  test('CR-06 sealed by a key that is missing says which', () => {
    const other = createSealingKeys([{ id: 'k2', bytes: systemRandom(32) }])
    const { text } = writeCell(other, place, 1, systemRandom)

    assert.throws(
      () => read(text),
      (error) => isThroughlineError(error, 'crypto.unknown-key') && error.details['keyId'] === 'k2',
    )
  })
})

describe('the first cell of a row', () => {
  test('names the account, and is another one each time', () => {
    const ids = [writeRowId(account, systemRandom), writeRowId(account, systemRandom)]

    assert.notEqual(ids[0], ids[1])
    assert.deepEqual(ids.map(readRowId), [account, account])
  })

  test('tells accounts and providers apart', () => {
    const keys = [KEY, { ...KEY, provider: 'google' }, { ...KEY, subjectIndex: 'index-2' }]
    assert.equal(new Set(keys.map(rowNameOf)).size, 3)
  })

  for (const text of ['', 'Ann', 'u.', 'u.short.x', `u.${account}`, `x.${account}.n`]) {
    test(`is not one of ours where it holds "${text.slice(0, 12)}"`, () => {
      assert.equal(readRowId(text), undefined)
    })
  }
})

describe('patternOf()', () => {
  test('finds the very text, and no other that was ever written', () => {
    const { text } = write({ a: 1 })
    const again = write({ a: 1 }).text
    const pattern = new RegExp(`^(?:${patternOf(text)})$`)

    assert.match(text, pattern)
    assert.doesNotMatch(again, pattern)
    assert.ok(patternOf(text).length < 120)
    const empty = write(undefined).text
    assert.match(empty, new RegExp(`^(?:${patternOf(empty)})$`))
    assert.doesNotMatch(empty.replace('.', 'x'), new RegExp(`^(?:${patternOf(empty)})$`))
  })
})
