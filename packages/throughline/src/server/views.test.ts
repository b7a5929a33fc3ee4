import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ShownView } from './views.ts'
import { Views } from './views.ts'

const viewOf = (elements: number, run = 1): ShownView => ({
  page: '/',
  run,
  since: 0,
  entries: Array.from({ length: elements }, (_, n) => ({ id: `e${n}`, hash: 'h' })),
})

describe('Views', () => {
  test('knows what each document shows', () => {
    const views = new Views()
    views.show('a', viewOf(1, 7))

    assert.equal(views.shown('a')?.run, 7)
    assert.equal(views.shown('b'), undefined)
  })

  test('forgets', () => {
    const views = new Views()
    views.show('a', viewOf(1))
    views.forget('a')

    assert.equal(views.shown('a'), undefined)
  })

  test('keeps so many elements, and lets the views that were shown longest ago go first', () => {
    const views = new Views(100)
    views.show('a', viewOf(30))
    views.show('b', viewOf(30))
    views.show('a', viewOf(30, 2))
    views.show('c', viewOf(30))

    assert.deepEqual(
      ['a', 'b', 'c'].map((line) => views.shown(line)?.run),
      [2, undefined, 1],
    )
  })

  test('makes room again where a view goes', () => {
    const views = new Views(100)
    for (let n = 0; n < 50; n += 1) {
      views.show('a', viewOf(30))
      views.forget('a')
    }
    views.show('b', viewOf(30))
    views.show('c', viewOf(30))

    assert.ok(views.shown('b'))
  })

  test('keeps no view that is larger than all that may be kept', () => {
    const views = new Views(100)
    views.show('a', viewOf(500))

    assert.equal(views.shown('a'), undefined)
  })
})
