/** `findReplace`: what it finds, what it enters, what it counts, and that it is a compare-and-set. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { messageOf, startTestGoogle, type TestGoogle } from './testing.ts'

async function replace(
  google: TestGoogle,
  request: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const answer = await google.change({ findReplace: { sheetId: 0, ...request } })
  return answer.status === 200 ? answer.body.replies?.[0]?.['findReplace'] : messageOf(answer)
}

describe('findReplace', () => {
  test('replaces the whole cell that matches, once, and finds nothing the second time', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['v1.old', 'v1.old.longer'], ['V1.OLD']])
    const change = { find: 'v1.old', replacement: 'v2.new', matchCase: true, matchEntireCell: true }
    assert.deepEqual(await replace(google, change), {
      valuesChanged: 1,
      rowsChanged: 1,
      sheetsChanged: 1,
      occurrencesChanged: 1,
    })
    assert.deepEqual(google.shown(), [['v2.new', 'v1.old.longer'], ['V1.OLD']])
    assert.deepEqual(await replace(google, change), {})
  })

  test('lets one of two that replace the same text at once win', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['v1.start']])
    const attempts = ['v2.one', 'v2.two'].map((replacement) =>
      replace(google, { find: 'v1.start', replacement, matchCase: true, matchEntireCell: true }),
    )
    const counts = (await Promise.all(attempts)) as { readonly valuesChanged?: number }[]
    assert.equal(counts.filter(({ valuesChanged }) => valuesChanged === 1).length, 1)
  })

  test('counts each occurrence, over letters of either case unless told otherwise', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['Google Sheets'], ['EEL'], ['none']])
    assert.deepEqual(await replace(google, { find: 'e', replacement: 'o' }), {
      valuesChanged: 3,
      rowsChanged: 3,
      sheetsChanged: 1,
      occurrencesChanged: 6,
    })
    assert.deepEqual(google.shown(), [['Googlo Shoots'], ['ooL'], ['nono']])
    assert.deepEqual(await replace(google, { find: 'O', replacement: 'i', matchCase: true }), {})
  })

  test('takes dots and brackets for themselves, and regular expressions only where told', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['a.c', 'abc']])
    await replace(google, { find: 'a.c', replacement: '$&' })
    assert.deepEqual(google.shown(), [['$&', 'abc']])
    await replace(google, { find: '(a)(.)c', replacement: '$2\\$$1', searchByRegex: true })
    assert.deepEqual(google.shown(), [['$&', 'b$a']])
    await replace(google, { find: String.raw`\Q$&\E`, replacement: 'x', searchByRegex: true })
    assert.deepEqual(google.shown(), [['x', 'b$a']])
  })

  test('refuses a regular expression that is none, and a group that is not there', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['abc']])
    assert.match(
      String(await replace(google, { find: '(', replacement: '', searchByRegex: true })),
      /^Invalid requests\[0\]\.findReplace: /,
    )
    assert.match(
      String(await replace(google, { find: 'b', replacement: '$1', searchByRegex: true })),
      /names a group/,
    )
    assert.deepEqual(google.shown(), [['abc']])
  })

  test('enters what comes out as if it was typed: a number becomes one, a text stays one', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['old', 'older']])
    await replace(google, { find: 'old', replacement: '1e5', matchEntireCell: true })
    await replace(google, { find: 'older', replacement: 'v1.1e5' })
    const { body } = await google.call('GET', '/values/users?valueRenderOption=UNFORMATTED_VALUE')
    assert.deepEqual(body.values, [[100_000, 'v1.1e5']])
  })

  test('passes over formulas unless told, and then changes the formula', async (t) => {
    const google = await startTestGoogle(t)
    google.person(google.sheetId).type('users', 'A1', '="o"&"ld"')
    assert.deepEqual(google.shown(), [['old']])
    assert.deepEqual(await replace(google, { find: 'ld', replacement: 'n' }), {})
    assert.deepEqual(
      await replace(google, { find: 'ld', replacement: 'n', includeFormulas: true }),
      {
        formulasChanged: 1,
        rowsChanged: 1,
        sheetsChanged: 1,
        occurrencesChanged: 1,
      },
    )
    assert.deepEqual(google.shown(), [['on']])
  })

  test('looks where it is told: a range, a sheet or all, and exactly one of these', async (t) => {
    const google = await startTestGoogle(t)
    await google.change({ addSheet: { properties: { sheetId: 7, title: 'other' } } })
    await google.fill([['x', 'x'], ['x']])
    await google.fill([['x']], 'other')
    const range = { sheetId: 0, startRowIndex: 0, endRowIndex: 1, startColumnIndex: 1 }
    await replace(google, { find: 'x', replacement: 'y', sheetId: undefined, range })
    assert.deepEqual(google.shown(), [['x', 'y'], ['x']])
    const all = { find: 'x', replacement: 'z', sheetId: undefined, allSheets: true }
    assert.deepEqual(await replace(google, all), {
      valuesChanged: 3,
      rowsChanged: 3,
      sheetsChanged: 2,
      occurrencesChanged: 3,
    })
    assert.match(String(await replace(google, { ...all, sheetId: 0 })), /Exactly one/)
  })

  test('finds a text of 40,000 characters, and none over the limit of the switch', async (t) => {
    const google = await startTestGoogle(t)
    const long = 'v1.'.padEnd(40_000, 'x')
    await google.fill([[long]])
    const change = { find: long, replacement: `${long}y`, matchEntireCell: true }
    assert.equal(((await replace(google, change)) as { valuesChanged?: number }).valuesChanged, 1)
    google.setSwitches({ findCharacters: 1000 })
    assert.match(String(await replace(google, { find: 'v'.repeat(1001) })), /longer than 1000/)
    assert.deepEqual(await replace(google, { find: 'w'.repeat(1000) }), {})
  })
})
