import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { loadKeyFile } from '../crypto/key-file.ts'
import { serializeKey } from '../crypto/key-ring.ts'
import { findKeys, homeOf, parseHome, titleOf } from './user-home.ts'

const folder = mkdtempSync(join(tmpdir(), 'throughline-home-'))
after(() => rmSync(folder, { recursive: true }))

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const GOOGLE_SERVICE_ACCOUNT_JSON = JSON.stringify({
  ...{ type: 'service_account', client_email: 'app@example.com', token_uri: 'https://a.example/' },
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
})
const ID = '1AbC-dEf_0123456789'

describe('a home of users', () => {
  test('is named by the path of a database, or of the folder that it is in', () => {
    mkdirSync(join(folder, 'made.d'))
    for (const [text, path] of [
      ['sqlite:data', 'data/throughline.sqlite'],
      ['data', 'data/throughline.sqlite'],
      ['made.d', 'made.d/throughline.sqlite'],
      ['sqlite:data/users.sqlite', 'data/users.sqlite'],
    ] as const) {
      const home = parseHome(text, {}, folder)
      assert.deepEqual(home, { kind: 'sqlite', file: join(folder, path) }, text)
      assert.equal(titleOf(home), `the database ${join(folder, path)}`)
    }
  })

  test('is named by the id or the address of a sheet, whatever sheet the program has', () => {
    const env = { GOOGLE_SERVICE_ACCOUNT_JSON, GOOGLE_SHEET_ID: 'another-sheet-of-ours' }
    for (const text of [`sheet:${ID}`, `sheet:https://docs.google.com/spreadsheets/d/${ID}/edit`]) {
      assert.equal(titleOf(parseHome(text, env, folder)), `the sheet ${ID}`)
    }
    assert.throws(() => parseHome('sheet:', env, folder), { code: 'server.bad-setting' })
    assert.throws(() => parseHome(`sheet:${ID}`, {}, folder), {
      code: 'server.bad-setting',
      message: /^sheet: names a sheet, and neither GOOGLE_SERVICE_ACCOUNT_FILE nor/,
    })
  })

  test('is no id or address of a sheet without a word that says so', () => {
    const id = `${ID}${ID}`
    for (const text of [id, `https://docs.google.com/spreadsheets/d/${id}/edit`]) {
      assert.throws(() => parseHome(text, {}, folder), {
        name: 'TypeError',
        message: `"${text}" is no place: write sheet:${text} or sqlite:PATH.`,
      })
    }
    mkdirSync(join(folder, id))
    assert.equal(parseHome(id, {}, folder).kind, 'sqlite')
  })

  test('of a program is the sheet where there is one, else the database of its data folder', () => {
    const env = { THROUGHLINE_DATA: 'data' }
    assert.equal(homeOf(env, folder).kind, 'sqlite')
    const sheet = homeOf({ ...env, GOOGLE_SHEET_ID: ID, GOOGLE_SERVICE_ACCOUNT_JSON }, folder)
    assert.equal(titleOf(sheet), `the sheet ${ID}`)
  })
})

describe('findKeys()', () => {
  test('CR-06 takes THROUGHLINE_KEYS, else the key file beside a database, and makes none', () => {
    const homes = [parseHome('one', {}, folder), parseHome('two', {}, folder)]
    assert.throws(() => findKeys({}, folder, homes), { code: 'crypto.key-file-missing' })
    const { sealing } = loadKeyFile(join(folder, 'two'), systemRandom)

    assert.deepEqual(findKeys({}, folder, homes).primary, sealing.primary)
    const THROUGHLINE_KEYS = serializeKey({ id: 'k7', bytes: systemRandom(32) })
    assert.equal(findKeys({ THROUGHLINE_KEYS }, folder, homes).primary.id, 'k7')
  })
})
