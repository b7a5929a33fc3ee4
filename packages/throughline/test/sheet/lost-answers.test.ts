import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../../src/base/error.ts'
import { createMemorySessionStore } from '../../src/store/memory-sessions.ts'
import { userOf } from './rows.ts'
import { startSheet } from './sheet.ts'

const FAILURES = [
  ['is applied and its answer lost', { appliedThenDropped: 1 }],
  ['is applied and answered by 500', { appliedThenError: 1 }],
  ['is answered by 500 and not applied', { internalErrors: 1 }],
  ['is answered by 503 and not applied', { unavailable: 1 }],
  // Later than it is tried again, which is after a second.
  ['is lost and applied later', { droppedThenApplied: 1, appliedLaterMilliseconds: 1800 }],
] as const

describe('a write', () => {
  for (const [what, switches] of FAILURES) {
    test(`SH-04 that ${what} is done once: of a new row`, async (context) => {
      const sheet = await startSheet()
      context.after(() => sheet.close())
      const store = await sheet.open()
      sheet.google.setSwitches(switches)

      const ids = () => sheet.person.rows('users').flatMap(([id]) => id || [])

      assert.equal(await store.saveUser(userOf('ann')), true)
      assert.equal(ids().length, 2, 'the header and one row')
      if ('droppedThenApplied' in switches) while (ids().length < 3) await later(10)
      // The first write from now on sees a second row, the next one clears it.
      assert.equal(await store.saveUser(userOf('bob')), true)
      assert.equal(await store.saveUser(userOf('cleo')), true)

      assert.equal(ids().length, 4, ids().join('\n'))
      const other = await sheet.open(createMemorySessionStore())
      assert.deepEqual(await other.loadUser(userOf('ann')), userOf('ann'))
    })

    test(`SH-04 that ${what} is done once: of a cell that others change meanwhile`, async (context) => {
      const sheet = await startSheet()
      context.after(() => sheet.close())
      const store = await sheet.open()
      const other = await sheet.open(createMemorySessionStore())
      await store.saveUser(userOf('ann'))
      sheet.google.setSwitches(switches)

      const second = userOf('ann', { version: 2, sealed: 'second' })
      assert.equal(await store.saveUser(second, 1), true)
      assert.equal(await other.saveUser(userOf('ann', { version: 3, sealed: 'third' }), 2), true)
      // That it comes and changes nothing leaves no trace to wait for.
      if ('droppedThenApplied' in switches) await later(1000)

      const last = await sheet.open(createMemorySessionStore())
      assert.equal((await last.loadUser(userOf('ann')))?.sealed, 'third')
    })
  }

  test('SH-04 waits while the quota is used up, and is done then', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    sheet.google.setSwitches({ quotas: true, writesPerUser: 0 })

    let isDone = false
    const saving = store.saveUser(userOf('ann')).then((value) => {
      isDone = true
      return value
    })
    while (sheet.google.requests.every(({ status }) => status !== 429)) await later(10)
    assert.equal(isDone, false)
    sheet.google.setSwitches({ quotas: false })

    assert.equal(await saving, true)
    assert.equal(sheet.person.rows('users').length, 2)
  })

  test('that Google refuses for good is told to whoever waits, and the next one goes on', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    const email = (JSON.parse(sheet.keyFile) as { readonly client_email: string }).client_email
    sheet.google.share(sheet.spreadsheetId, email, 'reader')

    await assert.rejects(store.saveUser(userOf('ann')), (error) => {
      assert.ok(isThroughlineError(error, 'sheet.not-shared'))
      assert.match(error.message, new RegExp(`shared with ${email} as an editor`))
      return true
    })
    sheet.google.share(sheet.spreadsheetId, email, 'writer')
    assert.equal(await store.saveUser(userOf('ann')), true)
  })

  test('SH-04 that Google refuses harms no other that was to ride with it', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    // More than a cell takes.
    sheet.google.setSwitches({ cellCharacters: 2000 })

    const [ann, ...others] = await Promise.allSettled([
      store.saveUser(userOf('ann', { sealed: 'x'.repeat(3000) })),
      ...['bob', 'cleo'].map((name) => store.saveUser(userOf(name))),
    ])

    assert.equal(ann?.status, 'rejected')
    assert.ok(isThroughlineError(ann.reason, 'sheet.refused'))
    assert.deepEqual(
      others.map((one) => one.status === 'fulfilled' && one.value),
      [true, true],
    )
    const other = await sheet.open(createMemorySessionStore())
    assert.equal(await other.loadUser(userOf('ann')), undefined)
    assert.deepEqual(await other.loadUser(userOf('bob')), userOf('bob'))
  })

  test('goes on with a new access token where the old one has ended early', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    sheet.google.revokeTokens()

    assert.equal(await store.saveUser(userOf('ann')), true)
  })
})

describe('a reading', () => {
  test('that fails once is tried again', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const [store, other] = [await sheet.open(), await sheet.open()]
    await store.saveUser(userOf('ann'))
    sheet.google.setSwitches({ unavailable: 1, failing: 'reads' })

    assert.deepEqual(await other.loadUser(userOf('ann')), userOf('ann'))
  })

  test('answers from the copy while Google is away, but never where it must be fresh', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const [store, other] = [await sheet.open(), await sheet.open()]
    await store.saveUser(userOf('ann'))
    assert.ok(await other.loadUser(userOf('ann')))
    await store.saveUser(userOf('bob'))
    sheet.google.setSwitches({ unavailable: 4, failing: 'reads' })

    assert.deepEqual(await other.loadUser(userOf('ann')), userOf('ann'))
    const key = { ...userOf('ann'), clientId: 'client' }
    await assert.rejects(other.loadTokenSet(key, { fresh: true }), (error) =>
      isThroughlineError(error, 'sheet.unavailable'),
    )
    assert.deepEqual(await other.loadUser(userOf('bob')), userOf('bob'))
  })
})

describe('many writes', () => {
  test('ride in few requests, and few readings are enough', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    const names = Array.from({ length: 300 }, (_, at) => `person-${at}`)
    const before = { ...sheet.google.counts }

    const saved = await Promise.all(names.map((name) => store.saveUser(userOf(name))))
    const found = await Promise.all(names.map((name) => store.loadUser(userOf(name))))
    const again = await Promise.all(
      names.map((name) => store.saveUser(userOf(name, { version: 2, sealed: 'second' }), 1)),
    )

    assert.ok([...saved, ...again].every(Boolean))
    assert.ok(found.every((row) => row !== undefined))
    const { reads, writes } = sheet.google.counts
    assert.ok(writes - before.writes <= 4, `${writes - before.writes} writes`)
    assert.ok(reads - before.reads <= 3, `${reads - before.reads} reads`)
    assert.equal(sheet.person.rows('users').length, 301)
  })
})

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
