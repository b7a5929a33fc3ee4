/** What the switches of OAuth change, each beside how it is untouched. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import type { OAuthSwitches } from './oauth-switches.ts'
import {
  callApi,
  connect,
  consent,
  readJson,
  requestToken,
  startTestSimulator,
  TEST_REDIRECT_URI,
  type TestSimulator,
} from './testing.ts'

async function createCode(simulator: TestSimulator): Promise<string> {
  return (await consent(simulator)).searchParams.get('code') ?? ''
}

async function visit(
  simulator: TestSimulator,
  parameters: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  const query = new URLSearchParams({ client_id: simulator.clientId, ...parameters })
  const page = await fetch(`${simulator.origin}/oauth/authorize?${query}`, { redirect: 'manual' })
  return { status: page.status, text: await page.text() }
}

/** Asks the same of an untouched simulator and of one with switches. */
async function compare<Answer>(
  t: Parameters<typeof startTestSimulator>[0],
  switches: Partial<OAuthSwitches>,
  ask: (simulator: TestSimulator) => Promise<Answer>,
): Promise<readonly [Answer, Answer]> {
  return [
    await ask(await startTestSimulator(t)),
    await ask(await startTestSimulator(t, { switches })),
  ]
}

describe('the authorization page', () => {
  test('takes the configured redirect URI, or refuses, where none is named', async (t) => {
    const pages = await compare(t, { absentRedirectUri: 'refuse' }, (simulator) =>
      visit(simulator, { response_type: 'code' }),
    )

    assert.deepEqual(
      pages.map(({ status }) => status),
      [200, 400],
    )
    assert.match(pages[0].text, /Continue as Ada Example/)
  })

  test('refuses under another status and in other words', async (t) => {
    const text = { heading: 'Oops', line: 'That address is <not> known.' }
    const switches = { refusalStatus: 401, refusalTexts: { redirectUri: text } } as const
    const [plain, switched] = await compare(t, switches, (simulator) =>
      visit(simulator, { response_type: 'code', redirect_uri: 'http://127.0.0.1:9/other' }),
    )

    assert.match(plain.text, /redirect_uri_mismatch/)
    assert.equal(switched.status, 401)
    assert.match(switched.text, /Oops[\s\S]*That address is &lt;not&gt; known\./)
  })

  test('sends other parameters after Deny, and state with them', async (t) => {
    const switches = { deniedParameters: { error: 'access_denied', error_code: '7' } }
    const [plain, switched] = await compare(t, switches, async (simulator) =>
      Object.fromEntries((await consent(simulator, { decision: 'deny' })).searchParams),
    )

    assert.deepEqual(plain, {
      error: 'access_denied',
      error_description: 'The user denied the request.',
      state: 'a b+c&d',
    })
    assert.deepEqual(switched, { error: 'access_denied', error_code: '7', state: 'a b+c&d' })
  })

  test('sends state before or after the code', async (t) => {
    const orders = await compare(t, { stateFirst: true }, async (simulator) => [
      ...(await consent(simulator)).searchParams.keys(),
    ])

    assert.deepEqual(orders, [
      ['code', 'state'],
      ['state', 'code'],
    ])
  })

  test('sends invalid_scope back for a scope that the app may not ask for', async (t) => {
    const [plain, switched] = await compare(
      t,
      { unavailableScopes: ['email'] },
      async (simulator) =>
        (await consent(simulator, { scope: 'public private email' })).searchParams,
    )

    assert.ok(plain.has('code'))
    assert.equal(switched.get('error'), 'invalid_scope')
  })

  test('lets a person who is signed in use another account', async (t) => {
    const simulator = await startTestSimulator(t)
    const parameters = { response_type: 'code', state: 's 1', person: '98765432' }

    const { text } = await visit(simulator, parameters)
    const [, href = ''] = /href="([^"]+)">Not you\? Use another account/.exec(text) ?? []
    const other = await (
      await fetch(new URL(href.replaceAll('&amp;', '&'), simulator.origin))
    ).text()

    assert.match(other, /Continue as Ada Example[\s\S]*Continue as Grace Sample/)
    assert.match(other, /name="state" value="s 1"/)
  })
})

