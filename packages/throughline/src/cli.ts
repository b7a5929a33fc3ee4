#!/usr/bin/env node
/**
 * The command line: `throughline run script.ts`.
 *
 * @module
 */
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { isThroughlineError } from './base/error.ts'
import { serveScript, watchScript } from './server/run-script.ts'

const HELP = `Usage: throughline run script.ts [--no-watch]

Serves a script at http://127.0.0.1:3000 and starts it again whenever a file beside it is saved.

  --no-watch   serve once (always so when NODE_ENV is production)
  --help       this page

Environment
  PORT                    where to listen (3000)
  PUBLIC_URL              the address that people use, when it is another: https://videos.example.com
  THROUGHLINE_DATA        the folder for the database and the key file (.throughline)
  THROUGHLINE_KEYS        the sealing keys, in place of a key file: k1:<32 bytes in base64>
  <PROVIDER>_CLIENT_ID    what a provider gave you when you registered the program there,
  <PROVIDER>_CLIENT_SECRET  for example VIMEO_CLIENT_ID and VIMEO_CLIENT_SECRET
`

try {
  await main()
} catch (error) {
  if (!isThroughlineError(error) && !isWrongUsage(error)) throw error
  console.error(error.message)
  process.exit(1)
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    allowNegative: true,
    options: { watch: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  const [command, file] = positionals
  if (values.help === true || command === undefined) {
    console.log(HELP)
    return
  }
  if (command !== 'run' || file === undefined || positionals.length > 2) {
    throw new TypeError(
      `Expected: throughline run script.ts. ${command} is not a command with these words.`,
    )
  }
  const isWatching = values.watch ?? process.env['NODE_ENV'] !== 'production'
  if (!isWatching) return serveScript(file, process.env, (url) => import(url))
  watchScript(file, [fileURLToPath(import.meta.url), 'run', file, '--no-watch'], process.env)
}

function isWrongUsage(error: unknown): error is Error {
  return error instanceof TypeError
}
