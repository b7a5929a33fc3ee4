import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { themeStyles } from '../html/theme.ts'
import { elementKinds, elementStyles, renderElement } from './kinds.ts'

describe('renderElement()', () => {
  test('wraps an element in one that carries its id and kind', () => {
    const markup = renderElement({ kind: 'text', text: 'a & b' } as { kind: 'text' }, 'text:1')

    assert.equal(
      markup.toString(),
      '<div id="text:1" class="tl-element tl-text"><p dir="auto">a &amp; b</p></div>',
    )
  })

  test('refuses a kind that there is not', () => {
    assert.throws(() => renderElement({ kind: 'toString' }, 'x'), {
      code: 'elements.unknown-kind',
      message: 'No kind of element is called "toString".',
    })
  })
})

describe('elementStyles', () => {
  test('holds only rules that begin with their kind', () => {
    for (const { kind, styles } of elementKinds) {
      for (const [, selector = ''] of styles.matchAll(
        /(?:^|\}|@media[^{}]*\{)\s*(?!@media)([^{}\s][^{}]*)\{/g,
      )) {
        assert.ok(selector.startsWith(`.tl-${kind}`), `${kind}: ${selector}`)
      }
    }
  })

  test('takes less than 10 kB compressed together with the theme', () => {
    assert.ok(gzipSync(themeStyles + elementStyles).length < 10_000)
  })
})

describe('elementKinds', () => {
  test('names each kind once', () => {
    assert.equal(new Set(elementKinds.map(({ kind }) => kind)).size, elementKinds.length)
  })
})
