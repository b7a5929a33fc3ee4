import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { html, trustedHtml } from './escape.ts'
import { readMarkup } from './test-markup.ts'

describe('html``', () => {
  test('XS-01 carries any text as it is, in content and in attributes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const {
          tags,
          text: shown,
          skeleton,
        } = readMarkup(html`<p title="${text}">${text}</p>`.toString())

        assert.equal(tags[0]?.attributes.get('title'), text)
        assert.equal(shown, text)
        assert.deepEqual(skeleton, ['p[title]'])
      }),
    )
  })

  test('takes markup, numbers and lists of lists, and leaves out what is nothing', () => {
    const list = [html`<b>${1}</b>`, ['<', [2n]], false, null, undefined, true]

    assert.equal(html`<p>${list}${0}</p>`.toString(), '<p><b>1</b>&lt;20</p>')
  })

  test('takes trusted markup as it is', () => {
    assert.equal(html`${trustedHtml('<hr>')}`.toString(), '<hr>')
  })

  test('escapes what only looks like markup', () => {
    const fake = { toString: () => '<script>' } as unknown as string

    assert.equal(html`${fake}`.toString(), '&lt;script&gt;')
  })
})
