/** What a simulator keeps over a restart: everything that a program would miss, and no private key. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { startGoogle } from './start.ts'
import { requestToken } from './testing.ts'

describe('a simulator with a file', () => {
  test('has accounts, sheets and roles again, empty cells between others too, and no token', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'google-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const keepIn = join(folder, 'kept.json')
    const first = await startGoogle({ keepIn })
    const { email, keyFile } = first.createServiceAccount()
    const id = first.createSpreadsheet({ sheetTitle: 'users', writers: [email] })
    first.person(id).type('users', 'C2', 'c')
    const { body } = await requestToken(first, keyFile, { time: Date.now() })
    const token = body.access_token ?? assert.fail()
    await first.close()
    const kept = readFileSync(keepIn, 'utf8')
    assert.doesNotMatch(kept, /PRIVATE KEY/)
    assert.ok(!kept.includes(token))

    const second = await startGoogle({ keepIn })
    t.after(() => second.close())
    const anew = await requestToken(second, keyFile, { time: Date.now() })
    const headers = { authorization: `Bearer ${anew.body.access_token ?? ''}` }
    const mask = 'sheets.data.rowData.values.userEnteredValue'
    const read = () => fetch(`${second.origin}/v4/spreadsheets/${id}?fields=${mask}`, { headers })

    const answer = (await (await read()).json()) as { readonly sheets: unknown }
    const values = [{}, {}, { userEnteredValue: { stringValue: 'c' } }]
    assert.deepEqual(answer.sheets, [{ data: [{ rowData: [{}, { values }] }] }])
    const old = { authorization: `Bearer ${token}` }
    const refused = await fetch(`${second.origin}/v4/spreadsheets/${id}`, { headers: old })
    assert.equal(refused.status, 401)
    second.share(id, email, 'none')
    assert.equal((await read()).status, 403)
  })
})
