/*
 * For tests: what comes of the switch `failures`, by place and answer: where a request fails once, where all fail,
 * and where they begin to fail when the download is on its way.
 */
import type { FailurePlace, InjectedFailure } from '../../packages/simulators/src/vimeo/switches.ts'
import {
  ELSEWHERE,
  NOT_CAPTIONS,
  NOT_CONNECTED,
  PAUSE,
  REFUSED,
  SERVER_UNREACHED,
  SILENT,
  SIZES,
  UNANSWERED,
  UNFINISHED,
  UNREACHABLE,
  UNREADABLE,
  WHOLE,
  WORDLESS,
  brokeOff,
  busy,
  damaged,
  leftOut,
  lostAmid,
  noConnection,
  noList,
  noneOf,
  notMade,
  paused,
  inTurn,
  trouble,
} from './test-answers.ts'
import { oneAlone, row, type Setting } from './test-settings.ts'

type Answer = InjectedFailure['answer']

/** What comes of one failure, of nothing but failures, and of those that begin late; a code is exchanged once. */
type Ends = readonly [once: string, always?: string, late?: string]

const againWhole = (gets: string) => inTurn(gets, WHOLE)
const restOnce = (gets: string) => inTurn(gets, 'the other 3, whole')
/** Captions come from the CDN as well. */
const allLost = (told: string, toldOfCaptions = told) =>
  inTurn(
    damaged(
      0,
      4,
      brokeOff(0, SIZES.first, told),
      brokeOff(0, SIZES.captions, toldOfCaptions),
      brokeOff(0, SIZES.second, told),
    ),
    noneOf(told),
  )
/** Half of the file comes, then half of what is left, and so on. */
const halved = damaged(0, 1, brokeOff('N', SIZES.first, SILENT))
const firstUnreached = damaged(0, 1, brokeOff(0, SIZES.first, SERVER_UNREACHED))

const ends: Readonly<Record<FailurePlace, Readonly<Record<Answer, Ends>>>> = {
  rest: {
    'rate-limit': [paused(WHOLE), paused(noList(PAUSE)), paused(noneOf(PAUSE))],
    error: [WHOLE, noList(trouble(500)), noneOf(trouble(500))],
    overloaded: [WHOLE, noList(trouble(503)), noneOf(trouble(503))],
    html: [againWhole(noList(WORDLESS)), noList(WORDLESS), noneOf(WORDLESS)],
    'html-200': [againWhole(noList(UNREADABLE)), noList(UNREADABLE), noneOf(UNREADABLE)],
    reset: [WHOLE, noList(UNREACHABLE), notMade(UNREACHABLE)],
    stall: [WHOLE, noList(UNFINISHED), noneOf(UNFINISHED)],
  },
  token: {
    'rate-limit': [againWhole(noConnection(UNANSWERED))],
    error: [againWhole(noConnection(UNANSWERED))],
    overloaded: [againWhole(noConnection(UNANSWERED))],
    html: [againWhole(noConnection(NOT_CONNECTED))],
    'html-200': [againWhole(noConnection(NOT_CONNECTED))],
    reset: [againWhole(noConnection(UNANSWERED))],
    stall: [againWhole(noConnection(UNANSWERED))],
  },
  // Nothing is revoked on the way to the files.
  revocation: {
    'rate-limit': [WHOLE],
    error: [WHOLE],
    overloaded: [WHOLE],
    html: [WHOLE],
    'html-200': [WHOLE],
    reset: [WHOLE],
    stall: [WHOLE],
  },
  player: {
    'rate-limit': [WHOLE, noneOf(busy(429)), lostAmid(busy(429))],
    error: [WHOLE, noneOf(busy(500)), lostAmid(busy(500))],
    overloaded: [WHOLE, noneOf(busy(503)), lostAmid(busy(503))],
    html: [restOnce(leftOut(REFUSED)), noneOf(REFUSED), lostAmid(REFUSED)],
    'html-200': [restOnce(leftOut(ELSEWHERE)), noneOf(ELSEWHERE), lostAmid(ELSEWHERE)],
    reset: [WHOLE, noneOf(SERVER_UNREACHED), lostAmid(SERVER_UNREACHED)],
    stall: [WHOLE, noneOf(SERVER_UNREACHED), inTurn(firstUnreached, noneOf(SERVER_UNREACHED))],
  },
  cdn: {
    'rate-limit': [WHOLE, noneOf(busy(429)), allLost(busy(429))],
    error: [WHOLE, noneOf(busy(500)), allLost(busy(500))],
    overloaded: [WHOLE, noneOf(busy(503)), allLost(busy(503))],
    html: [restOnce(leftOut(REFUSED)), noneOf(REFUSED), allLost(REFUSED)],
    'html-200': [restOnce(leftOut(ELSEWHERE)), noneOf(ELSEWHERE), allLost(ELSEWHERE, NOT_CAPTIONS)],
    reset: [WHOLE, noneOf(SERVER_UNREACHED), allLost(SERVER_UNREACHED)],
    stall: [WHOLE, halved, halved],
  },
}

/** More than one walk asks for. */
const MANY = 200

function rowsOf(place: FailurePlace, answer: Answer, [once, always, late]: Ends): Setting[] {
  const all = Array.from({ length: MANY }, (_, index) => ({ call: index + 1, answer, place }))
  const shown = `${answer} at ${place}`
  const at = place === 'rest' ? 'download' : 'amid'
  const alone = answer === 'stall' ? oneAlone : undefined
  const rows = [row('failures', all.slice(0, 1), once, { note: 'once' }, shown)]
  const { note = [], ...more } = alone ?? {}
  if (always !== undefined) {
    const notes = ['always', note].flat().join(', ')
    rows.push(row('failures', all, always, { ...more, note: notes }, shown))
  }
  if (late !== undefined) rows.push(row('failures', all, late, { at, ...alone }, shown))
  return rows
}

/** Every answer at every place. */
export const failureSettings: readonly Setting[] = Object.entries(ends).flatMap(
  ([place, answers]) =>
    Object.entries(answers).flatMap(([answer, each]) =>
      rowsOf(place as FailurePlace, answer as Answer, each),
    ),
)
