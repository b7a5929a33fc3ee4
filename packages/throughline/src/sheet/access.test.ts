import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { createSheetAccess } from './access.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const account = { email: 'app@example.com', tokenUri: 'https://token.example/', privateKey }

/** An endpoint that gives out what it is told to, and what it was sent. */
function endpoint(...answers: readonly (() => Response)[]) {
  const sent: URLSearchParams[] = []
  const fetch = async (_url: string | URL, init: RequestInit = {}) => {
    sent.push(init.body as URLSearchParams)
    return (answers[sent.length - 1] ?? answers.at(-1) ?? assert.fail)()
  }
  return { sent, fetch }
}

const give = (token: string) => () =>
  Response.json({ access_token: token, expires_in: 3599, token_type: 'Bearer' })
const refuse =
  (error: string, description: string, status = 400) =>
  () =>
    Response.json({ error, error_description: description }, { status })

describe('createSheetAccess()', () => {
  test('signs an assertion of an hour for the one scope, and asks once for all', async () => {
    const { sent, fetch } = endpoint(give('one'))
    const access = createSheetAccess(account, fetch, () => 1_700_000_000_500)

    assert.deepEqual(await Promise.all([access.token(), access.token()]), ['one', 'one'])
    assert.equal(await access.token(), 'one')

    assert.equal(sent.length, 1)
    assert.equal(sent[0]?.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer')
    const [head = '', body = '', signature = ''] = sent[0]?.get('assertion')?.split('.') ?? []
    const signed = Buffer.from(`${head}.${body}`)
    const key = createPublicKey(privateKey)
    assert.ok(verify('sha256', signed, key, Buffer.from(signature, 'base64url')))
    assert.deepEqual(JSON.parse(Buffer.from(body, 'base64url').toString()), {
      iss: account.email,
      scope: 'https://www.googleapis.com/auth/spreadsheets',
      aud: account.tokenUri,
      iat: 1_700_000_000,
      exp: 1_700_003_600,
    })
  })

  test('asks again five minutes before the end, and when the token was refused', async () => {
    let now = 0
    const { sent, fetch } = endpoint(give('one'), give('two'), give('three'))
    const access = createSheetAccess(account, fetch, () => now)

    assert.equal(await access.token(), 'one')
    now = (3599 - 300) * 1000 - 1
    assert.equal(await access.token(), 'one')
    now += 1
    assert.equal(await access.token(), 'two')
    access.refuse('one')
    assert.equal(await access.token(), 'two')
    access.refuse('two')
    assert.equal(await access.token(), 'three')
    assert.equal(sent.length, 3)
  })

  for (const [error, description, said] of [
    ['invalid_grant', 'Invalid JWT Signature.', /Was the key deleted/],
    ['invalid_grant', 'Invalid grant: account not found', /Was the key deleted/],
    [
      'invalid_grant',
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat.',
      /clock is wrong/,
    ],
  ] as const) {
    test(`says what to do where Google answers "${description.slice(0, 30)}"`, async () => {
      const access = createSheetAccess(account, endpoint(refuse(error, description)).fetch, () => 0)

      await assert.rejects(access.token(), (thrown) => {
        assert.ok(isThroughlineError(thrown, 'sheet.key-refused'))
        assert.match(thrown.message, said)
        return true
      })
    })
  }

  test('LG-01 repeats what Google says without what steers a terminal, and without the assertion', async () => {
    const { sent, fetch } = endpoint(() => {
      const assertion = sent[0]?.get('assertion') ?? assert.fail()
      return Response.json({ error: `x\u001B[2J ${assertion}` }, { status: 400 })
    })

    await assert.rejects(createSheetAccess(account, fetch, () => 0).token(), (thrown) => {
      assert.ok(isThroughlineError(thrown, 'sheet.key-refused'))
      assert.doesNotMatch(thrown.message, /\p{Cc}|eyJ/u)
      return true
    })
  })

  test('takes a server error for a passing one, and asks again', async () => {
    const { fetch } = endpoint(refuse('x', 'x', 503), give('one'))
    const access = createSheetAccess(account, fetch, () => 0)

    await assert.rejects(access.token(), (error) => isThroughlineError(error, 'sheet.unavailable'))
    assert.equal(await access.token(), 'one')
  })
})
