import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { isThroughlineError } from '../../src/base/error.ts'
import { requestTokenSet } from '../../src/oauth/token-request.ts'
import { authorizeAt } from '../../src/testing/authorization-journey.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { DEADLINE_MS, runs } from './runs.ts'

/** Must be found in no error, wherever it stood in the answer. */
const PLANTED = ['planted', 'secret', 'token'].join('-')

const names = fc.constantFrom(
  ...['access_token', 'token_type', 'refresh_token', 'scope', 'expires_in', 'id_token', 'error'],
  ...['error_description', '__proto__', 'constructor', 'prototype', 'toString', 'user'],
)
const values = fc.oneof(
  fc.constantFrom('"Bearer"', '"bearer"', '"mac"', 'null', 'true', '{}', '[]', '0', '-0', '-1'),
  fc.constantFrom('1e308', '1e999', '-1e999', '9007199254740993', '3600', '"3600"', '"1e3"', '0.1'),
  fc.constantFrom('"public private"', '" "', '"\\u0000"', '"\\ud800"', `"${'x'.repeat(40_000)}"`),
  fc.constant(`{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}}}}`),
  fc.nat({ max: 100 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.nat({ max: 100 }).map((depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
  fc.json({ maxDepth: 4 }),
)
/** Where a token stands; what else the server says is told to the script or the operator. */
const secret = fc.tuple(
  fc.constantFrom('access_token', 'refresh_token', 'id_token'),
  fc.constantFrom(JSON.stringify(PLANTED), `{"a":"${PLANTED}"}`, `["${PLANTED}"]`),
)
const sound = `"access_token":"${PLANTED}","token_type":"Bearer"`
const odd = String.raw`"access_token":"a\r\nb: ${PLANTED}","token_type":"Bearer"`
const unending = `"access_token":"${PLANTED.repeat(2000)}","token_type":"Bearer"`
const written = fc
  .oneof(secret, fc.tuple(names, values))
  .map(([name, value]) => [name, `${JSON.stringify(name)}:${value}`] as const)
const object = fc
  .tuple(
    fc.constantFrom(sound, sound, odd, unending, ''),
    fc.boolean(),
    fc.array(written, { maxLength: 6 }),
  )
  .map(([first, isPlain, members]) => {
    const rest = members
      .filter(([name]) => !isPlain || !/^(?:access_token|token_type|error)$/.test(name))
      .map(([, text]) => text)
    return `{${[first, ...rest].filter((text) => text !== '').join(',')}}`
  })
const bytes = fc.oneof(
  { weight: 8, arbitrary: object.map((text) => Buffer.from(text)) },
  fc.tuple(object, fc.nat()).map(([text, at]) => Buffer.from(text.slice(0, at % text.length))),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fc.constant(Buffer.from('['.repeat(200_000))),
  fc.constant(Buffer.from(`{"a":"${'\\'.repeat(100_001)}`)),
)
const status = fc.oneof(
  { weight: 9, arbitrary: fc.constant(200) },
  fc.constantFrom(201, 302, 400, 401, 429, 500),
)
const type = fc.oneof(
  { weight: 9, arbitrary: fc.constant('application/json') },
  fc.constantFrom('text/html', 'application/json;charset=utf-16', ''),
)

test(
  'TK-05 TK-06 TK-09 LG-02: whatever a token endpoint answers, it is a typed error or a sound token set',
  { timeout: DEADLINE_MS },
  async (t) => {
    const server = await startAuthorizationServer()
    t.after(() => server.close())
    const request = await authorizeAt(server)
    const now = request.now() / 1000
    const outcomes = { tokens: 0, errors: 0 }
    await fc.assert(
      fc.asyncProperty(bytes, status, type, async (body, code, contentType) => {
        const headers = new Headers(contentType === '' ? {} : { 'content-type': contentType })
        const fetch = () => Promise.resolve(new Response(body, { status: code, headers }))
        try {
          const { tokenSet, answer } = await requestTokenSet({ ...request, fetch })
          outcomes.tokens += 1
          assert.match(tokenSet.accessToken, /^[\x20-\x7e]{1,32768}$/)
          if (tokenSet.refreshToken !== undefined) {
            assert.match(tokenSet.refreshToken, /^[\x20-\x7e]{1,32768}$/)
          }
          const { expiresAt = now, scope } = tokenSet
          assert.ok(Number.isSafeInteger(expiresAt))
          assert.ok(expiresAt >= now && expiresAt <= now + 3651 * 86_400)
          assert.ok(scope.every((one) => typeof one === 'string' && !/^$| /.test(one)))
          assert.doesNotMatch(JSON.stringify(answer), /"(?:__proto__|constructor|prototype)":/)
          assert.ok(Object.isFrozen(answer))
          assert.equal(inspect(tokenSet, { depth: 9, showHidden: true }).includes(PLANTED), false)
        } catch (error) {
          if (!isThroughlineError(error)) throw error
          outcomes.errors += 1
          assert.match(error.code, /^oauth\.[a-z-]+$/)
          assert.equal(inspect(error, { depth: 9 }).includes(PLANTED), false)
        }
        assert.equal(({} as { readonly polluted?: unknown }).polluted, undefined)
      }),
      runs(1500),
    )
    assert.ok(outcomes.tokens > 50 && outcomes.errors > 50, inspect(outcomes))
  },
)
