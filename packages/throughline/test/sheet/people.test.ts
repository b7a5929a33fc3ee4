import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { isThroughlineError } from '../../src/base/error.ts'
import { createMemorySessionStore } from '../../src/store/memory-sessions.ts'
import { tokensOf, userOf } from './rows.ts'
import { startSheet, type TestSheet } from './sheet.ts'

const NAMES = ['ann', 'bob', 'cleo']

/** A sheet with three people in it. */
async function sheetOfThree(context: TestContext) {
  const sheet = await startSheet()
  context.after(() => sheet.close())
  const store = await sheet.open()
  for (const name of NAMES) {
    await Promise.all([store.saveUser(userOf(name)), store.saveTokenSet(tokensOf(name))])
  }
  return { ...sheet, store }
}

/** A process that has read nothing yet, and shares nothing with the others. */
const openAnew = (sheet: Pick<TestSheet, 'open'>) => sheet.open(createMemorySessionStore())

/** Which of the three records and token sets a new process finds. */
async function foundBy(sheet: Pick<TestSheet, 'open'>) {
  const store = await openAnew(sheet)
  const found = await Promise.all(
    NAMES.map(async (name) => [
      (await store.loadUser(userOf(name)).catch(toSentence))?.toString() === '[object Object]',
      (await store.loadTokenSet(tokensOf(name)).catch(toSentence))?.toString() ===
        '[object Object]',
    ]),
  )
  return found.flat()
}

function toSentence(error: unknown): string {
  assert.ok(isThroughlineError(error), String(error))
  return error.message
}

const ALL = Array.from({ length: 6 }, () => true)

