/** What a person does with a spreadsheet, and what a program sees of it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { startTestGoogle } from './testing.ts'

describe('a person', () => {
  test('types, sorts, moves, inserts and deletes, and a program reads the result', async (t) => {
    const google = await startTestGoogle(t)
    const person = google.person(google.sheetId)
    for (const [place, text] of Object.entries({ A1: 'key', A2: 'b', B2: '2', A3: 'a', B3: '1' }))
      person.type('users', place, text)
    person.sort('users', { column: 'B' })
    person.move('users', { column: 'B' }, 'A')
    person.insert('users', { column: 'A', count: 2 })
    person.remove('users', { column: 'B' })
    person.insert('users', { row: 2 })
    const { body } = await google.call('GET', '/values/users?valueRenderOption=UNFORMATTED_VALUE')
    assert.deepEqual(body.values, [['', '', 'key'], [], ['', 1, 'a'], ['', 2, 'b']])
    assert.equal(person.cell('users', 'C3'), 'a')
  })

  test('hides rows by a filter, which programs read all the same', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['key'], ['a'], ['b']])
    google.person(google.sheetId).filter('users', 'A', (shown) => shown === 'b')
    assert.deepEqual((await google.call('GET', '/values/users')).body.values, [
      ['key'],
      ['a'],
      ['b'],
    ])
    const hidden = await google.call(
      'GET',
      '?fields=sheets.data.rowMetadata.hiddenByFilter&ranges=users!A1:A3',
    )
    assert.deepEqual(hidden.body['sheets'], [
      { data: [{ rowMetadata: [{}, { hiddenByFilter: true }, {}] }] },
    ])
  })

  test('colours cells, and values stay as they are', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a']])
    google.person(google.sheetId).colour('users', 'A1:B2', '#ff0000')
    const { body } = await google.call(
      'GET',
      '?fields=sheets.data.rowData.values(userEnteredValue,userEnteredFormat)',
    )
    const red = { userEnteredFormat: { backgroundColor: { red: 1, green: 0, blue: 0 } } }
    assert.deepEqual(body['sheets'], [
      {
        data: [
          {
            rowData: [
              { values: [{ userEnteredValue: { stringValue: 'a' }, ...red }, red] },
              { values: [red, red] },
            ],
          },
        ],
      },
    ])
    assert.deepEqual(google.shown(), [['a']])
  })

  test('adds, renames and deletes sheets', async (t) => {
    const google = await startTestGoogle(t)
    const person = google.person(google.sheetId)
    person.addTab()
    person.addTab("it's")
    person.type("it's", 'A1', 'x')
    person.renameTab('Sheet2', 'second')
    person.removeTab('users')
    assert.deepEqual(person.tabs(), ['second', "it's"])
    assert.deepEqual(person.rows("it's"), [['x']])
  })

  test('is told what is not there', async (t) => {
    const google = await startTestGoogle(t)
    const person = google.person(google.sheetId)
    assert.throws(() => person.rows('nope'), /There is no sheet "nope"\. There are "users"\./)
    assert.throws(() => person.type('users', 'A1001', 'x'), /not on the sheet, which has 1000 rows/)
    assert.throws(() => person.remove('users', { row: 1000, count: 2 }), /go beyond/)
    assert.throws(() => google.person('nope'), /There is no spreadsheet nope/)
    person.type('users', 'A1000', 'x')
    assert.equal(person.cell('users', 'A1000'), 'x')
  })
})
