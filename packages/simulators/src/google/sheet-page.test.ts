/** The page of a spreadsheet, as a browser without scripts uses it, and its controls for programs. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { startTestGoogle, type TestGoogle } from './testing.ts'

async function open(google: TestGoogle, query = ''): Promise<string> {
  return (await fetch(`${google.origin}/?${query}`)).text()
}

/** Sends a form of the page. */
function press(
  { origin, sheetId }: TestGoogle,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${origin}/simulator/${action}`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
    redirect: 'manual',
    body: new URLSearchParams({ sheet: sheetId, tab: '0', ...fields }),
  })
}

function callApi(google: TestGoogle, method: string, path: string, body?: unknown) {
  return fetch(`${google.origin}/simulator/api/${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
}

describe('the page of a spreadsheet', () => {
  test('shows sheets, letters, numbers and cells, and what is chosen for editing', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['key', 12]])
    google.person(google.sheetId).addTab('second')
    const page = await open(google, 'cell=A1')
    assert.match(page, /<title>Untitled spreadsheet · Google simulator<\/title>/)
    assert.match(page, /aria-current="page"\s*>users<\/a/)
    assert.match(page, />second<\/a/)
    assert.match(page, /aria-label="Column H"\s*>H<\/a/)
    assert.match(page, /aria-label="Row 20"\s*>20<\/a/)
    assert.match(page, /<td class="chosen">\s*<a[^>]*aria-label="A1: key"/)
    assert.match(page, /<td class="number">\s*<a[^>]*aria-label="B1: 12"/)
    assert.match(page, /name="text"\s+value="key"/)
  })

  test('takes what is typed for text, wherever it is shown', async (t) => {
    const google = await startTestGoogle(t)
    const hostile = `<img src=x onerror="alert(1)">'&`
    await google.fill([[hostile, `${hostile}\nsecond line</textarea>`]])
    google.person(google.sheetId).renameTab('users', hostile)
    google.share(google.sheetId, '<b>@example.com', 'reader')
    for (const query of ['', 'cell=A1', 'cell=B1', 'column=A', 'row=1']) {
      const page = await open(google, query)
      assert.doesNotMatch(page, /<img|<b>@/)
      assert.ok(page.includes('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;'))
      assert.equal(page.split('</textarea').length - 1, query === 'cell=B1' ? 1 : 0)
    }
    const { headers } = await fetch(google.origin)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'; style-src 'nonce-\w+'; script-src 'nonce-\w+'/)
  })

  test('cuts long texts in the grid, and shows them whole where they are edited', async (t) => {
    const google = await startTestGoogle(t)
    const long = 'x'.repeat(50_000)
    await google.fill([[long]])
    const page = await open(google)
    assert.ok(page.length < 100_000)
    assert.ok(page.includes(`${'x'.repeat(80)}…`))
    assert.ok((await open(google, 'cell=A1')).includes(long))
  })

  test('types into a cell, and goes on to the one below', async (t) => {
    const google = await startTestGoogle(t)
    const answer = await press(google, 'type', { cell: 'B2', text: '=1+1' })
    assert.equal(answer.status, 303)
    assert.equal(
      answer.headers.get('location'),
      `/?${new URLSearchParams({ sheet: google.sheetId, tab: '0', cell: 'B3' })}`,
    )
    assert.deepEqual(google.shown(), [[], ['', '2']])
    assert.match(await open(google, 'cell=B2'), /name="text"\s+value="=1\+1"/)
  })

  test('sorts below the header, filters, inserts, deletes and moves', async (t) => {
    const google = await startTestGoogle(t)
    await google.fill([['key'], ['a'], ['c'], ['b']])
    const shown = () => google.shown().map(([key]) => key ?? '')
    await press(google, 'sort-back', { column: 'A' })
    assert.deepEqual(shown(), ['key', 'c', 'b', 'a'])
    await press(google, 'sort', { column: 'A' })
    assert.deepEqual(shown(), ['key', 'a', 'b', 'c'])
    await press(google, 'insert', { row: '2' })
    assert.deepEqual(shown(), ['key', '', 'a', 'b', 'c'])
    await press(google, 'remove', { row: '2' })
    await press(google, 'move-on', { row: '2' })
    assert.deepEqual(shown(), ['key', 'b', 'a', 'c'])
    await press(google, 'move-back', { row: '4' })
    assert.deepEqual(shown(), ['key', 'b', 'c', 'a'])
    await press(google, 'insert', { column: 'A' })
    assert.deepEqual(google.shown()[0], ['', 'key'])
    await press(google, 'filter', { column: 'B', text: 'c' })
    const page = await open(google)
    assert.match(page, /aria-label="B3: c"/)
    assert.doesNotMatch(page, /aria-label="B2: b"/)
    assert.match(page, /a filter hides 2/)
  })

  test('colours a cell, adds a sheet, and says what cannot be done', async (t) => {
    const google = await startTestGoogle(t)
    await press(google, 'colour', { cell: 'A1', colour: 'yellow' })
    assert.match(await open(google), /<td class="yellow">/)
    await press(google, 'add-tab')
    assert.deepEqual(google.person(google.sheetId).tabs(), ['users', 'Sheet2'])
    const refused = await press(google, 'fly', { cell: 'A1' })
    assert.equal(refused.status, 400)
    assert.match(
      await refused.text(),
      /role="alert">There is nothing to do that is called &quot;fly&quot;/,
    )
    assert.equal((await press(google, 'sort')).status, 400)
  })

  test('shares, ends tokens, sets switches and the clock', async (t) => {
    const google = await startTestGoogle(t)
    const { email } = google
    const read = async () => (await google.call('GET', '')).status
    assert.equal(await read(), 200)
    await press(google, 'share', { email, role: 'none' })
    assert.equal(await read(), 403)
    await press(google, 'share', { email, role: 'reader' })
    assert.equal(await read(), 200)
    assert.equal((await press(google, 'share', { email, role: 'king' })).status, 400)
    await press(google, 'switches', { readsPerUser: '3', quotas: 'true' })
    assert.equal(await read(), 429)
    assert.match(await open(google), /This minute: 3 of 3 reads/)
    assert.equal((await press(google, 'switches', { readsPerUser: '<b>' })).status, 400)
    await press(google, 'time', { seconds: '60' })
    assert.equal(await read(), 200)
    await press(google, 'reset')
    await press(google, 'revoke', { email })
    assert.equal(await read(), 401)
  })

  test('says whether something has changed', async (t) => {
    const google = await startTestGoogle(t)
    const ask = async () => (await fetch(`${google.origin}/simulator/version`)).text()
    const before = await ask()
    assert.equal(await ask(), before)
    await google.fill([['a']])
    assert.notEqual(await ask(), before)
    assert.ok((await open(google)).includes(`data-version="${await ask()}"`))
  })

  test('offers to make a spreadsheet where there is none', async (t) => {
    const google = await startTestGoogle(t)
    const made = await press(google, 'spreadsheet')
    assert.equal(google.spreadsheetIds().length, 2)
    assert.match(made.headers.get('location') ?? '', /^\/\?sheet=/)
  })
})

