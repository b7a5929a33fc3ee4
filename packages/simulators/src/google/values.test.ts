/** Values: what is read, what is trimmed, how ranges are named, and where an append goes. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { messageOf, startTestGoogle, type TestGoogle } from './testing.ts'

const RAW = 'valueInputOption=RAW'

async function append(google: TestGoogle, range: string, row: readonly unknown[], more = '') {
  return google.call('POST', `/values/${range}:append?${RAW}${more}`, { values: [row] })
}

describe('values.get', () => {
  test('trims what is empty at the end, and keeps it in the middle', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['key', '', 'data', ''], [], ['u3', null, null], ['', '']])
    const { body } = await google.call('GET', '/values/users!A:C')
    assert.deepEqual(body, {
      range: 'users!A1:C1000',
      majorDimension: 'ROWS',
      values: [['key', '', 'data'], [], ['u3']],
    })
  })

  test('leaves `values` out where there is nothing', async (t) => {
    const google = await startTestGoogle(t)
    const { body } = await google.call('GET', '/values/users')
    assert.deepEqual(body, { range: 'users!A1:Z1000', majorDimension: 'ROWS' })
  })

  test('names ranges as Google does: clipped, the right way round, quoted where needed', async (t) => {
    const google = await startTestGoogle(t)
    for (const title of ['My Sheet', 'D3', "it's", '🦊'])
      await google.change({ addSheet: { properties: { title } } })
    const cases = [
      ['users!D4:A1', 'users!A1:D4'],
      ['users!A1:B2000', 'users!A1:B1000'],
      ['users!B2', 'users!B2'],
      ['A2:B', 'users!A2:B1000'],
      ['users!3:4', 'users!A3:Z4'],
      ["'My Sheet'!A1", "'My Sheet'!A1"],
      ['My Sheet!A1', "'My Sheet'!A1"],
      ["'D3'", "'D3'!A1:Z1000"],
      ['D3', 'users!D3'],
      ["'it''s'!A1", "'it''s'!A1"],
      ['🦊!A1', "'🦊'!A1"],
    ] as const
    for (const [asked, named] of cases) {
      const { body } = await google.call('GET', `/values/${encodeURIComponent(asked)}`)
      assert.equal(body.range, named, asked)
    }
  })

  test('refuses what is no range, and what begins outside', async (t) => {
    const google = await startTestGoogle(t)
    const nope = await google.call('GET', '/values/Nope!A1')
    assert.deepEqual(nope.body, {
      error: { code: 400, message: 'Unable to parse range: Nope!A1', status: 'INVALID_ARGUMENT' },
    })
    assert.equal(
      messageOf(await google.call('GET', '/values/users!A1001:B1001')),
      'Range (users!A1001:B1001) exceeds grid limits. Max rows: 1000, max columns: 26',
    )
  })

  test('answers what the mask names, and refuses a mask that names nothing', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a']])
    const { body } = await google.call('GET', '/values/users?fields=values')
    assert.deepEqual(body, { values: [['a']] })
    const refused = await google.call('GET', '/values/users?fields=value')
    assert.equal(messageOf(refused), 'Request contains an invalid argument.')
    assert.match(JSON.stringify(refused.body), /Cannot find matching fields for path 'value'/)
    const unknown = await google.call('GET', '/values/users?field=values')
    assert.match(messageOf(unknown), /Unknown name "field": Cannot bind query parameter/)
  })

  test('reads as shown, as it is, and as entered', async (t) => {
    const google = await startTestGoogle(t)
    const person = google.person(google.sheetId)
    for (const [place, text] of Object.entries({
      A1: '2',
      B1: '=A1*2.5',
      C1: '50%',
      D1: '2026-11-23',
    }))
      person.type('users', place, text)
    const read = async (query: string) =>
      (await google.call('GET', `/values/users!A1:D1?${query}`)).body.values?.[0]
    assert.deepEqual(await read(''), ['2', '5', '50%', '2026-11-23'])
    assert.deepEqual(await read('valueRenderOption=UNFORMATTED_VALUE'), [2, 5, 0.5, 46_349])
    assert.deepEqual(await read('valueRenderOption=FORMULA'), [2, '=A1*2.5', 0.5, 46_349])
    assert.deepEqual(
      await read('valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=FORMATTED_STRING'),
      [2, 5, 0.5, '2026-11-23'],
    )
    assert.deepEqual(await read('majorDimension=COLUMNS'), ['2'])
  })
})

describe('values.update', () => {
  test('passes over null and empties with an empty text', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a', 'b', 'c']])
    const { body } = await google.call('PUT', `/values/users!A1:C1?${RAW}`, {
      values: [[null, '', 'd']],
    })
    assert.deepEqual(body, {
      spreadsheetId: google.sheetId,
      updatedRange: 'users!A1:C1',
      updatedRows: 1,
      updatedColumns: 3,
      updatedCells: 2,
    })
    assert.deepEqual(google.shown(), [['a', '', 'd']])
  })

  test('keeps texts as they are with RAW, and reads them as typed with USER_ENTERED', async (t) => {
    const google = await startTestGoogle(t)
    const values = [['=1+1', '007', '1e5', 'true', "'x", 'v1.=']]
    await google.call('PUT', `/values/users!A1?${RAW}`, { values })
    await google.call('PUT', '/values/users!A2?valueInputOption=USER_ENTERED', { values })
    const { body } = await google.call('GET', '/values/users?valueRenderOption=UNFORMATTED_VALUE')
    assert.deepEqual(body.values, [values[0], [2, 7, 100_000, true, 'x', 'v1.=']])
  })

  test('needs to be told how to take the input', async (t) => {
    const google = await startTestGoogle(t)
    const answer = await google.call('PUT', '/values/users!A1', { values: [['a']] })
    assert.equal(messageOf(answer), "'valueInputOption' is required but not specified")
  })

  test('writes beyond neither the range nor the sheet, but from one cell as far as it needs', async (t) => {
    const google = await startTestGoogle(t)
    const values = [['a', 'b', 'c']]
    const write = (range: string) => google.call('PUT', `/values/${range}?${RAW}`, { values })
    assert.equal((await write('users!A1')).body['updatedRange'], 'users!A1:C1')
    assert.equal(
      messageOf(await write('users!A1:B1')),
      'Requested writing within range [users!A1:B1], but tried writing to column [C]',
    )
    assert.match(messageOf(await write('users!Y1')), /exceeds grid limits/)
    assert.match(
      messageOf(await write('users!A1001:C1001')),
      /^Range \(users!A1001:C1001\) exceeds/,
    )
  })

  test('refuses bodies of another shape with the member that is wrong', async (t) => {
    const google = await startTestGoogle(t)
    const write = (body: unknown) => google.call('PUT', `/values/users!A1?${RAW}`, body)
    const wrong = await write({ values: 'X' })
    const message =
      'Invalid value at \'data.values\' (type.googleapis.com/google.protobuf.ListValue), "X"'
    assert.deepEqual(wrong.body.error, {
      code: 400,
      message,
      status: 'INVALID_ARGUMENT',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.BadRequest',
          fieldViolations: [{ field: 'data.values', description: message }],
        },
      ],
    })
    assert.equal(
      messageOf(await write({ foo: 1 })),
      'Invalid JSON payload received. Unknown name "foo" at \'data\': Cannot find field.',
    )
    assert.match(
      messageOf(await write({ values: [[{}]] })),
      /^Invalid values\[0\]\[0\]: struct_value/,
    )
    assert.equal((await write({ values: [['a']] })).status, 200)
  })

  test('takes 50,000 characters and not one more', async (t) => {
    const google = await startTestGoogle(t)
    const write = (length: number) =>
      google.call('PUT', `/values/users!A1?${RAW}`, { values: [['x'.repeat(length)]] })
    assert.equal((await write(50_000)).status, 200)
    assert.equal(
      messageOf(await write(50_001)),
      'Your input contains more than the maximum of 50000 characters in a single cell.',
    )
  })
})

describe('values.append', () => {
  test('goes below the table that the range touches, and names it', async (t) => {
    const google = await startTestGoogle(t)
    const empty = await append(google, 'users', ['key', 'data'])
    assert.deepEqual(empty.body, {
      spreadsheetId: google.sheetId,
      updates: {
        spreadsheetId: google.sheetId,
        updatedRange: 'users!A1:B1',
        updatedRows: 1,
        updatedColumns: 2,
        updatedCells: 2,
      },
    })
    const second = await append(google, 'users!A1', ['u1', 'x'])
    assert.equal(second.body['tableRange'], 'users!A1:B1')
    assert.deepEqual(google.shown(), [
      ['key', 'data'],
      ['u1', 'x'],
    ])
  })

  test('ends a table at an empty cell', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a', '', 'c']])
    const { body } = await append(google, 'users!A1', ['b'])
    assert.equal(body['tableRange'], 'users!A1')
    assert.deepEqual(google.shown(), [['a', '', 'c'], ['b']])
  })

  test('takes cells that touch at a corner for one table', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a', 'b'], ['', '', 'c'], [], ['other']])
    assert.equal((await append(google, 'users!A1', ['d'])).body['tableRange'], 'users!A1:C2')
    assert.deepEqual(google.shown(), [['a', 'b'], ['', '', 'c'], ['d'], ['other']])
  })

  test("finds the last of several tables, as in Google's guide", async (t) => {
    const cases = [
      ['users', 'users!B4:D6'],
      ['users!B4', 'users!B4:D6'],
      ['users!C5:D5', 'users!B4:D6'],
      ['users!B2:D4', 'users!B4:D6'],
      ['users!A3:G10', 'users!B4:D6'],
      ['users!A1', 'users!A1:C2'],
      ['users!E4', undefined],
    ] as const
    for (const [range, table] of cases) {
      const google = await startTestGoogle(t)
      const three = ['x', 'y', 'z']
      await google.fill([three, three, [], ['', ...three], ['', ...three], ['', ...three]])
      assert.equal((await append(google, range, ['new'])).body['tableRange'], table, range)
    }
  })

  test('overwrites what follows, or inserts rows before it', async (t) => {
    const overwritten = await startTestGoogle(t)
    const rows = [['a'], [], ['z']]
    await overwritten.fill(rows)
    const two = { values: [['b'], ['c']] }
    await overwritten.call('POST', `/values/users!A1:append?${RAW}`, two)
    assert.deepEqual(overwritten.shown(), [['a'], ['b'], ['c']])
    const inserted = await startTestGoogle(t)
    await inserted.fill(rows)
    await inserted.call('POST', `/values/users!A1:append?${RAW}&insertDataOption=INSERT_ROWS`, two)
    assert.deepEqual(inserted.shown(), [['a'], ['b'], ['c'], [], ['z']])
  })

  test('loses a row where two overwrite at once, and none where they insert', async (t) => {
    const google = await startTestGoogle(t, { switches: { appendDelayMilliseconds: 30 } })
    await google.fill([['key']])
    await Promise.all([append(google, 'users!A1', ['one']), append(google, 'users!A1', ['two'])])
    assert.equal(google.shown().length, 2)
    const insert = '&insertDataOption=INSERT_ROWS'
    await Promise.all([
      append(google, 'users!A1', ['three'], insert),
      append(google, 'users!A1', ['four'], insert),
    ])
    assert.equal(google.shown().length, 4)
  })

  test('grows the sheet, up to the most cells that a spreadsheet may have', async (t) => {
    const google = await startTestGoogle(t, { switches: { mostCells: 26_026 } })
    await google.call('PUT', `/values/users!A1000?${RAW}`, { values: [['last']] })
    assert.equal((await append(google, 'users!A1000', ['one more'])).status, 200)
    const { status, body } = await append(google, 'users!A1001', ['too many'])
    assert.equal(status, 400)
    assert.match(JSON.stringify(body), /above the limit of 26026 cells/)
    assert.equal(google.shown().length, 1001)
  })
})

describe('batches of values', () => {
  test('are all written or none', async (t) => {
    const google = await startTestGoogle(t)
    const send = (range: string) =>
      google.call('POST', '/values:batchUpdate', {
        valueInputOption: 'RAW',
        data: [
          { range: 'users!A1', values: [['a', 'b']] },
          { range, values: [['c']] },
        ],
      })
    assert.equal(
      messageOf(await send('Nope!A1')),
      'Invalid data[1]: Unable to parse range: Nope!A1',
    )
    assert.deepEqual(google.shown(), [])
    const { responses, ...totals } = (await send('users!A2')).body
    assert.deepEqual(totals, {
      spreadsheetId: google.sheetId,
      totalUpdatedRows: 2,
      totalUpdatedColumns: 2,
      totalUpdatedCells: 3,
      totalUpdatedSheets: 1,
    })
    assert.equal((responses as readonly unknown[]).length, 2)
    assert.deepEqual(google.shown(), [['a', 'b'], ['c']])
  })

  test('are read in the order of the request, and cleared', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a', 'b'], ['c']])
    const read = await google.call('GET', '/values:batchGet?ranges=users!B1&ranges=users!A1%3AA')
    assert.deepEqual(read.body['valueRanges'], [
      { range: 'users!B1', majorDimension: 'ROWS', values: [['b']] },
      { range: 'users!A1:A1000', majorDimension: 'ROWS', values: [['a'], ['c']] },
    ])
    const cleared = await google.call('POST', '/values/users!A1:clear')
    assert.deepEqual(cleared.body, { spreadsheetId: google.sheetId, clearedRange: 'users!A1' })
    await google.call('POST', '/values:batchClear', { ranges: ['users!A2:B2'] })
    assert.deepEqual(google.shown(), [['', 'b']])
  })
})
