/*
 * What must hold for connections, and for the accounts that wait beside them.
 */
import assert from 'node:assert/strict'
import type { SessionStore } from '../../src/store/session-store.ts'
import type { Cases } from './contract.ts'
import { NOW, addSession, connect, connection, revocation } from './records.ts'

/** Cases of connections and newcomers. */
export const CONNECTION_CASES: Cases<SessionStore> = {
  'replaces the connection of the same provider and slot, and no other': async (store) => {
    await addSession(store, 'a')
    const spare = connection({ slot: 'spare', connectedAt: NOW + 1 })
    const renewed = connection({ clientId: 'other', subjectIndex: 'index-2', connectedAt: NOW + 2 })

    for (const entry of [connection(), spare, renewed]) await connect(store, entry)

    assert.deepEqual(await store.loadConnections('a'), [spare, renewed])
  },

  'MX-12 keeps another account beside the one that is connected, and puts it in its place once':
    async (store) => {
      await addSession(store, 'a')
      const bob = connection({ subjectIndex: 'index-2', connectedAt: NOW + 1 })
      await connect(store, connection())
      await connect(store, bob)
      assert.deepEqual(await store.loadConnections('a'), [connection()])
      assert.deepEqual(await store.loadNewcomers('a'), [bob])
      const heard: unknown[] = []
      store.onNews((...news) => heard.push(news))

      const placed = { ...bob, account: 'sealed for its place' }
      const take = () => store.takeNewcomer(bob, placed)
      const taken = await Promise.all([take(), take(), take()])

      assert.deepEqual(
        taken.filter((isFirst) => isFirst),
        [true],
      )
      assert.deepEqual(await store.loadConnections('a'), [placed])
      assert.deepEqual(await store.loadNewcomers('a'), [])
      assert.deepEqual(heard, [['a', 3]])
      assert.equal(await store.dismissNewcomer(bob, revocation('late')), false)
      assert.deepEqual(await store.takeRevocations(NOW, NOW + 1), [])
    },

  'MX-12 puts another account in the place of the one that is connected where it was asked for':
    async (store) => {
      await addSession(store, 'a')
      const bob = connection({ subjectIndex: 'index-2', connectedAt: NOW + 1 })
      await connect(store, connection())
      await connect(store, bob, { replaces: true })

      assert.deepEqual(await store.loadConnections('a'), [bob])
      assert.deepEqual(await store.loadNewcomers('a'), [])
    },

  'MX-12 keeps the revocation of a newcomer with the step that drops it, where nothing else refers to its account':
    async (store) => {
      for (const key of ['a', 'b']) await addSession(store, key)
      const bob = connection({ subjectIndex: 'index-2' })
      const bobOfB = connection({ sessionKey: 'b', subjectIndex: 'index-2' })
      await connect(store, connection())
      await connect(store, connection({ sessionKey: 'b' }))
      await connect(store, bob)
      await connect(store, bobOfB)

      assert.equal(await store.dismissNewcomer(bob, revocation('shared')), false)
      assert.deepEqual(await store.takeRevocations(NOW, NOW + 1), [])
      assert.equal(await store.dismissNewcomer(bobOfB, revocation('last')), true)

      const due = await store.takeRevocations(NOW, NOW + 1)
      assert.deepEqual(
        due.map(({ id }) => id),
        ['last'],
      )
      assert.deepEqual(await store.loadNewcomers('a'), [])
      assert.deepEqual(await store.loadConnections('a'), [connection()])
    },

  'forgets newcomers with their account': async (store) => {
    for (const key of ['a', 'b']) {
      await addSession(store, key)
      await connect(store, connection({ sessionKey: key }))
      await connect(store, connection({ sessionKey: key, subjectIndex: 'index-2' }))
    }

    const keys = await store.forgetAccount('vimeo', 'client', 'index-2')
    assert.deepEqual(keys.toSorted(), ['a', 'b'])
    assert.deepEqual(await store.loadNewcomers('a'), [])
    assert.equal((await store.loadConnections('a')).length, 1)
  },

  'RV-02 keeps newcomers of sessions that have ended, however they did, until they are dismissed':
    async (store) => {
      const newcomerOf = (sessionKey: string) => connection({ sessionKey, subjectIndex: 'index-2' })
      for (const key of ['a', 'b', 'c']) {
        await addSession(store, key)
        await connect(store, connection({ sessionKey: key }))
        await connect(store, newcomerOf(key))
      }
      assert.deepEqual(await store.loadAbandonedNewcomers(), [])

      await store.forgetSession('b', NOW)
      assert.deepEqual(await store.loadAbandonedNewcomers(), [newcomerOf('b')])
      assert.equal(await store.dismissNewcomer(newcomerOf('b'), revocation('early')), false)
      await store.touchSession('a', NOW + 10)
      await store.reap(NOW + 10, NOW + 10)
      assert.deepEqual(await store.loadAbandonedNewcomers(), [newcomerOf('c')])
      assert.deepEqual(await store.loadNewcomers('a'), [newcomerOf('a')])
      await store.forgetSession('a', NOW)
      assert.equal(await store.dismissNewcomer(newcomerOf('a'), revocation('early')), false)
      assert.equal(await store.dismissNewcomer(newcomerOf('c'), revocation('last')), true)

      assert.deepEqual(await store.loadAbandonedNewcomers(), [])
      const due = await store.takeRevocations(NOW, NOW + 1)
      assert.deepEqual(
        due.map(({ id }) => id),
        ['last'],
      )
    },

  'tells which sessions refer to an account that one refers to': async (store) => {
    for (const key of ['a', 'b', 'c', 'd']) await addSession(store, key)
    await connect(store, connection({ sessionKey: 'a' }))
    await connect(store, connection({ sessionKey: 'a', slot: 'x', provider: 'google' }))
    await connect(store, connection({ sessionKey: 'b', slot: 'work' }))
    await connect(store, connection({ sessionKey: 'c', subjectIndex: 'index-2' }))

    assert.deepEqual((await store.relatedSessions('a')).toSorted(), ['a', 'b'])
    assert.deepEqual((await store.relatedSessions('b')).toSorted(), ['a', 'b'])
    assert.deepEqual(await store.relatedSessions('c'), ['c'])
    assert.deepEqual(await store.relatedSessions('d'), [])
  },

  "forgets every session's reference to an account, and tells whose": async (store) => {
    for (const key of ['a', 'b', 'c']) await addSession(store, key)
    await connect(store, connection({ sessionKey: 'a' }))
    await connect(store, connection({ sessionKey: 'a', slot: 'twice' }))
    await connect(store, connection({ sessionKey: 'b' }))
    await connect(store, connection({ sessionKey: 'b', slot: 'x', clientId: 'other' }))
    await connect(store, connection({ sessionKey: 'c', subjectIndex: 'index-2' }))

    const keys = await store.forgetAccount('vimeo', 'client', 'index-1')

    assert.deepEqual(keys.toSorted(), ['a', 'b'])
    const left = await Promise.all(['a', 'b', 'c'].map((key) => store.loadConnections(key)))
    assert.deepEqual(
      left.map((connections) => connections.length),
      [0, 1, 1],
    )
    assert.deepEqual(await store.forgetAccount('vimeo', 'client', 'index-1'), [])
  },
}
