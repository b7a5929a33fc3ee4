import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toSafeText } from './safe-text.ts'

describe('toSafeText()', () => {
  for (const text of [
    ...['=HYPERLINK("http://evil.example","x")', '=IMPORTXML("x","y")', '@SUM(1)', '+cmd|x'],
    ...['-2+3', '\t=1', '\r=1', '＝1+1', '＠SUM(1)'],
  ]) {
    test(`SH-01 keeps ${JSON.stringify(text)} a text`, () => {
      assert.equal(toSafeText(text), `'${text}`)
    })
  }

  for (const text of ['', 'Ann', 'ann@example.com', "it's = 5", '12', 'é']) {
    test(`leaves ${JSON.stringify(text)} as it is`, () => {
      assert.equal(toSafeText(text), text)
    })
  }
})
