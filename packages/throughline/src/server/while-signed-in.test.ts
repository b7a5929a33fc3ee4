import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { createMemorySessionStore } from '../store/memory-sessions.ts'
import type { SessionStore } from '../store/session-store.ts'
import type { Program } from './program.ts'
import { whileSignedIn } from './while-signed-in.ts'

const KEY = 'session-1'
const time = { now: 0 }
let sessions: SessionStore
let looks: number
let isSourceEnded: boolean

beforeEach(async () => {
  time.now = 1_000_000
  looks = 0
  isSourceEnded = false
  sessions = createMemorySessionStore()
  await sessions.createSession({ key: KEY, cookieHash: 'c', createdAt: time.now, seenAt: time.now })
})

/** The bytes 0, 1, 2 …, as long as the session is there; each takes so many milliseconds. */
function bytes(count: number, eachMs: number): AsyncIterator<Uint8Array> {
  async function* source() {
    try {
      for (let byte = 0; byte < count; byte += 1) {
        time.now += eachMs
        yield Uint8Array.of(byte)
      }
    } finally {
      isSourceEnded = true
    }
  }
  const findSession: SessionStore['findSession'] = (key) => {
    looks += 1
    return sessions.findSession(key)
  }
  const identity = { sessions: { ...sessions, findSession }, clock: () => time.now }
  const program = { identity } as unknown as Pick<Program, 'identity'>
  return whileSignedIn(program, KEY, source())[Symbol.asyncIterator]()
}

describe('whileSignedIn()', () => {
  test('gives all bytes of a source, and looks twice a second whether the session is there', async () => {
    const sent: number[] = []
    const iterator = bytes(100, 20)
    for (;;) {
      const next = await iterator.next()
      if (next.done) break
      sent.push(...next.value)
    }
    assert.deepEqual(
      sent,
      Array.from({ length: 100 }, (_, byte) => byte),
    )
    assert.equal(looks, 4)
  })

  test('SE-07 gives nothing more within a second of the end of the session', async () => {
    const iterator = bytes(100, 400)
    await iterator.next()
    await sessions.forgetSession(KEY, time.now)

    await iterator.next()
    await assert.rejects(iterator.next(), { code: 'server.signed-out' })
  })

  test('SE-07 gives not even the first byte where the session has ended before', async () => {
    await sessions.forgetSession(KEY, time.now)
    await assert.rejects(bytes(1, 0).next(), { code: 'server.signed-out' })
  })

  test('SE-07 looks also where the clock was set back meanwhile', async () => {
    const iterator = bytes(3, 0)
    await iterator.next()
    await sessions.forgetSession(KEY, time.now)
    time.now -= 3_600_000
    await assert.rejects(iterator.next(), { code: 'server.signed-out' })
  })

  test('ends the source where nobody wants more of it', async () => {
    const iterator = bytes(3, 0)
    await iterator.next()
    await iterator.return?.()
    assert.equal(isSourceEnded, true)
    assert.equal((await iterator.next()).done, true)
  })
})
