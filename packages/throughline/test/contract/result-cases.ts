/*
 * What must hold for downloads, the cache, leases, refreshes and the news.
 */
import assert from 'node:assert/strict'
import type { SessionStore } from '../../src/store/session-store.ts'
import type { Cases } from './contract.ts'
import { NOW, addSession, begin, download, revocation, runOf } from './records.ts'

const TOKEN_SET = { provider: 'vimeo', clientId: 'client', subjectIndex: 'index-1' }

/** Cases of downloads, cached results, leases, refreshes and news. */
export const RESULT_CASES: Cases<SessionStore> = {
  'keeps a download as it was given, and its newest outcome': async (store) => {
    await addSession(store, 'a')
    await store.createDownload(download('d'), 9)
    assert.deepEqual(await store.loadDownload('d'), download('d'))

    await store.endDownload('d', 'first')
    await store.endDownload('d', 'second')
    await store.endDownload('nowhere', 'lost')

    assert.deepEqual(await store.loadDownload('d'), download('d', { outcome: 'second' }))
    assert.equal(await store.loadDownload('nowhere'), undefined)
    await assert.rejects(store.createDownload(download('d'), 9), { code: 'store.name-taken' })
  },

  'DO-04 keeps so many downloads of a session, the newest': async (store) => {
    await addSession(store, 'a')
    await addSession(store, 'b')
    await store.createDownload(download('beside', { sessionKey: 'b' }), 2)
    for (const id of ['one', 'two', 'three']) await store.createDownload(download(id), 2)

    const found = ['one', 'two', 'three', 'beside'].map((id) => store.loadDownload(id))

    assert.deepEqual(
      (await Promise.all(found)).map((one) => one?.idHash),
      [undefined, 'two', 'three', 'beside'],
    )
  },

  'keeps how far a download has come until it ends or is given up': async (store) => {
    await addSession(store, 'a')
    await store.createDownload(download('silent'), 9)
    await store.createDownload(download('going'), 9)
    await store.createDownload(download('elsewhere', { tabId: 'u' }), 9)
    for (const id of ['going', 'elsewhere', 'nowhere']) await store.noteDownload(id, 'half', NOW)
    const going = download('going', { progress: 'half', progressAt: NOW })

    assert.deepEqual(await store.loadDownload('going'), going)
    const first = await begin(store)
    assert.deepEqual(first.goingDownloads, [going])
    await store.commitRun({ ...runOf(first), ends: true })
    await store.noteDownload('going', 'more', NOW + 1)
    const second = await begin(store)
    assert.deepEqual(
      second.goingDownloads.map(({ progress, progressAt }) => [progress, progressAt]),
      [['more', NOW + 1]],
    )
    await store.commitRun({ ...runOf(second), ends: true })

    await store.endDownload('going', 'sealed')
    assert.deepEqual(await store.loadDownload('going'), download('going', { outcome: 'sealed' }))
    await store.noteDownload('elsewhere', undefined, NOW)
    assert.deepEqual(await store.loadDownload('elsewhere'), download('elsewhere', { tabId: 'u' }))
    assert.deepEqual((await begin(store)).goingDownloads, [])
  },

  'shows of each button how far its newest download has come, and no older one': async (store) => {
    await addSession(store, 'a')
    const other = { widget: 'other' }
    await store.createDownload(download('old'), 9)
    await store.createDownload(download('beside', other), 9)
    await store.createDownload(download('new'), 9)
    for (const id of ['old', 'beside', 'new']) await store.noteDownload(id, id, NOW)
    const progress = async () => {
      const started = await begin(store)
      await store.commitRun({ ...runOf(started), ends: true })
      return started.goingDownloads.map((going) => going.progress)
    }

    assert.deepEqual(await progress(), ['beside', 'new'])
    await store.noteDownload('old', 'later', NOW + 1)
    assert.deepEqual(await progress(), ['beside', 'new'])
    await store.endDownload('new', 'sealed')
    assert.deepEqual(await progress(), ['beside'])
  },

  "shows ended downloads to each run of their tab until they're told": async (store) => {
    await addSession(store, 'a')
    await store.createDownload(download('going'), 9)
    await store.createDownload(download('done'), 9)
    await store.createDownload(download('elsewhere', { tabId: 'u', outcome: 'sealed' }), 9)
    await store.endDownload('done', 'sealed')
    const ended = [download('done', { outcome: 'sealed' })]

    const first = await begin(store)
    await store.commitRun({ ...runOf(first), ends: true })
    const second = await begin(store)
    await store.commitRun({ ...runOf(second), ends: true, toldDownloads: ['done', 'elsewhere'] })
    const third = await begin(store)

    assert.deepEqual(first.endedDownloads, ended)
    assert.deepEqual(second.endedDownloads, ended)
    assert.deepEqual(third.endedDownloads, [])
    assert.equal((await begin(store, { tabId: 'u' })).endedDownloads.length, 1)
    assert.equal((await store.loadDownload('done'))?.outcome, 'sealed')
  },

  'shows an outcome that came while an older one was being told': async (store) => {
    await addSession(store, 'a')
    await store.createDownload(download('d', { outcome: 'first' }), 9)
    const started = await begin(store)

    await store.endDownload('d', 'second')
    await store.commitRun({ ...runOf(started), ends: true, toldDownloads: ['d'] })

    const next = await begin(store)
    assert.deepEqual(next.endedDownloads, [download('d', { outcome: 'second' })])
  },

  'keeps a cached result until it expires': async (store) => {
    const record = { scope: 'app', key: 'k', sealed: 'sealed', expiresAt: NOW + 10 }

    await store.saveCached({ ...record, sealed: 'older', account: 'vimeo/c/i' })
    await store.saveCached(record)

    assert.deepEqual(await store.loadCached('app', 'k', NOW + 9), record)
    assert.equal(await store.loadCached('app', 'k', NOW + 10), undefined)
    assert.equal(await store.loadCached('a', 'k', NOW), undefined)
    assert.equal(await store.loadCached('app', 'l', NOW), undefined)
  },

  'forgets what was cached for an account in every scope': async (store) => {
    const rest = { sealed: 'sealed', expiresAt: NOW + 10 }
    const [mine, other] = ['vimeo/client/index-1', 'vimeo/client/index-2']
    await store.saveCached({ scope: 'app', key: 'k', account: mine, ...rest })
    await store.saveCached({ scope: 'a', key: 'k', account: mine, ...rest })
    await store.saveCached({ scope: 'a', key: 'l', account: other, ...rest })
    await store.saveCached({ scope: 'a', key: 'm', ...rest })

    await store.forgetCached(mine)

    assert.equal(await store.loadCached('app', 'k', NOW), undefined)
    assert.equal(await store.loadCached('a', 'k', NOW), undefined)
    assert.equal((await store.loadCached('a', 'l', NOW))?.account, other)
    assert.deepEqual(await store.loadCached('a', 'm', NOW), { scope: 'a', key: 'm', ...rest })
  },

  'gives a name to one owner at a time, with a fence that rises when it changes hands': async (
    store,
  ) => {
    const first = await store.takeLease('n', 'one', NOW, NOW + 10)
    assert.ok(first)
    assert.deepEqual([first.name, first.owner], ['n', 'one'])

    assert.equal(await store.takeLease('n', 'two', NOW + 9, NOW + 20), undefined)
    assert.deepEqual(await store.takeLease('n', 'one', NOW + 9, NOW + 12), first)
    assert.equal(await store.takeLease('n', 'two', NOW + 11, NOW + 20), undefined)
    assert.ok(await store.takeLease('m', 'two', NOW, NOW + 10))
    const second = await store.takeLease('n', 'two', NOW + 12, NOW + 20)
    assert.ok(second)
    assert.ok(second.fence > first.fence)
    await store.releaseLease(second)
    await store.reap(NOW, NOW)
    const third = await store.takeLease('n', 'one', NOW, NOW + 10)

    assert.ok(third)
    assert.ok(third.fence > second.fence)
  },

  'lets one of sixteen simultaneous owners take a lease': async (store) => {
    const taken = await Promise.all(
      Array.from({ length: 16 }, (_, i) => store.takeLease('n', `owner-${i}`, NOW, NOW + 10)),
    )

    assert.equal(taken.filter((lease) => lease !== undefined).length, 1)
  },

  'counts what is changed elsewhere, each name by itself': async (store) => {
    assert.equal(await store.loadCount('sheet'), 0)

    const counts = await Promise.all([1, 2, 3].map(() => store.raiseCount('sheet')))

    assert.deepEqual(
      counts.toSorted((one, other) => one - other),
      [1, 2, 3],
    )
    assert.equal(await store.loadCount('sheet'), 3)
    assert.equal(await store.loadCount('other'), 0)
  },

  'prolongs and frees a lease only for its holder': async (store) => {
    const lost = await store.takeLease('n', 'one', NOW, NOW + 10)
    const held = await store.takeLease('n', 'two', NOW + 10, NOW + 20)
    assert.ok(lost && held)

    assert.equal(await store.renewLease(lost, NOW + 90), false)
    await store.releaseLease(lost)
    assert.equal(await store.renewLease({ ...held, owner: 'one' }, NOW + 90), false)
    assert.equal(await store.renewLease(held, NOW + 30), true)

    assert.equal(await store.takeLease('n', 'one', NOW + 29, NOW + 40), undefined)
    await store.releaseLease(held)
    assert.equal(await store.renewLease(held, NOW + 30), false)
    assert.ok(await store.takeLease('n', 'one', NOW + 29, NOW + 40))
  },

  'RF-09 counts how often the newest generation of a token set was presented': async (store) => {
    assert.equal(await store.notePresented(TOKEN_SET, 5, NOW), 1)
    assert.equal(await store.notePresented(TOKEN_SET, 5, NOW), 2)
    assert.equal(await store.notePresented(TOKEN_SET, 4, NOW), 0)
    await store.noteAnswered(TOKEN_SET, 4)
    assert.equal(await store.notePresented(TOKEN_SET, 5, NOW), 3)
    assert.equal(await store.notePresented(TOKEN_SET, 6, NOW), 1)
    await store.noteAnswered(TOKEN_SET, 5)
    assert.equal(await store.notePresented(TOKEN_SET, 6, NOW), 2)
  },

  'RF-09 takes back one count for each answer, and is left with none': async (store) => {
    for (const _ of [1, 2]) await store.notePresented(TOKEN_SET, 5, NOW)

    await store.noteAnswered(TOKEN_SET, 5)
    assert.equal(await store.notePresented(TOKEN_SET, 5, NOW), 2)
    for (const _ of [1, 2, 3]) await store.noteAnswered(TOKEN_SET, 5)

    assert.equal(await store.notePresented(TOKEN_SET, 5, NOW), 1)
    await store.noteAnswered(TOKEN_SET, 5)
    assert.equal(await store.notePresented(TOKEN_SET, 4, NOW), 1)
  },

  'RF-09 counts apart by provider, client and account, and gives each of many a count of its own':
    async (store) => {
      for (const other of [{ provider: 'google' }, { clientId: 'other' }, { subjectIndex: 'i2' }]) {
        assert.equal(await store.notePresented({ ...TOKEN_SET, ...other }, 5, NOW), 1)
      }
      const counts = await Promise.all(
        Array.from({ length: 8 }, () => store.notePresented(TOKEN_SET, 5, NOW)),
      )
      assert.deepEqual(new Set(counts), new Set([1, 2, 3, 4, 5, 6, 7, 8]))
    },

  'RF-09 knows for thirty days that a token was presented, and not beyond a disconnect': async (
    store,
  ) => {
    const thirtyDays = 30 * 24 * 3_600_000
    const other = { ...TOKEN_SET, subjectIndex: 'index-2' }
    await store.notePresented(TOKEN_SET, 5, NOW)
    await store.notePresented(other, 5, NOW + 1)

    await store.reap(NOW + thirtyDays, 0)
    assert.equal(await store.notePresented(TOKEN_SET, 5, NOW), 1)
    assert.equal(await store.notePresented(other, 5, NOW), 2)
    await store.forgetAccount('vimeo', 'client', 'index-2')
    assert.equal(await store.notePresented(TOKEN_SET, 5, NOW), 2)
    assert.equal(await store.notePresented(other, 5, NOW), 1)
  },

  'tells every listener of each announcement once and at once, until it stops': async (store) => {
    await addSession(store, 'a')
    await addSession(store, 'b')
    const [heard, also]: [string[], string[]] = [[], []]
    const stop = store.onNews((key, news) => heard.push(`${key}${news}`))
    store.onNews((key, news) => also.push(`${key}${news}`))

    await store.announce('a')
    assert.deepEqual(heard, ['a1'])
    await store.announce('a')
    await store.announce('b')
    stop()
    await store.announce('b')

    assert.deepEqual(heard, ['a1', 'a2', 'b1'])
    assert.deepEqual(also, ['a1', 'a2', 'b1', 'b2'])
    assert.deepEqual([await store.loadNews('a'), await store.loadNews('nobody')], [2, 0])
    assert.equal((await begin(store)).news, 2)
  },

  'SE-07 announces that a session was forgotten': async (store) => {
    await addSession(store, 'a')
    await store.announce('a')
    const heard: string[] = []
    store.onNews((key, news) => heard.push(`${key}${news}`))

    await store.forgetSession('a', NOW)
    await store.forgetSession('a', NOW)

    assert.deepEqual(heard, ['a2'])
  },

  'RV-01 gives a revocation that is due to one who asks, and again later, until it is dropped or expires':
    async (store) => {
      const one = revocation('one')
      for (const each of [one, revocation('late', { dueAt: NOW + 500 }), revocation('gone')]) {
        await store.createRevocation(each)
      }
      await store.dropRevocation('gone')

      const asked = await Promise.all([1, 2].map(() => store.takeRevocations(NOW, NOW + 900)))
      assert.deepEqual(asked.flat(), [{ ...one, dueAt: NOW + 900 }])
      const later = await store.takeRevocations(NOW + 900, NOW + 2000)
      assert.deepEqual(later.map(({ id }) => id).toSorted(), ['late', 'one'])
      assert.deepEqual(await store.takeRevocations(NOW + 3000, NOW + 4000), [])
    },

  'RV-01 drops the revocations of one account, and of no other': async (store) => {
    await store.createRevocation(revocation('one'))
    await store.createRevocation(revocation('other', { subjectIndex: 'index-2' }))
    await store.createRevocation(revocation('client', { clientId: 'other' }))

    await store.dropRevocationsOf('vimeo', 'client', 'index-1')

    const left = await store.takeRevocations(NOW, NOW + 1)
    assert.deepEqual(left.map(({ id }) => id).toSorted(), ['client', 'other'])
  },
}
