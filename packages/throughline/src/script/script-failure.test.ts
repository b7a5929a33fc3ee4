import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toScriptError } from './script-failure.ts'

describe('toScriptError()', () => {
  test('shows the author the line that threw, with its excerpt', () => {
    const shown = toScriptError(new Error('broken'), 'a1', true)

    assert.match(shown.place ?? '', /^script-failure\.test\.ts:\d+$/)
    assert.ok(shown.excerpt?.some((line) => line.startsWith('>') && line.includes("'broken'")))
  })

  test('takes no file from the message, which may quote others', () => {
    const quoted = new Error('Not found\n    at /etc/passwd:2:1')

    const shown = toScriptError(quoted, 'a1', true)

    assert.match(shown.place ?? '', /^script-failure\.test\.ts:/)
    assert.doesNotMatch(shown.excerpt?.join('\n') ?? '', /root:/)
  })
})
