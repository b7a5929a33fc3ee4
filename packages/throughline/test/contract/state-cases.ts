/*
 * What must hold for what a session remembers, and that no session sees another's.
 */
import assert from 'node:assert/strict'
import type { SessionStore, StateEntry } from '../../src/store/session-store.ts'
import type { Cases } from './contract.ts'
import * as records from './records.ts'

const { NOW, addSession, begin, connect, connection, download, pending, runOf } = records

/** Runs once in tab `tabId` and writes these names. */
async function write(
  store: SessionStore,
  tabId: string,
  names: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const started = await begin(store, { tabId })
  const state = Object.entries(names).map(([name, sealed]) =>
    sealed === undefined ? { name } : { name, sealed },
  )
  await store.commitRun({ ...runOf(started), ends: true, state })
}

function byName(state: readonly StateEntry[]): Record<string, string> {
  const sorted = state.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return Object.fromEntries(
    sorted.map(({ name, sealed, version }) => [name, `${sealed} ${version}`]),
  )
}

/** Cases of session state and of the walls between sessions. */
export const STATE_CASES: Cases<SessionStore> = {
  'merges what two runs wrote by name': async (store) => {
    await addSession(store, 'a')
    const first = await begin(store, { tabId: 't' })
    const second = await begin(store, { tabId: 'u' })

    const [x, y] = [
      { name: 'x', sealed: 'from t' },
      { name: 'y', sealed: 'from u' },
    ]
    await store.commitRun({ ...runOf(second), ends: true, state: [y] })
    await store.commitRun({ ...runOf(first), ends: true, state: [x] })

    assert.deepEqual(byName(await store.loadState('a')), { x: 'from t 1', y: 'from u 1' })
  },

  'raises the version with each write and never uses one twice': async (store) => {
    await addSession(store, 'a')

    await write(store, 't', { x: 'first' })
    await write(store, 't', { x: 'second' })
    assert.deepEqual(byName(await store.loadState('a')), { x: 'second 2' })
    await write(store, 't', { x: undefined, never: undefined })
    assert.deepEqual(await store.loadState('a'), [])
    assert.deepEqual((await begin(store, { tabId: 'u' })).state, [])
    await write(store, 't', { x: 'third' })

    assert.deepEqual(byName(await store.loadState('a')), { x: 'third 4' })
  },

  'replaces a name only while its version is the expected one': async (store) => {
    await addSession(store, 'a')

    assert.equal(await store.replaceState('a', 'x', 1, 'too early'), false)
    assert.equal(await store.replaceState('a', 'x', 0, 'first'), true)
    assert.equal(await store.replaceState('a', 'x', 0, 'late'), false)
    assert.equal(await store.replaceState('a', 'x', 1, 'second'), true)
    assert.equal(await store.replaceState('a', 'x', 1, 'late'), false)

    assert.deepEqual(byName(await store.loadState('a')), { x: 'second 2' })
  },

  'replaces a removed name as an absent one': async (store) => {
    await addSession(store, 'a')
    await write(store, 't', { x: 'first' })
    await write(store, 't', { x: undefined })

    assert.equal(await store.replaceState('a', 'x', 1, 'late'), false)
    assert.equal(await store.replaceState('a', 'x', 2, 'late'), false)
    assert.equal(await store.replaceState('a', 'x', 0, 'again'), true)

    assert.deepEqual(byName(await store.loadState('a')), { x: 'again 3' })
  },

  'forgets a name in every session that remembers it, and nothing else': async (store) => {
    for (const key of ['a', 'b', 'c']) await addSession(store, key)
    for (const key of ['a', 'b']) await store.replaceState(key, 'x', 0, `of ${key}`)
    await store.replaceState('b', 'y', 0, 'other')

    assert.deepEqual((await store.forgetState('x')).toSorted(), ['a', 'b'])
    assert.deepEqual(await store.forgetState('x'), [])
    assert.deepEqual(await store.loadState('a'), [])
    assert.deepEqual(byName(await store.loadState('b')), { y: 'other 1' })
    assert.deepEqual((await begin(store, { sessionKey: 'a', tabId: 't' })).state, [])
    assert.equal(await store.replaceState('a', 'x', 1, 'late'), false)
    assert.equal(await store.replaceState('a', 'x', 0, 'again'), true)
    assert.deepEqual(byName(await store.loadState('a')), { x: 'again 3' })
  },

  'lets one of sixteen simultaneous replacements win': async (store) => {
    await addSession(store, 'a')

    const won = await Promise.all(
      Array.from({ length: 16 }, (_, i) => store.replaceState('a', 'x', 0, `writer ${i}`)),
    )

    assert.equal(won.filter((isWon) => isWon).length, 1)
  },

  'keeps any text under any name': async (store) => {
    await addSession(store, 'a')
    const odd = {
      "'; DROP TABLE tabs; --": 'ü\u0000🧵',
      '': '',
      __proto__name: 'x'.repeat(200_000),
    }

    await write(store, 't', odd)

    const state = await store.loadState('a')
    assert.deepEqual(
      new Map(state.map((entry) => [entry.name, entry.sealed])),
      new Map(Object.entries(odd)),
    )
  },

  'TU-03 shows a session nothing of another by any id': async (store) => {
    await addSession(store, 'a')
    await addSession(store, 'b')
    await write(store, 't', { x: 'of a' })
    await connect(store, connection())
    await store.createDownload(download('d', { outcome: 'sealed' }), 9)
    await store.saveCached({ scope: 'a', key: 'c', sealed: 'sealed', expiresAt: NOW + 1 })
    await store.announce('a')

    const foreign = await begin(store, { sessionKey: 'b' })

    assert.deepEqual(foreign, {
      tab: { id: 't', run: 1, number: 0, interrupted: false },
      ...{
        acts: true,
        state: [],
        connections: [],
        endedDownloads: [],
        goingDownloads: [],
        outcomes: [],
        news: 0,
      },
    })
    assert.equal(await store.loadTab('b', 'other'), undefined)
    assert.deepEqual(await store.loadState('b'), [])
    assert.deepEqual(await store.loadConnections('b'), [])
    assert.equal(await store.loadCached('b', 'c', NOW), undefined)
    assert.equal((await begin(store)).endedDownloads.length, 1)
  },

  'TU-03 lets a session change nothing of another by any id': async (store) => {
    await addSession(store, 'a')
    await addSession(store, 'b')
    const started = await begin(store)
    await store.commitRun({ ...runOf(started), ends: false, values: 'of a' })
    await connect(store, connection())
    await store.createDownload(download('d', { outcome: 'sealed' }), 9)
    const foreign = await begin(store, { sessionKey: 'b', tabId: 'u' })
    const { run } = started.tab

    assert.equal(await store.renewRun('b', 't', run, 'one', NOW + 90_000), false)
    assert.equal(
      await store.commitRun({ ...runOf(started), sessionKey: 'b', ends: true, values: 'of b' }),
      false,
    )
    await store.commitRun({
      ...{ ...runOf(foreign), sessionKey: 'b', ends: true, toldDownloads: ['d'] },
      state: [{ name: 'x', sealed: 'of b' }],
    })
    await store.tellTab('b', 't', 'Look.')
    const rotation = { from: 'cookie-a', to: 'stolen', retiredUntil: NOW + 1 }
    assert.equal(await store.rotateSession('b', rotation), false)
    await store.forgetSession('b', NOW)

    const tab = await store.loadTab('a', 't')
    assert.deepEqual([tab?.values, tab?.notice], ['of a', undefined])
    assert.deepEqual(await store.loadState('a'), [])
    assert.equal((await store.loadConnections('a')).length, 1)
    assert.equal((await store.loadSession('cookie-a'))?.key, 'a')
    assert.equal(await store.commitRun({ ...runOf(started), ends: true }), true)
    assert.equal((await begin(store)).endedDownloads.length, 1)
  },

  'TU-03 links no account to a session that did not ask for it': async (store) => {
    await addSession(store, 'a')
    await addSession(store, 'b')
    await store.createPending(pending('p'), 20)
    await store.claimPending('p', 'cookie-a', NOW, NOW + 30_000)
    const settlement = { stateHash: 'p', outcome: '{}', now: NOW }

    await assert.rejects(
      store.settlePending({ ...settlement, connection: connection({ sessionKey: 'b' }) }),
      { code: 'store.foreign-connection' },
    )

    assert.deepEqual(await store.loadConnections('b'), [])
    assert.equal((await store.loadPending('p'))?.status, 'exchanging')
    assert.equal(await store.settlePending({ ...settlement, connection: connection() }), true)
  },
}