describe('the token endpoint', () => {
  test('takes the secret in the body only where the switch says so', async (t) => {
    const ask = async (simulator: TestSimulator, secret: string) => {
      const { clientId: client_id } = simulator
      const parameters = { code: await createCode(simulator), client_id, client_secret: secret }
      return (await requestToken(simulator, parameters, { authorization: '' })).status
    }
    const right = await compare(t, { secretInBody: true }, (simulator) =>
      ask(simulator, simulator.clientSecret),
    )
    const wrong = await compare(t, { secretInBody: true }, (simulator) => ask(simulator, 'wrong'))

    assert.deepEqual(right, [400, 200])
    assert.deepEqual(wrong, [400, 400])
  })

  test('answers an unknown client with 400 or 401', async (t) => {
    const statuses = await compare(t, { invalidClientStatus: 401 }, async (simulator) => {
      return (await requestToken(simulator, {}, { authorization: 'Basic bm86' })).status
    })

    assert.deepEqual(statuses, [400, 401])
  })

  test('answers a wrong secret as an unknown client or with 8001', async (t) => {
    const bodies = await compare(t, { wrongSecret: 'full' }, async (simulator) => {
      const authorization = `Basic ${btoa(`${simulator.clientId}:wrong`)}`
      return readJson(await requestToken(simulator, {}, { authorization }))
    })

    assert.equal(bodies[0]['error'], 'invalid_client')
    assert.equal(bodies[1]['error_code'], 8001)
  })

  test('calls another grant type unsupported or invalid', async (t) => {
    const errors = await compare(t, { unsupportedGrant: 'invalid_grant' }, async (simulator) => {
      return (await readJson(await requestToken(simulator, { grant_type: 'password' })))['error']
    })

    assert.deepEqual(errors, ['unsupported_grant_type', 'invalid_grant'])
  })

  test('says in other words that the redirect URI differs', async (t) => {
    const [plain, switched] = await compare(
      t,
      { redirectUriMismatch: 'No.' },
      async (simulator) => {
        const code = await createCode(simulator)
        const answer = await requestToken(simulator, {
          code,
          redirect_uri: `${TEST_REDIRECT_URI}/`,
        })
        return (await readJson(answer))['error_description']
      },
    )

    assert.match(plain as string, /does not match/)
    assert.equal(switched, 'No.')
  })

  test('makes longer tokens', async (t) => {
    const lengths = await compare(t, { tokenDigits: 42 }, async (simulator) => {
      return (await connect(simulator)).length
    })

    assert.deepEqual(lengths, [32, 42])
  })

  test('says when a token ends, with expires_on as a string, at verify too', async (t) => {
    const switches = { tokenSeconds: 60 } as const
    const simulator = await startTestSimulator(t, { switches })
    const code = await createCode(simulator)

    const body = await readJson(await requestToken(simulator, { code }))
    const verified = await callApi(simulator, body['access_token'] as string, '/oauth/verify')

    assert.equal(body['expires_on'], String(Date.parse('2026-11-23T12:01:00Z') / 1000))
    assert.match(body['refresh_token'] as string, /^[0-9a-f]{40}$/)
    assert.equal('expires_in' in body, false)
    assert.deepEqual(await readJson(verified), body)
  })

  test('says so by expires_in where the switch names that', async (t) => {
    const switches = { tokenSeconds: 60, expiryMembers: ['expires_in'] } as const
    const simulator = await startTestSimulator(t, { switches })

    const body = await readJson(
      await requestToken(simulator, { code: await createCode(simulator) }),
    )

    assert.equal(body['expires_in'], 60)
    assert.equal('expires_on' in body || 'refresh_token' in body, false)
  })

  test('takes a refresh token once, after the token has ended, where the switch says so', async (t) => {
    const switches = { tokenSeconds: 60, refreshGrant: true }
    const simulator = await startTestSimulator(t, { switches })
    const first = await readJson(
      await requestToken(simulator, { code: await createCode(simulator) }),
    )
    simulator.passSeconds(61)
    const ended = await callApi(simulator, first['access_token'] as string, '/me')
    const parameters = {
      grant_type: 'refresh_token',
      refresh_token: first['refresh_token'] as string,
    }

    const second = await readJson(await requestToken(simulator, parameters))
    const again = await requestToken(simulator, parameters)

    assert.equal(ended.status, 401)
    assert.equal((await callApi(simulator, second['access_token'] as string, '/me')).status, 200)
    assert.equal(again.status, 400)
  })
})

describe('a token that is dead', () => {
  test('is answered by the legacy body or the full one, under the same challenge', async (t) => {
    const answers = await compare(t, { deadTokenBody: 'full' }, async (simulator) => {
      const response = await callApi(simulator, 'dead', '/me')
      const { error_code: code } = await readJson(response)
      return [response.status, response.headers.get('www-authenticate'), code]
    })

    assert.deepEqual(answers, [
      [401, 'Bearer error="invalid_token"', undefined],
      [401, 'Bearer error="invalid_token"', 8000],
    ])
  })
})

describe('DELETE /tokens', () => {
  test('answers 204 and, for a token that is dead, what the switch says', async (t) => {
    const statuses = await compare(t, { deadTokenStatus: 204 }, async (simulator) => {
      const headers = { authorization: `Bearer ${await connect(simulator)}` }
      const end = async () =>
        (await fetch(`${simulator.origin}/tokens`, { method: 'DELETE', headers })).status
      return [await end(), await end()]
    })

    assert.deepEqual(statuses, [
      [204, 401],
      [204, 204],
    ])
  })
})
