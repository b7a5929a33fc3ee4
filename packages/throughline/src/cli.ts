#!/usr/bin/env node
/**
 * The command line: `throughline run script.ts`, `throughline simulate vimeo` or `google`, `throughline providers`,
 * `throughline keys`, `throughline users`, `throughline doctor`.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isThroughlineError } from './base/error.ts'
import { DEFAULT_PORT, type Environment } from './server/environment.ts'
import { refuseNode } from './server/node-version.ts'
import { superviseScript } from './server/supervise-script.ts'

const HELP = `Usage: throughline run script.ts [--no-watch] [--tunnel [cloudflared | ngrok]]
       throughline simulate vimeo [--videos DIR] [--generate N] [--port N] [--redirect-uri URI]
       throughline simulate google [--port N] [--share EMAIL]
       throughline providers [SEARCH]
       throughline keys [add | rotate | drop ID]
       throughline users export [--format csv|json] [--out FILE]
       throughline users move --from A --to B [--readable name,email]
       throughline doctor

run        Serves a script at http://127.0.0.1:3000 and starts it again whenever a file beside it is saved; where
           NODE_ENV is production, whenever its process has ended by itself or stands still.
  --no-watch   serve once, in this process
  --tunnel     at a public address, by a tunnel program that is installed: cloudflared, else ngrok, or the one named.
               Whoever knows the address can open it; no failure shows lines of the script there.

simulate vimeo   Starts a Vimeo of your own with two made-up people, and says how a program is pointed at it.
  --videos DIR        a folder of video files (a few short clips)
  --generate N        so many videos of one person over those files, such as 10000
  --port N            where its API listens, 0 for any free port (3001); files come from the two ports above
  --redirect-uri URI  where people return, as often as needed (http://127.0.0.1:3000/oauth/callback/vimeo)

simulate google  Starts a Google Sheets of your own with one spreadsheet, and says how a program is pointed at it.
  --port N            where it listens, 0 for any free port (3004)
  --share EMAIL       who else may write to the spreadsheet, as often as needed

providers  Lists the providers that are known by name, with what each needs set, where it is registered and which
           redirect URI that takes; and those that nobody here has checked, with a record to paste.

keys       Lists the sealing keys, which one seals, and how many rows each has sealed.
  add        puts a new key in front of the key file; with THROUGHLINE_KEYS, says what to set
  rotate     seals anew, by the first key, what the others have sealed, while programs serve; to be run again if cut short
  drop ID    takes a key away that nothing needs any more

users      What is kept about people: user records, in the database or in a Google Sheet.
  export     writes out all records, opened, without tokens; what does not open is named, and the rest written
    --format csv|json   a column for each field, safe to open in a spreadsheet (csv); or one array (json)
    --out FILE          into a new file that its owner alone can read, in place of standard output
  move       copies records, tokens and the key that finds them, and opens all of it there; to be run again if cut short.
             Stop the program first.
    --from A --to B     sqlite:PATH of a database or its folder; sheet:ID, or the address of a sheet
    --readable a,b      fields that the sheet shows in clear

doctor     Looks at what is set (folder, keys, database, Google Sheet, providers) and says what is wrong and what to do.
           Changes nothing; ends with 1 where something is wrong.

--help     This page

Environment
  PORT                    where to listen (3000)
  HOST                    the interface to listen at (127.0.0.1); where other machines reach it, PUBLIC_URL is needed
  PUBLIC_URL              the address that people use, when it is another: https://videos.example.com
  TRUSTED_PROXIES         whose X-Forwarded-For and X-Request-Id are believed: loopback, 10.0.0.0/8 (nobody's)
  NODE_ENV                production: keys must be given, failures show nobody lines of the script, JSON logs;
                          development: they show them to whoever looks; neither: to the author, on this machine alone
  THROUGHLINE_DATA        the folder for the database and the key file (.throughline)
  THROUGHLINE_EVENTS=1    show what happens to connections and sessions, which production logs anyway
  THROUGHLINE_GRACE_SECONDS  how long what is under way may take at the end (10; 1 in development)
  THROUGHLINE_LOG         sentences or json (sentences in development, else json)
  THROUGHLINE_KEYS        the sealing keys, in place of a key file: k1:<32 bytes in base64>
  METRICS_PORT            where numbers for Prometheus are read, at 127.0.0.1 (nowhere)
  THROUGHLINE_STILL_SECONDS  how long a process may stand still in production (30; 0: for ever)
  GOOGLE_SHEET_ID         keep user records in this Google Sheet, by its id or address, not in the database
  GOOGLE_SERVICE_ACCOUNT_FILE  the key file of the service account that the sheet is shared with, or in its place
  GOOGLE_SERVICE_ACCOUNT_JSON  what is in that file; GOOGLE_SHEETS_ORIGIN: where a simulator of Google Sheets is
  <PROVIDER>_CLIENT_ID    what a provider gave you when you registered the program there,
  <PROVIDER>_CLIENT_SECRET  for example VIMEO_CLIENT_ID and VIMEO_CLIENT_SECRET
`

type Command = (args: readonly string[]) => Promise<void> | void

/** In the package the simulators are bundled beside this file, in the checkout they are a workspace of their own. */
const SIMULATORS = import.meta.url.endsWith('.ts')
  ? {
      vimeo: '../../simulators/src/vimeo/command.ts',
      google: '../../simulators/src/google/command.ts',
    }
  : { vimeo: './simulators/src/vimeo/command.js', google: './simulators/src/google/command.js' }

