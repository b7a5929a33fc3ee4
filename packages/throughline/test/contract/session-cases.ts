/*
 * What must hold for sessions, their cookie ids and their end.
 */
import assert from 'node:assert/strict'
import type { SessionStore } from '../../src/store/session-store.ts'
import type { Cases } from './contract.ts'
import * as records from './records.ts'

const { NOW, addSession, begin, connect, connection, download, pending, runOf } = records

/** Fills everything that can hang on a session. */
async function fill(store: SessionStore, key: string): Promise<void> {
  await addSession(store, key)
  const started = await begin(store, { sessionKey: key })
  const state = [{ name: 'n', sealed: 'sealed' }]
  await store.commitRun({ ...runOf(started), sessionKey: key, ends: true, values: 'v', state })
  await connect(store, connection({ sessionKey: key }))
  await store.createPending(pending(`p-${key}`, { sessionKey: key }), 20)
  await store.createDownload(download(`d-${key}`, { sessionKey: key }), 9)
  await store.saveCached({ scope: key, key: 'c', sealed: 'sealed', expiresAt: NOW + 600_000 })
  const rotation = { from: `cookie-${key}`, to: `rotated-${key}`, retiredUntil: NOW + 600_000 }
  await store.rotateSession(key, rotation)
}

/** Lists which of the things that {@link fill} made are there. */
async function remains(store: SessionStore, key: string): Promise<readonly string[]> {
  const found = {
    session: await store.loadSession(`rotated-${key}`),
    tab: await store.loadTab(key, 't'),
    state: (await store.loadState(key))[0],
    connection: (await store.loadConnections(key))[0],
    pending: await store.loadPending(`p-${key}`),
    download: await store.loadDownload(`d-${key}`),
    cached: await store.loadCached(key, 'c', NOW),
    news: (await store.loadNews(key)) || undefined,
  }
  return Object.entries(found).flatMap(([name, value]) => (value === undefined ? [] : [name]))
}

const EVERYTHING = [
  ...['session', 'tab', 'state', 'connection', 'pending', 'download', 'cached', 'news'],
]

