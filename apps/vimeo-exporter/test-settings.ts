/*
 * For tests: the settings of the simulator's switches, and in words what a person gets who takes two videos home.
 * The same rows stand in docs/vimeo-exporter-switches.md.
 */
import type { VimeoSwitches } from '../../packages/simulators/src/vimeo/switches.ts'
import {
  CHECKSUM,
  DENIED,
  ELSEWHERE,
  ENDED,
  FAILED,
  GONE,
  MISREGISTERED,
  NOT_ALLOWED,
  NOT_CONNECTED,
  NO_SIZE,
  OVERASKED,
  PAUSE,
  PLAN,
  REFUSED,
  SCOPE,
  SILENT,
  SIZES,
  TRANSCODING,
  WHOLE,
  CHANGED,
  brokeOff,
  damaged,
  lostAmid,
  noConnection,
  noFile,
  noList,
  noneOf,
  notMade,
  paused,
  inTurn,
} from './test-answers.ts'
import type { Circumstances } from './test-takeaway.ts'
import { toFarewell } from './words.ts'

/** One setting, and what comes of it. */
export interface Setting {
  readonly name: keyof VimeoSwitches
  readonly value: unknown
  /** The value and what else is so, as the document has it. */
  readonly words: string
  readonly gets: string
  readonly circumstances: Circumstances
}

/** What is so beside the switch. */
interface More extends Omit<Circumstances, 'set' | 'onDownload' | 'amid' | 'amidRequest'> {
  /** When the switch is set (from the start). */
  readonly at?: keyof typeof MOMENTS
  /** Other switches, from the start. */
  readonly also?: Partial<VimeoSwitches>
  /** What else is so, in words. */
  readonly note?: string
}

const MOMENTS = {
  download: 'from the press on',
  amid: 'once a file leaves',
  resumed: 'once a file has broken off',
}

/** Makes a row. */
export function row<Name extends keyof VimeoSwitches>(
  name: Name,
  value: VimeoSwitches[Name],
  gets: string,
  { at, also = {}, note, ...more }: More = {},
  shown = JSON.stringify(value),
): Setting {
  const others = Object.entries(also).map(
    ([other, set]) => `with \`${other}\` \`${JSON.stringify(set)}\``,
  )
  const words = [`\`${shown}\``, at === undefined ? [] : MOMENTS[at], others, note ?? []].flat()
  const changes = { [name]: value }
  const moments = {
    download: { onDownload: changes },
    amid: { amid: changes },
    resumed: { amid: changes, amidRequest: 2 },
  }
  const moment = at === undefined ? {} : moments[at]
  const set = at === undefined ? { ...also, ...changes } : also
  return { name, value, words: words.join(', '), gets, circumstances: { ...more, ...moment, set } }
}

const whoDenies = { choice: { deny: true }, note: 'who denies at first' }
const noScope = {
  choice: { scope: ['public', 'private'] },
  note: 'who does not allow video files at first',
}
const hoursLater = { seconds: 7200, note: 'two hours later' }
const minutesLater = { seconds: 120, note: 'two minutes later' }
const disconnecting = {
  also: { inactiveTokenSeconds: 60 },
  disconnectsAfter: 120,
  note: 'disconnecting later',
}
/** What falls silent is waited for, each time. */
export const oneAlone = { takesOne: true, note: 'one video alone' }
/** The same at each try: what it had cannot be read on from there. */
const cutOnce = inTurn(
  damaged(3, 1, brokeOff(200_000, SIZES.second)),
  damaged(0, 1, brokeOff(200_000, SIZES.second)),
)
const nothingOwned = {
  choice: { as: 'Grace Sample' },
  library: Object.fromEntries(
    [
      'gruesse-aus-zuerich.mov',
      'mandelbrot-dive.webm',
      'harbour-at-dawn.mp4',
      'colour-test-chart.mp4',
      'interview-take-1.mp4',
      'interview-take-2.mp4',
    ].map((file) => [file, { owner: 'Ada Example' }]),
  ),
  note: 'an account without videos',
}

