/** Changes of a spreadsheet: all or none, in order, each with its reply, and what is answered of the spreadsheet after. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { messageOf, startTestGoogle } from './testing.ts'

const rows = (startIndex: number, endIndex: number) => ({
  range: { sheetId: 0, dimension: 'ROWS', startIndex, endIndex },
})

const text = (stringValue: string) => ({ userEnteredValue: { stringValue } })

describe('spreadsheets:batchUpdate', () => {
  test('applies changes in their order, with a reply for each', async (t) => {
    const google = await startTestGoogle(t)
    const { body } = await google.change(
      { addSheet: { properties: { sheetId: 7, title: 'other' } } },
      { appendCells: { sheetId: 7, rows: [{ values: [text('a')] }], fields: 'userEnteredValue' } },
      { findReplace: { sheetId: 7, find: 'nothing', replacement: '' } },
    )
    assert.deepEqual(body, {
      spreadsheetId: google.sheetId,
      replies: [
        {
          addSheet: {
            properties: {
              sheetId: 7,
              title: 'other',
              index: 1,
              sheetType: 'GRID',
              gridProperties: { rowCount: 1000, columnCount: 26 },
            },
          },
        },
        {},
        { findReplace: {} },
      ],
    })
    assert.deepEqual(google.shown('other'), [['a']])
  })

  test('applies nothing where one change fails, and names it', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a'], ['b']])
    const refused = await google.change(
      { deleteDimension: rows(0, 1) },
      { addSheet: { properties: { title: 'users' } } },
    )
    assert.equal(
      messageOf(refused),
      'Invalid requests[1].addSheet: A sheet with the name "users" already exists. Please enter another name.',
    )
    assert.deepEqual(google.shown(), [['a'], ['b']])
    await google.change({ deleteDimension: rows(0, 1) })
    assert.deepEqual(google.shown(), [['b']])
  })

  test('answers the spreadsheet as it is afterwards, cut by the mask', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['key', 'data'], ['u1'], [], ['u2', 'x']])
    const mask =
      'replies,updatedSpreadsheet.sheets(properties,data(startRow,rowData(values(userEnteredValue))))'
    const ask = (ranges: readonly string[]) =>
      google.call('POST', `:batchUpdate?fields=${encodeURIComponent(mask)}`, {
        requests: [
          { findReplace: { find: 'u1', replacement: 'u3', sheetId: 0, matchEntireCell: true } },
        ],
        includeSpreadsheetInResponse: true,
        responseRanges: ranges,
        responseIncludeGridData: true,
      })
    const { body } = await ask(['users!A2:B4'])
    assert.deepEqual(body, {
      replies: [
        {
          findReplace: {
            valuesChanged: 1,
            rowsChanged: 1,
            sheetsChanged: 1,
            occurrencesChanged: 1,
          },
        },
      ],
      updatedSpreadsheet: {
        sheets: [
          {
            properties: {
              sheetId: 0,
              title: 'users',
              index: 0,
              sheetType: 'GRID',
              gridProperties: { rowCount: 1000, columnCount: 26 },
            },
            data: [
              {
                startRow: 1,
                rowData: [{ values: [text('u3')] }, {}, { values: [text('u2'), text('x')] }],
              },
            ],
          },
        ],
      },
    })
    const again = await ask(['users!A1:A2'])
    assert.match(JSON.stringify(again.body), /"replies":\[\{"findReplace":\{\}\}\]/)
  })

  test('says which kind of change it does not simulate, and which Google does not know', async (t) => {
    const google = await startTestGoogle(t)
    const elsewhere = await google.change({ mergeCells: {} })
    assert.deepEqual(
      [elsewhere.status, messageOf(elsewhere)],
      [501, 'This simulator does not simulate requests[0].mergeCells.'],
    )
    assert.equal(
      messageOf(await google.change({ fooBar: {} })),
      'Invalid JSON payload received. Unknown name "fooBar" at \'requests[0]\': Cannot find field.',
    )
  })
})

describe('cells', () => {
  test('are appended below the last row that holds anything, and the sheet grows for them', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a'], [], ['', '', 'z']])
    const append = { appendCells: { sheetId: 0, rows: [{ values: [text('b')] }], fields: '*' } }
    await google.change(append)
    assert.deepEqual(google.shown(), [['a'], [], ['', '', 'z'], ['b']])
    await google.change(
      {
        updateSheetProperties: {
          properties: { gridProperties: { rowCount: 4 } },
          fields: 'gridProperties.rowCount',
        },
      },
      append,
    )
    assert.equal(google.shown().length, 5)
  })

  test('are updated where the mask says, and emptied where the range is wider than the rows', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([
      ['a', 'b'],
      ['c', 'd'],
    ])
    const bold = { textFormat: { bold: true } }
    const range = {
      sheetId: 0,
      startRowIndex: 0,
      endRowIndex: 2,
      startColumnIndex: 0,
      endColumnIndex: 2,
    }
    await google.change(
      {
        repeatCell: {
          range,
          cell: { userEnteredFormat: bold },
          fields: 'userEnteredFormat.textFormat.bold',
        },
      },
      { updateCells: { range, rows: [{ values: [text('x')] }], fields: 'userEnteredValue' } },
    )
    assert.deepEqual(google.shown(), [['x']])
    const { body } = await google.call(
      'GET',
      '?fields=sheets.data.rowData.values(userEnteredValue,userEnteredFormat)',
    )
    const bolded = { userEnteredFormat: bold }
    assert.deepEqual(body['sheets'], [
      {
        data: [
          {
            rowData: [
              { values: [{ ...text('x'), ...bolded }, bolded] },
              { values: [bolded, bolded] },
            ],
          },
        ],
      },
    ])
    await google.change({
      updateCells: {
        start: { sheetId: 0, rowIndex: 1, columnIndex: 1 },
        rows: [{ values: [text('y')] }],
        fields: 'userEnteredValue',
      },
    })
    assert.deepEqual(google.shown(), [['x'], ['', 'y']])
    const beyond = {
      start: { sheetId: 0, rowIndex: 999 },
      rows: [{ values: [text('1')] }, { values: [text('2')] }],
      fields: '*',
    }
    assert.match(
      messageOf(await google.change({ updateCells: beyond })),
      /Attempting to write row: 1000, beyond/,
    )
  })

  test('are not touched by a mask that names what no cell has', async (t) => {
    const google = await startTestGoogle(t)
    const append = (fields: string) =>
      google.change({ appendCells: { sheetId: 0, rows: [{ values: [text('a')] }], fields } })
    assert.equal(
      messageOf(await append('userEnteredValues')),
      'Invalid requests[0].appendCells: Invalid field: userEnteredValues',
    )
    assert.match(messageOf(await append('')), /At least one field must be listed/)
    assert.equal((await append('userEnteredValue')).status, 200)
  })

  test('move up where a range is deleted', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ])
    const range = {
      sheetId: 0,
      startRowIndex: 0,
      endRowIndex: 1,
      startColumnIndex: 0,
      endColumnIndex: 1,
    }
    await google.change({ deleteRange: { range, shiftDimension: 'ROWS' } })
    assert.deepEqual(google.shown(), [
      ['b', '1'],
      ['c', '2'],
      ['', '3'],
    ])
    await google.change({ insertRange: { range, shiftDimension: 'ROWS' } })
    assert.deepEqual(google.shown(), [
      ['', '1'],
      ['b', '2'],
      ['c', '3'],
    ])
    const third = { ...range, startRowIndex: 2, endRowIndex: 3 }
    await google.change({ insertRange: { range: third, shiftDimension: 'ROWS' } })
    assert.deepEqual(google.shown(), [['', '1'], ['b', '2'], ['', '3'], ['c']])
    await google.change({ deleteRange: { range: third, shiftDimension: 'ROWS' } })
    await google.change({ deleteRange: { range, shiftDimension: 'COLUMNS' } })
    assert.deepEqual(google.shown(), [['1'], ['b', '2'], ['c', '3']])
  })

  test('are sorted: numbers, texts, truth values, then what is empty', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([
      ['key', 'n'],
      ['e', null],
      ['d', true],
      ['c', 'x'],
      ['b', 10],
      ['a', 9],
    ])
    const sort = (sortOrder: string) => ({
      sortRange: {
        range: { sheetId: 0, startRowIndex: 1 },
        sortSpecs: [{ dimensionIndex: 1, sortOrder }],
      },
    })
    await google.change(sort('ASCENDING'))
    assert.deepEqual(
      google.shown().map(([key]) => key),
      ['key', 'a', 'b', 'c', 'd', 'e'],
    )
    await google.change(sort('DESCENDING'))
    assert.deepEqual(
      google.shown().map(([key]) => key),
      ['key', 'd', 'c', 'b', 'a', 'e'],
    )
  })
})

describe('rows and columns', () => {
  test('are inserted, deleted, appended and moved', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ])
    await google.change({ insertDimension: rows(1, 2) })
    assert.deepEqual(google.shown(), [['a', '1'], [], ['b', '2'], ['c', '3']])
    await google.change({ deleteDimension: rows(0, 2) })
    await google.change({ moveDimension: { source: rows(0, 1).range, destinationIndex: 2 } })
    assert.deepEqual(google.shown(), [
      ['c', '3'],
      ['b', '2'],
    ])
    await google.change({
      deleteDimension: { range: { sheetId: 0, dimension: 'COLUMNS', startIndex: 0, endIndex: 1 } },
    })
    assert.deepEqual(google.shown(), [['3'], ['2']])
    await google.change({ appendDimension: { sheetId: 0, dimension: 'ROWS', length: 5 } })
    const { body } = await google.call('GET', '?fields=sheets.properties.gridProperties')
    assert.deepEqual(body['sheets'], [
      { properties: { gridProperties: { rowCount: 1004, columnCount: 25 } } },
    ])
  })

  test('are not deleted where they are not there, or are all that there is', async (t) => {
    const google = await startTestGoogle(t)
    assert.match(
      messageOf(await google.change({ deleteDimension: rows(1000, 1001) })),
      /doesn't exist/,
    )
    assert.match(
      messageOf(await google.change({ deleteDimension: rows(0, 1000) })),
      /delete all the rows/,
    )
    assert.match(
      messageOf(
        await google.change({ deleteDimension: { range: { sheetId: 5, dimension: 'ROWS' } } }),
      ),
      /No grid with id: 5/,
    )
    assert.equal((await google.change({ deleteDimension: rows(1, 1000) })).status, 200)
  })
})

describe('sheets', () => {
  test('are renamed, put elsewhere, resized, copied and deleted, but not the last one', async (t) => {
    const google = await startTestGoogle(t)
    const person = google.person(google.sheetId)
    await google.fill([['a'], ['b']])
    await google.change(
      {
        duplicateSheet: {
          sourceSheetId: 0,
          newSheetId: 1,
          newSheetName: 'copy',
          insertSheetIndex: 1,
        },
      },
      {
        updateSheetProperties: {
          properties: { sheetId: 0, title: 'people', index: 2 },
          fields: 'title,index',
        },
      },
      {
        updateSheetProperties: {
          properties: { sheetId: 1, gridProperties: { rowCount: 1 } },
          fields: 'gridProperties.rowCount',
        },
      },
    )
    assert.deepEqual(person.tabs(), ['copy', 'people'])
    assert.deepEqual(person.rows('copy'), [['a']])
    await google.change({ deleteSheet: { sheetId: 0 } })
    assert.match(
      messageOf(await google.change({ deleteSheet: { sheetId: 1 } })),
      /can't remove all/,
    )
  })

  test('have named ranges, which follow their cells', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a'], ['b']])
    await google.change(
      {
        addNamedRange: {
          namedRange: {
            name: 'second',
            range: { startRowIndex: 1, endRowIndex: 2, startColumnIndex: 0, endColumnIndex: 1 },
          },
        },
      },
      { insertDimension: rows(0, 1) },
    )
    const { body } = await google.call('GET', '/values/second')
    assert.deepEqual([body.range, body.values], ['users!A3', [['b']]])
    const named = await google.call('GET', '?fields=namedRanges(name,range)')
    assert.deepEqual(named.body['namedRanges'], [
      { name: 'second', range: { startRowIndex: 2, endRowIndex: 3, endColumnIndex: 1 } },
    ])
  })
})
