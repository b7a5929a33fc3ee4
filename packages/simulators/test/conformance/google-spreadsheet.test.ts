/** google-spreadsheet, the other client, cannot tell the simulator from Google either; its addresses are odder. */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'

import type { GoogleSpreadsheet } from 'google-spreadsheet'

import type { GoogleSwitches } from '../../src/google/switches.ts'
import { startTestGoogle, type TestGoogle } from '../../src/google/testing.ts'
import { createSpreadsheetClient } from './google-clients.ts'

async function start(
  t: TestContext,
  switches: Partial<GoogleSwitches> = {},
): Promise<{ readonly google: TestGoogle; readonly document: GoogleSpreadsheet }> {
  const google = await startTestGoogle(t, { clock: () => Date.now(), switches })
  return { google, document: createSpreadsheetClient(google) }
}

/** A sheet with a header and two rows, as the client sees it. */
async function startWithRows(t: TestContext) {
  const { google, document } = await start(t)
  await google.fill([
    ['key', 'data'],
    ['u1', 'x'],
    ['u2', 'y'],
  ])
  await document.loadInfo()
  const [sheet] = document.sheetsByIndex
  assert.ok(sheet)
  return { google, document, sheet }
}

describe('google-spreadsheet', () => {
  test('loads what a spreadsheet says of itself', async (t) => {
    const { document } = await start(t)
    await document.loadInfo()
    assert.equal(document.title, 'Untitled spreadsheet')
    assert.deepEqual(
      document.sheetsByIndex.map(({ title, rowCount, columnCount }) => [
        title,
        rowCount,
        columnCount,
      ]),
      [['users', 1000, 26]],
    )
  })

  test('reads, adds, saves and deletes rows', async (t) => {
    const { google, sheet } = await startWithRows(t)
    const rows = await sheet.getRows()
    assert.deepEqual(
      rows.map((row) => row.toObject()),
      [
        { key: 'u1', data: 'x' },
        { key: 'u2', data: 'y' },
      ],
    )
    const added = await sheet.addRow({ key: 'u3', data: '=z' }, { raw: true, insert: true })
    assert.equal(added.rowNumber, 4)
    const [first, second] = rows
    first?.set('data', 'changed')
    await first?.save({ raw: true })
    await second?.delete()
    assert.deepEqual(google.shown(), [
      ['key', 'data'],
      ['u1', 'changed'],
      ['u3', '=z'],
    ])
  })

  test('types what it is not told to keep raw', async (t) => {
    const { google, sheet } = await startWithRows(t)
    await sheet.addRow({ key: '1e5', data: '=1+1' })
    assert.deepEqual(google.shown().at(-1), ['1.00E+05', '2'])
  })

  test('loads cells and saves those that were changed', async (t) => {
    const { google, sheet } = await startWithRows(t)
    await sheet.loadCells('A1:B3')
    const cell = sheet.getCellByA1('B2')
    assert.equal(cell.value, 'x')
    cell.value = 'changed'
    sheet.getCell(2, 1).numberValue = 12
    await sheet.saveUpdatedCells()
    assert.deepEqual(
      google.shown().map((row) => row[1]),
      ['data', 'changed', '12'],
    )
  })

  test('adds sheets, renames, resizes, clears and deletes them', async (t) => {
    const { google, document, sheet } = await startWithRows(t)
    const second = await document.addSheet({ title: 'Second sheet', headerValues: ['a', 'b'] })
    await second.updateProperties({ title: 'Renamed' })
    await second.resize({ rowCount: 10, columnCount: 5 })
    assert.deepEqual(google.person(google.sheetId).rows('Renamed'), [['a', 'b']])
    await second.delete()
    await sheet.clearRows()
    assert.deepEqual(google.shown(), [['key', 'data']])
    await sheet.clear()
    assert.deepEqual(google.shown(), [])
    await document.updateProperties({ title: 'renamed too' })
    assert.equal(document.title, 'renamed too')
  })

  test('finds rows by their metadata', async (t) => {
    const { document, sheet } = await startWithRows(t)
    const dimensionRange = { sheetId: 0, dimension: 'ROWS' as const, startIndex: 1, endIndex: 2 }
    await sheet.createDeveloperMetadata({
      metadataId: 7,
      metadataKey: 'uid',
      metadataValue: 'u1',
      visibility: 'DOCUMENT',
      location: { locationType: 'ROW', dimensionRange },
    })
    const found = await document.searchDeveloperMetadata([
      { developerMetadataLookup: { metadataKey: 'uid' } },
    ])
    assert.deepEqual(
      found.map(({ metadataValue, location }) => [metadataValue, location]),
      [['u1', { locationType: 'ROW', dimensionRange }]],
    )
  })

  test('says what was wrong: 400, 403, 404 and 429', async (t) => {
    const { google, document } = await start(t, { writesPerUser: 1 })
    const message = (status: number, text: string) => ({
      message: `Google API error - [${status}] ${text}`,
    })
    const elsewhere = createSpreadsheetClient(google, { id: 'elsewhere' })
    await assert.rejects(elsewhere.loadInfo(), message(404, 'Requested entity was not found.'))
    google.share(google.sheetId, google.email, 'none')
    await assert.rejects(document.loadInfo(), message(403, 'The caller does not have permission'))
    google.share(google.sheetId, google.email, 'writer')
    await document.loadInfo()
    await assert.rejects(
      document.addSheet({ title: 'users' }),
      /\[400\] Invalid requests\[0\]\.addSheet: A sheet with the name "users" already exists/,
    )
    await assert.rejects(document.addSheet({ title: 'second' }), /\[429\] Quota exceeded/)
    google.setSwitches({ quotas: false })
    await document.addSheet({ title: 'second' })
    assert.deepEqual(google.person(google.sheetId).tabs(), ['users', 'second'])
  })

  test('hears 401 once its token is revoked, and a new client goes on', async (t) => {
    const { google, document } = await start(t)
    await document.loadInfo()
    google.revokeTokens()
    await assert.rejects(document.loadInfo(), /\[401\]/)
    await createSpreadsheetClient(google).loadInfo()
  })
})
