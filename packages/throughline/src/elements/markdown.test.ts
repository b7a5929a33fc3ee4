import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import type { TestTag } from '../html/test-markup.ts'
import { markdown } from './markdown.ts'
import { testRun } from './test-run.ts'

const show = (source: string): string => testRun(() => markdown(source)).html
const tagsOf = (source: string, name: string): readonly TestTag[] =>
  readMarkup(show(source)).tags.filter((tag) => tag.name === name)

const REFUSED_ADDRESSES = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'javascript&colon;alert(1)',
  'javascript&#58;alert(1)',
  'javascript&#x3a;alert(1)',
  '&#106;avascript:alert(1)',
  '&#x6A&#x61vascript:alert(1)',
  'java&#10;script:alert(1)',
  'java&Tab;script:alert(1)',
  'java&NewLine;script:alert(1)',
  '<java\tscript:alert(1)>',
  '< javascript:alert(1)>',
  '\u0001javascript:alert(1)',
  '\u200bjavascript:alert(1)',
  'javascript://example.org/%0aalert(1)',
  'vbscript:msgbox(1)',
  'data:text/html;base64,PHNjcmlwdD4=',
  'data:image/svg+xml;base64,PHN2Zy8+',
  'data:image/png;base64,iVBORw0KGgo=',
  'file:///etc/passwd',
  'blob:https://example.org/1',
  'ftp://example.org/',
  'tel:112',
  '//evil.example/',
  '\\\\evil.example/',
  'https:evil.example',
  'evil.example',
  '#fragment',
  '?query',
]

describe('markdown()', () => {
  test('shows what CommonMark and tables say', () => {
    assert.match(
      show('# Title\n\nSome **bold** text.'),
      /<h1>Title<\/h1>\s<p>Some <strong>bold<\/strong> text\.<\/p>/,
    )
    assert.equal(tagsOf('| a | b |\n|---|---|\n| 1 | 2 |', 'td').length, 2)
  })

  test('XS-02 shows raw HTML as text', () => {
    for (const source of [
      '<script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      'a <b onclick=alert(1)>b</b>',
      '<iframe src="https://evil.example"></iframe>',
      '<style>*{display:none}</style>',
      '<form action="https://evil.example"><input name=tl-press>',
      '<!-- --><svg onload=alert(1)>',
      '> <details open ontoggle=alert(1)>',
    ]) {
      const { tags } = readMarkup(show(source))
      const names = new Set(tags.map(({ name }) => name))
      for (const name of names) assert.match(name, /^(div|p|blockquote)$/, source)
    }
  })

  test('XS-02 makes no link to an address of another scheme, however it is written', () => {
    for (const address of REFUSED_ADDRESSES) {
      assert.equal(tagsOf(`[text](${address})`, 'a').length, 0, address)
      assert.equal(tagsOf(`[text][1]\n\n[1]: ${address}`, 'a').length, 0, address)
      assert.equal(tagsOf(`<${address}>`, 'a').length, 0, address)
    }
  })

  test('XS-02 keeps in the app what only looks like another host', () => {
    for (const address of ['/\\evil.example/', '/&#92;evil.example/', '/&Tab;/evil.example/']) {
      for (const { attributes } of tagsOf(`[text](${address})`, 'a')) {
        const { origin } = new URL(attributes.get('href') ?? '', 'https://app.example/')
        assert.equal(origin, 'https://app.example', address)
      }
    }
  })

  test('XS-02 makes links to http, https and mailto that tell no one from where', () => {
    for (const address of [
      'https://example.org/a?b=1',
      'HTTP://example.org/',
      'mailto:ada@example.org',
    ]) {
      const [link] = tagsOf(`[text](${address})`, 'a')
      assert.equal(link?.attributes.get('href'), address)
      assert.equal(link?.attributes.get('rel'), 'noopener noreferrer')
    }
    assert.equal(tagsOf('<https://example.org/>', 'a').length, 1)
  })

  test('makes links to pages of the app that stay in the tab', () => {
    const [link] = tagsOf('[Videos](/videos)', 'a')

    assert.equal(link?.attributes.get('href'), '/videos?tab=t1')
    assert.ok(link?.attributes.has('data-tl-inside'))
  })

  test('XS-02 shows no picture from elsewhere, only its alternative text', () => {
    for (const address of ['https://evil.example/pixel.gif', ...REFUSED_ADDRESSES]) {
      assert.equal(tagsOf(`![a *picture*](${address})`, 'img').length, 0, address)
    }
    assert.match(show('![a *picture*](https://evil.example/pixel.gif)'), /<p>a picture<\/p>/)
  })

  test('shows a picture of the app', () => {
    const [picture] = tagsOf('![a "picture"](/-/asset/a.png "title")', 'img')

    assert.equal(picture?.attributes.get('src'), '/-/asset/a.png')
    assert.equal(picture?.attributes.get('alt'), 'a "picture"')
  })

  test('XS-02 aligns cells by a class and not by an inline style', () => {
    const cells = tagsOf('| a | b |\n|--:|:-:|\n| 1 | 2 |', 'td')

    assert.deepEqual(
      cells.map(({ attributes }) => [...attributes]),
      [[['class', 'tl-right']], [['class', 'tl-center']]],
    )
  })

  test('XS-02 brings no attribute but those we write', () => {
    const source =
      '```js" onclick="alert(1)\nx\n```\n\n[a](https://example.org "t\\" onclick=\\"x")\n\n3. three'
    const allowed = new Set(['id', 'class', 'href', 'rel', 'start'])

    for (const { attributes } of readMarkup(show(source)).tags)
      for (const name of attributes.keys()) assert.ok(allowed.has(name), name)
  })

  test('shows the same after it was parsed once as before', () => {
    const source = 'The [same](/a) *again*'

    assert.equal(show(source), show(source))
  })
})
