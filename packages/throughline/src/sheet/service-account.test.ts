import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { parseServiceAccount } from './service-account.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const toPem = (key: typeof privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

const file = {
  type: 'service_account',
  client_email: 'app@project.iam.gserviceaccount.com',
  private_key: toPem(privateKey),
  token_uri: 'https://oauth2.googleapis.com/token',
}

describe('parseServiceAccount()', () => {
  test('reads what Google makes', () => {
    const account = parseServiceAccount(JSON.stringify(file), 'key.json')

    assert.equal(account.email, file.client_email)
    assert.equal(account.tokenUri, file.token_uri)
    assert.equal(account.privateKey.asymmetricKeyType, 'rsa')
  })

  for (const [what, text, said] of [
    ['no JSON', 'nonsense', /not a JSON object/],
    ["an OAuth client's file", '{"installed":{}}', /"type" is not "service_account"/],
    ['no address', JSON.stringify({ ...file, client_email: '' }), /no text "client_email"/],
    ['no key', JSON.stringify({ ...file, private_key: 7 }), /no text "private_key"/],
    ['half a key', JSON.stringify({ ...file, private_key: file.private_key.slice(0, 400) }), /PEM/],
    [
      'another kind of key',
      JSON.stringify({ ...file, private_key: toPem(elliptic) }),
      /no RSA key/,
    ],
  ] as const) {
    test(`LG-02 refuses ${what}, and repeats nothing of it`, () => {
      assert.throws(
        () => parseServiceAccount(text, 'key.json'),
        (error) => {
          assert.ok(isThroughlineError(error, 'sheet.bad-key-file'))
          assert.match(error.message, /^key\.json is not/)
          assert.match(error.message, said)
          assert.doesNotMatch(error.message + String(error.stack), /MII|BEGIN/)
          return true
        },
      )
    })
  }
})
