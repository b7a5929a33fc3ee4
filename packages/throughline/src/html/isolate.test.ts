import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { html } from './escape.ts'
import { isolated, withIsolates } from './isolate.ts'

const render = (text: string) => String(html`<p>${withIsolates(text)}</p>`)

describe('isolated()', () => {
  test('XS-06 sets a name apart from the sentence around it', () => {
    assert.equal(
      render(`Go on as ${isolated('עדה')} or ${isolated('Bob')}.`),
      '<p>Go on as <bdi>עדה</bdi> or <bdi>Bob</bdi>.</p>',
    )
  })

  test('XS-06 lets no name end its isolation or turn what follows about', () => {
    for (const name of ['a\u2069\u202Eb', '\u2068a\u2069b', 'a\u202Eb', '\u2066ab', 'a\u200Fb']) {
      assert.equal(render(`${isolated(name)} (5)`), '<p><bdi>ab</bdi> (5)</p>')
    }
  })

  test('XS-06 escapes a name as it escapes everything', () => {
    assert.equal(render(isolated('<b>&')), '<p><bdi>&lt;b&gt;&amp;</bdi></p>')
    assert.equal(render('a <b>'), '<p>a &lt;b&gt;</p>')
  })
})
