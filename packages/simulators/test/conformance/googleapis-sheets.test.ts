/** Google's own client for Sheets cannot tell the simulator from Google. */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'

import type { sheets_v4 } from '@googleapis/sheets'

import type { GoogleSwitches } from '../../src/google/switches.ts'
import { startTestGoogle, type TestGoogle } from '../../src/google/testing.ts'
import { createOfficialSheets } from './google-clients.ts'

async function start(
  t: TestContext,
  switches: Partial<GoogleSwitches> = {},
): Promise<{ readonly google: TestGoogle; readonly client: sheets_v4.Sheets }> {
  const google = await startTestGoogle(t, { clock: () => Date.now(), switches })
  return { google, client: createOfficialSheets(google) }
}

/** What a call is rejected with. */
async function refused(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Error)
  const { status } = error as Error & { readonly status: number }
  return { status, message: error.message }
}

describe('@googleapis/sheets', () => {
  test('gets a token with a signed assertion, once for many calls', async (t) => {
    const { google, client } = await start(t)
    const { sheetId: spreadsheetId } = google
    const { data } = await client.spreadsheets.get({ spreadsheetId })
    await client.spreadsheets.get({ spreadsheetId, fields: 'sheets.properties' })
    assert.equal(data.spreadsheetId, spreadsheetId)
    assert.equal(data.sheets?.[0]?.properties?.gridProperties?.rowCount, 1000)
    assert.equal(google.requests.filter(({ path }) => path === '/token').length, 1)
  })

  test('updates, reads, appends, clears and does so in batches', async (t) => {
    const { google, client } = await start(t)
    const { values } = client.spreadsheets
    const { sheetId: spreadsheetId } = google
    const written = await values.update({
      spreadsheetId,
      range: "'users'!A1:B1",
      valueInputOption: 'RAW',
      requestBody: { values: [['key', 'data']] },
    })
    assert.equal(written.data.updatedRange, 'users!A1:B1')
    const appended = await values.append({
      spreadsheetId,
      range: 'users!A1',
      valueInputOption: 'RAW',
      insertDataOption: 'INSERT_ROWS',
      includeValuesInResponse: true,
      requestBody: { values: [['u1', '=x']] },
    })
    assert.equal(appended.data.tableRange, 'users!A1:B1')
    assert.deepEqual(appended.data.updates?.updatedData?.values, [['u1', '=x']])
    await values.batchUpdate({
      spreadsheetId,
      requestBody: {
        valueInputOption: 'RAW',
        data: [{ range: 'users!A3:B3', values: [['u2', 'y']] }],
      },
    })
    const read = await values.batchGet({ spreadsheetId, ranges: ['users!A2:B', 'users!D1:E1'] })
    assert.deepEqual(
      read.data.valueRanges?.map((range) => range.values),
      [
        [
          ['u1', '=x'],
          ['u2', 'y'],
        ],
        undefined,
      ],
    )
    await values.clear({ spreadsheetId, range: 'users!A2:B2' })
    await values.batchClear({ spreadsheetId, requestBody: { ranges: ['users!B3'] } })
    const all = await values.get({
      spreadsheetId,
      range: 'users',
      valueRenderOption: 'UNFORMATTED_VALUE',
    })
    assert.deepEqual(all.data.values, [['key', 'data'], [], ['u2']])
  })

  test('adds a sheet, deletes rows, finds and replaces, and sees the result in the answer', async (t) => {
    const { google, client } = await start(t)
    await google.fill([['key'], ['u1'], ['u2']])
    const { data } = await client.spreadsheets.batchUpdate({
      spreadsheetId: google.sheetId,
      fields:
        'replies,updatedSpreadsheet.sheets(properties(title),data(rowData(values(userEnteredValue))))',
      requestBody: {
        requests: [
          { addSheet: { properties: { title: 'Second sheet' } } },
          {
            deleteDimension: {
              range: { sheetId: 0, dimension: 'ROWS', startIndex: 1, endIndex: 2 },
            },
          },
          { findReplace: { find: 'u2', replacement: 'u3', matchEntireCell: true, sheetId: 0 } },
        ],
        includeSpreadsheetInResponse: true,
        responseRanges: ['users!A1:A2'],
        responseIncludeGridData: true,
      },
    })
    assert.equal(data.replies?.[0]?.addSheet?.properties?.index, 1)
    assert.equal(data.replies?.[2]?.findReplace?.valuesChanged, 1)
    assert.deepEqual(
      data.updatedSpreadsheet?.sheets?.[0]?.data?.[0]?.rowData?.[1]?.values?.[0]?.userEnteredValue,
      { stringValue: 'u3' },
    )
  })

  test('marks a row with metadata, and reads and writes it by that', async (t) => {
    const { google, client } = await start(t)
    const { sheetId: spreadsheetId } = google
    await google.fill([['key'], ['u1', 'x']])
    const dimensionRange = { sheetId: 0, dimension: 'ROWS', startIndex: 1, endIndex: 2 }
    await client.spreadsheets.batchUpdate({
      spreadsheetId,
      requestBody: {
        requests: [
          {
            createDeveloperMetadata: {
              developerMetadata: {
                metadataKey: 'uid',
                metadataValue: 'u1',
                visibility: 'DOCUMENT',
                location: { dimensionRange },
              },
            },
          },
          {
            insertDimension: {
              range: { sheetId: 0, dimension: 'ROWS', startIndex: 0, endIndex: 3 },
            },
          },
        ],
      },
    })
    const dataFilter = { developerMetadataLookup: { metadataKey: 'uid', metadataValue: 'u1' } }
    const found = await client.spreadsheets.developerMetadata.search({
      spreadsheetId,
      requestBody: { dataFilters: [dataFilter] },
    })
    const metadata = found.data.matchedDeveloperMetadata?.[0]?.developerMetadata
    assert.equal(metadata?.location?.dimensionRange?.startIndex, 4)
    const metadataId = metadata?.metadataId ?? 0
    const one = await client.spreadsheets.developerMetadata.get({ spreadsheetId, metadataId })
    assert.equal(one.data.metadataValue, 'u1')
    await client.spreadsheets.values.batchUpdateByDataFilter({
      spreadsheetId,
      requestBody: { valueInputOption: 'RAW', data: [{ dataFilter, values: [['u1', 'y']] }] },
    })
    const read = await client.spreadsheets.values.batchGetByDataFilter({
      spreadsheetId,
      requestBody: { dataFilters: [dataFilter] },
    })
    assert.deepEqual(read.data.valueRanges?.[0]?.valueRange?.values, [['u1', 'y']])
    const whole = await client.spreadsheets.getByDataFilter({
      spreadsheetId,
      requestBody: { dataFilters: [dataFilter], includeGridData: true },
    })
    assert.equal(whole.data.sheets?.[0]?.data?.[0]?.startRow, 4)
    await client.spreadsheets.values.batchClearByDataFilter({
      spreadsheetId,
      requestBody: { dataFilters: [dataFilter] },
    })
    assert.deepEqual(google.shown().flat(), ['key'])
  })

  test('copies a sheet into another spreadsheet, and makes none', async (t) => {
    const { google, client } = await start(t)
    const other = google.createSpreadsheet({ writers: [google.email] })
    await google.fill([['a']])
    const { data } = await client.spreadsheets.sheets.copyTo({
      spreadsheetId: google.sheetId,
      sheetId: 0,
      requestBody: { destinationSpreadsheetId: other },
    })
    assert.equal(data.title, 'Copy of users')
    assert.deepEqual(google.person(other).rows('Copy of users'), [['a']])
    const created = await refused(
      client.spreadsheets.create({ requestBody: { properties: { title: 'mine' } } }),
    )
    assert.deepEqual(created, { status: 403, message: 'The caller does not have permission' })
  })

  test('says what was wrong: 400, 403, 404 and 429', async (t) => {
    const { google, client } = await start(t, { writesPerUser: 1 })
    const { sheetId: spreadsheetId } = google
    const read = (range: string, id = spreadsheetId) =>
      client.spreadsheets.values.get({ spreadsheetId: id, range })
    assert.deepEqual(await refused(read('Nope!A1')), {
      status: 400,
      message: 'Unable to parse range: Nope!A1',
    })
    assert.deepEqual(await refused(read('users', 'elsewhere')), {
      status: 404,
      message: 'Requested entity was not found.',
    })
    google.share(spreadsheetId, google.email, 'none')
    assert.deepEqual(await refused(read('users')), {
      status: 403,
      message: 'The caller does not have permission',
    })
    google.share(spreadsheetId, google.email, 'writer')
    assert.equal((await read('users')).status, 200)
    const clear = () => client.spreadsheets.values.clear({ spreadsheetId, range: 'users' })
    assert.equal((await clear()).status, 200)
    const { status, message } = await refused(clear())
    assert.equal(status, 429)
    assert.match(message, /^Quota exceeded for quota metric 'Write requests'/)
  })

  test('repeats a PUT that met 503, and no POST', async (t) => {
    const { google, client } = await start(t, { unavailable: 1 })
    const { values } = client.spreadsheets
    const common = { spreadsheetId: google.sheetId, range: 'users!A1', valueInputOption: 'RAW' }
    const requestBody = { values: [['a']] }
    assert.equal((await values.update({ ...common, requestBody })).status, 200)
    assert.deepEqual(google.shown(), [['a']])
    google.setSwitches({ unavailable: 1 })
    assert.equal((await refused(values.append({ ...common, requestBody }))).status, 503)
    assert.deepEqual(google.shown(), [['a']])
    assert.equal((await values.append({ ...common, requestBody })).status, 200)
  })

  test('hears 401 once its token is revoked, and a new client goes on', async (t) => {
    const { google, client } = await start(t)
    const { sheetId: spreadsheetId } = google
    await client.spreadsheets.get({ spreadsheetId })
    google.revokeTokens()
    assert.equal((await refused(client.spreadsheets.get({ spreadsheetId }))).status, 401)
    const { status } = await createOfficialSheets(google).spreadsheets.get({ spreadsheetId })
    assert.equal(status, 200)
  })

  test('hears why it gets no token', async (t) => {
    const { google } = await start(t)
    const { keyFile } = google.rotateKey(google.email)
    const get = (file: string) =>
      createOfficialSheets(google, file).spreadsheets.get({ spreadsheetId: google.sheetId })
    assert.match(
      (await refused(get(google.keyFile))).message,
      /invalid_grant.*Invalid JWT Signature/,
    )
    assert.equal((await get(keyFile)).status, 200)
  })
})
