/** The implicit grant: off unless the app's settings allow it, and then a token in the fragment. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { callApi, consent, startTestSimulator } from './testing.ts'

const parameters = { response_type: 'token' }

describe('the implicit grant', () => {
  test('gives no token while the app may not use it, whatever the form says', async (t) => {
    const simulator = await startTestSimulator(t)

    assert.equal((await consent(simulator, { parameters })).href, 'about:blank')
  })

  test('answers a token in the fragment and nothing in the query', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { implicit: true } })

    const location = await consent(simulator, { parameters })
    const answer = new URLSearchParams(location.hash.slice(1))

    assert.equal(location.search, '')
    assert.deepEqual(
      [...answer.keys()],
      ['access_token', 'token_type', 'scope', 'state', 'expires_in'],
    )
    assert.equal(answer.get('token_type'), 'bearer')
    assert.equal(answer.get('state'), 'a b+c&d')
    assert.equal(answer.get('expires_in'), '3600')
  })

  test('gives a token that works for one hour', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { implicit: true } })
    const { hash } = await consent(simulator, { parameters })
    const token = new URLSearchParams(hash.slice(1)).get('access_token') ?? ''

    simulator.passSeconds(3599)
    assert.equal((await callApi(simulator, token, '/me')).status, 200)
    simulator.passSeconds(1)
    assert.equal((await callApi(simulator, token, '/me')).status, 401)
  })

  test('answers a denial in the fragment too', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { implicit: true } })

    const { hash, search } = await consent(simulator, { parameters, decision: 'deny' })

    assert.equal(search, '')
    assert.match(hash, /^#error=access_denied&/)
  })

  test('needs no code challenge where PKCE is enforced', async (t) => {
    const switches = { implicit: true, pkce: 'enforce' } as const
    const simulator = await startTestSimulator(t, { switches })

    assert.match((await consent(simulator, { parameters })).hash, /^#access_token=/)
  })
})
