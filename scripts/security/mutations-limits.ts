/*
 * Changes to what one process lends to people who speak slowly, and to people who are many.
 */
import type { Mutation } from './mutation.ts'

const LISTEN = 'server/listen.ts'
const LISTEN_TEST = 'src/server/listen.test.ts'
const ADMISSION = 'session/admission.ts'
const LIMITS_TEST = 'test/journeys/limits.test.ts'
const ROOM_TEST = 'test/journeys/runs-room.test.ts'

/** Changes to limits. */
export const LIMIT_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['DO-02'],
    file: LISTEN,
    from: 'headersTimeout: headMs,',
    to: 'headersTimeout: 0,',
    also: [{ file: LISTEN, from: 'requestTimeout: requestMs,', to: 'requestTimeout: 0,' }],
    says: 'a request may take for ever',
    tests: [LISTEN_TEST],
  },
  {
    ids: ['DO-02'],
    file: LISTEN,
    from: '    server.maxConnections = connections\n',
    to: '',
    says: 'any number of connections is served',
    tests: [LISTEN_TEST],
  },
  {
    ids: ['DO-03'],
    file: LISTEN,
    from: 'return cutOff(answer, outgoing, unreadMs)',
    to: 'return cutOff(answer, outgoing, 0)',
    says: 'an answer that nobody reads is held for ever',
    tests: [LISTEN_TEST],
  },
  {
    ids: ['DO-04'],
    file: ADMISSION,
    from: '    if (!this.#allowance.take(network)) return false\n',
    to: '',
    says: 'sessions are made as fast as somebody asks',
    tests: [LIMITS_TEST],
  },
  {
    ids: ['DO-04'],
    file: ADMISSION,
    from: 'return (await this.#sessions.countSessions()) < this.#limits.sessions',
    to: 'return true',
    says: 'the store takes any number of sessions',
    tests: [LIMITS_TEST],
  },
  {
    ids: ['DO-04'],
    file: 'connect/start.ts',
    from: 'if (!world.departures.take(facts.sessionKey, facts.network))',
    to: 'if (!world.departures.take(facts.sessionKey, facts.network) && provider.title === undefined)',
    says: 'any number of people leave for a provider at once',
    tests: [LIMITS_TEST],
  },
  {
    ids: ['DO-04'],
    file: 'session/allowance.ts',
    from: 'return isWithin && this.#whole.take()',
    to: 'return (isWithin || true) && this.#whole.take()',
    says: 'one session uses up what there is for all',
    tests: ['src/session/allowance.test.ts'],
  },
  {
    ids: ['HB-14'],
    file: LISTEN,
    from: 'insecureHTTPParser: false',
    to: 'insecureHTTPParser: true',
    says: 'requests are read leniently',
    tests: [LISTEN_TEST],
  },
  {
    ids: ['DO-05'],
    file: 'script/run-room.ts',
    from: 'this.#runs < runs && (this.#ofSession.get(sessionKey) ?? 0) < runsOfSession',
    to: 'this.#runs < runs',
    says: 'one session may take all the room that there is for runs',
    tests: ['src/script/run-room.test.ts', ROOM_TEST],
  },
  {
    ids: ['DO-05'],
    file: 'script/tab-run.ts',
    from: 'const leave = await world.room.enter(session.key)',
    to: 'const leave = () => {}',
    says: 'any number of runs is under way at once',
    tests: [ROOM_TEST],
  },
  {
    ids: ['DO-05'],
    file: 'server/loop-watch.ts',
    from: 'if (reading.silenceMs >= TOLD_MS) log',
    to: 'if (reading.silenceMs < 0) log',
    says: 'nobody is told which script held up the process',
    tests: ['src/server/loop-watch.test.ts'],
  },
  {
    ids: ['DO-02'],
    file: 'server/sent-ahead.ts',
    from: 'if (line.waiting.length >= MOST_AHEAD) connection.destroy()\n    else await',
    to: 'await',
    says: 'a connection sends ahead as much as it likes',
    tests: ['src/server/sent-ahead.test.ts'],
    hangs: true,
  },
  {
    ids: ['DO-05'],
    file: 'server/supervise-script.ts',
    from: "      present.kill('SIGKILL')\n",
    to: '',
    says: 'a script that never ends holds up everybody for ever',
    tests: ['test/journeys/endless.test.ts'],
    hangs: true,
  },
  {
    ids: ['DO-06'],
    file: 'session/cookie.ts',
    from: '.map(trimBlanks)',
    to: ".map((pair) => pair.replace(/^[ \\t]+|[ \\t]+$/g, ''))",
    says: 'a header of blanks takes the square of its length',
    tests: ['scripts/regexes.test.ts'],
  },
  {
    ids: ['DO-06'],
    file: 'script/call-site.ts',
    from: 'frame.length > LONGEST_FRAME ? null : FRAME',
    to: 'frame.length < 0 ? null : FRAME',
    says: 'a long message takes the square of its length',
    tests: ['src/script/call-site.test.ts'],
  },
]
