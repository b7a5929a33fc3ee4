/*
 * The switches of the Vimeo simulator: everything about Vimeo that is undocumented, rare or plan-dependent, as plain
 * values that can change while the simulator runs. Knows nothing of how they are obeyed.
 */
import {
  authorizationSwitches,
  clientSwitches,
  otherGrantSwitches,
  tokenSwitches,
  type OAuthSwitches,
} from './oauth-switches.ts'
import {
  checkAgainst,
  count,
  countOrNull,
  isCount,
  isRecord,
  onOrOff,
  oneOf,
  shaped,
  text,
  untouchedValues,
  type SwitchEntry,
  type SwitchValues,
} from '../simulator/switch-kinds.ts'

/** Where requests are counted and fail: REST, the token endpoint, the end of a token, links to files, bytes and pictures. */
export const failurePlaces = ['rest', 'token', 'revocation', 'player', 'cdn'] as const

/** One of the places. */
export type FailurePlace = (typeof failurePlaces)[number]

/** What an injected failure answers instead of the real response. */
export const failureAnswers = [
  'rate-limit',
  'error',
  'overloaded',
  'html',
  'html-200',
  'reset',
  'stall',
] as const

/** One injected failure. */
export interface InjectedFailure {
  /** Which request at its place fails, counted from 1 since `failures` was last set. */
  readonly call: number
  /**
   * `rate-limit` 429, `error` 500, `overloaded` 503, `html` and `html-200` a page as a proxy would send with 403 or
   * 200, `reset` breaks the connection, `stall` sends half of the real body and then nothing more, or no answer where
   * there is no body.
   */
  readonly answer: (typeof failureAnswers)[number]
  /** Where (rest). */
  readonly place?: FailurePlace
  /** The `Retry-After` of `rate-limit`, in seconds (there is none, as at Vimeo). */
  readonly retryAfterSeconds?: number
}

/** Account kinds of today, then those that nobody can buy any more. */
const plans = [
  'standard',
  'free',
  'starter',
  'advanced',
  'studio',
  'enterprise',
  'basic',
  'plus',
  'pro',
  'business',
  'live_premium',
] as const

/** One of them, as in the API's `account`. */
export type VimeoPlan = (typeof plans)[number]

const fileSwitches = {
  plan: oneOf<VimeoPlan>(
    plans,
    'plan of both people; a token made under one without files never gets them',
  ),
  filesNeedScope: onOrOff(true, 'file links need the scopes `private` and `video_files`'),
  filesNeedOwner: onOrOff(true, "file links are given for the person's own videos only"),
  filesNeedVersion: onOrOff(true, 'file links need API version 3.4'),
  filesForApp: onOrOff(
    true,
    'this app may have file links; false is the silent refusal to third-party apps',
  ),
  transcode: oneOf(
    ['complete', 'in_progress', 'error'],
    'state of each video of which `library.json` says nothing; file links need `complete`',
  ),
  defaultVersion: text('3.4', 'API version of requests whose `Accept` names none'),
}

const restSwitches = {
  crossOrigin: onOrOff(true, 'pages of any origin may read answers (CORS)'),
  needsUserAgent: onOrOff(
    false,
    'a program without a `User-Agent` of its own (`node`, `curl/8.5`) gets a page under 403',
  ),
  acceptMismatch: oneOf(
    ['refuse', 'ignore'],
    'an `Accept` that names another type of Vimeo’s than the endpoint has is an error (2206), or ignored',
  ),
  errorCodeHeader: onOrOff(false, 'errors carry their code in `Vimeo-Error-Code` too'),
  folderContentType: oneOf(
    ['json', 'vendor'],
    'content type of folders: `application/json` or `application/vnd.vimeo.folder+json`',
  ),
  passwords: onOrOff(true, "unfiltered bodies hold clear-text password fields, as Vimeo's do"),
  pastEnd: oneOf(['404', 'empty'], 'answer to a page past the end'),
  perPageOver: oneOf(['refuse', 'clamp'], '`per_page` over 100 is an error, or counts as 100'),
  emptyList: oneOf(['page', '404'], 'a list without entries is an empty page, or not found'),
  filteredTotal: onOrOff(
    false,
    'lists carry `filtered_total`; `total` then counts what there was before query and filters',
  ),
  unknownFields: oneOf(
    ['ignore', 'refuse'],
    'a name in `fields` that nothing has is ignored, or an error',
  ),
  unlistedHash: onOrOff(
    false,
    'the uri of an unlisted video carries a hash, `/videos/{id}:{hash}`',
  ),
  lastModified: oneOf(
    ['created', 'modified', 'none'],
    '`Last-Modified` of `/me/videos`, and 304 with it, follow new videos, changed ones too, or do not come',
  ),
  folderList: oneOf(
    ['all', 'top'],
    '`/me/projects` holds all folders, or those that lie in no other',
  ),
  trackTimes: oneOf(
    ['text', 'number'],
    "how the unix time is written at which a text track's link ends",
  ),
  requestsPerMinute: countOrNull(
    null,
    "requests per minute without `fields`, twice as many with it; null for the plan's own",
  ),
  rateLimitCode: oneOf([9000, 9003], '`error_code` of 429: today’s, or the one recorded years ago'),
  rateLimitReset: oneOf(
    ['iso', 'unix'],
    '`X-RateLimit-Reset` is a date and time, or unix seconds as it once was',
  ),
  rateLimitText: text(
    'Too many API requests. Wait an hour or so, then try again.',
    '`error` of 429',
  ),
  failures: shaped<readonly InjectedFailure[]>([], 'requests that fail, by place and number', {
    expected:
      `a list of {"call": 1, "answer": ${failureAnswers.join('|')}, ` +
      `"place": ${failurePlaces.join('|')}, "retryAfterSeconds": 1}`,
    isAllowed: (value) => Array.isArray(value) && value.every(isFailure),
  }),
  delayMilliseconds: count(0, 'delay before each REST and token answer, in milliseconds'),
}

