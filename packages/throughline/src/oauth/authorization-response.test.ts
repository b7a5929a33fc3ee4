import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { isThroughlineError, type ThroughlineError } from '../base/error.ts'
import {
  isSameText,
  openAuthorizationResponse,
  readAuthorizationResponse,
} from './authorization-response.ts'

const state = 'S'.repeat(43)
const silent = {
  issuer: 'https://as.example',
  authorization_endpoint: 'https://as.example/authorize',
  token_endpoint: 'https://as.example/token',
}
const naming = { ...silent, authorization_response_iss_parameter_supported: true }
const client = { clientId: 'the-client', authentication: 'none' } as const

const read = (query: string | URLSearchParams, authorizationServer = silent) =>
  readAuthorizationResponse(new URLSearchParams(query), { authorizationServer, client, state })

const codeOf = (query: string | URLSearchParams, authorizationServer = silent) =>
  openAuthorizationResponse(read(query, authorizationServer)).get('code')

function failureOf(
  query: string | URLSearchParams,
  authorizationServer = silent,
): ThroughlineError {
  try {
    read(query, authorizationServer)
  } catch (thrown) {
    if (isThroughlineError(thrown)) return thrown
    throw thrown
  }
  return assert.fail('the response was accepted')
}

describe('readAuthorizationResponse()', () => {
  test('accepts a code with the right state, and shows nothing of it', () => {
    const response = read(`code=planted-code&state=${state}`)

    assert.equal(openAuthorizationResponse(response).get('code'), 'planted-code')
    assert.doesNotMatch(inspect(response, { depth: Infinity, showHidden: true }), /planted/)
    assert.doesNotMatch(JSON.stringify({ response }), /planted/)
  })

  test('makes the only thing that the token request accepts', () => {
    assert.throws(() => openAuthorizationResponse({} as never), TypeError)
    assert.throws(
      () => openAuthorizationResponse(new URLSearchParams('code=x') as never),
      TypeError,
    )
  })

  for (const one of ['code', 'state', 'iss', 'error', 'error_description', 'response']) {
    for (const [name, twice] of [
      ['equal', ['a', 'a']],
      ['different', ['a', 'b']],
      ['empty', ['a', '']],
    ] as const) {
      test(`CB-02 rejects "${one}" twice, ${name}`, () => {
        const query = new URLSearchParams({ code: 'x', state, iss: silent.issuer })
        query.delete(one)
        for (const value of twice) query.append(one, value)

        assert.equal(failureOf(query).code, 'oauth.response-invalid')
      })
    }
  }

  test('CB-02 rejects a right value that stands twice', () => {
    assert.equal(failureOf(`code=x&state=${state}&state=${state}`).code, 'oauth.response-invalid')
    assert.equal(codeOf(`code=x&state=${state}`), 'x')
  })

  for (const query of [
    `state=${state}`,
    `code=&state=${state}`,
    `code=${'x'.repeat(4_097)}&state=${state}`,
  ]) {
    test(`CB-09 rejects ${query.slice(0, 20)}… (${query.length}) for its code`, () => {
      assert.equal(failureOf(query).code, 'oauth.response-invalid')
    })
  }

  test('CB-09 accepts codes of 1 and of 4,096 characters', () => {
    assert.equal(codeOf(`code=x&state=${state}`), 'x')
    assert.equal(codeOf(`code=${'x'.repeat(4_096)}&state=${state}`)?.length, 4_096)
  })

  for (const query of [
    'code=x',
    'code=x&state=',
    `code=x&state=${'T'.repeat(43)}`,
    `code=x&state=${state}x`,
  ]) {
    test(`CB-01 rejects the state of ${query}`, () => {
      assert.equal(failureOf(query).code, 'oauth.state-mismatch')
    })
  }

  const wrongIssuers = [
    'https://as.example/',
    'https://AS.example',
    'https://as.example:443',
    'http://as.example',
    'https://evil.example',
    '',
    ' https://as.example',
  ]
  for (const iss of wrongIssuers) {
    test(`CB-06 MX-02 rejects the issuer ${JSON.stringify(iss)}, expected or not`, () => {
      const query = new URLSearchParams({ code: 'x', state, iss })

      assert.equal(failureOf(query, naming).code, 'oauth.issuer-mismatch')
      assert.equal(failureOf(query, silent).code, 'oauth.issuer-mismatch')
    })
  }

  test('MX-02 rejects a missing issuer where one is expected, and only there', () => {
    const query = `code=x&state=${state}`

    assert.equal(failureOf(query, naming).code, 'oauth.issuer-mismatch')
    assert.equal(codeOf(query, silent), 'x')
    assert.equal(codeOf(`${query}&iss=https://as.example`, naming), 'x')
    assert.equal(codeOf(`${query}&iss=https://as.example`, silent), 'x')
  })

  test('CB-06 does not show the error text of an unexpected server', () => {
    const query = new URLSearchParams({
      error: 'access_denied',
      error_description: 'call this number',
      state,
      iss: 'https://evil.example',
    })

    const failure = failureOf(query, naming)
    assert.equal(failure.code, 'oauth.issuer-mismatch')
    assert.doesNotMatch(inspect(failure), /call this number|access_denied/)
    query.set('iss', naming.issuer)
    assert.equal(failureOf(query, naming).details['description'], 'call this number')
  })

  test('CB-08 does not believe an error that comes with a foreign state', () => {
    const query = `error=access_denied&error_description=planted&state=${'T'.repeat(43)}`

    const failure = failureOf(query)
    assert.equal(failure.code, 'oauth.state-mismatch')
    assert.doesNotMatch(inspect(failure), /access_denied|planted/)
    assert.equal(
      failureOf(`error=access_denied&state=${state}`).code,
      'oauth.authorization-refused',
    )
  })

  test('CB-07 believes an error rather than a code that comes with it', () => {
    const failure = failureOf(
      `error=access_denied&code=planted-code&error_description=planted-code&state=${state}`,
    )

    assert.equal(failure.code, 'oauth.authorization-refused')
    assert.doesNotMatch(inspect(failure), /planted-code/)
  })

  const codes: Readonly<Record<string, string>> = {
    access_denied: 'person',
    invalid_request: 'operator',
    unauthorized_client: 'operator',
    unsupported_response_type: 'operator',
    invalid_scope: 'operator',
    server_error: 'provider',
    temporarily_unavailable: 'provider',
    login_required: 'operator',
    consent_required: 'operator',
    my_own_error: 'operator',
    constructor: 'operator',
    ['__proto__']: 'operator',
  }
  for (const [error, attribution] of Object.entries(codes)) {
    test(`CB-07 reports the error ${error} to the ${attribution}`, () => {
      const failure = failureOf(new URLSearchParams({ error, state }))

      assert.equal(failure.code, 'oauth.authorization-refused')
      assert.equal(failure.attribution, attribution)
      assert.equal(failure.details['error'], error)
      assert.equal(failure.details['description'], undefined)
    })
  }

  const descriptions: Readonly<Record<string, readonly [string, string]>> = {
    plain: ['The person said no.', 'The person said no.'],
    'non-ASCII': ['Zugriff verweigert: Zürich, 東京, Ω', 'Zugriff verweigert: Zürich, 東京, Ω'],
    'an emoji': ['no 🙅 way', 'no 🙅 way'],
    'HTML, as text': ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    'right-to-left letters': ['الوصول مرفوض', 'الوصول مرفوض'],
    'a bidirectional override': ['a\u202Etxt.exe', 'a txt.exe'],
    'a bidirectional isolate': ['a\u2066b\u2069c', 'a b c'],
    'a bidirectional mark': ['a\u200Fb\u061Cc', 'a b c'],
    'CR and LF': ['a\r\nSet-Cookie: b=c', 'a Set-Cookie: b=c'],
    'NUL and escape': ['a\u0000b\u001B[31mred', 'a b [31mred'],
    'C1 controls': ['a\u0085b\u009Bc', 'a b c'],
    'line separators': ['a\u2028b\u2029c', 'a b c'],
    'zero width': ['a\u200Bb\uFEFFc', 'a b c'],
    'a lone surrogate': ['a\uD800b', 'a\uFFFDb'],
    nothing: ['', ''],
    'only controls': ['\u0000\u0001', ''],
    'our state': [`the state ${state} is odd`, 'the state [redacted] is odd'],
    '10 kB': ['x'.repeat(10_000), 'x'.repeat(300)],
    '10 kB of emoji': ['🙅'.repeat(2_500), '🙅'.repeat(300)],
    'a key of every object': ['__proto__', '__proto__'],
    'a format string': ['%s %o %c', '%s %o %c'],
    'a JSON text': ['{"a":1}', '{"a":1}'],
    'percent signs': ['100%25 %zz', '100%25 %zz'],
  }
  for (const [name, [description, shown]] of Object.entries(descriptions)) {
    test(`CB-07 shows a description with ${name}`, () => {
      const query = new URLSearchParams({
        error: 'access_denied',
        error_description: description,
        state,
      })

      const failure = failureOf(query)
      assert.equal(failure.code, 'oauth.authorization-refused')
      assert.equal(failure.details['description'], shown)
    })
  }

  for (const error of ['', 'a\r\nb', '\u202Eevil', '<b>', 'x'.repeat(10_000), 'é']) {
    test(`CB-07 survives the error ${JSON.stringify(error.slice(0, 20))}`, () => {
      const failure = failureOf(new URLSearchParams({ error, state }))

      assert.equal(failure.code, 'oauth.authorization-refused')
      assert.ok(failure.message.length < 500)
      assert.doesNotMatch(failure.message, /[\p{Cc}\p{Cf}]/u)
    })
  }
})

describe('isSameText()', () => {
  test('CB-04 compares texts of every length from 0 to 200, and never throws', () => {
    for (let length = 0; length <= 200; length++) {
      const text = 'é'.repeat(length)
      assert.equal(isSameText(text, 'é'.repeat(length)), true)
      assert.equal(isSameText(text, `${text}é`), false)
      assert.equal(isSameText(text, 'x'.repeat(200)), false)
    }
  })
})
