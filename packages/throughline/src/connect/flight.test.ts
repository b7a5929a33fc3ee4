import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startFlight } from './flight.ts'

/** A call whose steps the test gives, one after the other. */
function scripted() {
  const inbox: (() => unknown)[] = []
  let arrived = Promise.withResolvers<void>()
  let isOver = false
  const wake = () => {
    arrived.resolve()
    arrived = Promise.withResolvers<void>()
  }
  async function* steps() {
    for (;;) {
      const step = inbox.shift()
      if (step !== undefined) yield step
      else if (isOver) return
      else await arrived.promise
    }
  }
  return {
    steps: steps(),
    give(value: unknown) {
      inbox.push(() => value)
      wake()
    },
    end() {
      isOver = true
      wake()
    },
  }
}

describe('startFlight()', () => {
  test('shows who comes late the newest step at once, and each reader the last', async () => {
    const call = scripted()
    const flight = startFlight(call.steps, () => {})
    const early = flight.steps()
    call.give('a')
    assert.deepEqual(await early.next(), { done: false, value: 'a' })
    call.give('b')
    assert.deepEqual(await early.next(), { done: false, value: 'b' })

    const late = flight.steps()
    assert.deepEqual(await late.next(), { done: false, value: 'b' })
    call.give('c')
    call.end()
    assert.deepEqual(await Array.fromAsync(late), ['c'])
    assert.deepEqual(await Array.fromAsync(early), ['c'])
  })

  test('goes on when a reader goes away, and says when it is over', async () => {
    const call = scripted()
    const over = Promise.withResolvers<void>()
    const flight = startFlight(call.steps, over.resolve)
    const leaving = flight.steps()
    call.give(1)
    await leaving.next()
    await leaving.return()
    call.give(2)
    call.end()

    await over.promise
    assert.deepEqual(await Array.fromAsync(flight.steps()), [2])
  })

  test('throws what the call has thrown, for each reader, and nowhere else', async () => {
    async function* failing() {
      yield () => 1
      throw new Error('not now')
    }
    const over = Promise.withResolvers<void>()
    const flight = startFlight(failing(), over.resolve)
    await over.promise
    for (const reader of [flight.steps(), flight.steps()]) {
      await assert.rejects(Array.fromAsync(reader), { message: 'not now' })
    }
  })
})
