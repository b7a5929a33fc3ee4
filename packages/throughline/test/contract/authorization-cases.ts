/*
 * What must hold for pending authorizations.
 */
import assert from 'node:assert/strict'
import type { SessionStore } from '../../src/store/session-store.ts'
import type { Cases } from './contract.ts'
import { NOW, addSession, begin, connection, pending } from './records.ts'

const DEADLINE = NOW + 30_000

/** Cases of pending authorizations. */
export const AUTHORIZATION_CASES: Cases<SessionStore> = {
  'keeps a pending authorization as it was given': async (store) => {
    await addSession(store, 'a')

    await store.createPending(pending('p'), 20)

    assert.deepEqual(await store.loadPending('p'), pending('p'))
    assert.equal(await store.loadPending('q'), undefined)
  },

  'refuses a state hash that is there already': async (store) => {
    await addSession(store, 'a')
    await store.createPending(pending('p'), 20)

    const second = store.createPending(pending('p', { provider: 'other' }), 20)

    await assert.rejects(second, { code: 'store.name-taken' })
    assert.equal((await store.loadPending('p'))?.provider, 'vimeo')
  },

  "CI-07 drops a session's oldest waiting authorizations beyond the cap": async (store) => {
    await addSession(store, 'a')
    await addSession(store, 'b')
    await store.createPending(pending('of b', { sessionKey: 'b' }), 3)
    await store.createPending(pending('exchanging'), 3)
    await store.claimPending('exchanging', 'cookie-a', NOW, DEADLINE)

    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) await store.createPending(pending(name), 3)
    await store.createPending(pending('older', { startedAt: NOW - 1 }), 3)

    const kept = []
    for (const name of ['of b', 'exchanging', 'p1', 'p2', 'p3', 'p4', 'p5', 'older']) {
      if ((await store.loadPending(name)) !== undefined) kept.push(name)
    }
    assert.deepEqual(kept, ['of b', 'exchanging', 'p3', 'p4', 'p5'])
  },

  "DO-04 drops a session's oldest authorizations beyond the cap also where they were settled":
    async (store) => {
      await addSession(store, 'a')
      for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) {
        await store.createPending(pending(name), 3)
        await store.claimPending(name, 'cookie-a', NOW, DEADLINE)
        await store.settlePending({ stateHash: name, outcome: '{}', now: NOW })
      }
      await store.createPending(pending('p6'), 3)

      const kept = []
      for (const name of ['p1', 'p2', 'p3', 'p4', 'p5', 'p6']) {
        if ((await store.loadPending(name)) !== undefined) kept.push(name)
      }
      assert.deepEqual(kept, ['p4', 'p5', 'p6'])
    },

  'CI-05 lets exactly one of sixteen simultaneous callers claim an authorization': async (
    store,
  ) => {
    await addSession(store, 'a')
    await store.createPending(pending('p'), 20)

    const claimed = await Promise.all(
      Array.from({ length: 16 }, () => store.claimPending('p', 'cookie-a', NOW, DEADLINE)),
    )

    assert.equal(claimed.filter((isClaimed) => isClaimed).length, 1)
    const { status, deadline } = (await store.loadPending('p')) ?? {}
    assert.deepEqual([status, deadline], ['exchanging', DEADLINE])
    assert.equal(await store.claimPending('p', 'cookie-a', DEADLINE + 1, DEADLINE + 30_000), false)
  },

  'AT-04 lets nobody claim an authorization that has expired or is not there': async (store) => {
    await addSession(store, 'a')
    await store.createPending(pending('p', { expiresAt: NOW + 10 }), 20)

    assert.equal(await store.claimPending('p', 'cookie-a', NOW + 10, DEADLINE), false)
    assert.equal(await store.claimPending('q', 'cookie-a', NOW, DEADLINE), false)
    assert.equal((await store.loadPending('p'))?.status, 'waiting')
    assert.equal(await store.claimPending('p', 'cookie-a', NOW + 9, DEADLINE), true)
  },

  'settles with outcome, connection, rotation and news at once': async (store) => {
    await addSession(store, 'a')
    await store.createPending(pending('p'), 20)
    await store.claimPending('p', 'cookie-a', NOW, DEADLINE)
    const heard: unknown[] = []
    store.onNews((...news) => heard.push(news))

    const settled = await store.settlePending({
      ...{ stateHash: 'p', outcome: '{"connected":true}', now: NOW, connection: connection() },
      rotation: { from: 'cookie-a', to: 'new', retiredUntil: NOW + 60_000 },
    })

    assert.equal(settled, true)
    const { status, outcome } = (await store.loadPending('p')) ?? {}
    assert.deepEqual([status, outcome], ['settled', '{"connected":true}'])
    assert.deepEqual(await store.loadConnections('a'), [connection()])
    assert.equal((await store.loadSession('new'))?.key, 'a')
    assert.equal(await store.loadEnded('cookie-a', NOW), 'rotated')
    assert.deepEqual(heard, [['a', 1]])
    const started = await begin(store)
    assert.deepEqual([started.connections, started.news], [[connection()], 1])
  },

  'settles nothing that is waiting, settled or not there': async (store) => {
    await addSession(store, 'a')
    await store.createPending(pending('p'), 20)
    const settlement = { stateHash: 'p', outcome: '"late"', now: NOW, connection: connection() }

    assert.equal(await store.settlePending(settlement), false)
    assert.equal(await store.settlePending({ ...settlement, stateHash: 'q' }), false)
    await store.claimPending('p', 'cookie-a', NOW, DEADLINE)
    const declined = { stateHash: 'p', outcome: '"declined"', now: NOW }
    assert.equal(await store.settlePending(declined), true)
    assert.equal(await store.settlePending(settlement), false)

    assert.equal((await store.loadPending('p'))?.outcome, '"declined"')
    assert.deepEqual(await store.loadConnections('a'), [])
    assert.equal(await store.loadNews('a'), 1)
  },

  'CB-13 settles nothing after the deadline: whoever waited was told that nothing came of it':
    async (store) => {
      await addSession(store, 'a')
      await store.createPending(pending('p'), 20)
      await store.claimPending('p', 'cookie-a', NOW, DEADLINE)
      const settlement = { stateHash: 'p', outcome: '"late"', connection: connection() }
      const rotation = { from: 'cookie-a', to: 'new', retiredUntil: NOW + 60_000 }

      assert.equal(await store.settlePending({ ...settlement, rotation, now: DEADLINE }), false)
      assert.deepEqual(await store.loadConnections('a'), [])
      assert.equal((await store.loadSession('cookie-a'))?.key, 'a')
      assert.equal(await store.settlePending({ ...settlement, now: DEADLINE - 1 }), true)
    },

  'shows each run what came of the settled authorizations, oldest first, until they expire': async (
    store,
  ) => {
    await addSession(store, 'a')
    await addSession(store, 'b')
    const entries = [
      pending('late', { startedAt: NOW + 2 }),
      pending('early', { startedAt: NOW + 1, provider: 'google' }),
      pending('short', { expiresAt: NOW + 10 }),
      pending('foreign', { sessionKey: 'b' }),
    ]
    for (const entry of entries) {
      await store.createPending(entry, 20)
      await store.claimPending(entry.stateHash, 'cookie-a', NOW, DEADLINE)
      await store.settlePending({ stateHash: entry.stateHash, outcome: '"declined"', now: NOW })
    }
    await store.createPending(pending('waiting'), 20)

    const { outcomes } = await begin(store, { now: NOW + 10 })
    const { outcomes: before } = await begin(store, { tabId: 'u', now: NOW + 9 })

    const [google, vimeo] = [
      { provider: 'google', startedAt: NOW + 1, outcome: '"declined"' },
      { provider: 'vimeo', startedAt: NOW + 2, outcome: '"declined"' },
    ]
    assert.deepEqual(outcomes, [google, vimeo])
    assert.deepEqual(before, [{ ...vimeo, startedAt: NOW }, google, vimeo])
  },

  'AT-10 lets nobody claim an authorization who presents another cookie than the one in force':
    async (store) => {
      await addSession(store, 'a')
      await addSession(store, 'b')
      await store.createPending(pending('p'), 20)
      const rotation = { from: 'cookie-a', to: 'new', retiredUntil: NOW + 60_000 }
      await store.rotateSession('a', rotation)

      assert.equal(await store.claimPending('p', 'cookie-a', NOW, DEADLINE), false)
      assert.equal(await store.claimPending('p', 'cookie-b', NOW, DEADLINE), false)
      assert.equal(await store.claimPending('p', 'new', NOW, DEADLINE), true)
    },

  'AT-10 lets the authorizations of a session be claimed one after the other, and those of others be':
    async (store) => {
      await addSession(store, 'a')
      await addSession(store, 'b')
      for (const name of ['p', 'q', 'r']) await store.createPending(pending(name), 20)
      await store.createPending(pending('of b', { sessionKey: 'b' }), 20)

      assert.equal(await store.claimPending('p', 'cookie-a', NOW, DEADLINE), true)
      assert.equal(await store.claimPending('q', 'cookie-a', NOW, DEADLINE), false)
      assert.equal(await store.claimPending('of b', 'cookie-b', NOW, DEADLINE), true)
      assert.equal((await store.loadPending('q'))?.status, 'waiting')
      await store.settlePending({ stateHash: 'p', outcome: '{}', now: NOW })
      assert.equal(await store.claimPending('q', 'cookie-a', NOW, DEADLINE), true)
      // One whose process died is in nobody's way for ever.
      assert.equal(await store.claimPending('r', 'cookie-a', DEADLINE - 1, DEADLINE + 1), false)
      assert.equal(await store.claimPending('r', 'cookie-a', DEADLINE, DEADLINE + 1), true)
    },

  'AT-10 settles nothing where the cookie id to be replaced is not in force': async (store) => {
    await addSession(store, 'a')
    await store.createPending(pending('p'), 20)
    await store.claimPending('p', 'cookie-a', NOW, DEADLINE)
    await store.rotateSession('a', { from: 'cookie-a', to: 'other', retiredUntil: NOW + 60_000 })

    const settled = await store.settlePending({
      ...{ stateHash: 'p', outcome: '{}', now: NOW, connection: connection() },
      rotation: { from: 'cookie-a', to: 'new', retiredUntil: NOW + 60_000 },
    })

    assert.equal(settled, false)
    assert.deepEqual(await store.loadConnections('a'), [])
    assert.equal((await store.loadPending('p'))?.status, 'exchanging')
    assert.equal((await store.loadSession('other'))?.key, 'a')
  },
}
