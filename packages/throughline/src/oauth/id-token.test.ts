import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { isThroughlineError } from '../base/error.ts'
import { failureOf } from '../testing/failure-of.ts'
import {
  createSigningKey,
  forgeToken,
  halfHash,
  signToken,
  type SigningKey,
} from '../testing/signed-token.ts'
import { readIdToken, type ExpectedIdToken } from './id-token.ts'
import { keepKeySet } from './key-set.ts'

const ISSUER = 'https://login.films.example'
const NOW = 1_800_000_000
const EVERY = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA']

const keys = new Map(EVERY.map((algorithm) => [algorithm, createSigningKey(algorithm)]))
const keyOf = (algorithm: string) => keys.get(algorithm) ?? assert.fail(algorithm)
const own = keyOf('RS256')
const stranger = createSigningKey('RS256')

const accessToken = 'planted-access-token'
const code = 'planted-code'
const nonce = 'the-nonce-of-this-very-request'
const sound = {
  iss: ISSUER,
  sub: 'account-1',
  aud: 'the-client',
  exp: NOW + 300,
  iat: NOW,
  nonce,
}

/** What is unlike a sound token and its reading. */
interface Change {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
  readonly jwks?: readonly unknown[]
  readonly expected?: Partial<ExpectedIdToken>
  readonly supported?: string[]
}

/** An issuer's key set behind a URL, and how often it was fetched. */
function keysAt(jwks: () => unknown, time = { now: NOW * 1_000 }) {
  const served = { fetches: 0 }
  const fetch = async () => {
    served.fetches += 1
    return Response.json(jwks())
  }
  return { served, time, keys: keepKeySet(`${ISSUER}/keys`, fetch, () => time.now) }
}