describe('the controls', () => {
  test('are there for programs', async (t) => {
    const google = await startTestGoogle(t)
    const set = await callApi(google, 'PATCH', 'switches', { writesPerUser: 5 })
    assert.equal(((await set.json()) as { writesPerUser: number }).writesPerUser, 5)
    assert.equal((await callApi(google, 'PATCH', 'switches', { nope: 5 })).status, 400)
    await callApi(google, 'DELETE', 'switches')
    assert.equal(google.switches().writesPerUser, 60)
    const made = await callApi(google, 'POST', 'accounts')
    const { email } = (await made.json()) as { readonly email: string }
    await callApi(google, 'POST', 'shares', { spreadsheet: google.sheetId, email, role: 'reader' })
    const [listed] = (await (await callApi(google, 'GET', 'spreadsheets')).json()) as [object]
    assert.deepEqual(listed, {
      id: google.sheetId,
      title: 'Untitled spreadsheet',
      version: 0,
      roles: { [google.email]: 'writer', [email]: 'reader' },
    })
    assert.equal((await callApi(google, 'POST', 'revocations', {})).status, 200)
    assert.equal((await callApi(google, 'POST', 'time', { seconds: 5 })).status, 200)
    assert.equal((await callApi(google, 'GET', 'nothing')).status, 404)
  })

  test('take nothing from the pages of other sites, nor under another name', async (t) => {
    const google = await startTestGoogle(t)
    const post = (headers: Readonly<Record<string, string>>) =>
      fetch(`${google.origin}/simulator/reset`, { method: 'POST', redirect: 'manual', headers })
    assert.equal((await post({ 'sec-fetch-site': 'cross-site' })).status, 403)
    assert.equal((await post({ origin: 'https://elsewhere.example' })).status, 403)
    assert.equal((await post({ 'sec-fetch-site': 'same-origin' })).status, 303)
  })
})
