import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { image } from './image.ts'
import type { ImageOptions } from './image.ts'
import { testRun } from './test-run.ts'

const show = (source: string, options: ImageOptions = { alt: '' }) =>
  testRun(() => image(source, options))

describe('image()', () => {
  test('shows pictures from https, the loopback interface, the app and raster data', () => {
    for (const source of [
      'https://cdn.example/a.jpg?x=1&y=2',
      'http://127.0.0.1:8080/a.png',
      'http://localhost/a.png',
      '/-/asset/logo.svg',
      'data:image/png;base64,iVBORw0KGgo=',
    ]) {
      assert.equal(readMarkup(show(source).html).tags[1]?.attributes.get('src'), source)
    }
  })

  test('XS-01 refuses any other source', () => {
    for (const source of [
      'http://example.org/a.png',
      'http://127.0.0.1.example.org/a.png',
      '//example.org/a.png',
      '/\\example.org/a.png',
      'data:image/svg+xml;base64,PHN2Zy8+',
      'data:text/html;base64,PHNjcmlwdD4=',
      'javascript:alert(1)',
      'a.png',
      '',
      'https://example.org/a b.png',
    ]) {
      assert.throws(() => show(source), { code: 'elements.refused-address' }, source)
    }
  })

  test('tells others neither the page nor the person, and keeps its width', () => {
    const { html } = show('https://cdn.example/a.jpg', { alt: 'A harbour', width: 320 })
    const picture = readMarkup(html).tags[1]

    assert.equal(picture?.attributes.get('referrerpolicy'), 'no-referrer')
    assert.equal(picture?.attributes.get('width'), '320')
    assert.equal(picture?.attributes.get('alt'), 'A harbour')
  })

  test('refuses to go without an alternative text', () => {
    const without = {} as unknown as ImageOptions

    assert.throws(() => show('/a.png', without), {
      name: 'TypeError',
      message: /^image\(\) takes an "alt" text, received undefined\. Say what the picture shows/,
    })
  })

  test('refuses a width that is none', () => {
    assert.throws(
      () => show('/a.png', { alt: '', width: -1 }),
      /takes a width in pixels, received -1/,
    )
  })
})
