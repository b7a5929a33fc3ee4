import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { authorizeAt } from '../testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type Behaviour,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { createSigningKey, type SigningKey } from '../testing/signed-token.ts'
import { keepKeySet } from './key-set.ts'
import { finishSignIn } from './sign-in.ts'
import { requestFreshTokenSet, requestTokenSet } from './token-request.ts'
import { parseTokenSet, serializeTokenSet } from './token-set.ts'

const account = { sub: 'account-1', name: 'Ada Example', email: 'ada@films.example' }
const scope = ['openid', 'email']

let server: TestAuthorizationServer
let stranger: SigningKey
before(async () => {
  server = await startAuthorizationServer({ openId: {}, expiresIn: 60, account })
  stranger = createSigningKey('RS256', 'key-1')
})
after(() => server.close())

const keysOf = (uri = server.metadata.jwks_uri ?? assert.fail()) =>
  keepKeySet(uri, fetch, () => Date.now())

/** Goes from the authorization request to the claims of whoever has signed in. */
async function signIn(asked: readonly string[] = scope) {
  const authorized = await authorizeAt(server, undefined, asked)
  const request = { ...authorized, keys: keysOf(), now: Date.now }
  const tokenAnswer = await requestTokenSet(request)
  const { nonce = assert.fail('no nonce') } = request
  return { request, ...(await finishSignIn({ ...request, nonce, tokenAnswer })) }
}

describe('finishSignIn()', () => {
  test('ID-04 sends a fresh nonce with each sign-in, and none where nobody signs in', async () => {
    const nonces = new Set<string | null>()
    for (let count = 0; count < 20; count += 1) {
      const { request } = await signIn()
      nonces.add(server.requestsTo('/authorize').at(-1)?.query.get('nonce') ?? null)
      assert.match(request.nonce ?? '', /^[A-Za-z0-9_-]{43}$/)
    }
    assert.equal(nonces.size, 20)

    const plain = await authorizeAt(server, undefined, ['films.read'])
    assert.equal(plain.nonce, undefined)
    assert.equal(server.requestsTo('/authorize').at(-1)?.query.has('nonce'), false)
  })

  test('ID-01 gives what the issuer signed and what UserInfo adds, and shows no token', async () => {
    const { tokenSet, claims } = await signIn()

    assert.equal(claims.sub, 'account-1')
    assert.equal(claims['email'], 'ada@films.example')
    assert.equal(claims['iss'], server.metadata.issuer)
    assert.equal(tokenSet.signedIn?.subject, 'account-1')
    const shown = inspect(tokenSet, { depth: 9 }) + JSON.stringify(tokenSet)
    assert.doesNotMatch(shown, /access-|account-1/)
    assert.deepEqual(parseTokenSet(serializeTokenSet(tokenSet)).signedIn, tokenSet.signedIn)
  })

  test('ID-04 does not take an ID token of another request', async () => {
    const { request } = await signIn()
    const again = await authorizeAt(server, undefined, scope)
    server.nextIdToken({ claims: { nonce: request.nonce } })
    const tokenAnswer = await requestTokenSet({ ...again, now: Date.now })
    const { nonce = '' } = again
    const finish = finishSignIn({ ...again, keys: keysOf(), now: Date.now, nonce, tokenAnswer })

    assert.match((await failureOf(finish)).message, /"nonce" is not that/)
  })

  test('ID-02 does not take an ID token of a stranger, although it came over the right connection', async () => {
    server.nextIdToken({ key: stranger })

    const failure = await failureOf(signIn())
    assert.equal(failure.code, 'oauth.id-token-invalid')
    assert.match(failure.message, /signature is not that of the issuer/)
    assert.ok(await signIn())
  })

  for (const members of [{ id_token: undefined }, { id_token: 5 }, { id_token: '' }]) {
    test(`ID-02 does not go on with the ID token ${JSON.stringify(members)}`, async () => {
      server.next({ members })

      assert.equal((await failureOf(signIn())).code, 'oauth.id-token-invalid')
    })
  }

  for (const sub of ['account-2', undefined, 5, '']) {
    test(`ID-06 does not go on where UserInfo has the sub ${JSON.stringify(sub)}`, async () => {
      server.next({ path: '/userinfo', members: { sub } })

      assert.equal((await failureOf(signIn())).code, 'oauth.subject-mismatch')
      assert.ok(await signIn())
    })
  }

  test('ID-06 lets no claim of UserInfo stand above a signed one', async () => {
    server.nextIdToken({ claims: { email: 'signed@films.example' } })
    server.next({
      path: '/userinfo',
      members: { email: 'told@films.example', iss: 'evil', more: 1 },
    })

    const { claims } = await signIn()
    assert.equal(claims['email'], 'signed@films.example')
    assert.equal(claims['iss'], server.metadata.issuer)
    assert.equal(claims['more'], 1)
  })

  test('ID-06 ID-10 calls a signed address verified only where UserInfo says so of that very address', async () => {
    for (const [email, verified] of [
      ['ada@films.example', true],
      ['victim@films.example', undefined],
    ] as const) {
      server.nextIdToken({ claims: { email } })
      server.next({
        path: '/userinfo',
        members: { email: 'ada@films.example', email_verified: true },
      })

      const { claims } = await signIn()
      assert.deepEqual([claims['email'], claims['email_verified']], [email, verified])
    }
  })

  for (const [what, behaviour] of [
    ['refuses the token', { status: 401 }],
    ['forbids', { status: 403 }],
    ['signs its answer', { headers: { 'content-type': 'application/jwt' }, body: 'a.b.c' }],
  ] as const satisfies readonly (readonly [string, Behaviour])[]) {
    test(`ID-06 goes on without UserInfo where it ${what}`, async () => {
      server.next({ path: '/userinfo', ...behaviour })

      assert.equal((await signIn()).claims['email'], undefined)
    })
  }

  for (const [what, behaviour, code] of [
    ['is down', { status: 503 }, 'oauth.unavailable'],
    ['redirects', { redirectTo: 'https://evil.example' }, 'oauth.redirect-refused'],
    ['has over 64 kB', { body: ' '.repeat(65_537) }, 'oauth.answer-too-large'],
    ['is no object', { body: '[]' }, 'oauth.answer-invalid'],
    ['is a page', { headers: { 'content-type': 'text/html' } }, 'oauth.answer-invalid'],
  ] as const) {
    test(`PF-01 ID-10 ends where UserInfo ${what}`, async () => {
      server.next({ path: '/userinfo', ...behaviour })

      assert.equal((await failureOf(signIn())).code, code)
    })
  }

  test('counts the scope of a sign-in as granted, however the provider spells it', async () => {
    server.next({ members: { scope: 'openid https://vendor.example/auth/userinfo.email films' } })
    const { tokenSet } = await signIn(['openid', 'email', 'offline_access', 'films', 'films.write'])

    assert.ok(['openid', 'email', 'offline_access'].every((name) => tokenSet.scope.includes(name)))
    assert.equal(tokenSet.scope.includes('films.write'), false)
  })
})

