/*
 * `npm run export`: a person's videos into a folder, from a terminal. Reads flags and environment, connects,
 * says what happens, and ends with 0 when every video is there.
 *
 * It connects by `VIMEO_ACCESS_TOKEN`, or by a page that is served until the person has consented.
 */
import { parseArgs } from 'node:util'
import { app, connect, heading, isThroughlineError, text, type Connection } from 'throughline'
import { vimeo } from 'throughline/providers'
import { serve } from 'throughline/serve'
import { createFilter } from './choices.ts'
import { exportToFolder, type ExportEvent, type FolderExport } from './folder-export.ts'
import { originalQuality, type Quality } from './quality.ts'
import { VimeoError, type VimeoConnection } from './vimeo-request.ts'
import { toCount, toSize } from './words.ts'

const HELP = `Usage: npm run export -- --to FOLDER [options]

Writes your Vimeo videos into a folder. Started again, it goes on where it ended, and fetches what is new.

  --to FOLDER       where to; made if it is not there
  --quality LINES   the best file of at most so many lines: 1080, 720 … (the file as it was uploaded)
  --search WORDS    only videos whose title or description has all of these words
  --captions        captions and subtitles too, as .vtt
  --pictures        the picture of each video too
  --verify          read the files that are there already, and fetch again what was changed
  --help            this page

Environment
  VIMEO_ACCESS_TOKEN   a token with the scopes private and video_files (developer.vimeo.com/apps); without it
  VIMEO_CLIENT_ID      your app at Vimeo, with which a page is served where you connect your account
  VIMEO_CLIENT_SECRET
  VIMEO_ORIGIN         where a simulator of Vimeo is`

const SCOPE = ['public', 'private', 'video_files']

/** What was asked for on the command line. */
interface Flags {
  readonly folder: string
  readonly quality: Quality
  readonly search: string
  readonly captions: boolean
  readonly pictures: boolean
  readonly verify: boolean
}

const REFUSED_TOKEN =
  'Vimeo does not accept the token in VIMEO_ACCESS_TOKEN. Make a new one at developer.vimeo.com/apps, with the ' +
  'scopes private and video_files, and start again: what is there already is kept.'

/** What steers a terminal or ends a line; titles and reasons come from others. */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

try {
  const flags = readFlags()
  if (flags === undefined) console.log(HELP)
  else process.exitCode = (await run(flags)) ? 0 : 1
} catch (error) {
  const isSaidPlainly =
    isThroughlineError(error) || error instanceof TypeError || isFileSystemError(error)
  if (!isSaidPlainly) throw error
  console.error(error.message)
  process.exitCode = error instanceof TypeError ? 2 : 1
}

function readFlags(): Flags | undefined {
  const options = {
    to: { type: 'string' },
    quality: { type: 'string' },
    search: { type: 'string' },
    captions: { type: 'boolean', default: false },
    pictures: { type: 'boolean', default: false },
    verify: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  } as const
  const { to, quality, search = '', help, ...rest } = parseArgs({ options }).values
  if (help === true) return undefined
  if (to === undefined || to === '') {
    throw new TypeError(
      'No folder was named. Write: npm run export -- --to FOLDER (--help tells more).',
    )
  }
  return { folder: to, quality: toQuality(quality), search, ...rest }
}

function toQuality(lines: string | undefined): Quality {
  if (lines === undefined || lines === 'original') return originalQuality
  if (/^[1-9]\d{2,3}p?$/.test(lines)) return { kind: 'up-to', lines: Number.parseInt(lines, 10) }
  throw new TypeError(
    `--quality is "${lines}", expected original or a number of lines such as 1080.`,
  )
}

async function run({ search, ...flags }: Flags): Promise<boolean> {
  const { connection, close } = await connected()
  try {
    const result = await exportToFolder(connection, {
      ...flags,
      isWanted: createFilter({ words: search }),
      tell: createTeller(),
    })
    console.log(summaryOf(result, flags.folder))
    return result.failures.length === 0
  } finally {
    await close()
  }
}

function summaryOf({ fetched, kept, failures }: FolderExport, folder: string): string {
  const missing = failures.length === 0 ? '' : `, ${failures.length} could not be had`
  return `${toCount(fetched, 'file')} fetched, ${kept} there already${missing}: ${folder}`
}

interface Connected {
  readonly connection: VimeoConnection
  readonly close: () => Promise<void>
}

async function connected(): Promise<Connected> {
  const { env } = process
  const token = env['VIMEO_ACCESS_TOKEN']
  if (token !== undefined && token !== '') {
    return { connection: withToken(token, env['VIMEO_ORIGIN'] ?? vimeo.api), close: async () => {} }
  }
  if (!env['VIMEO_CLIENT_ID']) {
    throw new TypeError(
      'Vimeo is not connected. Set VIMEO_ACCESS_TOKEN, or VIMEO_CLIENT_ID and VIMEO_CLIENT_SECRET to connect on a page ' +
        '(npm run simulator prints those of a simulated Vimeo; --help tells more).',
    )
  }
  const consented = Promise.withResolvers<Connection>()
  const page = async () => {
    const request = { provider: vimeo, scope: SCOPE, heading: 'Connect the export' }
    const connection = await connect(request)
    heading('Connected')
    text('The export goes on in the terminal. You can close this page.')
    consented.resolve(connection)
  }
  const served = await serve(app({ title: 'Vimeo export', pages: { '/': page } }))
  console.log(`Open ${served.url} in your browser and connect your Vimeo account.`)
  return { connection: await consented.promise, close: () => served.close() }
}

/** The token goes to the API's own origin and nowhere else. */
function withToken(token: string, api: string): VimeoConnection {
  const { origin } = new URL(api)
  return {
    async fetch(path, init) {
      const url = new URL(path, origin)
      if (url.origin !== origin) throw new VimeoError(`${path} is not on Vimeo's own server.`, 0)
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${token}`)
      const answer = await fetch(url, { ...init, headers, redirect: 'error' })
      if (answer.status === 401) throw new VimeoError(REFUSED_TOKEN, answer.status)
      return answer
    },
  }
}

/** In a terminal a file's line is written over while it grows; elsewhere a line says that it is there. */
function createTeller(): (event: ExportEvent) => void {
  const { stdout } = process
  const passing = (line: string) => {
    const plain = line.replaceAll(STEERING, '').slice(0, stdout.columns - 1)
    if (stdout.isTTY) stdout.write(`\r\u001b[K${plain}`)
  }
  const lasting = (line: string) => {
    passing('')
    console.log(line.replaceAll(STEERING, ''))
  }
  return (event) => {
    switch (event.kind) {
      case 'listed':
        return passing(`Listing: ${event.count} of ${event.total} videos`)
      case 'waiting':
        return lasting(`Vimeo asks for a pause until ${event.until.toLocaleTimeString()}.`)
      case 'planned':
        return lasting(`${toCount(event.missing, 'video')} to fetch, ${toSize(event.bytes)}`)
      case 'fetching':
        return passing(`${event.name}  ${toSize(event.bytes)} of ${toSize(event.size)}`)
      case 'fetched': {
        const from = event.continuedAt === 0 ? '' : `, continued at ${toSize(event.continuedAt)}`
        return lasting(`✔ ${event.name}  ${toSize(event.size)}${from}`)
      }
      case 'failed':
        return lasting(`✖ ${event.title}: ${event.reason}`)
    }
  }
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
