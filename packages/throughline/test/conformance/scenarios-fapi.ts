/*
 * Scenarios of the suite's FAPI plans for clients, as far as they are about what any client should check.
 */
import { unsigned } from './bent-issuer.ts'
import { asItIs, badIdToken, claims, succeeds, type Scenario } from './scenario.ts'

const WEEK_SECONDS = 7 * 24 * 3_600
const now = () => Math.floor(Date.now() / 1_000)

const scenarios: readonly Scenario[] = [
  { name: 'happy-path', ...asItIs, expected: succeeds },
  {
    name: 'discovery-issuer-mismatch',
    bent: 'the metadata has the issuer with a slash behind',
    bend: ({ metadata, origin }) => metadata((body) => (body['issuer'] = `${origin}/`)),
    expected: { outcome: 'refused', code: 'oauth.metadata-invalid', about: /its "issuer" is/ },
  },
  {
    name: 'invalid-iss',
    bent: 'the ID token has the issuer with a slash behind',
    bend: claims(({ iss }) => ({ iss: `${String(iss)}/` })),
    expected: badIdToken(/"iss" is another issuer/),
  },
  {
    name: 'invalid-missing-iss',
    bent: 'the ID token has no issuer',
    bend: claims(() => ({ iss: undefined })),
    expected: badIdToken(/"iss" is another issuer/),
  },
  {
    name: 'invalid-aud',
    bent: 'the ID token is for a list of others',
    bend: claims(({ aud }) => ({ aud: ['another', `${String(aud)}2`] })),
    expected: badIdToken(/"aud" is not this program/),
  },
  {
    name: 'invalid-missing-aud',
    bent: 'the ID token is for an empty list',
    bend: claims(() => ({ aud: [] })),
    expected: badIdToken(/"aud" is not this program/),
  },
  {
    name: 'invalid-secondary-aud',
    bent: 'the ID token is for another program as well',
    bend: claims(({ aud }) => ({ aud: [aud, 'another'] })),
    expected: badIdToken(/"aud" has others than this program/),
  },
  {
    name: 'valid-aud-as-array',
    bent: 'the ID token is for a list of this one program',
    bend: claims(({ aud }) => ({ aud: [aud] })),
    expected: succeeds,
  },
  {
    name: 'invalid-null-alg',
    bent: 'the ID token has the algorithm null',
    bend: ({ forged }) => forged((right) => unsigned(right, { alg: null })),
    expected: badIdToken(/not signed by RS256/),
  },
  {
    name: 'invalid-alternate-alg',
    bent: 'the ID token says that it is signed in a way that the metadata has not',
    bend: ({ forged }) => forged((right) => unsigned(right, { alg: 'PS256' }, 'any')),
    expected: badIdToken(/not signed by RS256/),
  },
  {
    name: 'invalid-expired-exp',
    bent: 'the ID token ended five minutes ago',
    bend: claims(() => ({ exp: now() - 300 })),
    expected: badIdToken(/"exp" is over/),
  },
  {
    name: 'invalid-missing-exp',
    bent: 'the ID token never ends',
    bend: claims(() => ({ exp: undefined })),
    expected: badIdToken(/it has no "exp"/),
  },
  {
    name: 'invalid-nonce',
    bent: 'the nonce has a letter more',
    bend: claims(({ nonce }) => ({ nonce: `${String(nonce)}a` })),
    expected: badIdToken(/"nonce" is not that of the request/),
  },
  {
    name: 'invalid-missing-nonce',
    bent: 'the ID token has no nonce',
    bend: claims(() => ({ nonce: undefined })),
    expected: badIdToken(/"nonce" is not that of the request/),
  },
  ...(['https://evil.example', undefined] as const).map((iss): Scenario => ({
    name: `${iss === undefined ? 'remove' : 'invalid'}-authorization-response-iss`,
    bent: `the issuer is to name itself in every response, and says ${iss ?? 'nothing'}`,
    bend({ metadata, redirect }) {
      metadata((body) => (body['authorization_response_iss_parameter_supported'] = true))
      redirect((parameters) => {
        if (iss !== undefined) parameters.set('iss', iss)
      })
    },
    expected: { outcome: 'refused', code: 'oauth.issuer-mismatch', about: /expected "iss"/ },
  })),
  {
    name: 'ensure-authorization-response-with-invalid-state-fails',
    bent: 'the state has a letter more',
    bend: ({ redirect }) =>
      redirect((parameters) => parameters.set('state', `${parameters.get('state')}a`)),
    expected: { outcome: 'turned-away', status: 400 },
  },
  {
    name: 'ensure-authorization-response-with-invalid-missing-state-fails',
    bent: 'there is no state',
    bend: ({ redirect }) => redirect((parameters) => parameters.delete('state')),
    expected: { outcome: 'turned-away', status: 400 },
  },
  {
    name: 'token-endpoint-response-without-expires_in',
    bent: 'nobody says when the access token ends',
    bend: ({ tokens }) => tokens((body) => delete body['expires_in']),
    expected: succeeds,
  },
  {
    name: 'token-type-case-insensitivity',
    bent: 'the token type is written bEaReR',
    bend: ({ tokens }) => tokens((body) => (body['token_type'] = 'bEaReR')),
    expected: succeeds,
  },
]

/** By their whole names. */
export const FAPI_SCENARIOS: readonly Scenario[] = [
  ...scenarios.map((scenario) => ({
    ...scenario,
    name: `fapi2-security-profile-final-client-test-${scenario.name}`,
  })),
  {
    name: 'fapi1-advanced-final-client-test-iat-is-week-in-past',
    bent: 'the ID token was made a week ago',
    bend: claims(() => ({ iat: now() - WEEK_SECONDS })),
    expected: badIdToken(/"iat" is more than an hour ago/),
  },
]
