import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isThroughlineError, type ThroughlineError } from '../base/error.ts'
import { authorizeAt } from '../testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type Behaviour,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { requestTokenSet } from './token-request.ts'

let server: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer()
})
after(() => server.close())

const exchange = async (behaviour: Behaviour) => {
  const request = await authorizeAt(server)
  server.next(behaviour)
  return requestTokenSet(request)
}

async function failureOf(behaviour: Behaviour): Promise<ThroughlineError> {
  try {
    await exchange(behaviour)
  } catch (thrown) {
    if (isThroughlineError(thrown)) return thrown
    throw thrown
  }
  return assert.fail('the answer was accepted')
}

const polluted = () => ({}) as Readonly<Record<string, unknown>>
const sound = '"access_token":"planted-access","token_type":"bearer"'

describe('readTokenResponse()', () => {
  test('TK-05 treats a 200 with an error as that error, and keeps its code', async () => {
    const members = {
      error: 'bad_verification_code',
      error_description: 'The code passed is incorrect or expired.',
    }

    const failure = await failureOf({ body: JSON.stringify(members) })
    assert.equal(failure.code, 'oauth.request-rejected')
    assert.equal(failure.details['error'], 'bad_verification_code')
    assert.equal(failure.details['description'], 'The code passed is incorrect or expired.')
    assert.equal(failure.details['status'], 200)
  })

  test('TK-05 believes an error rather than tokens that come with it', async () => {
    const failure = await failureOf({ members: { error: 'invalid_grant' } })
    assert.equal(failure.code, 'oauth.code-rejected')
  })

  test('TK-05 takes an empty error, or one that is no string, for none', async () => {
    for (const error of ['', null, false]) {
      assert.match((await exchange({ members: { error } })).tokenSet.accessToken, /^access-/)
    }
  })

  const garbage: Readonly<Record<string, string | Uint8Array>> = {
    nothing: '',
    'white space': ' \n ',
    null: 'null',
    true: 'true',
    'a number': '1',
    NaN: 'NaN',
    'a text': '"planted"',
    'an array': '[]',
    'an array of tokens': `[{${sound}}]`,
    'an empty object': '{}',
    'truncated JSON': `{${sound}`,
    'truncated in a text': '{"access_token":"planted',
    'two objects': `{${sound}}{${sound}}`,
    'a comment': `{${sound}/* */}`,
    'single quotes': "{'access_token':'planted','token_type':'bearer'}",
    'a form': 'access_token=planted&token_type=bearer',
    HTML: '<!doctype html><h1>Bad gateway',
    XML: '<?xml version="1.0"?><a/>',
    'a byte order mark': `\uFEFF{${sound}}`,
    'UTF-16': Buffer.from(`{${sound}}`, 'utf16le'),
    'bytes that are no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    gibberish: Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 37) % 256)),
    'a NUL': `{${sound}}\u0000`,
    'access_token twice': `{${sound},"access_token":"other"}`,
    'access_token twice, once escaped': `{${sound},"access_\\u0074oken":"other"}`,
    'only __proto__': `{"__proto__":{${sound}}}`,
    'only constructor': `{"constructor":{${sound}}}`,
    'nested 100,000 deep': `{${sound},"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    'nested and never closed': '['.repeat(500_000),
    'no access_token': '{"token_type":"bearer"}',
    'an empty access_token': '{"access_token":"","token_type":"bearer"}',
    'access_token null': '{"access_token":null,"token_type":"bearer"}',
    'access_token a number': '{"access_token":1,"token_type":"bearer"}',
    'access_token an object': '{"access_token":{"a":1},"token_type":"bearer"}',
    'access_token an array': '{"access_token":["planted"],"token_type":"bearer"}',
    'access_token with a line break': '{"access_token":"a\\r\\nb","token_type":"bearer"}',
    'access_token with NUL': '{"access_token":"a\\u0000b","token_type":"bearer"}',
    'access_token beyond ASCII': '{"access_token":"é","token_type":"bearer"}',
    'access_token of 40 kB': `{"access_token":"${'x'.repeat(40_000)}","token_type":"bearer"}`,
    'no token_type': '{"access_token":"planted"}',
    'token_type null': '{"access_token":"planted","token_type":null}',
    'token_type a number': '{"access_token":"planted","token_type":1}',
    'token_type mac': '{"access_token":"planted","token_type":"mac"}',
    'token_type DPoP, for which we sent no proof': '{"access_token":"planted","token_type":"DPoP"}',
    'token_type constructor': '{"access_token":"planted","token_type":"constructor"}',
    'refresh_token empty': `{${sound},"refresh_token":""}`,
    'refresh_token a number': `{${sound},"refresh_token":1}`,
    'refresh_token with a line break': `{${sound},"refresh_token":"a\\nb"}`,
    'scope a number': `{${sound},"scope":1}`,
    'scope an array': `{${sound},"scope":["public"]}`,
    'scope an object': `{${sound},"scope":{"length":1}}`,
    'error an object': '{"error":{"message":"planted"}}',
  }
  for (const [name, body] of Object.entries(garbage)) {
    test(`TK-06 TK-07 TK-10 refuses ${name}`, async () => {
      assert.equal((await failureOf({ body })).code, 'oauth.answer-invalid')
      assert.equal(polluted()['polluted'], undefined)
    })
  }

  test('TK-06 has at least 50 cases', () => {
    assert.ok(Object.keys(garbage).length >= 50)
  })

  for (const type of [
    'text/html',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    '',
  ]) {
    test(`TK-06 refuses the content type ${JSON.stringify(type)}`, async () => {
      const failure = await failureOf({ headers: { 'content-type': type } })
      assert.equal(failure.code, 'oauth.answer-invalid')
    })
  }

  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset=UTF-8',
    'application/vnd.vimeo.auth+json',
  ]) {
    test(`TK-06 accepts the content type ${type}`, async () => {
      const { tokenSet } = await exchange({ headers: { 'content-type': type } })
      assert.match(tokenSet.accessToken, /^access-/)
    })
  }

  test('TK-06 gives away an answer without tokens and without names that poison, frozen', async () => {
    const { answer } = await exchange({
      body: `{${sound},"refresh_token":"planted-refresh","id_token":"planted-id","user":{"uri":"/users/1",
        "access_token":"planted-nested","__proto__":{"polluted":1},"list":[{"refresh_token":"planted-deep","a":1}]},
        "constructor":{"prototype":{"polluted":1}},"__proto__":{"polluted":1},"expires_in":5}`,
    })

    assert.deepEqual(answer, {
      token_type: 'bearer',
      user: { uri: '/users/1', list: [{ a: 1 }] },
      expires_in: 5,
    })
    assert.equal(Object.hasOwn(answer, '__proto__'), false)
    assert.equal(polluted()['polluted'], undefined)
    assert.throws(() => Object.assign(answer['user'] as object, { uri: 'other' }), TypeError)
    assert.doesNotMatch(JSON.stringify(answer), /planted/)
  })

  for (const type of ['bearer', 'Bearer', 'BEARER', 'bEARER']) {
    test(`TK-07 accepts the token_type ${type}`, async () => {
      assert.ok(await exchange({ members: { token_type: type } }))
    })
  }

  const tenYears = 315_360_000
  const lifetimes: readonly (readonly [string, number | undefined])[] = [
    ['3600', 3_600],
    ['"3600"', 3_600],
    ['3599.9', 3_599],
    ['"3599.9"', 3_599],
    ['0', 0],
    ['-0', 0],
    ['"0"', 0],
    ['null', undefined],
    ['315360000', tenYears],
    ['315360001', tenYears],
    ['1e15', tenYears],
    ['1e300', tenYears],
    [`"${'9'.repeat(300)}"`, tenYears],
  ]
  for (const [written, seconds] of lifetimes) {
    test(`TK-08 reads expires_in ${written.slice(0, 20)} as ${seconds} seconds from now`, async () => {
      const { tokenSet } = await exchange({ body: `{${sound},"expires_in":${written}}` })

      assert.equal(tokenSet.expiresAt, seconds === undefined ? undefined : 1_000 + seconds)
      const milliseconds = (tokenSet.expiresAt ?? 0) * 1_000
      assert.ok(!Number.isNaN(new Date(milliseconds).getTime()))
    })
  }

  const badLifetimes = [
    '-1',
    '"-1"',
    '1e400',
    '"1e5"',
    '"soon"',
    '""',
    '" 5"',
    '"0x10"',
    '"NaN"',
    'true',
    'false',
    '[5]',
    '{"a":1}',
  ]
  for (const written of badLifetimes) {
    test(`TK-08 refuses expires_in ${written}`, async () => {
      const failure = await failureOf({ body: `{${sound},"expires_in":${written}}` })
      assert.equal(failure.code, 'oauth.answer-invalid')
    })
  }

  test('TK-08 says nothing of an end where the server said nothing', async () => {
    assert.equal((await exchange({})).tokenSet.expiresAt, undefined)
  })

  test('TK-10 TK-11 keeps opaque tokens of 1 byte, 16 kB and any printable shape as they are', async () => {
    const jwtOfNone = 'eyJhbGciOiJub25lIn0.eyJleHAiOjF9.'
    for (const token of [
      'x',
      'y'.repeat(16_384),
      jwtOfNone,
      '{"exp":1}',
      ' ~!"#$%&\'()*+,-./',
      '%00',
    ]) {
      const { tokenSet } = await exchange({
        members: { access_token: token, refresh_token: token },
      })
      assert.equal(tokenSet.accessToken, token)
      assert.equal(tokenSet.refreshToken, token)
      assert.equal(tokenSet.expiresAt, undefined)
    }
  })

  test('TK-10 ignores members that it does not know, also an id_token that is none', async () => {
    const members = {
      id_token: 'no.id.token',
      expires_on: '1495048954',
      app: {},
      toString: 1,
      hasOwnProperty: 2,
    }

    const { tokenSet, answer } = await exchange({ members })
    assert.equal(tokenSet.expiresAt, undefined)
    assert.equal(answer['expires_on'], '1495048954')
    assert.equal(answer['id_token'], undefined)
  })

  test('TK-09 DO-05 takes a scope of 16,384 characters, and refuses a longer one', async () => {
    const scope = `${'a '.repeat(8_190)}long`
    assert.equal(scope.length, 16_384)

    assert.deepEqual((await exchange({ members: { scope } })).tokenSet.scope, ['a', 'long'])
    await assert.rejects(exchange({ members: { scope: `${scope}r` } }), {
      code: 'oauth.answer-invalid',
    })
  })
})
