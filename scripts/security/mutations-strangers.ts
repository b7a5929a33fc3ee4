/*
 * Changes to what strangers may take of a process, and to what holds where a script's author was not told.
 */
import type { Mutation } from './mutation.ts'

const LISTEN = 'server/listen.ts'
const LISTEN_TEST = 'src/server/listen.test.ts'
const NOTICE = 'session/tab-notice.ts'

/** Changes to what is open to strangers. */
export const STRANGER_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['DO-01'],
    file: 'script/tab-queue.ts',
    from: '  if (sizeOf(change) > MOST_CHARACTERS) return { ...next, number, values: change.values }\n',
    to: '',
    says: 'what waits for a run grows without end',
    tests: ['src/script/tab-queue.test.ts'],
  },
  {
    ids: ['DO-01'],
    file: 'server/interaction.ts',
    from: '      if (chunks.push(chunk) > FORM_PIECES) return TOO_LARGE\n',
    to: '      chunks.push(chunk)\n',
    says: 'a form may come in any number of pieces',
    tests: ['src/server/interaction.test.ts'],
  },
  {
    ids: ['DO-02'],
    file: LISTEN,
    from: '      if (!(await awaitTurn(incoming.socket, outgoing))) return new Response(null, { status: 400 })\n',
    to: '',
    says: 'all that a connection sends ahead is run at once',
    tests: [LISTEN_TEST],
  },
  {
    ids: ['DO-03'],
    file: LISTEN,
    from: '    limitUnread(server, unreadBytes, checkMs)\n',
    to: '',
    says: 'any amount waits for all readers together',
    tests: [LISTEN_TEST],
  },
  {
    ids: ['HB-02', 'DO-04'],
    file: 'server/guards.ts',
    from: "return (headers.get('sec-fetch-dest') ?? 'document') === 'document'",
    to: 'return headers !== undefined',
    says: 'a picture makes a tab',
    tests: ['test/journeys/boundary-guards.test.ts'],
  },
  {
    ids: ['HB-09'],
    file: 'server/script-file.ts',
    from: 'return isPagePath(path) && !isReservedPath(path)',
    to: 'return !isReservedPath(path)',
    says: 'any path is a page of a script that cannot be loaded',
    tests: ['src/server/script-file.test.ts'],
  },
  {
    ids: ['LG-02'],
    file: 'server/settings.ts',
    from: "said !== 'production' : said === 'development'",
    to: "said !== 'production' : said !== 'production'",
    says: 'a public program shows lines of its script where nothing is said',
    tests: ['src/server/settings.test.ts'],
  },
  {
    ids: ['XS-07'],
    file: 'server/log.ts',
    from: '.map(asOneEntry)',
    to: '',
    says: 'a line of others looks like an entry of the log',
    tests: ['src/server/log.test.ts'],
  },
  {
    ids: ['TU-03'],
    file: 'connect/connect-world.ts',
    from: 'if (found === undefined || found.facts.sessionKey === facts.sessionKey) return',
    to: 'if (found !== null) return',
    says: 'a connection serves whoever comes by it',
    tests: ['test/journeys/connect-tokens.test.ts'],
  },
  {
    ids: ['CR-01'],
    file: NOTICE,
    from: "return seal(ring, 'tab-values', contextOf(place), text.toWellFormed(), random)",
    to: 'return ring === undefined || random === undefined ? contextOf(place).join() : text',
    also: [
      {
        file: NOTICE,
        from: "return open(ring, 'tab-values', contextOf(place), sealed)",
        to: 'return ring === undefined ? contextOf(place).join() : sealed',
      },
    ],
    says: 'sentences to the person rest in clear',
    tests: ['test/journeys/download.test.ts'],
  },
  {
    ids: ['FI-01'],
    file: 'server/attachment.ts',
    from: 'contentDisposition(toFileName(file))',
    to: 'contentDisposition(file)',
    says: 'a download suggests whatever name it is given',
    tests: ['src/server/attachment.test.ts'],
  },
]
