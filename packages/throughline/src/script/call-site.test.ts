import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { callSiteOf } from './call-site.ts'

describe('callSiteOf()', () => {
  test('finds the first line that is the author’s', () => {
    const stack = [
      ...['Error: no', '    at node:fs:1:2'],
      '    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)',
      '    at async page (/srv/script.ts:14:3)',
    ].join('\n')

    assert.deepEqual(callSiteOf(stack), { file: '/srv/script.ts', line: 14 })
  })

  test('DO-06: takes no time for a message that only looks like a line of a stack', () => {
    const stack = `Error: no\n${'/'.repeat(100_000)}\n    at page (/srv/script.ts:14:3)`
    const begun = performance.now()

    assert.deepEqual(callSiteOf(stack), { file: '/srv/script.ts', line: 14 })
    assert.ok(performance.now() - begun < 1000)
  })
})
