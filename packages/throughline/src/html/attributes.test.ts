import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { attributes } from './attributes.ts'
import { html } from './escape.ts'
import { readMarkup } from './test-markup.ts'

describe('attributes()', () => {
  test('writes texts, numbers and bare names, and leaves the rest out', () => {
    const written = attributes({
      id: 'a',
      width: 3,
      disabled: true,
      checked: false,
      min: undefined,
    })

    assert.equal(written.toString(), ' id="a" width="3" disabled')
  })

  test('writes an empty text', () => {
    assert.equal(attributes({ value: '' }).toString(), ' value=""')
  })

  test('XS-01 carries any text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const [tag] = readMarkup(html`<p${attributes({ title: value, id: 'x' })}>`.toString()).tags

        assert.equal(tag?.attributes.get('title'), value)
        assert.equal(tag?.attributes.get('id'), 'x')
      }),
    )
  })
})
