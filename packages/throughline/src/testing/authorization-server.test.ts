import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { requestFreshTokenSet, requestTokenSet } from '../oauth/token-request.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { authorizeAt } from './authorization-journey.ts'
import { startAuthorizationServer, type TestAuthorizationServer } from './authorization-server.ts'

let server: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer({
    expiresIn: 60,
    grantedScope: 'public',
    account: { a: 1 },
  })
})
after(() => server.close())

const me = async ({ accessToken }: TokenSet) =>
  fetch(`${server.origin}/me`, { headers: { authorization: `Bearer ${accessToken}` } })

describe('startAuthorizationServer()', () => {
  test('redirects at once with code and state, and with iss only when it is set to', async () => {
    const naming = await startAuthorizationServer({ iss: true })
    for (const [at, iss] of [
      [server, null],
      [naming, naming.origin],
    ] as const) {
      const query =
        'response_type=code&client_id=a&state=s&redirect_uri=https://app.example/%3Fkept=1'
      const redirect = await fetch(`${at.origin}/authorize?${query}`, { redirect: 'manual' })

      assert.equal(redirect.status, 302)
      const { searchParams } = new URL(redirect.headers.get('location') ?? '')
      assert.equal(searchParams.get('kept'), '1')
      assert.equal(searchParams.get('state'), 's')
      assert.match(searchParams.get('code') ?? '', /^code-/)
      assert.equal(searchParams.get('iss'), iss)
    }
    await naming.close()
  })

  test('grants what it is set to grant, and answers for the account', async () => {
    const { tokenSet, answer } = await requestTokenSet(await authorizeAt(server))

    assert.deepEqual(tokenSet.scope, ['public'])
    assert.deepEqual(answer['user'], { a: 1 })
    assert.deepEqual(await (await me(tokenSet)).json(), { a: 1 })
  })

  test('ends what a code gave when the code comes again', async () => {
    const request = await authorizeAt(server)
    const { tokenSet } = await requestTokenSet(request)

    assert.equal((await me(tokenSet)).status, 200)
    await assert.rejects(requestTokenSet(request))
    assert.equal((await me(tokenSet)).status, 401)
  })

  test('ends a grant whose refresh token comes again', async () => {
    const request = await authorizeAt(server)
    const { tokenSet } = await requestTokenSet(request)
    const refresh = () => requestFreshTokenSet({ ...request, tokenSet })
    const fresh = await refresh()

    assert.equal((await me(fresh)).status, 200)
    await assert.rejects(refresh())
    assert.equal((await me(fresh)).status, 401)
  })

  test('ends access tokens, or grants, when a test says so', async () => {
    const request = await authorizeAt(server)
    const { tokenSet } = await requestTokenSet(request)

    server.endAccessTokens()
    const refused = await me(tokenSet)
    assert.equal(refused.status, 401)
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
    const fresh = await requestFreshTokenSet({ ...request, tokenSet })
    assert.equal((await me(fresh)).status, 200)
    server.endGrants()
    assert.equal((await me(fresh)).status, 401)
    await assert.rejects(requestFreshTokenSet({ ...request, tokenSet: fresh }))
  })

  test('misbehaves once per script, on the path that it is for, after its work is done', async () => {
    const request = await authorizeAt(server)
    server.next({ path: '/token', drop: 'before-answer' })
    server.next({ path: '/me', status: 503 })

    await assert.rejects(requestTokenSet(request))
    // The code was taken although the answer never came.
    await assert.rejects(requestTokenSet(request), /oauth|used up/)
    const { tokenSet } = await requestTokenSet(await authorizeAt(server))
    assert.equal((await me(tokenSet)).status, 503)
    assert.equal((await me(tokenSet)).status, 200)
  })
})
