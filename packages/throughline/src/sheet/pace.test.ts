import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createMemorySessionStore } from '../store/memory-sessions.ts'
import { createPace } from './pace.ts'

describe('createPace()', () => {
  test('SH-04 lets all processes together make 55 requests in any minute', async () => {
    const sessions = createMemorySessionStore()
    const time = { now: 1_000_000 }
    const context = { sessions, clock: () => time.now, name: 'sheet', random: systemRandom }
    const processes = [1, 2, 3].map(() => createPace(context, 'writes'))
    let made = 0
    const all = processes.flatMap((pace) =>
      Array.from({ length: 20 }, () => pace().then(() => (made += 1))),
    )
    await createPace(context, 'reads')()

    while (made < 55) await new Promise(setImmediate)
    time.now += 59_999
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(made, 55)

    time.now += 1
    await Promise.all(all)
    assert.equal(made, 60)
  })

  test('spreads the requests of a process that has made many', async () => {
    const context = { sessions: createMemorySessionStore(), clock: Date.now, name: 'sheet' }
    const pace = createPace({ ...context, random: systemRandom }, 'writes')
    const started = performance.now()
    for (let at = 0; at < 20; at += 1) await pace()
    const first = performance.now() - started

    await pace()

    assert.ok(first < 1000)
    assert.ok(performance.now() - started >= 1000)
  })
})
