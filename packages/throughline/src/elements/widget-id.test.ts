import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { widgetId } from './widget-id.ts'

describe('widgetId()', () => {
  test('names a widget by its kind and label', () => {
    assert.equal(
      widgetId({ kind: 'text-input', label: 'Primary e-mail' }),
      'text-input:Primary%20e-mail',
    )
  })

  test('prefers the key to the label', () => {
    assert.equal(widgetId({ kind: 'button', label: 'Save', key: 'save' }), 'button:save')
  })

  test('hashes what would be longer than 80 characters', () => {
    const long = widgetId({ kind: 'checkbox', label: 'a'.repeat(200) })

    assert.match(long, /^checkbox:[\w-]{22}$/)
    assert.notEqual(long, widgetId({ kind: 'checkbox', label: 'a'.repeat(201) }))
  })

  test('XS-01 holds no character that means something in HTML, CSS or a form, whatever the label', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (label) => {
        assert.match(widgetId({ kind: 'button', label }), /^button:[\w.~%-]*$/)
      }),
    )
    assert.equal(widgetId({ kind: 'button', label: `'!(*)"<` }), 'button:%27%21%28%2A%29%22%3C')
  })

  test('takes a label with a lone surrogate', () => {
    assert.equal(widgetId({ kind: 'button', label: '\ud800' }), 'button:%EF%BF%BD')
  })
})
