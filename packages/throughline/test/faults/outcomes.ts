/*
 * What each answer of a provider comes to, per endpoint: data only. The tests beside it ask each endpoint for each of
 * these answers; docs/security/provider-faults.md is written from it.
 */
import type { Behaviour } from '../../src/testing/misbehaviour.ts'

/** What is asked of a provider, in the order of the table's columns. */
export const ENDPOINTS = [
  'code',
  'refresh',
  'revocation',
  'metadata',
  'keys',
  'user info',
  'account',
  'API',
] as const
export type Endpoint = (typeof ENDPOINTS)[number]

/** What an answer comes to: the error's code, if it is one, and what follows. */
export const OUTCOMES = {
  away: [
    'oauth.unavailable',
    'It may pass: tokens are kept, the old one is used while it lasts, a revocation is told later, a person is asked to try again.',
  ],
  client: ['oauth.client-rejected', 'The operator corrects the registration; tokens are kept.'],
  request: ['oauth.request-rejected', 'The operator looks it up at the vendor; tokens are kept.'],
  answer: ['oauth.answer-invalid', 'Nothing of it is believed; tokens are kept.'],
  redirect: ['oauth.redirect-refused', 'Not followed: secrets go nowhere else.'],
  code: ['oauth.code-rejected', 'The person connects again.'],
  dead: ['oauth.grant-dead', 'The token set is wiped; the person connects again.'],
  metadata: [
    'oauth.metadata-invalid',
    'The copy that there is stays in use; without one the program does not start, or connects nobody.',
  ],
  keys: ['oauth.keys-invalid', 'Nobody signs in until keys can be read.'],
  mismatch: ['oauth.subject-mismatch', 'Nothing of either account is kept.'],
  account: ['providers.account-unreadable', 'Nothing is connected; the person tries again.'],
  unreachable: [
    'connect.unreachable',
    'The script may catch it; else the person reads that nothing was lost.',
  ],
  none: [undefined, 'No claims: what the ID token says counts.'],
  done: [undefined, 'Counts as revoked.'],
  passed: [undefined, 'The script gets the answer as it is.'],
  renewed: [
    undefined,
    'The token is renewed, and the request sent once more; the script gets that answer.',
  ],
  broken: [undefined, 'The script gets the answer; reading its body fails.'],
} as const satisfies Readonly<Record<string, readonly [string | undefined, string]>>
export type Outcome = keyof typeof OUTCOMES

/** Answers that come to the same. */
export interface FaultRow {
  /** As the page has it. */
  readonly answers: string
  readonly behaviours: readonly Behaviour[]
  /** One per endpoint, in their order. */
  readonly outcomes: readonly Outcome[]
}

const JSON_TYPE = { 'content-type': 'application/json' }
const HTML_TYPE = { 'content-type': 'text/html' }

/** Bodies without an OAuth error. */
const BODIES: readonly Behaviour[] = [
  { body: '{"message":"no"}', headers: JSON_TYPE },
  { body: '<h1>No</h1>', headers: HTML_TYPE },
  { body: '', headers: {} },
]

function row(answers: string, behaviours: readonly Behaviour[], outcomes: string): FaultRow {
  return { answers, behaviours, outcomes: outcomes.split(' ') as Outcome[] }
}

/** A row of statuses, each with JSON, with HTML and with nothing. */
function statuses(list: readonly number[], outcomes: string): FaultRow {
  const behaviours = list.flatMap((status) => BODIES.map((body) => ({ ...body, status })))
  return row(list.join(', '), behaviours, outcomes)
}

/** A row of OAuth errors with one status. */
function errors(status: number, list: readonly string[], outcomes: string): FaultRow {
  const behaviours = list.map((error) => ({
    status,
    body: JSON.stringify({ error, error_description: 'no' }),
    headers: JSON_TYPE,
  }))
  const names = list.map((error) => `\`${error}\``).join(', ')
  return row(`${status} with the error ${names}`, behaviours, outcomes)
}

/** What follows the three endpoints that speak of OAuth errors, for a 400, a 401, a 200 and what passes. */
const REST_400 = 'metadata away none account passed'
const REST_401 = 'metadata away none account renewed'
const REST_200 = 'metadata keys mismatch account passed'
const REST_AWAY = 'away away away away passed'

/** The whole table. */
export const FAULT_ROWS: readonly FaultRow[] = [
  statuses([400, 403, 404, 409, 418], `answer answer answer ${REST_400}`),
  statuses([401], `client client client ${REST_401}`),
  statuses([408, 425, 429, 500, 502, 503, 504], `away away away ${REST_AWAY}`),
  errors(400, ['invalid_grant'], `code dead dead ${REST_400}`),
  errors(401, ['invalid_grant'], `code dead dead ${REST_401}`),
  errors(200, ['invalid_grant'], `code dead done ${REST_200}`),
  errors(400, ['invalid_client', 'unauthorized_client'], `client client client ${REST_400}`),
  errors(401, ['invalid_client', 'a word of its own'], `client client client ${REST_401}`),
  errors(
    400,
    ['invalid_request', 'invalid_scope', 'a word of its own'],
    `request request request ${REST_400}`,
  ),
  errors(400, ['unsupported_grant_type'], `request dead request ${REST_400}`),
  errors(400, ['unsupported_token_type'], `request request done ${REST_400}`),
  errors(
    400,
    ['temporarily_unavailable', 'server_error', 'slow_down'],
    `away away away ${REST_400}`,
  ),
  errors(503, ['invalid_grant', 'invalid_client'], `away away away ${REST_AWAY}`),
  row(
    '200 with other JSON',
    [{ status: 200, body: '{"message":"no"}', headers: JSON_TYPE }],
    `answer answer done ${REST_200}`,
  ),
  row(
    '200 with HTML, with nothing, or with a list',
    [
      { status: 200, body: '<h1>Hello</h1>', headers: HTML_TYPE },
      { status: 200, body: '', headers: JSON_TYPE },
      { status: 200, body: '[]', headers: JSON_TYPE },
    ],
    'answer answer done metadata keys answer account passed',
  ),
  row(
    'a redirect',
    [301, 302, 307, 308].map((status) => ({ status, redirectTo: '/elsewhere', body: '' })),
    'redirect redirect redirect metadata redirect redirect redirect passed',
  ),
  row(
    'a connection that is reset',
    [{ drop: 'before-answer' }],
    'away away away away away away away unreachable',
  ),
  row(
    'half an answer',
    [{ status: 200, body: JSON.stringify({ message: 'n'.repeat(100) }), drop: 'within-body' }],
    'away away away away away away away broken',
  ),
]
