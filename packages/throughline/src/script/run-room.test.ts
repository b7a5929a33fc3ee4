import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RunRoom } from './run-room.ts'

/** Asks for room, and says at once whether there was some. */
async function ask(room: RunRoom, sessionKey: string) {
  let leave: (() => void) | undefined
  let state: 'waits' | 'in' | 'turned away' = 'waits'
  const asked = room.enter(sessionKey).then((given) => {
    leave = given
    state = given === undefined ? 'turned away' : 'in'
  })
  await Promise.race([asked, new Promise((resolve) => setImmediate(resolve))])
  return {
    get state() {
      return state
    },
    leave: () => leave?.(),
    asked,
  }
}

describe('RunRoom', () => {
  test('DO-05: has room for so many runs of a session, and others are not held up by those who wait', async () => {
    const room = new RunRoom({ runs: 4, runsOfSession: 2 })
    const greedy = [await ask(room, 'a'), await ask(room, 'a'), await ask(room, 'a')]
    const other = await ask(room, 'b')
    assert.deepEqual(
      [...greedy, other].map(({ state }) => state),
      ['in', 'in', 'waits', 'in'],
    )

    other.leave()
    assert.equal((await ask(room, 'b')).state, 'in')
    assert.equal(greedy[2]?.state, 'waits')
    greedy[0]?.leave()
    await greedy[2]?.asked
    assert.equal(greedy[2]?.state, 'in')
  })

  test('DO-05: has room for so many runs in all, and lets those who wait in as they came', async () => {
    const room = new RunRoom({ runs: 1 })
    const first = await ask(room, 'a')
    const second = await ask(room, 'b')
    const third = await ask(room, 'c')

    first.leave()
    await second.asked
    assert.deepEqual([second.state, third.state], ['in', 'waits'])
    second.leave()
    await third.asked
    assert.equal(third.state, 'in')
    third.leave()
    assert.equal((await ask(room, 'd')).state, 'in')
  })

  test('DO-05: turns away who would be one too many in the line, and who has waited too long', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const room = new RunRoom({ runs: 1, waitingRuns: 1, runWaitMs: 1000 })
    const first = await ask(room, 'a')
    const second = await ask(room, 'b')
    assert.equal((await ask(room, 'c')).state, 'turned away')

    t.mock.timers.tick(1000)
    await second.asked
    assert.equal(second.state, 'turned away')
    first.leave()
    assert.equal((await ask(room, 'd')).state, 'in')
  })
})
