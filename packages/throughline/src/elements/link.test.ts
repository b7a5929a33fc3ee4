import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { link } from './link.ts'
import { testRun } from './test-run.ts'

const show = (href: string) => readMarkup(testRun(() => link('There', href)).html).tags[1]

describe('link()', () => {
  test('leads to a page of the app in the same tab', () => {
    const shown = show('/videos?sort=name')

    assert.equal(shown?.attributes.get('href'), '/videos?sort=name&tab=t1')
    assert.ok(shown?.attributes.has('data-tl-inside'))
    assert.equal(shown?.attributes.has('rel'), false)
  })

  test('leads out into the web without telling from where', () => {
    const shown = show('https://example.org/a?b=1&c=2')

    assert.equal(shown?.attributes.get('href'), 'https://example.org/a?b=1&c=2')
    assert.equal(shown?.attributes.get('rel'), 'noopener noreferrer')
    assert.equal(shown?.attributes.has('data-tl-inside'), false)
  })

  test('XS-01 refuses any other address', () => {
    for (const href of [
      'javascript:alert(1)',
      'JAVASCRIPT:alert(1)',
      'java\tscript:alert(1)',
      ' javascript:alert(1)',
      '\u0001javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      'mailto:a@example.org',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '\\\\evil.example',
      'https:evil.example',
      'https:///',
      'videos',
      '',
    ]) {
      assert.throws(() => show(href), { code: 'elements.refused-address' }, JSON.stringify(href))
    }
  })
})
