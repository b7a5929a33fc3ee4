/*
 * What people write into cells on purpose or by mistake, and whom it concerns.
 */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { isThroughlineError } from '../../src/base/error.ts'
import { systemRandom } from '../../src/base/random.ts'
import { wallClock } from '../../src/base/clock.ts'
import { createSealingKeys } from '../../src/crypto/key-ring.ts'
import { openKeyRing } from '../../src/keys/mac-key.ts'
import { unpaced } from '../../src/sheet/pace.ts'
import { createSheetWriter } from '../../src/sheet/sheet-writer.ts'
import { planChanges } from '../../src/sheet/plan.ts'
import { loadTable, type SheetTable } from '../../src/sheet/table.ts'
import { createMemorySessionStore } from '../../src/store/memory-sessions.ts'
import { tokensOf, userOf } from './rows.ts'
import { startSheet } from './sheet.ts'

/** Ann in row 2, Bob in row 3. */
async function startWithTwo(context: TestContext) {
  const sheet = await startSheet()
  context.after(() => sheet.close())
  const store = await sheet.open()
  for (const name of ['ann', 'bob']) {
    await store.saveUser(userOf(name, { readable: { name } }))
    await store.saveTokenSet(tokensOf(name))
  }
  return { ...sheet, store, openLater: () => sheet.open(createMemorySessionStore()) }
}

/** A sheet in which nobody is. */
const EMPTY: SheetTable = {
  layout: {
    usersId: 1,
    notesId: 2,
    columns: new Map([
      ['id', 0],
      ['record', 1],
      ['tokens', 2],
    ]),
  },
  ...{ seenAt: Infinity, rows: new Map(), surplus: [], notes: [], strays: [] },
}
const EVERYTHING = String.raw`|[\s\S]+`

describe('an edited cell', () => {
  test('SH-03 that holds a pattern is not what is searched for', async (context) => {
    const { person, openLater } = await startWithTwo(context)
    person.type('users', 'C2', `tl0.${EVERYTHING}`)
    person.type('users', 'A4', `${person.cell('users', 'A2').slice(0, 25)}${EVERYTHING}`)
    person.type('throughline', 'A2', 'p.x.0')
    person.type('throughline', 'B2', EVERYTHING.slice(1))
    const before = person.rows('users').slice(2)
    const store = await openLater()

    await assert.rejects(store.saveTokenSet(tokensOf('ann')), (error) =>
      isThroughlineError(error, 'sheet.altered'),
    )
    assert.equal(await store.saveUser(userOf('cleo')), true)

    assert.deepEqual(person.rows('users').slice(2, 4), before)
    assert.deepEqual(await store.loadUser(userOf('ann')), userOf('ann'))
    assert.deepEqual(await store.loadTokenSet(tokensOf('bob')), tokensOf('bob'))
    assert.equal(person.cell('throughline', 'B2'), EVERYTHING.slice(1))
  })

  test('SH-03 that is a copy of another person’s takes nothing of theirs along when it is cleared', async (context) => {
    const { person, openLater } = await startWithTwo(context)
    person.type('users', 'A4', `${person.cell('users', 'A2').slice(0, 25)}AAAAAAAAAAAA`)
    person.type('users', 'B4', `${person.cell('users', 'B3').slice(0, -3)}xyz`)
    person.type('users', 'C4', person.cell('users', 'C3'))
    const store = await openLater()

    assert.equal(await store.saveUser(userOf('cleo')), true)

    assert.deepEqual(await store.loadUser(userOf('bob')), userOf('bob'))
    assert.deepEqual(await store.loadTokenSet(tokensOf('bob')), tokensOf('bob'))
  })

  test('SH-03 that says that nothing is kept, copied to another row, costs nobody a cell', async (context) => {
    const { person, store, openLater } = await startWithTwo(context)
    await store.forgetTokenSet(tokensOf('ann'), 1)
    person.type('users', 'C3', person.cell('users', 'C2'))
    const later = await openLater()

    await assert.rejects(later.saveTokenSet(tokensOf('bob')), /row 3, column "tokens".*row 2/)
    assert.equal(await later.loadTokenSet(tokensOf('ann')), undefined)
    assert.equal(await later.saveUser(userOf('bob', { version: 2 }), 1), true)
  })

  test('of a note, emptied, keeps nobody from saving', async (context) => {
    const { person, openLater } = await startWithTwo(context)
    person.type('throughline', 'A2', 'p.AAAAAAAAAAAA.0')
    const store = await openLater()

    assert.equal(await store.saveUser(userOf('cleo')), true)
    assert.equal(person.cell('throughline', 'A2'), '')
  })

  test('names no more parts than there can be', async (context) => {
    const { person, openLater } = await startWithTwo(context)
    person.type('users', 'B2', 'tl2.999.AAAAAAAAAAAA')
    const store = await openLater()

    await assert.rejects(store.loadUser(userOf('ann')), /is not sealed/)
    await assert.rejects(
      store.saveUser(userOf('dan', { sealed: 'x'.repeat(5_000_000) })),
      (error) => isThroughlineError(error, 'sheet.too-large'),
    )
  })

  test('a deleted MAC key is not made anew while there are people', async (context) => {
    const { person, sealing, store, openLater } = await startWithTwo(context)
    await store.saveSecret('mac-key', 'sealed')
    person.remove('throughline', { row: 2 })
    const later = await openLater()

    await assert.rejects(openKeyRing(later, sealing, systemRandom), (error) =>
      isThroughlineError(error, 'keys.mac-key-lost'),
    )
    assert.equal(person.rows('throughline').length, 1)
  })
})