describe('a person who has the sheet open', () => {
  test('sees a header, and one row per account, sealed', async (context) => {
    const { person } = await sheetOfThree(context)
    const [header, ...rows] = person.rows('users')

    assert.deepEqual(person.tabs(), ['users', 'Sheet1', 'throughline'])
    assert.deepEqual(header, ['id', 'record', 'tokens'])
    assert.equal(rows.length, 3)
    for (const [id = '', record = '', tokens = ''] of rows) {
      assert.match(id, /^u\.[\w-]{22}\.[\w-]{12}$/)
      for (const cell of [record, tokens]) assert.match(cell, /^tl1\.a256gcm\.k1\.[\w-]+$/)
    }
    assert.doesNotMatch(rows.flat().join(), /vimeo|index|client|public|ann/)
  })

  test('SH-03 sorts, colours, filters, and adds rows and columns: everybody is found, and saved where they are', async (context) => {
    const { person, store, ...sheet } = await sheetOfThree(context)

    person.sort('users', { column: 'B', descending: true })
    person.insert('users', { column: 'A', count: 2 })
    person.type('users', 'A1', 'my notes')
    person.type('users', 'A2', 'calls on Monday')
    person.insert('users', { row: 2, count: 3 })
    person.move('users', { column: 'D' }, 'A')
    person.colour('users', 'A1:C9', '#ffeeaa')
    person.filter('users', 'C', (shown) => shown === '')

    assert.deepEqual(await foundBy(sheet), ALL)
    assert.equal(await store.saveUser(userOf('bob', { version: 2, sealed: 'second' }), 1), true)
    assert.equal(await store.saveUser(userOf('dan')), true)
    assert.deepEqual(await foundBy(sheet), ALL)
    const later = await openAnew(sheet)
    assert.equal((await later.loadUser(userOf('bob')))?.sealed, 'second')
    assert.equal((await later.loadUser(userOf('dan')))?.sealed, 'record of dan')
    assert.ok(person.rows('users').flat().includes('calls on Monday'))
  })

  test('SH-03 deletes a row: its person begins anew, and the others stay', async (context) => {
    const { person, ...sheet } = await sheetOfThree(context)

    person.remove('users', { row: 3 })

    assert.deepEqual(await foundBy(sheet), [true, true, false, false, true, true])
    const store = await openAnew(sheet)
    assert.equal(await store.saveUser(userOf('bob', { version: 9 })), true)
    assert.equal((await store.loadUser(userOf('bob')))?.version, 9)
  })

  for (const [how, act, column] of [
    [
      'edits a sealed cell',
      (sheet: TestSheet) => sheet.person.type('users', 'B3', 'hello'),
      'record',
    ],
    ['empties one', (sheet: TestSheet) => sheet.person.type('users', 'B3', ''), 'record'],
    [
      'changes one character of one',
      ({ person }: TestSheet) =>
        person.type(
          'users',
          'B3',
          person.cell('users', 'B3').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
        ),
      'record',
    ],
    [
      'copies one into another row',
      ({ person }: TestSheet) => person.type('users', 'B3', person.cell('users', 'B2')),
      'record',
    ],
    [
      'copies one into another column',
      ({ person }: TestSheet) => person.type('users', 'B3', person.cell('users', 'C3')),
      'record',
    ],
    ['edits an id', (sheet: TestSheet) => sheet.person.type('users', 'A3', 'Bob'), 'id'],
  ] as const) {
    test(`SH-03 CR-03 ${how}: that person's record fails closed, named by row and column, and no one else's`, async (context) => {
      const { store: _, ...sheet } = await sheetOfThree(context)
      act(sheet)
      const store = await openAnew(sheet)

      await assert.rejects(store.loadUser(userOf('bob')), (error) => {
        assert.ok(isThroughlineError(error, 'sheet.altered'))
        assert.match(error.message, new RegExp(`row 3, column "${column}"`))
        return true
      })
      await assert.rejects(store.saveUser(userOf('bob', { version: 2 }), 1), /row 3/)
      await assert.rejects(store.saveUser(userOf('bob', { version: 7 })), /row 3/)
      await assert.rejects(store.forgetUser(userOf('bob')), /row 3/)
      assert.equal(await store.saveUser(userOf('ann', { version: 2 }), 1), true)
      assert.equal(sheet.person.rows('users').length, 4)
      assert.equal((await store.loadTokenSet(tokensOf('cleo')))?.sealed, 'tokens of cleo')
      if (column === 'record') {
        assert.equal((await store.loadTokenSet(tokensOf('bob')))?.sealed, 'tokens of bob')
      }
    })
  }

  test('SH-03 swaps two rows whole: that is sorting, and does no harm', async (context) => {
    const { person, ...sheet } = await sheetOfThree(context)
    person.move('users', { row: 2 }, 4)
    assert.deepEqual(await foundBy(sheet), ALL)
  })

  test('brings back an older cell: the program goes on from it', async (context) => {
    const { person, store, ...sheet } = await sheetOfThree(context)
    const before = person.cell('users', 'B2')
    await store.saveUser(userOf('ann', { version: 2 }), 1)

    person.type('users', 'B2', before)

    const later = await openAnew(sheet)
    assert.equal((await later.loadUser(userOf('ann')))?.version, 1)
    assert.equal(await later.saveUser(userOf('ann', { version: 2, sealed: 'anew' }), 1), true)
  })

  for (const [what, act, said] of [
    [
      'a header',
      (sheet: TestSheet) => sheet.person.type('users', 'B1', 'data'),
      /no column "record"/,
    ],
    [
      'the tab',
      (sheet: TestSheet) => sheet.person.renameTab('users', 'people'),
      /no tab "users"|tab of the sheet that the program keeps is gone/,
    ],
    [
      'the hidden tab',
      (sheet: TestSheet) => sheet.person.renameTab('throughline', 'other'),
      /no tab "throughline"|gone/,
    ],
  ] as const) {
    test(`SH-03 renames ${what}: nothing is read or written until it is back, and nothing is made in its place`, async (context) => {
      const { store, ...sheet } = await sheetOfThree(context)
      const tabs = sheet.person.tabs().length
      act(sheet)

      const isLayout = (error: unknown) =>
        isThroughlineError(error, 'sheet.layout') && said.test(error.message)
      const later = openAnew(sheet).then((one) => one.loadUser(userOf('ann')))
      await assert.rejects(later, isLayout)
      await assert.rejects(store.loadTokenSet(tokensOf('ann'), { fresh: true }), isLayout)
      assert.equal(sheet.person.tabs().length, tabs)
    })
  }

  test('SH-03 deletes the hidden tab and renames a header: no new secret is made beside what the old one finds', async (context) => {
    const { person, ...sheet } = await sheetOfThree(context)
    person.removeTab('throughline')
    person.type('users', 'A1', 'who')

    await assert.rejects(
      openAnew(sheet),
      (error) => isThroughlineError(error, 'sheet.layout') && /"throughline"/.test(error.message),
    )
    assert.deepEqual(person.tabs(), ['users', 'Sheet1'])
  })

  test('had a tab "users" of their own before: their columns stay', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    sheet.person.addTab('users')
    sheet.person.type('users', 'A1', 'id')
    sheet.person.type('users', 'A2', 'mine')

    const store = await sheet.open()
    assert.equal(await store.saveUser(userOf('ann')), true)

    assert.ok(sheet.person.rows('users').flat().includes('mine'))
    assert.deepEqual(await store.loadUser(userOf('ann')), userOf('ann'))
  })

  test('types into a column of their own while the program writes: both stay', async (context) => {
    const { person, store, ...sheet } = await sheetOfThree(context)
    person.type('users', 'D1', 'notes')
    const saving = Promise.all(
      NAMES.map((name) => store.saveUser(userOf(name, { version: 2, sealed: `later ${name}` }), 1)),
    )
    for (const row of [2, 3, 4]) person.type('users', `D${row}`, `note ${row}`)

    assert.deepEqual(await saving, [true, true, true])
    assert.deepEqual(
      person.rows('users').map((row) => row[3]),
      ['notes', 'note 2', 'note 3', 'note 4'],
    )
    assert.deepEqual(await foundBy(sheet), ALL)
  })

  test('puts a column in front in the very moment in which the program writes: everybody is found', async (context) => {
    const { person, store, google } = await sheetOfThree(context)
    google.setSwitches({ delayMilliseconds: 60 })
    const saving = store.saveUser(userOf('ann', { version: 2, sealed: 'later' }), 1)
    setTimeout(() => person.insert('users', { column: 'A' }), 20)

    assert.equal(await saving, true)
    assert.equal(person.cell('users', 'A1'), '')
    assert.equal((await store.loadUser(userOf('ann')))?.sealed, 'later')
    assert.equal((await store.loadUser(userOf('bob')))?.sealed, 'record of bob')
    assert.equal((await store.loadTokenSet(tokensOf('cleo')))?.sealed, 'tokens of cleo')
  })

  test('sorts in the very moment in which the program writes: no record lands in another row', async (context) => {
    const { person, store, google, ...sheet } = await sheetOfThree(context)
    google.setSwitches({ delayMilliseconds: 60 })
    const saving = NAMES.map((name) =>
      store.saveUser(userOf(name, { version: 2, sealed: `later ${name}`, readable: { name } }), 1),
    )
    let sorted = 0
    const sorting = setInterval(
      () => person.sort('users', { column: 'A', descending: (sorted += 1) % 2 === 0 }),
      15,
    )
    context.after(() => clearInterval(sorting))
    assert.deepEqual(await Promise.all(saving), [true, true, true])
    clearInterval(sorting)
    assert.ok(sorted > 1)
    google.setSwitches({ delayMilliseconds: 0 })

    const later = await openAnew(sheet)
    for (const name of NAMES) {
      assert.equal((await later.loadUser(userOf(name)))?.sealed, `later ${name}`)
    }
  })
})
