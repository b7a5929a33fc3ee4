/*
 * What values each switch takes, and the check of values that come from outside: a test's, a program's, a page's.
 */
import { failureAnswers, failurePlaces, type VimeoSwitches } from './switches.ts'

/** What a switch takes. */
export type SwitchKind =
  | { readonly oneOf: readonly (string | number)[] }
  | 'boolean'
  /** A whole number from 0. */
  | 'count'
  | 'count or null'
  | 'text'
  | 'list of texts'
  | 'object'
  | 'list of failures'

const choice = (...oneOf: readonly (string | number)[]): SwitchKind => ({ oneOf })

/** The kind of every switch, in the groups of the README. */
export const switchGroups = {
  'Authorization page': {
    absentRedirectUri: choice('configured', 'refuse'),
    refusalStatus: choice(200, 400, 401, 403, 404),
    refusalTexts: 'object',
    deniedParameters: 'object',
    stateFirst: 'boolean',
    unavailableScopes: 'list of texts',
  },
  'Client and code': {
    pkce: choice('ignore', 'enforce'),
    basic: choice('raw', 'rfc6749', 'either'),
    secretInBody: 'boolean',
    invalidClientStatus: choice(400, 401),
    wrongSecret: choice('auth-error', 'full'),
    codeSeconds: 'count',
    redirectUriMismatch: 'text',
    unsupportedGrant: choice('unsupported_grant_type', 'invalid_grant'),
  },
  Tokens: {
    tokenContentType: choice('json', 'vendor'),
    tokenDigits: 'count',
    tokenSeconds: 'count or null',
    expiryMembers: 'list of texts',
    refreshGrant: 'boolean',
    inactiveTokenSeconds: 'count or null',
    deadTokenStatus: choice(401, 204),
  },
  'Other grants': {
    implicit: 'boolean',
    implicitSeconds: 'count',
    deviceSeconds: 'count',
    deviceIntervalSeconds: 'count',
    deviceEndStatus: choice(400, 403, 404),
  },
  'When file links are there': {
    plan: choice('free', 'starter', 'standard', 'advanced', 'enterprise'),
    filesNeedScope: 'boolean',
    filesNeedOwner: 'boolean',
    filesNeedVersion: 'boolean',
    filesForApp: 'boolean',
    transcode: choice('complete', 'in_progress', 'error'),
    defaultVersion: 'text',
  },
  'REST and failures': {
    passwords: 'boolean',
    pastEnd: choice('404', 'empty'),
    requestsPerMinute: 'count or null',
    failures: 'list of failures',
    delayMilliseconds: 'count',
  },
  'Links and bytes': {
    linkSeconds: 'count',
    cdnSeconds: 'count',
    playerRefuses: 'boolean',
    cdnHtml: 'boolean',
    range: 'boolean',
    validators: 'boolean',
    fileVersion: 'count',
    contentLength: 'boolean',
    cutAfterBytes: 'count or null',
    bytesPerSecond: 'count or null',
    size: choice('exact', 'wrong', 'null'),
    md5: choice('null', 'right', 'wrong'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, SwitchKind>>>>

const switchKinds: ReadonlyMap<string, SwitchKind> = new Map(
  Object.values(switchGroups).flatMap((kinds) => Object.entries<SwitchKind>(kinds)),
)

/**
 * Checks changes of switches.
 *
 * @throws `TypeError` naming the first switch that is not known or whose value does not fit, and what was expected.
 */
export function checkSwitches(changes: unknown): Partial<VimeoSwitches> {
  if (!isRecord(changes)) throw new TypeError('Expected an object of switches by name.')
  for (const [name, value] of Object.entries(changes)) {
    const kind = switchKinds.get(name)
    if (kind === undefined)
      throw new TypeError(`There is no switch "${name}". Known are ${knownNames()}.`)
    if (!fits(kind, value))
      throw new TypeError(
        `The switch "${name}" is ${JSON.stringify(value)}. Expected ${describeKind(kind)}.`,
      )
  }
  return changes
}

/** Says what a kind takes, as in `one of "json", "vendor"`. */
export function describeKind(kind: SwitchKind): string {
  if (typeof kind !== 'string')
    return `one of ${kind.oneOf.map((value) => JSON.stringify(value)).join(', ')}`
  if (kind === 'list of failures')
    return `a list of {"call": 1, "answer": ${failureAnswers.join('|')}, "place": ${failurePlaces.join('|')}, "retryAfterSeconds": 1}`
  return {
    count: 'a whole number from 0',
    'count or null': 'a whole number from 0, or null',
    boolean: 'true or false',
    text: 'text',
    'list of texts': 'a list of texts',
    object: 'an object',
  }[kind]
}

function fits(kind: SwitchKind, value: unknown): boolean {
  if (typeof kind !== 'string') return kind.oneOf.includes(value as string)
  switch (kind) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'count':
      return isCount(value)
    case 'count or null':
      return value === null || isCount(value)
    case 'text':
      return typeof value === 'string'
    case 'list of texts':
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
    case 'object':
      return isRecord(value)
    case 'list of failures':
      return Array.isArray(value) && value.every(isFailure)
  }
}

function isFailure(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { call, answer, place = 'rest', retryAfterSeconds = 1, ...others } = value
  return (
    isCount(call) &&
    failureAnswers.includes(answer as 'html') &&
    failurePlaces.includes(place as 'cdn') &&
    isCount(retryAfterSeconds) &&
    Object.keys(others).length === 0
  )
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function knownNames(): string {
  return [...switchKinds.keys()].join(', ')
}