/** What a flag may be that a command does not know. */
const FLAGS: Readonly<Record<string, string>> = {
  run: '--no-watch and --tunnel',
  simulate:
    '--videos, --generate, --port and --redirect-uri for vimeo, --port and --share for google',
  keys: 'words: keys add, keys rotate, keys drop ID',
  providers: 'a word to search for',
  users: '--format and --out for export, --from, --to and --readable for move',
}

const commands: Readonly<Record<string, Command>> = {
  ...{ run, simulate, providers, keys, users, doctor },
}
const { env } = process

try {
  await main(process.argv.slice(2))
} catch (error) {
  // A simulator is of another package: whatever it cannot do, it says in a sentence.
  if (!isThroughlineError(error) && !isWrongUsage(error) && process.argv[2] !== 'simulate') {
    throw error
  }
  console.error(error instanceof Error ? adviseOn(error) : error)
  process.exit(1)
}

async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || args.includes('--help')) {
    console.log(HELP)
    return
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    throw new TypeError(
      `${name} is not a command. Write throughline run script.ts, or throughline --help for all that there are.`,
    )
  }
  await command(args)
}

async function run(args: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: toTunnelOption(args),
    allowPositionals: true,
    allowNegative: true,
    options: { watch: { type: 'boolean' }, tunnel: { type: 'string' } },
  })
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) {
    throw new TypeError('Expected one script to run: throughline run script.ts.')
  }
  const served = [fileURLToPath(import.meta.url), 'run', file, '--no-watch']
  const present = values.tunnel === undefined ? env : await openTunnel(values.tunnel)
  const isProduction = env['NODE_ENV'] === 'production'
  if (isProduction && values.watch === undefined) return superviseScript(served, present)
  // Who only watches over another process loads no more than that takes.
  const { serveScript, watchScript } = await import('./server/run-script.ts')
  if (values.watch === false) return serveScript(file, present, (url) => import(url))
  watchScript(file, served, present)
}

async function openTunnel(name: string): Promise<Environment> {
  const { tunnelled } = await import('./server/run-tunnelled.ts')
  return tunnelled(name, env, console.log)
}

/** The name of a tunnel program may be left out, which `parseArgs` has no way to say. */
function toTunnelOption([first, second, ...rest]: readonly string[]): string[] {
  if (first === undefined) return []
  const others = second === undefined ? [] : [second, ...rest]
  if (first !== '--tunnel') return [first, ...toTunnelOption(others)]
  const isNamed = second === 'cloudflared' || second === 'ngrok'
  return isNamed ? [`--tunnel=${second}`, ...rest] : ['--tunnel=', ...others]
}

async function simulate([whom, ...args]: readonly string[]): Promise<void> {
  if (whom !== 'vimeo' && whom !== 'google') {
    throw new TypeError(
      `Expected throughline simulate vimeo or google${whom === undefined ? '' : `, not ${whom}`}: there is no other.`,
    )
  }
  type Simulate = (options: object) => Promise<void>
  const { simulateVimeo, simulateGoogle } = (await import(
    new URL(SIMULATORS[whom], import.meta.url).href
  )) as { readonly simulateVimeo?: Simulate; readonly simulateGoogle?: Simulate }
  const options = { args, env, folder: env['THROUGHLINE_DATA'] || '.throughline' }
  await (whom === 'vimeo' ? simulateVimeo : simulateGoogle)?.(options)
}

async function providers(args: readonly string[]): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
  const { listProviders } = await import('./server/provider-list.ts')
  const publicUrl = env['PUBLIC_URL'] || `http://127.0.0.1:${env['PORT'] || DEFAULT_PORT}`
  console.log(listProviders(publicUrl.replace(/\/$/, ''), env, positionals.join(' ')))
}

async function keys(args: readonly string[]): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
  const { runKeysCommand } = await import('./server/keys-command.ts')
  await runKeysCommand(positionals, env, console.log)
}

async function users(args: readonly string[]): Promise<void> {
  const { runUsersCommand } = await import('./server/users-command.ts')
  await runUsersCommand(args, env, {
    write: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
    say: console.error,
  })
}

async function doctor(args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  const { node } = process.versions
  const refusal = refuseNode(node)
  if (refusal !== undefined) throw new TypeError(refusal)
  console.log(`✔ Node ${node} is recent enough.`)
  const { runDoctor } = await import('./server/doctor.ts')
  if ((await runDoctor(env, console.log)) > 0) process.exitCode = 1
}

/** Node's own sentence about a flag does not say which flags there are. */
function adviseOn(error: Error): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (!code.startsWith('ERR_PARSE_ARGS')) return message
  const [, flag] = /^Unknown option '(-[^' ]*)/.exec(message) ?? []
  if (flag === undefined) return `${message}. throughline --help lists the flags.`
  const [, , name = ''] = process.argv
  return (
    `throughline ${name} has no flag ${flag}, but ${FLAGS[name] ?? 'none'}. What a program is told otherwise stands in ` +
    'the environment, such as PORT: throughline --help.'
  )
}

function isWrongUsage(error: unknown): error is Error {
  return error instanceof TypeError
}
