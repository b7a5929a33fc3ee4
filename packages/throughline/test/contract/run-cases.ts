/*
 * What must hold for runs and tabs.
 */
import assert from 'node:assert/strict'
import type { SessionStore } from '../../src/store/session-store.ts'
import type { Cases } from './contract.ts'
import { NOW, addSession, begin, download, runOf, runRequest } from './records.ts'

/** Cases of runs and tabs. */
export const RUN_CASES: Cases<SessionStore> = {
  'begins the first run of a tab with nothing remembered': async (store) => {
    await addSession(store, 'a')

    const started = await begin(store)

    assert.deepEqual(started, {
      tab: { id: 't', run: 1, number: 0, interrupted: false },
      acts: true,
      state: [],
      connections: [],
      endedDownloads: [],
      goingDownloads: [],
      outcomes: [],
      news: 0,
    })
  },

  'holds a tab for one run until a commit ends it': async (store) => {
    await addSession(store, 'a')
    const first = await begin(store)
    assert.equal(await store.startRun(runRequest({ owner: 'two' })), undefined)
    assert.equal(await store.startRun(runRequest()), undefined)

    await store.commitRun({ ...runOf(first), ends: false })
    assert.equal(await store.startRun(runRequest({ owner: 'two' })), undefined)

    await store.commitRun({ ...runOf(first), ends: true })
    assert.equal((await begin(store, { owner: 'two' })).tab.run, 2)
  },

  'lets one of sixteen simultaneous runs begin': async (store) => {
    await addSession(store, 'a')

    const started = await Promise.all(
      Array.from({ length: 16 }, (_, i) => store.startRun(runRequest({ owner: `owner-${i}` }))),
    )

    assert.equal(started.filter((run) => run !== undefined).length, 1)
  },

  'holds each tab of a session by itself': async (store) => {
    await addSession(store, 'a')

    await begin(store, { tabId: 't' })

    assert.equal((await begin(store, { tabId: 'u' })).tab.run, 1)
  },

  'gives a tab away once the hold has lapsed, and raises its number': async (store) => {
    await addSession(store, 'a')
    await begin(store, { heldUntil: NOW + 10 })

    assert.equal(await store.startRun(runRequest({ owner: 'two', now: NOW + 9 })), undefined)
    const second = await begin(store, { owner: 'two', now: NOW + 10 })

    assert.equal(second.tab.run, 2)
  },

  'gives a run at least the number that the document asks for': async (store) => {
    await addSession(store, 'a')

    const first = await begin(store, { runAtLeast: 7 })
    await store.commitRun({ ...runOf(first), ends: true })
    const second = await begin(store, { runAtLeast: 3 })

    assert.equal(first.tab.run, 7)
    assert.equal(second.tab.run, 8)
  },

  'prolongs a hold for the run that has it': async (store) => {
    await addSession(store, 'a')
    const { tab } = await begin(store, { heldUntil: NOW + 10 })

    assert.equal(await store.renewRun('a', 't', tab.run, 'one', NOW + 20), true)

    assert.equal(await store.startRun(runRequest({ owner: 'two', now: NOW + 19 })), undefined)
  },

  'prolongs no hold that another run took, or that was given back': async (store) => {
    await addSession(store, 'a')
    const lost = await begin(store, { heldUntil: NOW + 10 })
    const { tab } = await begin(store, { owner: 'two', now: NOW + 10, heldUntil: NOW + 20 })

    assert.equal(await store.renewRun('a', 't', lost.tab.run, 'one', NOW + 90), false)
    assert.equal(await store.renewRun('a', 't', tab.run, 'one', NOW + 90), false)
    assert.equal(await store.renewRun('a', 't', tab.run + 1, 'two', NOW + 90), false)
    await store.commitRun({ ...runOf({ ...lost, tab }, 'two'), ends: true })
    assert.equal(await store.renewRun('a', 't', tab.run, 'two', NOW + 90), false)
  },

  'acts on an interaction once': async (store) => {
    await addSession(store, 'a')
    const first = await begin(store, { number: 4 })
    await store.commitRun({ ...runOf(first), ends: true })

    const again = await begin(store, { number: 4 })
    await store.commitRun({ ...runOf(again), ends: true })
    const older = await begin(store, { number: 3 })
    await store.commitRun({ ...runOf(older), ends: true })
    const next = await begin(store, { number: 5 })

    assert.deepEqual(
      [first, again, older, next].map((run) => [run.acts, run.tab.number]),
      [
        [true, 0],
        [false, 4],
        [false, 4],
        [true, 4],
      ],
    )
  },

  'tells the next run that a press never ended, until one has': async (store) => {
    await addSession(store, 'a')
    const pressed = await begin(store, { number: 1, heldUntil: NOW + 10 })
    assert.equal(pressed.tab.interrupted, false)
    assert.equal((await store.loadTab('a', 't'))?.interrupted, true)

    const repeated = await begin(store, { number: 1, now: NOW + 10, heldUntil: NOW + 20 })
    assert.deepEqual([repeated.acts, repeated.tab.interrupted], [false, true])
    await store.commitRun({ ...runOf(repeated), ends: false })
    assert.equal((await store.loadTab('a', 't'))?.interrupted, true)

    await store.commitRun({ ...runOf(repeated), ends: true })
    assert.equal((await begin(store, { number: 2 })).tab.interrupted, false)
  },

  'interrupts nothing with a run that nothing was pressed for': async (store) => {
    await addSession(store, 'a')
    await begin(store, { heldUntil: NOW + 10 })

    const next = await begin(store, { now: NOW + 10 })

    assert.deepEqual([next.acts, next.tab.interrupted], [true, false])
  },

  'commits values, state and notice at once, and shows them to the next run': async (store) => {
    await addSession(store, 'a')
    const first = await begin(store)
    const state = [{ name: 'n', sealed: 'sealed' }]

    const commit = { ...runOf(first), values: 'v', state, notice: 'Look.' }
    assert.equal(await store.commitRun({ ...commit, ends: true }), true)

    const second = await begin(store)
    assert.deepEqual(second.tab, {
      ...{ id: 't', run: 2, number: 0, interrupted: false },
      ...{ values: 'v', notice: 'Look.' },
    })
    assert.deepEqual(second.state, [{ name: 'n', sealed: 'sealed', version: 1 }])
    assert.equal((await store.loadTab('a', 't'))?.values, 'v')
  },

  'keeps values and notice that a commit does not name, and drops a notice on demand': async (
    store,
  ) => {
    await addSession(store, 'a')
    const started = await begin(store)
    await store.commitRun({ ...runOf(started), ends: false, values: 'v', notice: 'Look.' })

    await store.commitRun({ ...runOf(started), ends: false })
    const kept = await store.loadTab('a', 't')
    await store.commitRun({ ...runOf(started), ends: false, notice: null })
    const dropped = await store.loadTab('a', 't')

    assert.deepEqual([kept?.values, kept?.notice], ['v', 'Look.'])
    assert.equal(dropped?.values, 'v')
    assert.equal(Object.hasOwn(dropped, 'notice'), false)
  },

  'keeps a sentence told from outside for the next run, also when a run under way drops its own':
    async (store) => {
      await addSession(store, 'a')
      const first = await begin(store)
      await store.tellTab('a', 't', 'Look.')
      await store.tellTab('a', 'nowhere', 'Look.')

      await store.commitRun({ ...runOf(first), ends: true, notice: null })
      const second = await begin(store)
      await store.commitRun({ ...runOf(second), ends: true, notice: null })
      const third = await begin(store)

      assert.deepEqual(
        [first, second, third].map((run) => run.tab.notice),
        [undefined, 'Look.', undefined],
      )
      assert.equal(await store.loadTab('a', 'nowhere'), undefined)
    },

  'DO-04 keeps so many tabs of a session: a new one takes the place of the one seen longest ago':
    async (store) => {
      await addSession(store, 'a')
      await addSession(store, 'b')
      const mostTabs = 2
      await begin(store, { sessionKey: 'b', tabId: 'beside', mostTabs })
      await begin(store, { tabId: 'held', mostTabs, heldUntil: NOW + 100 })
      for (const [at, tabId] of ['one', 'two', 'one', 'three', 'four'].entries()) {
        const now = NOW + at + 1
        const started = await begin(store, { tabId, mostTabs, now })
        await store.commitRun({ ...runOf(started), ends: true, now })
      }

      const found = ['held', 'one', 'two', 'three', 'four'].map((id) => store.loadTab('a', id))

      assert.deepEqual(
        (await Promise.all(found)).map((tab) => tab?.id),
        ['held', 'one', undefined, 'three', 'four'],
      )
      assert.ok(await store.loadTab('b', 'beside'))
    },

  'writes nothing for a run that lost its tab': async (store) => {
    await addSession(store, 'a')
    const lost = await begin(store, { heldUntil: NOW + 10 })
    await store.createDownload(download('d', { outcome: 'sealed' }), 9)
    const taken = await begin(store, { owner: 'two', now: NOW + 10 })
    const state = [{ name: 'n', sealed: 'sealed' }]
    const written = { values: 'v', state, notice: 'Look.', toldDownloads: ['d'], ends: true }

    assert.equal(await store.commitRun({ ...runOf(lost), ...written }), false)
    assert.equal(await store.commitRun({ ...runOf(taken, 'one'), ...written }), false)
    assert.equal(await store.commitRun({ ...runOf(lost, 'two'), ...written }), false)

    assert.equal((await store.loadTab('a', 't'))?.values, undefined)
    assert.deepEqual(await store.loadState('a'), [])
    assert.equal(await store.startRun(runRequest({ now: NOW + 10 })), undefined)
    assert.equal(await store.commitRun({ ...runOf(taken, 'two'), ends: true }), true)
    assert.equal((await begin(store)).endedDownloads.length, 1)
  },

  'commits for a run whose hold has lapsed while nobody took the tab': async (store) => {
    await addSession(store, 'a')
    const late = await begin(store, { heldUntil: NOW + 10 })

    const commit = { ...runOf(late), now: NOW + 99, values: 'v', ends: true }

    assert.equal(await store.commitRun(commit), true)
    assert.equal((await store.loadTab('a', 't'))?.values, 'v')
  },

  'writes nothing for a run that has ended': async (store) => {
    await addSession(store, 'a')
    const started = await begin(store)
    await store.commitRun({ ...runOf(started), ends: true, values: 'first' })

    assert.equal(await store.commitRun({ ...runOf(started), ends: true, values: 'second' }), false)

    assert.equal((await store.loadTab('a', 't'))?.values, 'first')
  },
}
