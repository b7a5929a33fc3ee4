import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { button } from './button.ts'
import { testRun } from './test-run.ts'

describe('button()', () => {
  test('is true in the run that was begun by its press', () => {
    assert.equal(testRun(() => button('Save'), { pressed: 'button:Save' }).result, true)
  })

  test('is false in a run that was begun by another press, and leaves that press alone', () => {
    const run = testRun(() => button('Save'), { pressed: 'button:Other' })

    assert.equal(run.result, false)
    assert.equal(run.pressUsed, false)
  })

  test('is false while it is disabled, and does not use the press up', () => {
    const run = testRun(() => button('Save', { disabled: true }), { pressed: 'button:Save' })

    assert.equal(run.result, false)
    assert.equal(run.pressUsed, false)
    assert.match(run.html, / disabled>Save<\/button>/)
  })

  test('sends its id as the press', () => {
    const { tags } = readMarkup(testRun(() => button('Save', { key: 'k' })).html)

    assert.equal(tags[0]?.attributes.get('id'), 'button:k')
    assert.equal(tags[1]?.attributes.get('name'), 'tl-press')
    assert.equal(tags[1]?.attributes.get('value'), 'button:k')
  })

  test('lets only a primary button wait for required inputs', () => {
    assert.match(testRun(() => button('Back')).html, / formnovalidate/)
    assert.doesNotMatch(testRun(() => button('Next', { primary: true })).html, /formnovalidate/)
  })

  test('refuses a label that says nothing', () => {
    assert.throws(() => testRun(() => button(' ')), {
      name: 'TypeError',
      message: /^button\(\) takes a label, received " "\. /,
    })
  })

  test('begins with the control signal that is due', () => {
    const signal = new Error('stop')

    assert.throws(() => testRun(() => button('Save'), { signal }), signal)
  })

  test('says so when it is called outside a run', () => {
    assert.throws(() => button('Save'), { code: 'context.outside-run', message: /^button\(\) / })
  })
})
