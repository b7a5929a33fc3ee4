import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { documentEnd, documentStart, goElsewhere, hideElements, plainPage } from './document.ts'
import type { DocumentStart, PlainPage } from './document.ts'
import { readMarkup } from './test-markup.ts'

const start: DocumentStart = {
  title: 'Your videos',
  lang: 'en',
  stylesheet: '/-/asset/a.css',
  program: '/-/asset/a.js',
  nonce: 'n0nce',
  action: '/videos?tab=t1',
  tab: 't1',
  run: 7,
  number: 8,
  token: 'tok',
  news: 9,
  development: false,
}
const page: PlainPage = {
  title: 'Going to Vimeo',
  lang: 'en',
  stylesheet: '/-/asset/a.css',
  heading: 'Going to Vimeo',
  paragraphs: ['You come back afterwards.'],
}
const read = (markup: { toString(): string }) => readMarkup(markup.toString())

describe('documentStart()', () => {
  test('opens a form of the page with the fields of a press', () => {
    const { tags } = read(documentStart(start))
    const form = tags.find(({ name }) => name === 'form')
    const fields = tags.filter(({ attributes }) => attributes.get('type') === 'hidden')

    assert.equal(form?.attributes.get('method'), 'post')
    assert.equal(form?.attributes.get('action'), '/videos?tab=t1')
    assert.deepEqual(
      fields.map(({ attributes }) => [attributes.get('name'), attributes.get('value')]),
      [
        ['tl-tab', 't1'],
        ['tl-run', '7'],
        ['tl-number', '8'],
        ['tl-token', 'tok'],
      ],
    )
  })

  test('puts a button without a name first, so that Enter presses nothing', () => {
    const [first] = read(documentStart(start)).tags.filter(({ name }) => name === 'button')

    assert.equal(first?.attributes.get('type'), 'submit')
    assert.equal(first?.attributes.has('name'), false)
    assert.equal(first?.attributes.get('class'), 'tl-hidden')
  })

  test('loads the program as a module under the nonce, and nothing inline', () => {
    const { tags } = read(documentStart(start))
    const script = tags.find(({ name }) => name === 'script')

    assert.deepEqual(Object.fromEntries(script?.attributes ?? []), {
      type: 'module',
      src: '/-/asset/a.js',
      nonce: 'n0nce',
    })
    assert.equal(tags.filter(({ name }) => name === 'script' || name === 'style').length, 1)
  })

  test('ends with the element that holds the view', () => {
    assert.equal(read(documentStart(start)).skeleton.at(-1), 'main[id]')
  })

  test('has a place for sentences to the person and a stop button that is not shown', () => {
    const { tags } = read(documentStart(start))
    const ids = new Map(tags.map(({ attributes }) => [attributes.get('id'), attributes]))

    assert.equal(ids.get('tl-notice')?.get('role'), 'status')
    assert.ok(ids.get('tl-busy')?.has('hidden'))
    assert.ok(tags.some(({ attributes }) => attributes.get('name') === 'tl-stop'))
  })

  test('says what it has taken into account, and whether its author looks on', () => {
    const bodyOf = (document: DocumentStart) =>
      read(documentStart(document)).tags.find(({ name }) => name === 'body')?.attributes

    assert.deepEqual(Object.fromEntries(bodyOf(start) ?? []), { 'data-tl-news': '9' })
    assert.ok(bodyOf({ ...start, development: true })?.has('data-tl-development'))
  })
})

describe('documentEnd()', () => {
  test('offers to send values where JavaScript is off, if there are any', () => {
    assert.match(documentEnd({ hasInputs: true }).toString(), /<noscript><button[^>]*>Update</)
    assert.doesNotMatch(documentEnd({ hasInputs: false }).toString(), /noscript|button/)
  })

  test('says that the view does not stand as it should', () => {
    const isSaid = (incomplete: boolean) =>
      read(documentEnd({ hasInputs: false, incomplete })).tags.some(({ attributes }) =>
        attributes.has('data-tl-incomplete'),
      )

    assert.equal(isSaid(true), true)
    assert.equal(isSaid(false), false)
  })

  test('closes what documentStart() has opened', () => {
    const document = `${documentStart(start)}${documentEnd({ hasInputs: true, notice: 'Gone.' })}`

    for (const name of ['html', 'head', 'body', 'form', 'main', 'noscript']) {
      const opened = document.match(new RegExp(`<${name}\\b`, 'g'))?.length
      assert.equal(document.match(new RegExp(`</${name}>`, 'g'))?.length, opened, name)
    }
    assert.match(document, /<div class="tl-notice" role="status">Gone\.<\/div>/)
  })
})

describe('hideElements()', () => {
  test('hides what stands before the rule, by a nonced rule that names each id', () => {
    assert.equal(
      hideElements(['progress:1'], 'n0nce').toString(),
      String.raw`<style nonce="n0nce" data-tl-hides="progress:1">[id="progress\3a 1"]:has(~[data-tl-hides~="progress\3a 1"]){display:none}</style>`,
    )
  })

  test('XS-01 lets no id end the rule or the element', () => {
    const rule = hideElements(['a"]{}</style><script>'], 'n').toString()

    assert.equal(rule.indexOf('</style>'), rule.length - '</style>'.length)
    assert.doesNotMatch(rule, /<script>/)
  })

  test('writes nothing for no ids', () => {
    assert.equal(hideElements([], 'n').toString(), '')
  })
})

describe('goElsewhere()', () => {
  test('leaves by a refresh and offers a link', () => {
    const markup = goElsewhere('/terms', 'n0nce').toString()

    assert.match(markup, /<meta http-equiv="refresh" content="0;url=\/terms">/)
    assert.match(markup, /<a href="\/terms">/)
  })

  test('refuses to lead to anything but a path or the web', () => {
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      '/\\evil.example',
      '',
    ]) {
      assert.throws(() => goElsewhere(url, 'n'), { code: 'html.refused-url' }, url)
    }
  })

  test('lets no quote in the URL be taken for a delimiter', () => {
    assert.match(goElsewhere(`/a?"'`, 'n').toString(), /content="0;url=\/a\?%22%27"/)
  })
})

describe('plainPage()', () => {
  test('leaves by itself, with a link for those whose browser does not', () => {
    const url = 'https://provider.example/authorize?a=1&b=2'
    const { tags } = read(
      plainPage({
        ...page,
        refresh: { url, seconds: 0 },
        action: { label: 'Continue', href: url },
      }),
    )

    const refresh = tags.find(({ attributes }) => attributes.get('http-equiv') === 'refresh')
    assert.equal(refresh?.attributes.get('content'), `0;url=${url}`)
    assert.equal(tags.find(({ name }) => name === 'a')?.attributes.get('href'), url)
  })

  test('says what happened and by which id it is found', () => {
    const { text } = read(plainPage({ ...page, id: '8fQk2' }))

    assert.match(text, /Going to Vimeo\s+You come back afterwards\.\s+Error id 8fQk2/)
  })

  test('holds neither a script nor a form', () => {
    assert.doesNotMatch(plainPage(page).toString(), /<script|<form|<style/)
  })
})