/** Cases of sessions. */
export const SESSION_CASES: Cases<SessionStore> = {
  'finds a session by its cookie hash': async (store) => {
    const session = { key: 'a', cookieHash: 'h', createdAt: NOW, seenAt: NOW }

    assert.equal(await store.createSession(session), true)

    assert.deepEqual(await store.loadSession('h'), session)
    assert.equal(await store.loadSession('other'), undefined)
  },

  'finds a session by its inner key, until it is forgotten': async (store) => {
    const session = { key: 'a', cookieHash: 'h', createdAt: NOW, seenAt: NOW }
    await store.createSession(session)

    assert.deepEqual(await store.findSession('a'), session)
    assert.equal(await store.findSession('h'), undefined)
    await store.forgetSession('a', NOW + 5)
    assert.equal(await store.findSession('a'), undefined)
  },

  'refuses a session whose key or cookie hash is taken': async (store) => {
    const session = { key: 'a', cookieHash: 'h', createdAt: NOW, seenAt: NOW }
    await store.createSession(session)

    assert.equal(await store.createSession({ ...session, cookieHash: 'i' }), false)
    assert.equal(await store.createSession({ ...session, key: 'b' }), false)
    assert.equal(await store.loadSession('i'), undefined)
    assert.deepEqual(await store.loadSession('h'), session)
  },

  'notes when a session was last seen, and never goes back': async (store) => {
    await addSession(store, 'a')

    await store.touchSession('a', NOW + 5)
    await store.touchSession('a', NOW + 2)

    assert.equal((await store.loadSession('cookie-a'))?.seenAt, NOW + 5)
  },

  'SE-03 rotates a cookie id only from the one in force': async (store) => {
    await addSession(store, 'a')
    const rotation = { from: 'cookie-a', to: 'new', retiredUntil: NOW + 60_000 }

    assert.equal(await store.rotateSession('a', { ...rotation, from: 'other' }), false)
    assert.equal(await store.rotateSession('a', rotation), true)
    assert.equal(await store.rotateSession('a', { ...rotation, to: 'newer' }), false)

    assert.equal(await store.loadSession('cookie-a'), undefined)
    assert.equal((await store.loadSession('new'))?.key, 'a')
    assert.equal(await store.loadSession('newer'), undefined)
  },

  'SE-03 remembers a retired cookie id until its time, and adopts it for no new session': async (
    store,
  ) => {
    await addSession(store, 'a')
    const rotation = { from: 'cookie-a', to: 'new', retiredUntil: NOW + 60_000 }
    assert.equal(await store.loadEnded('cookie-a', NOW), undefined)

    await store.rotateSession('a', rotation)

    assert.equal(await store.loadEnded('cookie-a', NOW + 59_999), 'rotated')
    assert.equal(await store.loadEnded('cookie-a', NOW + 60_000), undefined)
    assert.equal(await store.loadEnded('new', NOW), undefined)
    const planted = { key: 'b', cookieHash: 'cookie-a', createdAt: NOW, seenAt: NOW }
    assert.equal(await store.createSession(planted), false)
  },

  "refuses a rotation to another session's cookie id": async (store) => {
    await addSession(store, 'a')
    await addSession(store, 'b')
    const rotation = { from: 'cookie-a', to: 'cookie-b', retiredUntil: NOW + 60_000 }

    assert.equal(await store.rotateSession('a', rotation), false)

    assert.equal((await store.loadSession('cookie-a'))?.key, 'a')
    assert.equal((await store.loadSession('cookie-b'))?.key, 'b')
    assert.equal(await store.loadEnded('cookie-a', NOW), undefined)
  },

  'SE-03 remembers the cookie id of an ended session until its time, and adopts it for no new one':
    async (store) => {
      await addSession(store, 'a')
      await store.rotateSession('a', { from: 'cookie-a', to: 'new', retiredUntil: NOW + 10 })

      await store.forgetSession('a', NOW + 60_000)

      assert.equal(await store.loadEnded('new', NOW + 59_999), 'ended')
      assert.equal(await store.loadEnded('new', NOW + 60_000), undefined)
      assert.equal(await store.loadEnded('cookie-a', NOW + 9), 'rotated')
      assert.equal(await store.loadEnded('other', NOW), undefined)
      const planted = { key: 'b', cookieHash: 'new', createdAt: NOW + 59_999, seenAt: NOW }
      assert.equal(await store.createSession(planted), false)
      assert.equal(await store.createSession({ ...planted, createdAt: NOW + 60_000 }), true)
    },

  'forgets a session with all that hangs on it, and nothing of another': async (store) => {
    await fill(store, 'a')
    await fill(store, 'b')
    assert.deepEqual(await remains(store, 'a'), EVERYTHING)

    await store.forgetSession('a', NOW)

    assert.deepEqual(await remains(store, 'a'), [])
    assert.deepEqual(await remains(store, 'b'), EVERYTHING)
  },

  'D7 lets nothing be written to a forgotten session': async (store) => {
    await addSession(store, 'a')
    const started = await begin(store)
    await store.createPending(pending('p'), 20)
    await store.claimPending('p', 'cookie-a', NOW, NOW + 30_000)

    await store.forgetSession('a', NOW)

    const noSession = { code: 'store.no-session' }
    assert.equal(await store.commitRun({ ...runOf(started), ends: true, values: 'v' }), false)
    assert.equal(await store.settlePending({ stateHash: 'p', outcome: '{}', now: NOW }), false)
    await assert.rejects(store.startRun(records.runRequest()), noSession)
    await assert.rejects(store.createPending(pending('q'), 20), noSession)
    await assert.rejects(store.createDownload(download('d'), 9), noSession)
    await assert.rejects(store.replaceState('a', 'n', 0, 'sealed'), noSession)
    await store.announce('a')
    assert.equal(await store.loadNews('a'), 0)
  },

  'reaps what has expired, and keeps what has not': async (store) => {
    await addSession(store, 'a')
    const [past, future] = [{ expiresAt: NOW }, { expiresAt: NOW + 1 }]
    for (const [name, times] of Object.entries({ past, future })) {
      await store.createPending(pending(name, times), 20)
      await store.createDownload(download(name, times), 9)
      await store.saveCached({ scope: 'app', key: name, sealed: 'sealed', ...times })
    }
    await store.rotateSession('a', { from: 'cookie-a', to: 'b', retiredUntil: NOW })
    await store.rotateSession('a', { from: 'b', to: 'c', retiredUntil: NOW + 1 })

    await store.reap(NOW, NOW)

    for (const [name, isThere] of Object.entries({ past: false, future: true })) {
      assert.equal((await store.loadPending(name)) !== undefined, isThere)
      assert.equal((await store.loadDownload(name)) !== undefined, isThere)
      assert.equal((await store.loadCached('app', name, 0)) !== undefined, isThere)
    }
    assert.equal(await store.loadEnded('cookie-a', 0), undefined)
    assert.equal(await store.loadEnded('b', 0), 'rotated')
    assert.equal((await store.loadSession('c'))?.key, 'a')
  },

  'SE-06 reaps a session that was not seen, with all that hangs on it': async (store) => {
    await fill(store, 'a')
    await fill(store, 'b')
    await store.touchSession('b', NOW + 10)
    const { tab } = await begin(store, { sessionKey: 'b', now: NOW + 10 })

    await store.reap(NOW + 1, NOW + 10)

    assert.deepEqual(await remains(store, 'a'), [])
    assert.deepEqual(await remains(store, 'b'), EVERYTHING)
    assert.equal((await store.loadTab('b', 't'))?.run, tab.run)
  },

  'DO-04 counts sessions, and reaps those without a connection that were not seen': async (
    store,
  ) => {
    assert.equal(await store.countSessions(), 0)
    for (const key of ['idle', 'connected', 'seen']) await addSession(store, key)
    await connect(store, connection({ sessionKey: 'connected' }))
    await store.touchSession('seen', NOW + 10)
    const cached = { scope: 'idle', key: 'c', sealed: 'sealed', expiresAt: NOW + 600_000 }
    await store.saveCached(cached)
    await store.saveCached({ ...cached, scope: 'seen' })
    assert.equal(await store.countSessions(), 3)

    await store.reapUnconnected(NOW + 10)

    assert.equal(await store.countSessions(), 2)
    assert.equal(await store.loadSession('cookie-idle'), undefined)
    assert.equal(await store.loadCached('idle', 'c', NOW), undefined)
    assert.notEqual(await store.loadCached('seen', 'c', NOW), undefined)
    assert.equal((await store.loadSession('cookie-connected'))?.key, 'connected')
    assert.equal((await store.loadConnections('connected')).length, 1)
    assert.equal((await store.loadSession('cookie-seen'))?.key, 'seen')
  },

  'DO-04 reaps a tab without a run of a session that goes on': async (store) => {
    await addSession(store, 'a')
    await begin(store, { tabId: 'old' })
    await begin(store, { tabId: 'young', now: NOW + 10 })
    await store.touchSession('a', NOW + 10)

    await store.reap(NOW + 10, NOW + 10)

    assert.equal(await store.loadTab('a', 'old'), undefined)
    assert.equal((await store.loadTab('a', 'young'))?.run, 1)
  },
}
