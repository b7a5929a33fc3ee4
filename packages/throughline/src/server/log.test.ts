import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ThroughlineError } from '../base/error.ts'
import { createTerminalLog } from './log.ts'
import type { LogEntry } from './program.ts'

describe('createTerminalLog()', () => {
  test('writes an error of ours as one sentence with its id', () => {
    const lines: string[] = []
    const error = new ThroughlineError('script.bad-page', 'A page is missing.', {
      attribution: 'script',
    })

    createTerminalLog((text) => lines.push(text))({
      level: 'error',
      message: 'Failed.',
      error,
      id: 'a1',
    })

    assert.deepEqual(lines, ['[error a1] Failed. A page is missing.\n'])
  })

  test('writes the stack of what was not thrown on purpose', () => {
    const lines: string[] = []

    createTerminalLog((text) => lines.push(text))({
      level: 'error',
      message: 'Failed.',
      error: new RangeError('too far'),
    })

    assert.match(lines[0] ?? '', /^\[error\] Failed\. too far\nRangeError: too far\n\s+at /)
  })

  test('LG-04 says nothing of events, and each in a line where it is asked to', () => {
    const lines: string[] = []
    const entry: LogEntry = {
      level: 'info',
      message: 'A person came back.',
      event: { event: 'connection.refused', provider: 'acme', reason: 'unknown\u001b[2J' },
    }

    createTerminalLog((text) => lines.push(text))(entry)
    assert.equal(lines.length, 0)
    createTerminalLog((text) => lines.push(text), true)(entry)
    assert.deepEqual(lines, ['[info] connection.refused acme unknown\n'])
  })

  test('XS-07 lets no control sequence of others through', () => {
    const lines: string[] = []

    createTerminalLog((text) => lines.push(text))({
      level: 'warn',
      message: 'Failed.',
      error: '\u001b[2Jgone\r[info]\u0007\b\u202e well\t.',
    })

    assert.deepEqual(lines, ['[warn] Failed. gone[info] well\t.\n'])
  })

  test('XS-07 lets no line of others begin as an entry of ours does', () => {
    const lines: string[] = []
    const error = new Error('Gone.\n[info] All is well.\n\n[error a1] Or not.')

    createTerminalLog((text) => lines.push(text))({ level: 'warn', message: 'Failed.', error })

    const entries = lines.join('').match(/^\[.*$/gm)
    assert.deepEqual(entries, ['[warn] Failed. Gone.'])
  })

  test('XS-07 is done in a moment, however long the text of others', () => {
    const lines: string[] = []
    const error = new Error('\u001b]'.repeat(25_000))
    const startedAt = performance.now()

    createTerminalLog((text) => lines.push(text))({ level: 'warn', message: 'Failed.', error })

    assert.ok(performance.now() - startedAt < 1000)
    assert.match(lines.join(), /^\[warn\] Failed\./)
  })
})
