import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toGridTable } from './data-grid-rows.ts'
import {
  parseMemory,
  serializeMemory,
  toGridWindow,
  UNTOUCHED,
  type GridMemory,
  type WindowRequest,
} from './data-grid-window.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly size: number | undefined
}

const names = ['delta', 'Alpha', 'charlie 10', 'charlie 9', 'bravo']
const sizes = [4, undefined, 3, 30, 1]
const rows = names.map((name, index): Row => ({ id: `r${index}`, name, size: sizes[index] }))
const table = toGridTable(rows, { columns: { name: 'Name', size: 'Size' } })

const windowOf = (request: Partial<WindowRequest> = {}) =>
  toGridWindow(table, {
    memory: UNTOUCHED,
    sent: undefined,
    press: undefined,
    select: 'many',
    isShown: () => true,
    pageSize: 2,
    ...request,
  })
const chosenIn = ({ memory }: { memory: GridMemory }) => [...memory.chosen].toSorted()
const memory = (more: Partial<GridMemory>): GridMemory => ({ ...UNTOUCHED, ...more })
const sent = (onPage: readonly string[], ...chosen: string[]) => [JSON.stringify(onPage), ...chosen]

describe('toGridWindow()', () => {
  test('shows one page, and turns pages no further than there are', () => {
    assert.deepEqual(windowOf().visible, [0, 1])
    assert.equal(windowOf().pages, 3)
    assert.deepEqual(windowOf({ press: { kind: 'next' } }).visible, [2, 3])
    assert.deepEqual(windowOf({ press: { kind: 'last' } }).visible, [4])
    assert.deepEqual(
      windowOf({ memory: memory({ page: 2 }), press: { kind: 'next' } }).visible,
      [4],
    )
    assert.deepEqual(windowOf({ press: { kind: 'previous' } }).visible, [0, 1])
    assert.deepEqual(windowOf({ memory: memory({ page: 99 }) }).visible, [4])
    assert.deepEqual(
      windowOf({ memory: memory({ page: 2 }), press: { kind: 'first' } }).memory.page,
      0,
    )
  })

  test('shows all rows where no page size is given', () => {
    assert.deepEqual(windowOf({ pageSize: undefined }).visible, [0, 1, 2, 3, 4])
  })

  test('clamps the page when rows are filtered away, down to none', () => {
    const few = windowOf({ memory: memory({ page: 2 }), isShown: (index) => index === 3 })
    assert.deepEqual([few.visible, few.shown, few.pages, few.memory.page], [[3], 1, 1, 0])
    assert.deepEqual(windowOf({ isShown: () => false }).visible, [])
  })

  test('sorts upwards, then downwards, then not at all; what is unknown comes last', () => {
    const by = (field: string, from = UNTOUCHED) =>
      windowOf({ pageSize: undefined, memory: from, press: { kind: 'sort', field } })
    const up = by('size')
    assert.deepEqual(up.visible, [4, 2, 0, 3, 1])
    const down = by('size', up.memory)
    assert.deepEqual(down.visible, [3, 0, 2, 4, 1])
    assert.deepEqual(by('size', down.memory).visible, [0, 1, 2, 3, 4])
    assert.deepEqual(by('name', down.memory).visible, [1, 4, 3, 2, 0])
  })

  test('ignores a column that is not there', () => {
    assert.deepEqual(windowOf({ memory: memory({ sort: 'constructor' }) }).visible, [0, 1])
  })

  test('takes what was sent for the rows of its page and for no others', () => {
    const chosen = new Set(['r0', 'r4'])
    const window = windowOf({ memory: memory({ chosen }), sent: sent(['r0', 'r1'], 'r1') })
    assert.deepEqual(chosenIn(window), ['r1', 'r4'])
    assert.deepEqual(window.chosen, [1, 4])
  })

  test('takes a form of an earlier page, sent late, for what it meant', () => {
    const window = windowOf({ memory: memory({ page: 2 }), sent: sent(['r2', 'r3'], 'r3') })
    assert.deepEqual(chosenIn(window), ['r3'])
  })

  test('takes the last of several copies of the field for what was seen', () => {
    const copies = [...sent(['r0', 'r1'], 'r0'), ...sent(['r0', 'r1', 'r2'], 'r1', 'r2')]
    assert.deepEqual(chosenIn(windowOf({ sent: copies })), ['r1', 'r2'])
    const none = [...sent(['r0'], 'r0'), ...sent(['r0', 'r1'])]
    assert.deepEqual(chosenIn(windowOf({ sent: none })), [])
  })

  test('ignores forged keys and a head that is none', () => {
    assert.deepEqual(chosenIn(windowOf({ sent: sent(['r9', '__proto__'], 'r9', '__proto__') })), [])
    assert.deepEqual(chosenIn(windowOf({ sent: sent(['r0'], 'r3') })), [])
    for (const head of ['', '{', 'null', '7', '{"a":1}', '[[1]]']) {
      assert.deepEqual(chosenIn(windowOf({ sent: [head, 'r0'] })), [])
    }
  })

  test('chooses all shown rows of every page, beside those that were chosen', () => {
    const window = windowOf({
      memory: memory({ chosen: new Set(['r0']) }),
      isShown: (index) => index > 1,
      press: { kind: 'all' },
    })
    assert.deepEqual(chosenIn(window), ['r0', 'r2', 'r3', 'r4'])
    assert.deepEqual(chosenIn(windowOf({ memory: window.memory, press: { kind: 'none' } })), [])
  })

  test('keeps what is chosen of rows that are not there, and does not count it', () => {
    const window = windowOf({ memory: memory({ chosen: new Set(['gone', 'r1']) }) })
    assert.deepEqual(chosenIn(window), ['gone', 'r1'])
    assert.deepEqual(window.chosen, [1])
  })

  test('chooses one row at most where one is asked for', () => {
    const chosen = new Set(['r4'])
    const window = windowOf({
      select: 'one',
      memory: memory({ chosen }),
      sent: sent(['r0', 'r1'], 'r1'),
    })
    assert.deepEqual(chosenIn(window), ['r1'])
    const untouched = windowOf({ select: 'one', memory: memory({ chosen }), sent: sent(['r0']) })
    assert.deepEqual(chosenIn(untouched), ['r4'])
  })
})

describe('parseMemory()', () => {
  test('reads what serializeMemory() has written, and takes anything else for untouched', () => {
    const kept = memory({ page: 3, sort: 'name', descending: true, chosen: new Set(['a', 'b']) })
    assert.deepEqual(parseMemory(serializeMemory(kept)), kept)
    assert.deepEqual(parseMemory(undefined), UNTOUCHED)
    for (const head of ['', '7', 'null', '{"page":"x","sort":1}']) {
      assert.deepEqual(parseMemory([head]), UNTOUCHED)
    }
  })
})
