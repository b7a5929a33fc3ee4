import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { addressOf, readSheetSettings } from './sheet-settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'throughline-settings-'))
after(() => rmSync(folder, { recursive: true }))

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const json = JSON.stringify({
  type: 'service_account',
  client_email: 'app@example.com',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  token_uri: 'https://oauth2.googleapis.com/token',
})
writeFileSync(join(folder, 'key.json'), json)

const ID = '1AbC_d-efGhIjKlMnOpQrStUvWxYz0123456789'
const good = { GOOGLE_SHEET_ID: ID, GOOGLE_SERVICE_ACCOUNT_FILE: 'key.json' }

describe('readSheetSettings()', () => {
  test('are none where nothing is said', () => {
    assert.equal(
      readSheetSettings({ GOOGLE_SHEET_ID: '', GOOGLE_CLIENT_ID: 'x' }, folder),
      undefined,
    )
  })

  test('take an id or an address, and a key file or its text', () => {
    const address = `https://docs.google.com/spreadsheets/d/${ID}/edit?gid=0#gid=0`
    const all = [
      good,
      { ...good, GOOGLE_SHEET_ID: address },
      { ...good, GOOGLE_SHEET_ID: address.replace('/d/', '/u/0/d/') },
      { GOOGLE_SHEET_ID: ID, GOOGLE_SERVICE_ACCOUNT_JSON: json },
    ].map((env) => readSheetSettings(env, folder))

    for (const settings of all) {
      assert.equal(settings?.spreadsheetId, ID)
      assert.equal(settings?.account.email, 'app@example.com')
      assert.equal(settings?.origin, 'https://sheets.googleapis.com')
      assert.equal(
        settings && addressOf(settings),
        `https://docs.google.com/spreadsheets/d/${ID}/edit`,
      )
    }
  })

  test('take another origin on this machine, for tests', () => {
    const origin = 'http://127.0.0.1:3003'
    assert.equal(
      readSheetSettings({ ...good, GOOGLE_SHEETS_ORIGIN: origin }, folder)?.origin,
      origin,
    )
  })

  for (const [what, env, said] of [
    [
      'a key file without a sheet',
      { GOOGLE_SERVICE_ACCOUNT_FILE: 'key.json' },
      /GOOGLE_SHEET_ID is not set/,
    ],
    ['a sheet without a key file', { GOOGLE_SHEET_ID: ID }, /name the key file/],
    ['what is no id', { ...good, GOOGLE_SHEET_ID: 'my sheet' }, /between \/d\/ and \/edit/],
    [
      'a file that is not there',
      { ...good, GOOGLE_SERVICE_ACCOUNT_FILE: 'no.json' },
      /cannot be read \(nothing is there\)/,
    ],
    [
      'an origin in clear',
      { ...good, GOOGLE_SHEETS_ORIGIN: 'http://sheets.example' },
      /an origin with https/,
    ],
    [
      'an origin that no request would go to',
      { ...good, GOOGLE_SHEETS_ORIGIN: 'http://localhost:3004' },
      /http:\/\/127\.0\.0\.1:<port>/,
    ],
    [
      'an origin with a path',
      { ...good, GOOGLE_SHEETS_ORIGIN: 'https://x.example/a' },
      /an origin with https/,
    ],
  ] as const) {
    test(`refuse ${what}`, () => {
      assert.throws(
        () => readSheetSettings(env, folder),
        (error) => isThroughlineError(error, 'server.bad-setting') && said.test(error.message),
      )
    })
  }
})
