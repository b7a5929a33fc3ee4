import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { html } from '../html/escape.ts'
import { CollectedView } from './collected-view.ts'

const elementsOf = (view: CollectedView) =>
  Array.from(view.elements, ([id, markup]) => `${id} ${markup.toString()}`)

describe('CollectedView', () => {
  test('holds what the play has put on the page, in the order of the page', () => {
    const view = new CollectedView()
    const play = view.begin()
    play.appended('a', html`1`)
    play.appended('b', html`2`)
    play.appended('c', html`3`)
    play.replaced('a', html`4`)
    play.removed('b')

    assert.deepEqual(elementsOf(view), ['a 4', 'c 3'])
  })

  test('begins empty with each play, whatever an earlier one still does', () => {
    const view = new CollectedView()
    const earlier = view.begin()
    earlier.appended('a', html`1`)
    const before = view.elements
    view.begin().appended('b', html`2`)
    earlier.appended('c', html`3`)

    assert.deepEqual(elementsOf(view), ['b 2'])
    assert.notEqual(view.elements, before)
  })

  test('tells the person in one text, and nothing where there is nothing to tell', () => {
    const view = new CollectedView()
    assert.equal(view.told, undefined)
    view.notice('One.')
    view.begin()
    view.notice('Two.')

    assert.equal(view.told, 'One. Two.')
  })
})