describe('requestFreshTokenSet() of a sign-in', () => {
  const refreshed = async (bend: () => void) => {
    const { request, tokenSet } = await signIn()
    bend()
    return { tokenSet, fresh: await requestFreshTokenSet({ ...request, tokenSet }) }
  }

  test('ID-07 takes an ID token of the same account, and one without nonce, and none', async () => {
    for (const bend of [
      () => {},
      () => server.nextIdToken({ claims: { nonce: undefined } }),
      () => server.next({ members: { id_token: undefined } }),
    ]) {
      const { tokenSet, fresh } = await refreshed(bend)
      assert.notEqual(fresh.accessToken, tokenSet.accessToken)
      assert.deepEqual(fresh.signedIn, tokenSet.signedIn)
    }
  })

  for (const [what, bent] of [
    ['another sub', { claims: { sub: 'account-2' } }],
    ['another iss', { claims: { iss: 'https://evil.example' } }],
    ['another aud', { claims: { aud: 'other' } }],
    ['another nonce', { claims: { nonce: 'other' } }],
    ['another at_hash', { claims: { at_hash: 'other' } }],
    ['an end that is over', { claims: { exp: 1 } }],
  ] as const) {
    test(`ID-07 refuses what comes with an ID token of ${what}`, async () => {
      const failure = await failureOf(refreshed(() => server.nextIdToken(bent)))

      assert.equal(failure.code, 'oauth.id-token-invalid')
    })
  }

  test('ID-07 refuses what comes with an ID token that a stranger has signed', async () => {
    const failure = await failureOf(refreshed(() => server.nextIdToken({ key: stranger })))

    assert.equal(failure.code, 'oauth.id-token-invalid')
  })

  test('ID-07 does not use the refresh token up where the keys cannot be read', async () => {
    const { request, tokenSet } = await signIn()
    const before = server.requestsTo('/token').length
    server.next({ path: '/jwks', status: 503 })
    const refresh = (keys: ReturnType<typeof keysOf>) =>
      requestFreshTokenSet({ ...request, tokenSet, keys })

    assert.equal((await failureOf(refresh(keysOf()))).code, 'oauth.unavailable')
    assert.equal(server.requestsTo('/token').length, before)
    assert.ok(await refresh(keysOf()))
  })
})
