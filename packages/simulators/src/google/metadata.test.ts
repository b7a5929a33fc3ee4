/** Developer metadata: it moves with its row, dies with it, and finds it again. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { messageOf, startTestGoogle } from './testing.ts'

const row = (index: number) => ({
  sheetId: 0,
  dimension: 'ROWS',
  startIndex: index,
  endIndex: index + 1,
})

const mark = (index: number, metadataValue: string, metadataId?: number) => ({
  createDeveloperMetadata: {
    developerMetadata: {
      metadataId,
      metadataKey: 'uid',
      metadataValue,
      visibility: 'DOCUMENT',
      location: { dimensionRange: row(index) },
    },
  },
})

const lookup = (metadataValue: string) => ({
  developerMetadataLookup: { metadataKey: 'uid', metadataValue },
})

describe('developer metadata', () => {
  test('is found with the filters that match it, and `{}` where none does', async (t) => {
    const google = await startTestGoogle(t)
    await google.change(mark(4, 'u1', 7))
    const found = await google.call('POST', '/developerMetadata:search', {
      dataFilters: [lookup('u1'), lookup('u2')],
    })
    const entry = {
      metadataId: 7,
      metadataKey: 'uid',
      metadataValue: 'u1',
      visibility: 'DOCUMENT',
      location: { locationType: 'ROW', dimensionRange: row(4) },
    }
    assert.deepEqual(found.body, {
      matchedDeveloperMetadata: [{ developerMetadata: entry, dataFilters: [lookup('u1')] }],
    })
    assert.deepEqual((await google.call('GET', '/developerMetadata/7')).body, entry)
    assert.equal((await google.call('GET', '/developerMetadata/8')).status, 404)
    const none = await google.call('POST', '/developerMetadata:search', {
      dataFilters: [lookup('u2')],
    })
    assert.deepEqual(none.body, {})
  })

  test('moves with its row and dies with it', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['key'], ['u1'], ['u2'], ['u3']])
    await google.change(mark(1, 'u1'), mark(2, 'u2'))
    const rowOf = async (uid: string) => {
      const { body } = await google.call('POST', '/values:batchGetByDataFilter', {
        dataFilters: [lookup(uid)],
      })
      const [found] = (body['valueRanges'] ?? []) as readonly { valueRange: { values: unknown } }[]
      return found?.valueRange.values
    }
    assert.deepEqual(await rowOf('u2'), [['u2']])
    const person = google.person(google.sheetId)
    person.insert('users', { row: 1, count: 3 })
    assert.deepEqual(await rowOf('u2'), [['u2']])
    person.move('users', { row: 6 }, 2)
    assert.deepEqual([await rowOf('u1'), await rowOf('u2')], [[['u1']], [['u2']]])
    person.remove('users', { row: 2 })
    assert.deepEqual(await rowOf('u1'), [['u1']])
    const gone = await google.call('POST', '/developerMetadata:search', {
      dataFilters: [lookup('u2')],
    })
    assert.deepEqual(gone.body, {})
  })

  test('addresses rows for writing and clearing, within the range that matches', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['key'], ['u1', 'x']])
    await google.change(mark(1, 'u1'))
    const write = (values: readonly (readonly string[])[]) =>
      google.call('POST', '/values:batchUpdateByDataFilter', {
        valueInputOption: 'RAW',
        data: [{ dataFilter: lookup('u1'), values, majorDimension: 'ROWS' }],
      })
    const { body } = await write([['u1', 'y']])
    assert.deepEqual(body['responses'], [
      {
        spreadsheetId: google.sheetId,
        updatedRange: 'users!A2:B2',
        updatedRows: 1,
        updatedColumns: 2,
        updatedCells: 2,
        dataFilter: lookup('u1'),
      },
    ])
    assert.match(messageOf(await write([['a'], ['b']])), /tried writing to row \[3\]/)
    await google.call('POST', '/values:batchClearByDataFilter', { dataFilters: [lookup('u1')] })
    assert.deepEqual(google.shown(), [['key']])
  })

  test('is changed and deleted by filter, and needs a key, a visibility and one row', async (t) => {
    const google = await startTestGoogle(t)
    await google.change(mark(1, 'u1', 3))
    await google.change({
      updateDeveloperMetadata: {
        dataFilters: [lookup('u1')],
        developerMetadata: { metadataValue: 'u9' },
        fields: 'metadataValue',
      },
    })
    const deleted = await google.change({ deleteDeveloperMetadata: { dataFilter: lookup('u9') } })
    assert.match(JSON.stringify(deleted.body.replies), /"metadataId":3/)
    const two = { ...row(1), endIndex: 3 }
    const wide = mark(1, 'u1')
    wide.createDeveloperMetadata.developerMetadata.location.dimensionRange = two
    assert.match(messageOf(await google.change(wide)), /single row or column/)
    assert.match(messageOf(await google.change(mark(1, 'a', 5), mark(2, 'b', 5))), /already/)
    assert.equal((await google.change(mark(1, 'a', 5))).status, 200)
  })
})