/** Each switch, and each of its values but the untouched one; of values without end one that matters. */
export const settings: readonly Setting[] = [
  row('absentRedirectUri', 'refuse', WHOLE),
  row('refusalStatus', 200, WHOLE),
  row('refusalStatus', 401, WHOLE),
  row('refusalStatus', 403, WHOLE),
  row('refusalStatus', 404, WHOLE),
  row('refusalTexts', { client: { heading: 'No', line: 'No such app.' } }, WHOLE),
  row(
    'deniedParameters',
    { error: 'access_denied' },
    inTurn(noConnection(DENIED), WHOLE),
    whoDenies,
  ),
  row(
    'deniedParameters',
    { error: 'denied' },
    inTurn(noConnection(NOT_CONNECTED), WHOLE),
    whoDenies,
  ),
  row('deniedParameters', {}, inTurn(noConnection(NOT_CONNECTED), WHOLE), whoDenies),
  row('stateFirst', true, WHOLE),
  row('unavailableScopes', ['video_files'], inTurn(noConnection(OVERASKED), noFile(SCOPE))),
  row(
    'unavailableScopes',
    ['private'],
    inTurn(noConnection(OVERASKED), noConnection(MISREGISTERED)),
  ),
  row('pkce', 'enforce', WHOLE),
  row('basic', 'rfc6749', noConnection(MISREGISTERED)),
  row('basic', 'either', WHOLE),
  row('secretInBody', true, WHOLE),
  row('invalidClientStatus', 401, noConnection(MISREGISTERED), { also: { basic: 'rfc6749' } }),
  row('wrongSecret', 'full', noConnection(MISREGISTERED), { also: { basic: 'rfc6749' } }),
  row('codeSeconds', 0, noConnection(NOT_CONNECTED)),
  row('redirectUriMismatch', 'No.', WHOLE),
  row('unsupportedGrant', 'invalid_grant', WHOLE),
  row('tokenContentType', 'vendor', WHOLE),
  row('tokenDigits', 2, WHOLE),
  row('tokenDigits', 512, WHOLE),
  row('tokenSeconds', 3600, inTurn(notMade(ENDED), WHOLE), hoursLater),
  row('tokenSeconds', 0, noList(ENDED)),
  row('expiryMembers', [], inTurn(notMade(ENDED), WHOLE), {
    also: { tokenSeconds: 3600 },
    ...hoursLater,
  }),
  row('expiryMembers', ['expires_in'], inTurn(notMade(ENDED), WHOLE), {
    also: { tokenSeconds: 3600 },
    ...hoursLater,
  }),
  row('refreshGrant', true, WHOLE, { also: { tokenSeconds: 3600 }, ...hoursLater }),
  row('inactiveTokenSeconds', 3600, inTurn(notMade(ENDED), WHOLE), hoursLater),
  row(
    'deadTokenStatus',
    401,
    inTurn(WHOLE, `on disconnecting: “${toFarewell(true)}”`),
    disconnecting,
  ),
  row(
    'deadTokenStatus',
    204,
    inTurn(WHOLE, `on disconnecting: “${toFarewell(true)}”`),
    disconnecting,
  ),
  row(
    'deadTokenBody',
    'full',
    inTurn(WHOLE, `on disconnecting: “${toFarewell(true)}”`),
    disconnecting,
  ),
  row('implicit', true, WHOLE),
  row('implicitSeconds', 0, WHOLE),
  row('deviceSeconds', 0, WHOLE),
  row('deviceIntervalSeconds', 0, WHOLE),
  row('deviceEndStatus', 403, WHOLE),
  row('deviceEndStatus', 404, WHOLE),
  row('plan', 'free', noFile(PLAN)),
  row('plan', 'starter', noFile(PLAN)),
  row('plan', 'advanced', WHOLE),
  row('plan', 'enterprise', WHOLE),
  row('plan', 'studio', WHOLE),
  row('plan', 'basic', noFile(PLAN)),
  row('plan', 'plus', noFile(PLAN)),
  row('plan', 'pro', WHOLE),
  row('plan', 'business', WHOLE),
  row('plan', 'live_premium', WHOLE),
  row('plan', 'free', noneOf(PLAN), { at: 'download' }),
  row('filesNeedScope', true, inTurn(noFile(SCOPE), WHOLE), noScope),
  row('filesNeedScope', false, WHOLE, noScope),
  row('filesNeedOwner', false, WHOLE),
  row('filesNeedVersion', false, WHOLE),
  row('filesForApp', false, noFile(NOT_ALLOWED)),
  row('filesForApp', false, noneOf(NOT_ALLOWED), { at: 'download' }),
  row(
    'filesForApp',
    false,
    inTurn(damaged(2, 2, 'Vimeo gives this file no more.'), noneOf(NOT_ALLOWED)),
    { at: 'amid', also: { linkSeconds: 60 }, ...minutesLater },
  ),
  row('transcode', 'in_progress', noFile(TRANSCODING)),
  row('transcode', 'error', noFile(FAILED)),
  row('transcode', 'in_progress', noneOf(TRANSCODING), { at: 'download' }),
  row('defaultVersion', '2.0', WHOLE),
  row('crossOrigin', false, WHOLE),
  row('needsUserAgent', true, WHOLE),
  row('acceptMismatch', 'ignore', WHOLE),
  row('errorCodeHeader', true, WHOLE),
  row('passwords', false, WHOLE),
  row('pastEnd', 'empty', WHOLE),
  row('perPageOver', 'clamp', WHOLE),
  row('emptyList', 'page', noList('There are no videos in this Vimeo account.'), nothingOwned),
  row('emptyList', '404', noList('There are no videos in this Vimeo account.'), nothingOwned),
  row('filteredTotal', true, WHOLE),
  row('unknownFields', 'refuse', WHOLE),
  row('unlistedHash', true, WHOLE, {
    library: {
      'harbour-at-dawn.mp4': { owner: 'Ada Example', view: 'unlisted', title: 'Harbour at dawn' },
      'colour-test-chart.mp4': { owner: 'Ada Example', title: 'Colour chart: 4/3, "final" <v2>' },
    },
    note: 'an unlisted video',
  }),
  row('lastModified', 'modified', WHOLE),
  row('lastModified', 'none', WHOLE),
  row('folderList', 'top', WHOLE),
  row('folderContentType', 'vendor', WHOLE),
  row('trackTimes', 'number', WHOLE),
  row('requestsPerMinute', 1, paused(WHOLE)),
  row('requestsPerMinute', 0, paused(noList(PAUSE))),
  row('rateLimitCode', 9003, paused(WHOLE), { also: { requestsPerMinute: 1 } }),
  row('rateLimitReset', 'unix', paused(WHOLE), { also: { requestsPerMinute: 1 } }),
  row('rateLimitText', 'Slow down.', paused(noList(PAUSE)), { also: { requestsPerMinute: 0 } }),
  row('delayMilliseconds', 50, WHOLE),
  row('linkSeconds', 0, noneOf(ELSEWHERE)),
  row('linkSeconds', 60, WHOLE, { at: 'amid', ...minutesLater }),
  row('cdnSeconds', 0, noneOf(GONE)),
  row('cdnSeconds', 0, lostAmid(GONE), { at: 'amid' }),
  row('playerRefuses', true, noneOf(ELSEWHERE)),
  row('playerRefuses', true, lostAmid(ELSEWHERE), { at: 'amid' }),
  row('cdnHtml', true, noneOf(ELSEWHERE)),
  row('cdnHtml', true, lostAmid(ELSEWHERE), { at: 'amid' }),
  row('expiredLink', '403', noneOf(REFUSED), { also: { linkSeconds: 0 } }),
  row('expiredLink', '410', noneOf(GONE), { also: { linkSeconds: 0 } }),
  row('expiredLink', '410', WHOLE, { at: 'amid', also: { linkSeconds: 60 }, ...minutesLater }),
  row('range', false, WHOLE),
  row('range', false, cutOnce, { also: { cutAfterBytes: 200_000 } }),
  row('acceptRanges', false, WHOLE),
  row('validators', false, WHOLE),
  row('validators', false, cutOnce, { also: { cutAfterBytes: 200_000 } }),
  row('fileVersion', 1, WHOLE),
  row('fileVersion', 1, WHOLE, { at: 'amid' }),
  row('fileVersion', 1, inTurn(damaged(3, 1, CHANGED), 'the other 3, whole'), {
    at: 'resumed',
    also: { cutAfterBytes: 100_000 },
  }),
  row('contentLength', false, WHOLE),
  row('contentLength', false, noneOf(NO_SIZE), { also: { range: false } }),
  row('cutAfterBytes', 0, damaged(2, 2, brokeOff(0, SIZES.first), brokeOff(0, SIZES.second))),
  row(
    'cutAfterBytes',
    1000,
    damaged(2, 2, brokeOff(6000, SIZES.first), brokeOff(6000, SIZES.second)),
  ),
  row('cutAfterBytes', 100_000, WHOLE),
  row('stallAfterBytes', 0, damaged(0, 1, brokeOff(0, SIZES.first, SILENT)), oneAlone),
  row('stallAfterBytes', 1000, damaged(0, 1, brokeOff('N', SIZES.first, SILENT)), oneAlone),
  row('stallAfterBytes', 100_000, WHOLE, oneAlone),
  row('bytesPerSecond', 1_000_000, WHOLE),
  row('size', 'wrong', WHOLE),
  row('size', 'null', WHOLE),
  row('md5', 'right', WHOLE),
  row('md5', 'wrong', damaged(2, 2, CHECKSUM)),
]