const byteSwitches = {
  linkSeconds: count(86_400, 'lifetime of download and play links, and of those to text tracks'),
  cdnSeconds: count(14_400, 'lifetime of the CDN address that a link leads to; 410 after it'),
  playerRefuses: onOrOff(false, 'every link leads home, as for addresses that Vimeo has banned'),
  cdnHtml: onOrOff(false, 'the CDN sends a page of HTML under 200 in place of every file'),
  expiredLink: oneOf(
    ['home', '403', '410'],
    'a link whose time is over leads to the home page, or is answered so',
  ),
  range: onOrOff(true, 'the CDN honours Range'),
  acceptRanges: onOrOff(true, 'the CDN says that it honours Range, by `Accept-Ranges`'),
  validators: onOrOff(true, 'the CDN sends ETag and Last-Modified'),
  fileVersion: count(0, 'another number is another ETag: the file was changed meanwhile'),
  contentLength: onOrOff(true, 'the CDN sends Content-Length'),
  cutAfterBytes: countOrNull(null, 'the CDN breaks the connection after this many bytes of a body'),
  stallAfterBytes: countOrNull(
    null,
    'the CDN sends nothing more after this many bytes of a body, and does not hang up',
  ),
  bytesPerSecond: shaped<number | null>(null, 'the CDN sends a body no faster than this', {
    expected: 'a whole number from 1, or null',
    isAllowed: (value) => value === null || (isCount(value) && value > 0),
  }),
  size: oneOf(
    ['exact', 'wrong', 'null'],
    'the `size` in file objects; wrong is off by one thousand bytes',
  ),
  md5: oneOf(
    ['null', 'right', 'wrong'],
    'the `md5` in file objects: null, as recorded for sources, or one that fits the file or does not',
  ),
}

/** All switches, by what they are about. */
export const switchGroups = {
  'Authorization page': authorizationSwitches,
  'Client and code': clientSwitches,
  Tokens: tokenSwitches,
  'Other grants': otherGrantSwitches,
  'When file links are there': fileSwitches,
  'REST and failures': restSwitches,
  'Links and bytes': byteSwitches,
}

/** Every switch. All lifetimes are in seconds. */
export type VimeoSwitches = OAuthSwitches &
  SwitchValues<typeof fileSwitches> &
  SwitchValues<typeof restSwitches> &
  SwitchValues<typeof byteSwitches>

/** All switches, by name. */
const switchTable = Object.assign({}, ...Object.values(switchGroups)) as {
  readonly [Name in keyof VimeoSwitches]: SwitchEntry<VimeoSwitches[Name]>
}

/** How the simulator behaves untouched: as Vimeo is documented or was recorded to. */
export const defaultSwitches: VimeoSwitches = untouchedValues(switchTable)

/**
 * Checks switches that come from outside.
 *
 * @throws `TypeError` naming each switch that is unknown or has a value that is not allowed, and what was expected.
 */
export function checkSwitches(changes: unknown): Partial<VimeoSwitches> {
  return checkAgainst(switchTable, changes)
}

function isFailure(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { call, answer, place = 'rest', retryAfterSeconds = 1, ...others } = value
  return (
    isCount(call) &&
    call > 0 &&
    failureAnswers.some((name) => name === answer) &&
    failurePlaces.some((name) => name === place) &&
    isCount(retryAfterSeconds) &&
    Object.keys(others).length === 0
  )
}
