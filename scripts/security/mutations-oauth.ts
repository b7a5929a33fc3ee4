/*
 * Changes to where a person is sent, and to how what comes back is read.
 */
import type { Mutation } from './mutation.ts'

const REQUEST = 'oauth/authorization-request.ts'
const REQUEST_TEST = 'src/oauth/authorization-request.test.ts'
const TOKEN_TEST = 'src/oauth/token-request.test.ts'
const SERVER_TEST = 'src/oauth/authorization-server.test.ts'

/** Changes to the way out, and to what comes back. */
export const OAUTH_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['LB-02'],
    file: 'server/serve.ts',
    from: "address === '::1' ? '[::1]' : '127.0.0.1'",
    to: "address === '::1' ? '127.0.0.1' : '127.0.0.1'",
    says: 'the address is not the one that was bound',
    tests: ['test/journeys/loopback.test.ts'],
  },
  {
    ids: ['AR-01'],
    file: REQUEST,
    from: "url.searchParams.set('response_type', 'code')",
    to: "url.searchParams.set('response_type', 'code token')",
    says: 'a token is asked for in the address',
    tests: [REQUEST_TEST],
  },
  {
    ids: ['AR-02', 'AR-03'],
    file: REQUEST,
    from: 'const state = toBase64Url(random(SECRET_BYTES))',
    to: "const state = Buffer.from(redirectUri.padEnd(32).slice(0, 32)).toString('base64url')",
    says: 'the state is made of what anybody can read',
    tests: [REQUEST_TEST],
  },
  {
    ids: ['AT-08', 'AR-07'],
    file: REQUEST,
    from: 'const state = toBase64Url(random(SECRET_BYTES))',
    to: "const state = Buffer.from(redirectUri.padEnd(32).slice(0, 32)).toString('base64url')",
    says: 'every flow has the same state',
    tests: [REQUEST_TEST, 'test/journeys/connect-return.test.ts'],
  },
  {
    ids: ['AR-02'],
    file: REQUEST,
    from: '  if (bytes.length !== SECRET_BYTES) throw new TypeError(\'"random" returned too few bytes\')\n',
    to: '',
    says: 'a generator may give too few bytes',
    tests: [REQUEST_TEST],
  },
  {
    ids: ['AR-04'],
    file: REQUEST,
    from: "url.searchParams.set('redirect_uri', redirectUri)",
    to: "url.searchParams.set('redirect_uri', redirectUri.toLowerCase())",
    says: 'the redirect URI is written in another way',
    tests: [REQUEST_TEST],
  },
  {
    ids: ['AR-06'],
    file: REQUEST,
    from: '    assertNotReserved(name)\n',
    to: '',
    says: 'a reserved parameter may be overwritten',
    tests: [REQUEST_TEST],
  },
  {
    ids: ['AR-10'],
    file: REQUEST,
    from: '  assertLength(url.href)\n',
    to: '',
    says: 'an address may be as long as it likes',
    tests: [REQUEST_TEST],
  },
  {
    ids: ['AR-09', 'TK-14'],
    file: 'oauth/authorization-server.ts',
    from: "if (url.protocol === 'http:' && isLoopback(url)) return url",
    to: "if (url.protocol === 'http:') return url",
    says: 'secrets travel in clear',
    tests: [SERVER_TEST],
  },
  {
    ids: ['PK-01', 'AR-01'],
    file: REQUEST,
    from: "url.searchParams.set('code_challenge_method', 'S256')",
    to: "url.searchParams.set('code_challenge_method', 'plain')",
    says: 'the challenge is said to be plain',
    tests: [REQUEST_TEST],
  },
  {
    ids: ['PK-02'],
    file: REQUEST,
    from: "update(codeVerifier, 'ascii').digest('base64url')",
    to: "update(codeVerifier, 'ascii').digest('base64')",
    says: 'the challenge is written in another alphabet',
    tests: [REQUEST_TEST],
  },
  {
    ids: ['PK-03'],
    file: REQUEST,
    from: "url.searchParams.set('code_challenge', toCodeChallenge(codeVerifier))",
    to: "url.searchParams.set('code_challenge', codeVerifier)",
    says: 'the verifier is its own challenge',
    tests: [REQUEST_TEST],
  },
  {
    ids: ['PK-06'],
    file: REQUEST,
    from: "  url.searchParams.set('code_challenge', toCodeChallenge(codeVerifier))\n",
    to: '',
    says: 'a code is not bound to the flow that asked for it',
    tests: ['test/journeys/connect-forged.test.ts', TOKEN_TEST],
  },
  {
    ids: ['CB-01'],
    file: 'oauth/authorization-response.ts',
    from: 'return /^[A-Za-z0-9_-]{43}$/.test(state) ? state : undefined',
    to: 'return state',
    says: 'any text may be a state',
    tests: ['src/oauth/authorization-response.state.test.ts'],
  },
  {
    ids: ['CB-13'],
    file: 'connect/start.ts',
    from: '  return url\n',
    to: '  Object.assign(world, { [stateHash]: true })\n  return url\n',
    also: [
      {
        file: 'connect/finish.ts',
        from: 'if (pending === undefined || ',
        to: 'if (!Object.hasOwn(world, stateHash) || pending === undefined || ',
      },
    ],
    says: 'only the process in which a flow began can finish it',
    tests: ['test/journeys/connect-return.test.ts'],
  },
  {
    ids: ['CB-04'],
    file: 'oauth/authorization-response.ts',
    from: 'return timingSafeEqual(sha256(one), sha256(other))',
    to: 'return timingSafeEqual(Buffer.from(one), Buffer.from(other))',
    says: 'texts are compared as they are',
    tests: ['src/oauth/authorization-response.test.ts'],
    throws: /same byte length/,
  },
  {
    ids: ['CB-07'],
    file: 'oauth/oauth-error.ts',
    from: '.slice(0, MAXIMUM_TEXT_LENGTH)',
    to: '',
    says: 'what a server says is shown at any length',
    tests: ['src/oauth/authorization-response.test.ts'],
  },
  {
    ids: ['CB-08'],
    file: 'oauth/authorization-response.ts',
    from: '  assertState(parameters, expected.state)\n  assertNoError(parameters, expected.state)\n',
    to: '  assertNoError(parameters, expected.state)\n  assertState(parameters, expected.state)\n',
    says: 'an error is believed before its state',
    tests: ['src/oauth/authorization-response.test.ts'],
  },
]
