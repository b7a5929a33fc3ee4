import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createMemorySessionStore } from '../store/memory-sessions.ts'
import { inTurn } from './turn.ts'

function createContext(clock = Date.now) {
  return { sessions: createMemorySessionStore(), clock, random: systemRandom, name: 'sheet' }
}

describe('inTurn()', () => {
  test('SH-04 lets one work at a time, of one process or of several, and goes on where one has failed', async () => {
    const context = createContext()
    let atOnce = 0
    let most = 0
    const work = async (fails: boolean) => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise((resolve) => setTimeout(resolve, 10))
      atOnce -= 1
      if (fails) throw new Error('failed')
    }

    const results = await Promise.allSettled(
      [true, false, true, false, false].map((fails) => inTurn(context, () => work(fails))),
    )

    assert.equal(most, 1)
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    )
  })

  test('gives the next turn to whoever waits, not to whoever has just had one', async () => {
    const context = createContext()
    const turns: string[] = []
    const hasAsked = Promise.withResolvers<void>()
    const { takeLease } = context.sessions
    const asks: typeof takeLease = async (name, ...rest) => {
      const lease = await takeLease(name, ...rest)
      if (turns.length > 0 && name === 'sheet/next' && lease !== undefined) hasAsked.resolve()
      return lease
    }
    const waiter = { ...context, sessions: { ...context.sessions, takeLease: asks } }
    const busy = inTurn(context, async () => {
      turns.push('busy')
      await hasAsked.promise
    }).then(() => inTurn(context, async () => void turns.push('busy again')))

    await Promise.all([busy, inTurn(waiter, async () => void turns.push('waiting'))])

    assert.deepEqual(turns, ['busy', 'waiting', 'busy again'])
  })

  test('takes the turn of whoever was killed in it', async () => {
    const time = { now: 1_000_000 }
    const context = createContext(() => time.now)
    await context.sessions.takeLease('sheet', 'killed', time.now, time.now + 15_000)
    time.now += 15_000

    assert.equal(await inTurn(context, async () => 'done'), 'done')
  })
})
