/** Who may call: tokens and their errors, scopes, sharing, the API itself, quotas. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { messageOf, requestToken, startTestGoogle, type TestGoogle } from './testing.ts'

const TIME = Date.parse('2026-11-23T12:00:00Z')

const UNAUTHENTICATED =
  'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
  'authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.'

const read = (google: TestGoogle, token?: string) =>
  google.call('GET', '/values/users', undefined, token)

async function tokenOf(google: TestGoogle, claims = {}): Promise<string> {
  return (
    (await requestToken(google, google.keyFile, { time: TIME, claims })).body.access_token ?? ''
  )
}

describe('the token endpoint', () => {
  test('gives a token for an assertion that the account has signed', async (t) => {
    const google = await startTestGoogle(t)
    const { status, body } = await requestToken(google, google.keyFile, { time: TIME })
    const { access_token: token, ...rest } = body
    assert.deepEqual([status, rest], [200, { expires_in: 3599, token_type: 'Bearer' }])
    assert.equal((await read(google, token)).status, 200)
  })

  test('takes the audience of Google and its own, and no other', async (t) => {
    const google = await startTestGoogle(t)
    const statusFor = async (aud: string) =>
      (await requestToken(google, google.keyFile, { time: TIME, claims: { aud } })).status
    assert.equal(await statusFor('https://www.googleapis.com/oauth2/v4/token'), 200)
    assert.equal(await statusFor(google.tokenUri), 200)
    assert.equal(await statusFor('https://elsewhere.example/token'), 400)
  })

  test('refuses what is wrong with the errors of Google', async (t) => {
    const google = await startTestGoogle(t)
    const other = google.createServiceAccount()
    const now = TIME / 1000
    const swapped = JSON.stringify({ ...JSON.parse(google.keyFile), client_email: other.email })
    const time =
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. ' +
      'Check your iat and exp values in the JWT claim.'
    const scope = 'Invalid OAuth scope or ID token audience provided.'
    const cases = [
      [swapped, {}, 400, 'invalid_grant', 'Invalid JWT Signature.'],
      [
        google.keyFile,
        { iss: 'a@b.example' },
        400,
        'invalid_grant',
        'Invalid grant: account not found',
      ],
      [google.keyFile, { iat: now - 3700, exp: now - 100 }, 400, 'invalid_grant', time],
      [google.keyFile, { exp: now + 3700 }, 400, 'invalid_grant', time],
      [google.keyFile, { iat: now + 400, exp: now + 4000 }, 400, 'invalid_grant', time],
      [google.keyFile, { scope: '' }, 400, 'invalid_scope', scope],
      [google.keyFile, { scope: 'sheets' }, 400, 'invalid_scope', scope],
    ] as const
    for (const [keyFile, claims, status, error, description] of cases) {
      const answer = await requestToken(google, keyFile, { time: TIME, claims })
      assert.deepEqual(answer.body, { error, error_description: description })
      assert.equal(answer.status, status)
    }
    const delegated = await requestToken(google, google.keyFile, {
      time: TIME,
      claims: { sub: 'ada@example.com' },
    })
    assert.deepEqual([delegated.status, delegated.body.error], [401, 'unauthorized_client'])
  })

  test('refuses what a key signs that is no longer in force', async (t) => {
    const google = await startTestGoogle(t)
    const { keyFile } = google.rotateKey(google.email)
    const old = await requestToken(google, google.keyFile, { time: TIME })
    assert.equal(old.body.error_description, 'Invalid JWT Signature.')
    assert.equal((await requestToken(google, keyFile, { time: TIME })).status, 200)
  })

  test('has a clock of its own, and can refuse or be away', async (t) => {
    const google = await startTestGoogle(t)
    const ask = async () => (await requestToken(google, google.keyFile, { time: TIME })).status
    const dateOf = async () =>
      Date.parse((await fetch(`${google.origin}/v4/x`)).headers.get('date') ?? '')
    const before = await dateOf()
    google.setSwitches({ clockAheadSeconds: 3601 })
    assert.equal(await ask(), 400)
    assert.equal(await dateOf(), before + 3_601_000)
    google.setSwitches({ clockAheadSeconds: 3599, grants: 'unavailable' })
    assert.equal(await ask(), 503)
    google.setSwitches({ grants: 'refused' })
    assert.equal(await ask(), 400)
    google.setSwitches({ grants: 'given' })
    assert.equal(await ask(), 200)
  })
})

describe('a call', () => {
  test('needs a token that is alive', async (t) => {
    const google = await startTestGoogle(t, { switches: { tokenSeconds: 60 } })
    const none = await fetch(`${google.origin}/v4/spreadsheets/${google.sheetId}`)
    const body = (await none.json()) as { readonly error: { readonly message: string } }
    assert.deepEqual(
      [none.status, body.error.message],
      [403, 'The request is missing a valid API key.'],
    )
    const token = await tokenOf(google)
    assert.equal((await read(google, token)).status, 200)
    google.passSeconds(61)
    assert.deepEqual((await read(google, token)).body.error, {
      code: 401,
      message: UNAUTHENTICATED,
      status: 'UNAUTHENTICATED',
    })
  })

  test('ends where tokens are revoked, of one account or of all', async (t) => {
    const google = await startTestGoogle(t)
    const token = await tokenOf(google)
    google.revokeTokens('somebody@else.example')
    assert.equal((await read(google, token)).status, 200)
    google.revokeTokens(google.email)
    assert.equal((await read(google, token)).status, 401)
  })

  test('needs the scope, and the one for writing to write', async (t) => {
    const google = await startTestGoogle(t)
    const readonly = await tokenOf(google, {
      scope: 'https://www.googleapis.com/auth/spreadsheets.readonly',
    })
    const clear = (token: string) => google.call('POST', '/values/users:clear', {}, token)
    assert.equal((await read(google, readonly)).status, 200)
    assert.match(JSON.stringify((await clear(readonly)).body), /ACCESS_TOKEN_SCOPE_INSUFFICIENT/)
    assert.equal((await clear(await tokenOf(google))).status, 200)
  })

  test('needs a spreadsheet that is there and shared, for writing as for reading', async (t) => {
    const google = await startTestGoogle(t)
    const clear = () => google.call('POST', '/values/users:clear', {})
    const refused = {
      code: 403,
      message: 'The caller does not have permission',
      status: 'PERMISSION_DENIED',
    }
    google.share(google.sheetId, google.email, 'reader')
    assert.equal((await read(google)).status, 200)
    assert.deepEqual((await clear()).body.error, refused)
    google.share(google.sheetId, google.email, 'none')
    assert.deepEqual((await read(google)).body.error, refused)
    google.share(google.sheetId, google.email, 'writer')
    assert.equal((await clear()).status, 200)
    const answer = await fetch(`${google.origin}/v4/spreadsheets/elsewhere`, {
      headers: { authorization: `Bearer ${await tokenOf(google)}` },
    })
    assert.equal(answer.status, 404)
    assert.match(await answer.text(), /"Requested entity was not found\."/)
  })

  test('needs the API to be on', async (t) => {
    const google = await startTestGoogle(t, { switches: { apiEnabled: false } })
    const refused = await read(google)
    assert.equal(refused.status, 403)
    assert.match(
      messageOf(refused),
      /^Google Sheets API has not been used in project \d{12} before/,
    )
    assert.match(JSON.stringify(refused.body), /SERVICE_DISABLED/)
    google.resetSwitches()
    assert.equal((await read(google)).status, 200)
  })

  test('is answered as Google answers: pretty, with its headers', async (t) => {
    const google = await startTestGoogle(t)
    const { headers } = await read(google)
    assert.equal(headers.get('content-type'), 'application/json; charset=UTF-8')
    assert.equal(headers.get('vary'), 'Origin, X-Origin, Referer')
    assert.equal(headers.get('server'), 'ESF')
  })
})

describe('quotas', () => {
  test('let 60 writes of an account through in a minute, and as many in the next', async (t) => {
    const google = await startTestGoogle(t)
    const write = () => google.call('POST', '/values/users:clear', {})
    for (let count = 0; count < 60; count += 1) assert.equal((await write()).status, 200)
    const { status, body } = await write()
    assert.equal(status, 429)
    const error = body.error as { readonly details: readonly [{ readonly metadata: object }] }
    const consumer = String((error.details[0].metadata as { consumer: string }).consumer)
    const number = consumer.slice('projects/'.length)
    assert.deepEqual(body.error, {
      code: 429,
      message:
        "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' " +
        `of service 'sheets.googleapis.com' for consumer 'project_number:${number}'.`,
      status: 'RESOURCE_EXHAUSTED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'RATE_LIMIT_EXCEEDED',
          domain: 'googleapis.com',
          metadata: {
            service: 'sheets.googleapis.com',
            consumer: `projects/${number}`,
            quota_metric: 'sheets.googleapis.com/write_requests',
            quota_limit: 'WriteRequestsPerMinutePerUser',
          },
        },
      ],
    })
    assert.equal((await read(google)).status, 200)
    assert.deepEqual(google.countsThisMinute(), { reads: 1, writes: 60 })
    google.passSeconds(60)
    assert.equal((await write()).status, 200)
    assert.deepEqual(google.counts, { reads: 1, writes: 61 })
  })

  test('count a project over its accounts, and can be off', async (t) => {
    const google = await startTestGoogle(t, { switches: { readsPerProject: 2 } })
    const other = google.createServiceAccount()
    google.share(google.sheetId, other.email, 'reader')
    const { body } = await requestToken(google, other.keyFile, { time: TIME })
    assert.equal((await read(google)).status, 200)
    assert.equal((await read(google, body.access_token)).status, 200)
    assert.match(messageOf(await read(google)), /'Read requests per minute' of service/)
    google.setSwitches({ quotas: false })
    assert.equal((await read(google)).status, 200)
  })
})
