import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { checkbox } from './checkbox.ts'
import { testRun } from './test-run.ts'

const id = 'checkbox:Agree'
const accept = (options?: Parameters<typeof checkbox>[1]) => () => checkbox('Agree', options)

describe('checkbox()', () => {
  test('has its default until it is touched', () => {
    assert.equal(testRun(accept()).result, false)
    assert.equal(testRun(accept({ value: true })).result, true)
  })

  test('is checked when its value was sent behind the marker', () => {
    assert.equal(testRun(accept(), { sent: { [id]: ['', '1'] } }).result, true)
  })

  test('is not checked when only the marker was sent, whatever the default', () => {
    assert.equal(testRun(accept({ value: true }), { sent: { [id]: [''] } }).result, false)
  })

  test('is not checked by a forged value', () => {
    assert.equal(testRun(accept(), { sent: { [id]: ['on', 'true'] } }).result, false)
  })

  test('ignores what was sent while it is disabled', () => {
    const interaction = { sent: { [id]: ['', '1'] } }

    assert.equal(testRun(accept({ disabled: true }), interaction).result, false)
  })

  test('names the values of its default, marker included', () => {
    assert.deepEqual(testRun(accept()).untouched.get(id), [''])
    assert.deepEqual(testRun(accept({ value: true })).untouched.get(id), ['', '1'])
  })

  test('puts an empty marker of the same name before the box', () => {
    const { tags } = readMarkup(testRun(accept({ value: true })).html)
    const [, marker, , box] = tags

    assert.equal(marker?.attributes.get('type'), 'hidden')
    assert.equal(marker?.attributes.get('name'), id)
    assert.equal(marker?.attributes.get('value'), '')
    assert.equal(box?.attributes.get('name'), id)
    assert.equal(box?.attributes.get('data-tl-known'), '1')
    assert.ok(box?.attributes.has('checked'))
    assert.ok(box?.attributes.has('data-tl-sends'))
  })
})
