/*
 * The switches of the Vimeo simulator: everything about Vimeo that is undocumented, rare or plan-dependent,
 * as plain values that a test can change while the simulator runs. Knows nothing of how they are obeyed.
 */
import { defaultOAuthSwitches, type OAuthSwitches } from './oauth-switches.ts'

/** Account kinds of the API's `account` enum that the simulator knows. */
export type VimeoPlan = 'free' | 'starter' | 'standard' | 'advanced' | 'enterprise'

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

/** Where requests are counted and fail: REST, the token endpoint, links to files, bytes and pictures. */
export const failurePlaces = ['rest', 'token', 'player', 'cdn'] as const

/** One of the places. */
export type FailurePlace = (typeof failurePlaces)[number]

/** One injected failure. */
export interface InjectedFailure {
  /** Which request at its place fails, counted from 1 since `failures` was last set. */
  readonly call: number
  /**
   * `rate-limit` 429, `error` 500, `overloaded` 503, `html` and `html-200` a page as a proxy would send with 403 or
   * 200, `reset` breaks the connection, `stall` never answers.
   */
  readonly answer: (typeof failureAnswers)[number]
  /** Where (rest). */
  readonly place?: FailurePlace
  /** The `Retry-After` of `rate-limit`, in seconds (there is none, as at Vimeo). */
  readonly retryAfterSeconds?: number
}

/** Every switch. All lifetimes are in seconds. */
export interface VimeoSwitches extends OAuthSwitches {
  /** Plan of every sample person. A token keeps the files away if the plan was too small when it was made (standard). */
  readonly plan: VimeoPlan
  /** Whether file links need the scopes `private` and `video_files` (true). */
  readonly filesNeedScope: boolean
  /** Whether file links are given for the person's own videos only (true). */
  readonly filesNeedOwner: boolean
  /** Whether file links need API version 3.4 (true). */
  readonly filesNeedVersion: boolean
  /** Whether this app may have file links at all: false is the silent refusal to third-party apps (true). */
  readonly filesForApp: boolean
  /** State of every video; file links need `complete` (complete). */
  readonly transcode: 'complete' | 'in_progress' | 'error'
  /** API version of requests whose `Accept` names none (3.4). */
  readonly defaultVersion: string
  /** Whether unfiltered bodies hold clear-text password fields, as Vimeo's do (true). */
  readonly passwords: boolean

  /** Answer to a page past the end (404). */
  readonly pastEnd: '404' | 'empty'
  /** Requests per minute without `fields`, null for the plan's own; doubled with `fields` (null). */
  readonly requestsPerMinute: number | null
  /** Requests that fail, by their number (none). */
  readonly failures: readonly InjectedFailure[]
  /** Delay before each REST and token answer, in milliseconds (0). */
  readonly delayMilliseconds: number

  /** Lifetime of download and play links (86400). */
  readonly linkSeconds: number
  /** Lifetime of the CDN address that a link leads to (14400). */
  readonly cdnSeconds: number
  /** Whether the player leads every link home, as it does to addresses that it has banned (false). */
  readonly playerRefuses: boolean
  /** Whether the CDN sends an HTML page with 200 in place of every file (false). */
  readonly cdnHtml: boolean
  /** Whether the CDN honours Range (true). */
  readonly range: boolean
  /** Whether the CDN sends ETag and Last-Modified (true). */
  readonly validators: boolean
  /** Another number is another ETag: the file was changed meanwhile (0). */
  readonly fileVersion: number
  /** Whether the CDN sends Content-Length (true). */
  readonly contentLength: boolean
  /** The CDN breaks the connection after this many bytes of a body, null for never (null). */
  readonly cutAfterBytes: number | null
  /** How fast the CDN sends a body, null for as fast as it can (null). */
  readonly bytesPerSecond: number | null
  /** The `size` in file objects: exact, off by one thousand bytes, or null (exact). */
  readonly size: 'exact' | 'wrong' | 'null'
  /** The `md5` in file objects: null as recorded for sources, that of the file, or one that does not fit (null). */
  readonly md5: 'null' | 'right' | 'wrong'
}

/** How the simulator behaves untouched: as Vimeo is documented or was recorded to. */
export const defaultSwitches: VimeoSwitches = {
  ...defaultOAuthSwitches,
  plan: 'standard',
  filesNeedScope: true,
  filesNeedOwner: true,
  filesNeedVersion: true,
  filesForApp: true,
  transcode: 'complete',
  defaultVersion: '3.4',
  passwords: true,
  pastEnd: '404',
  requestsPerMinute: null,
  failures: [],
  delayMilliseconds: 0,
  linkSeconds: 86_400,
  cdnSeconds: 14_400,
  playerRefuses: false,
  cdnHtml: false,
  range: true,
  validators: true,
  fileVersion: 0,
  contentLength: true,
  cutAfterBytes: null,
  bytesPerSecond: null,
  size: 'exact',
  md5: 'null',
}