describe('columns that people move', () => {
  for (const [when, delayMs] of [
    ['before', 0],
    ['in the very moment of', 40],
  ] as const) {
    test(`SH-03 ${when} a write cost nobody a cell`, async (context) => {
      const { google, person, store, openLater } = await startWithTwo(context)
      if (delayMs > 0) google.setSwitches({ delayMilliseconds: 100 })

      const saving = store.saveUser(userOf('ann', { version: 2, readable: { name: 'A.' } }), 1)
      setTimeout(() => person.insert('users', { column: 'A' }), delayMs)
      assert.equal(await saving, true)
      google.setSwitches({ delayMilliseconds: 0 })
      await store.saveUser(userOf('cleo'))

      const later = await openLater()
      assert.deepEqual(await later.loadTokenSet(tokensOf('ann')), tokensOf('ann'))
      assert.equal((await later.loadUser(userOf('ann')))?.version, 2)
      assert.deepEqual(
        person.rows('users').map((row) => row[4] ?? ''),
        ['name', 'A.', 'bob', ''],
      )
    })
  }
})

describe('a Google that never says the same', () => {
  test('is not asked without end where the columns are', async () => {
    let requests = 0
    const load = () => {
      requests += 1
      const header = requests % 2 === 0 ? ['id', 'record', 'tokens'] : ['record', 'id', 'tokens']
      return Promise.resolve([{ sheetId: 1, cells: [header] }])
    }
    const tabs = ['users', 'throughline'].map((title, at) => ({ title, sheetId: at + 1, size: 0 }))
    const apply = () => Promise.reject(new Error('not asked'))
    const api = { loadTabs: () => Promise.resolve(tabs), load, apply }

    await assert.rejects(loadTable(api), (error) => isThroughlineError(error, 'sheet.layout'))
    assert.ok(requests < 20)
  })
})

describe('a change', () => {
  test('of a readable text longer than a cell is made, cut', async (context) => {
    const { person, store } = await startWithTwo(context)

    const long = userOf('ann', { version: 2, readable: { name: 'x'.repeat(60_000) } })
    assert.equal(await store.saveUser(long, 1), true)
    assert.ok(person.cell('users', 'D2').length < 6000)
  })

  test('is told as made where the disk that the others read is full', async (context) => {
    const { open, person } = await startWithTwo(context)
    const sessions = createMemorySessionStore()
    const raiseCount = () => Promise.reject(new Error('The disk is full.'))
    const store = await open({ ...sessions, raiseCount })

    assert.equal(await store.saveUser(userOf('cleo')), true)
    assert.deepEqual(await store.loadUser(userOf('cleo')), userOf('cleo'))
    assert.equal(person.rows('users').length, 4)
  })

  test('by which a record grows is refused where the sheet is full, and access is renewed all the same', async () => {
    const sealing = createSealingKeys([{ id: 'k1', bytes: systemRandom(32) }])
    const tools = { sealing, random: systemRandom, mostCharacters: 1000 }
    const full = [{ id: 'note.AAAAAAAAAAAA', text: 'x'.repeat(1000) }]
    const changeOf = (column: 'record' | 'tokens') => ({
      ...{ account: userOf('ann'), column, sent: new Set<string>() },
      change: () => (column === 'record' ? userOf('ann') : { sets: [] }),
    })
    const [record, tokens] = [changeOf('record'), changeOf('tokens')]

    const { outlooks } = planChanges({ ...EMPTY, notes: full }, [record, tokens], new Map(), tools)

    const refused = outlooks.get(record)
    assert.ok(typeof refused === 'object' && 'error' in refused)
    assert.ok(isThroughlineError(refused.error, 'sheet.full'))
    assert.ok('cells' in (outlooks.get(tokens) as object))
  })

  test('that Google takes and never makes is given up', async () => {
    const sessions = createMemorySessionStore()
    const sealing = createSealingKeys([{ id: 'k1', bytes: systemRandom(32) }])
    let requests = 0
    const writer = createSheetWriter({
      api: {
        loadTabs: () => Promise.resolve([]),
        load: () => Promise.resolve([]),
        apply: () => {
          requests += 1
          return Promise.resolve({ replies: [], ranges: [] })
        },
      },
      copy: { table: () => Promise.resolve(EMPTY), replace: () => Promise.resolve() },
      ...{
        sealing,
        sessions,
        random: systemRandom,
        clock: wallClock,
        name: 'sheet/x',
      },
      ...{ pace: unpaced, readPace: unpaced, report: () => {} },
    })

    await assert.rejects(
      writer.change({ account: userOf('ann'), column: 'record', change: () => userOf('ann') }),
      (error) => isThroughlineError(error, 'sheet.refused'),
    )
    assert.ok(requests < 50)
    await writer.settled()
  })
})