function read(idToken: string | undefined, change: Change = {}) {
  const { jwks = [...keys.values()].map(({ jwk }) => jwk), expected, supported = EVERY } = change
  return readIdToken(idToken, {
    authorizationServer: {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${ISSUER}/token`,
      jwks_uri: `${ISSUER}/keys`,
      id_token_signing_alg_values_supported: supported,
    },
    clientId: 'the-client',
    keys: keysAt(() => ({ keys: jwks })).keys,
    now: () => NOW * 1_000,
    accessToken,
    code,
    nonce,
    ...expected,
  })
}

function tokenOf({ key = own, header, claims }: Change = {}): string {
  const { kid } = key.jwk
  return signToken(
    {
      header: { alg: key.algorithm, ...(kid !== undefined && { kid }), ...header },
      claims: { ...sound, ...claims },
    },
    key,
  )
}

const readChanged = (change: Change) => read(tokenOf(change), change)

/** Fails unless the token is refused for this reason, and the error shows nothing of it. */
async function assertRefused(reading: Promise<unknown>, reason: RegExp): Promise<void> {
  const failure = await failureOf(reading)
  assert.equal(failure.code, 'oauth.id-token-invalid')
  assert.match(failure.message, reason)
  assert.doesNotMatch(inspect(failure), /planted|eyJ|the-nonce/)
}

describe('readIdToken()', () => {
  test('ID-01 gives the claims of a token that is right in everything', async () => {
    assert.deepEqual(await read(tokenOf()), sound)
  })

  const parties: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    ['another iss', { iss: 'https://evil.example' }, /"iss" is another/],
    ['an iss with a final slash', { iss: `${ISSUER}/` }, /"iss" is another/],
    ['no iss', { iss: undefined }, /"iss" is another/],
    ['another aud', { aud: 'other-client' }, /"aud" is not this program/],
    ['no aud', { aud: undefined }, /"aud" is not this program/],
    ['an empty aud', { aud: [] }, /"aud" is not this program/],
    ['an aud that only contains the client', { aud: 'the-client-2' }, /"aud" is not this/],
    ['a further aud', { aud: ['the-client', 'other'] }, /"aud" has others/],
    ['another azp', { azp: 'other-client' }, /"azp" is another/],
    ['an azp that is no text', { azp: ['the-client'] }, /"azp" is another/],
    ['no sub', { sub: undefined }, /"sub" is not/],
    ['an empty sub', { sub: '' }, /"sub" is not/],
    ['a sub of 256 characters', { sub: 'x'.repeat(256) }, /"sub" is not/],
    ['a sub that is a number', { sub: 1 }, /"sub" is not/],
  ]
  for (const [what, claims, reason] of parties) {
    test(`ID-01 refuses ${what} (CVE-2026-70482)`, () =>
      assertRefused(readChanged({ claims }), reason))
  }

  for (const claims of [
    { aud: ['the-client'] },
    { azp: 'the-client' },
    { sub: 'x'.repeat(255) },
    { nbf: NOW },
    { email: 'ada@films.example' },
  ]) {
    test(`ID-01 accepts ${Object.keys(claims)[0]} as it may be`, async () => {
      assert.equal((await readChanged({ claims })).sub.length > 0, true)
    })
  }

  for (const algorithm of EVERY) {
    test(`ID-02 accepts ${algorithm} where the issuer has it, and refuses it where not`, async () => {
      const key = keyOf(algorithm)
      const supported = EVERY.filter((name) => name !== algorithm)

      assert.equal((await readChanged({ key })).sub, 'account-1')
      await assertRefused(readChanged({ key, supported }), /it is not signed by/)
    })
  }

  test('ID-02 takes RS256 alone where the metadata names no algorithm', async () => {
    const authorizationServer = {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/a`,
      token_endpoint: `${ISSUER}/t`,
    }
    const expected = { authorizationServer }

    assert.ok(await readChanged({ expected }))
    await assertRefused(readChanged({ expected, key: keyOf('ES256') }), /not signed by RS256/)
  })

  for (const alg of ['none', 'None', 'HS256', '', undefined, 5, ['RS256']]) {
    test(`ID-02 refuses the algorithm ${JSON.stringify(alg)}, also where the metadata lists it`, async () => {
      const pem = createPublicKey(own.privateKey).export({ type: 'spki', format: 'pem' })
      const parts = { header: { alg, kid: own.jwk['kid'] }, claims: sound }
      const supported = [...EVERY, String(alg)]

      await assertRefused(read(forgeToken(parts), { supported }), /it is not signed by/)
      await assertRefused(read(forgeToken(parts, pem), { supported }), /it is not signed by/)
    })
  }

  test('ID-02 refuses an octet key in the key set together with HS256', async () => {
    const secret = 'a secret that everybody could read'
    const oct = { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid: 'shared' }
    const parts = { header: { alg: 'HS256', kid: 'shared' }, claims: sound }

    const change = { jwks: [oct], supported: ['HS256'] }
    await assertRefused(read(forgeToken(parts, secret), change), /by any algorithm we take/)
  })

  test('ID-02 refuses a signature by another key, and one that was altered', async () => {
    const token = tokenOf()
    const [header, , signature] = token.split('.')
    const claims = Buffer.from(JSON.stringify({ ...sound, sub: 'account-2' })).toString('base64url')

    await assertRefused(readChanged({ key: stranger }), /signature is not that of the issuer/)
    await assertRefused(read(`${header}.${claims}.${signature}`), /signature is not that/)
    await assertRefused(read(`${token.slice(0, -8)}AAAAAAAA`), /signature is not that/)
    assert.ok(await read(token))
  })

  for (const [member, value] of [
    ['crit', ['exp']],
    ['crit', []],
    ['crit', ['b64']],
    ['b64', false],
    ['jwk', stranger.jwk],
    ['jku', 'https://evil.example/keys'],
    ['x5u', 'https://evil.example/cert'],
  ] as const) {
    test(`ID-02 refuses a header with ${member} ${JSON.stringify(value).slice(0, 20)} (CVE-2025-59420)`, async () => {
      await assertRefused(readChanged({ header: { [member]: value } }), new RegExp(`"${member}"`))
    })
  }

  test('ID-02 accepts a header that says what it is', async () => {
    assert.ok(await readChanged({ header: { typ: 'JWT', x5t: 'thumb' } }))
  })

  for (const [what, token] of [
    ['none', undefined],
    ['an empty one', ''],
    ['no token', 'hello'],
    ['two parts', tokenOf().split('.').slice(0, 2).join('.')],
    ['an encrypted one', `${tokenOf()}.a.b`],
    ['a header that is no JSON', `aGVsbG8.${tokenOf().split('.').slice(1).join('.')}`],
  ] as const) {
    test(`ID-02 refuses ${what}`, () => assertRefused(read(token), /cannot be believed/))
  }

  test('ID-10 refuses a token of over 65,536 characters, and accepts one of 60,000 (CVE-2025-61920)', async () => {
    const claimsOf = (size: number) => ({ more: 'x'.repeat(size) })

    await assertRefused(readChanged({ claims: claimsOf(50_000) }), /over 65536 characters/)
    assert.ok(await readChanged({ claims: claimsOf(44_000) }))
  })

  test('ID-02 refuses claims that stand twice, whichever would count', async () => {
    const text = JSON.stringify(sound)
    const twice = `${text.slice(0, -1)},"sub":"account-2"}`
    const signed = (claims: string) =>
      signToken({ header: { alg: 'RS256', kid: own.jwk['kid'] }, claims }, own)

    await assertRefused(read(signed(twice)), /a member twice/)
    assert.ok(await read(signed(text)))
  })

  const times: readonly (readonly [string, Readonly<Record<string, unknown>>, boolean])[] = [
    ['exp 29 s ago', { exp: NOW - 29 }, true],
    ['exp 30 s ago', { exp: NOW - 30 }, false],
    ['exp 10 min ago', { exp: NOW - 600 }, false],
    ['no exp', { exp: undefined }, false],
    ['exp in ten years', { exp: NOW + 315_360_000 }, true],
    ['iat in 30 s', { iat: NOW + 30 }, true],
    ['iat in 31 s', { iat: NOW + 31 }, false],
    ['iat an hour ago', { iat: NOW - 3_600 }, true],
    ['iat 61 min ago', { iat: NOW - 3_660 }, false],
    ['iat a week ago', { iat: NOW - 604_800 }, false],
    ['no iat', { iat: undefined }, false],
    ['nbf in 30 s', { nbf: NOW + 30 }, true],
    ['nbf in 31 s', { nbf: NOW + 31 }, false],
  ]
  for (const [what, claims, isRight] of times) {
    test(`ID-03 ${isRight ? 'accepts' : 'refuses'} ${what}`, async () => {
      if (isRight) assert.ok(await readChanged({ claims }))
      else await assertRefused(readChanged({ claims }), /its "(exp|iat|nbf)"|it has no "/)
    })
  }

  for (const name of ['exp', 'iat', 'nbf']) {
    for (const value of [1e300, -1, String(NOW), [NOW], null, true, {}]) {
      test(`ID-03 refuses ${name} ${JSON.stringify(value)}, which is no time`, () =>
        assertRefused(
          readChanged({ claims: { [name]: value } }),
          new RegExp(`"${name}" is no time`),
        ))
    }
  }

  for (const [what, given] of [
    ['none', undefined],
    ['another', 'the-nonce-of-another-request'],
    ['an empty one', ''],
    ['one that is no text', [nonce]],
  ] as const) {
    test(`ID-04 refuses a nonce that is ${what}`, () =>
      assertRefused(
        readChanged({ claims: { nonce: given } }),
        /"nonce" is not that of the request/,
      ))
  }

  for (const algorithm of ['RS256', 'ES384', 'RS512', 'EdDSA']) {
    test(`ID-05 compares at_hash and c_hash by the hash of ${algorithm}`, async () => {
      const key = keyOf(algorithm)
      const at_hash = halfHash(accessToken, algorithm)
      const c_hash = halfHash(code, algorithm)

      assert.ok(await readChanged({ key, claims: { at_hash, c_hash } }))
      for (const claims of [
        { at_hash: c_hash },
        { c_hash: at_hash },
        { at_hash: '' },
        { c_hash: 5 },
      ])
        await assertRefused(readChanged({ key, claims }), /_hash" belongs to something else/)
    })
  }

  test('ID-07 lets a refreshed token go without nonce, but not with another or another sub', async () => {
    const expected = { subject: 'account-1' }

    assert.ok(await readChanged({ expected, claims: { nonce: undefined } }))
    assert.ok(await readChanged({ expected }))
    await assertRefused(readChanged({ expected, claims: { nonce: 'other' } }), /"nonce"/)
    await assertRefused(readChanged({ expected, claims: { sub: 'account-2' } }), /another account/)
  })

  test('ID-08 asks for auth_time where max_age was asked', async () => {
    const expected = { maxAgeSeconds: 60 }

    assert.ok(await readChanged({ expected, claims: { auth_time: NOW - 60 } }))
    for (const auth_time of [NOW - 91, undefined])
      await assertRefused(readChanged({ expected, claims: { auth_time } }), /"auth_time"/)
    await assertRefused(readChanged({ expected, claims: { auth_time: 'x' } }), /is no time/)
    assert.ok(await readChanged({ claims: { auth_time: NOW - 91 } }))
  })
})

describe('the keys that an ID token is verified by', () => {
  const nameless = createSigningKey('RS256', '')

  test('ID-09 finds the only key, and the right one of several, for a token without kid', async () => {
    assert.ok(await readChanged({ key: nameless, jwks: [nameless.jwk] }))
    assert.ok(await readChanged({ key: nameless, jwks: [own.jwk, stranger.jwk, nameless.jwk] }))
    await assertRefused(
      readChanged({ key: nameless, jwks: [own.jwk, stranger.jwk] }),
      /signature is not that of the issuer/,
    )
  })

  test('ID-09 tries both where two keys have one name', async () => {
    assert.ok(await readChanged({ jwks: [stranger.jwk, own.jwk] }))
    await assertRefused(readChanged({ jwks: [stranger.jwk, stranger.jwk] }), /signature is not/)
  })

  for (const [what, jwk] of [
    ['for encryption', { ...own.jwk, use: 'enc' }],
    ['for another algorithm', { ...own.jwk, alg: 'PS256' }],
    ['of another name', { ...own.jwk, kid: 'other' }],
    ['with its private part', { ...own.jwk, d: 'AQAB' }],
    ['of no kind', { ...own.jwk, kty: undefined }],
    ['that is null', null],
  ] as const) {
    test(`ID-09 does not use a key ${what}`, () =>
      assertRefused(readChanged({ jwks: [jwk] }), /a key that the issuer has not/))
  }

  test('ID-09 does not use RSA keys below 2048 bits, however they are written', async () => {
    const weak = createSigningKey('RS256', 'weak', 1024)
    const n = Buffer.concat([Buffer.alloc(200), Buffer.from(String(weak.jwk['n']), 'base64url')])
    const padded = { ...weak.jwk, n: n.toString('base64url') }

    for (const jwk of [weak.jwk, padded])
      await assertRefused(readChanged({ key: weak, jwks: [jwk] }), /a key that the issuer has not/)
    const strong = createSigningKey('RS256', 'strong', 3072)
    assert.ok(await readChanged({ key: strong, jwks: [strong.jwk] }))
  })

  test('ID-02 does not let a key of one kind verify the algorithm of another', async () => {
    const ec = keyOf('ES256')
    const { alg: _, ...jwk } = ec.jwk
    const token = tokenOf({ key: own, header: { kid: jwk['kid'] } })

    await assertRefused(read(token, { jwks: [jwk] }), /a key that the issuer has not/)
    assert.ok(await readChanged({ key: ec, jwks: [jwk] }))
  })

  test('MD-03 reads the keys anew for a name that is not there, once a minute at most', async () => {
    const served = { keys: [stranger.jwk] as unknown[] }
    const { served: count, time, keys: kept } = keysAt(() => served)
    const expected = { keys: kept }
    const fresh = createSigningKey('RS256', 'fresh')
    const token = tokenOf({ key: fresh })
    await assertRefused(read(token, { expected }), /a key that the issuer has not/)
    assert.equal(count.fetches, 1)

    served.keys = [fresh.jwk]
    time.now += 60_000
    assert.ok(await read(token, { expected }))
    assert.equal(count.fetches, 2)
    for (let attempt = 0; attempt < 1_000; attempt += 1) {
      time.now += 59
      const made = tokenOf({ key: fresh, header: { kid: `made-up-${attempt}` } })
      await assertRefused(read(made, { expected }), /a key that the issuer has not/)
    }
    assert.equal(count.fetches, 2)
  })

  test('MD-03 goes on with the keys it has where they cannot be read anew', async () => {
    const served = { isDown: false }
    const time = { now: NOW * 1_000 }
    const fetch = async () =>
      served.isDown ? new Response(null, { status: 503 }) : Response.json({ keys: [own.jwk] })
    const expected = { keys: keepKeySet(`${ISSUER}/keys`, fetch, () => time.now) }
    assert.ok(await readChanged({ expected }))

    served.isDown = true
    time.now += 3_600_000
    assert.ok(await readChanged({ expected }))
  })

  for (const [what, answer, code] of [
    ['are down', () => new Response(null, { status: 503 }), 'oauth.unavailable'],
    ['are not there', () => new Response(null, { status: 404 }), 'oauth.unavailable'],
    ['are no keys', () => Response.json({ keys: {} }), 'oauth.keys-invalid'],
    ['are no JSON', () => new Response('hello'), 'oauth.keys-invalid'],
    ['are elsewhere', () => Response.redirect('https://evil.example'), 'oauth.redirect-refused'],
    ['are too many', () => new Response(' '.repeat(262_145)), 'oauth.answer-too-large'],
  ] as const) {
    test(`MD-02 PF-01 believes nothing where the keys ${what}`, async () => {
      const fetch = async () => answer()
      const unreadable = keepKeySet(`${ISSUER}/keys`, fetch, () => NOW * 1_000)

      await assert.rejects(readChanged({ expected: { keys: unreadable } }), (thrown) =>
        isThroughlineError(thrown, code),
      )
    })
  }
})
