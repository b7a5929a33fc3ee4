import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createMemorySessionStore } from '../../src/store/memory-sessions.ts'
import { tokensOf, userOf } from './rows.ts'
import { startSheet, type TestSheet } from './sheet.ts'

/** The readable column of all rows, the header first. */
function shownIn({ person }: Pick<TestSheet, 'person'>, column = 3): readonly string[] {
  return person.rows('users').map((row) => row[column] ?? '')
}

describe('what is forgotten in a sheet', () => {
  test('CR-10 leaves no ciphertext, no readable text and no parts of it', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    const long = 'x'.repeat(120_000)
    await store.saveUser(userOf('ann', { sealed: long, readable: { email: 'ann@example.com' } }))
    await store.saveTokenSet(tokensOf('ann'))
    await store.saveUser(userOf('bob', { readable: { email: 'bob@example.com' } }))
    const cells = (tab: string) => sheet.person.rows(tab).flat()
    const before = [...cells('users'), ...cells('throughline')].filter((cell) =>
      /^tl[123]/.test(cell),
    )
    assert.equal((await store.loadUser(userOf('ann')))?.sealed, long)

    await store.forgetUser(userOf('ann'))
    await store.forgetTokenSet(tokensOf('ann'), 1)

    const after = [...cells('users'), ...cells('throughline')].filter((cell) =>
      /^tl[123]/.test(cell),
    )
    assert.ok(before.length > 5)
    assert.equal(after.length, 1)
    assert.deepEqual(
      sheet.person.rows('users').map((row) => row[3] ?? ''),
      ['email', '', 'bob@example.com'],
    )
    const later = await sheet.open(createMemorySessionStore())
    assert.equal(await later.loadUser(userOf('ann')), undefined)
    assert.equal((await later.loadUser(userOf('bob')))?.sealed, 'record of bob')
    assert.equal(await later.saveUser(userOf('ann', { version: 9 })), true)
    assert.equal(sheet.person.rows('users').length, 3)
  })

  test('makes no row where nothing was kept', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()

    await store.forgetUser(userOf('ann'))
    assert.equal(await store.forgetTokenSet(tokensOf('ann'), 1), false)
    assert.equal(await store.saveUser(userOf('ann', { version: 2 }), 1), false)

    assert.deepEqual(sheet.person.rows('users'), [['id', 'record', 'tokens']])
    assert.equal(sheet.google.counts.writes, 1)
  })
})

describe('readable columns', () => {
  test('SH-01 show what the app names, as texts, beside columns of people', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    await store.saveUser(userOf('ann', { readable: { name: 'Ann' } }))
    sheet.person.type('users', 'E1', 'notes')
    sheet.person.type('users', 'E2', 'mine')
    const evil = '=HYPERLINK("http://evil.example","x")'

    await store.saveUser(
      userOf('ann', { version: 2, readable: { name: evil, email: 'a@b.example' } }),
      1,
    )

    assert.deepEqual(
      sheet.person.rows('users').map((row) => row.slice(3)),
      [
        ['name', 'email', 'notes'],
        [`'${evil}`, 'a@b.example', 'mine'],
      ],
    )
    assert.equal((await store.loadUser(userOf('ann')))?.readable, undefined)
  })

  test('are shown again in the right rows where people have sorted in the very moment of a write', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    for (const name of ['ann', 'bob']) await store.saveUser(userOf(name, { readable: { name } }))
    sheet.google.setSwitches({ delayMilliseconds: 100 })

    const saving = store.saveUser(userOf('ann', { version: 2, readable: { name: 'Ann B.' } }), 1)
    setTimeout(() => sheet.person.move('users', { row: 2 }, 4), 40)
    assert.equal(await saving, true)
    await store.close()

    assert.deepEqual(shownIn(sheet), ['name', 'bob', 'Ann B.'])
    const record = await sheet.open(createMemorySessionStore())
    assert.equal((await record.loadUser(userOf('bob')))?.sealed, 'record of bob')
  })

  test('CR-10 of who is forgotten do not stay where people have sorted in that very moment', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    for (const name of ['ann', 'bob']) await store.saveUser(userOf(name, { readable: { name } }))
    sheet.google.setSwitches({ delayMilliseconds: 100 })

    const forgetting = store.forgetUser(userOf('ann'))
    setTimeout(() => sheet.person.move('users', { row: 2 }, 4), 40)
    await forgetting
    await store.close()

    assert.deepEqual(shownIn(sheet), ['name', 'bob', ''])
  })

  test('are shown again in the right column where people have put one in before it in that very moment', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const store = await sheet.open()
    await store.saveUser(userOf('ann', { readable: { name: 'Ann' } }))
    sheet.google.setSwitches({ delayMilliseconds: 100 })

    const saving = store.saveUser(userOf('ann', { version: 2, readable: { name: 'Ann B.' } }), 1)
    setTimeout(() => sheet.person.insert('users', { column: 'A' }), 40)
    assert.equal(await saving, true)
    await store.close()

    assert.deepEqual(shownIn(sheet, 4), ['name', 'Ann B.'])
  })
})
