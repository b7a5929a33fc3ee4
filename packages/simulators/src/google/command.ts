/*
 * The command `simulate google`: starts, makes or finds again a service account and an empty spreadsheet that is
 * shared with it, says how one's own program is pointed at them, and ends on a signal.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { closeOnSignal, readPort } from '../simulator/command-line.ts'
import { keepKeyFile } from './key-file.ts'
import { startGoogle, type GoogleSimulator } from './start.ts'

/** The port where none is named: beyond the three of the simulator of Vimeo. */
export const GOOGLE_PORT = 3004

/** What the command is run with. */
export interface CommandOptions {
  /** The words behind `simulate google`. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that keeps the key file, the account and the spreadsheet. */
  readonly folder: string
  /** Receives each line (standard output). */
  readonly print?: (line: string) => void
}

/**
 * Runs the command until it is stopped by SIGINT or SIGTERM.
 *
 * @throws `TypeError` for flags that it does not know; `Error` with a sentence for its reader where it cannot start.
 */
export async function simulateGoogle(options: CommandOptions): Promise<void> {
  const { folder, print = console.log } = options
  const { values } = parseArgs({
    args: [...options.args],
    options: { port: { type: 'string' }, share: { type: 'string', multiple: true } },
  })
  const port = readPort(
    values.port ?? (options.env['GOOGLE_SIMULATOR_PORT'] || String(GOOGLE_PORT)),
  )
  for (const address of values.share ?? []) assertAddress(address)
  const advice = `--port ${(port % 65_000) + 10}`
  const share = values.share ?? []
  const kept = await startKeptSheet({ port, folder, advice, share }).catch((error: unknown) =>
    sayInWords(error, folder),
  )
  closeOnSignal(kept.simulator)
  for (const line of describe(kept)) print(line)
}

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'has a folder where a file should be',
  EEXIST: 'is no folder',
  ENOTDIR: 'is no folder',
  EACCES: 'cannot be used by this user',
  EPERM: 'cannot be used by this user',
  EROFS: 'lies on a disk that can only be read',
}

/** Says what the file system has against the folder. */
function sayInWords(error: unknown, folder: string): never {
  // Who reads a folder as a file is not told its path.
  const { code = '', path = folder } = error as NodeJS.ErrnoException
  const reason = REASONS[code]
  if (reason === undefined) throw error
  const message = `${path} ${reason}. Move it away, or set THROUGHLINE_DATA to another folder.`
  throw new Error(message, { cause: error })
}

/** A simulator with the one spreadsheet that its folder keeps. */
export interface KeptSheet {
  readonly simulator: GoogleSimulator
  readonly sheetId: string
  /** The service account's key file, and its address. */
  readonly keyPath: string
  readonly email: string
}

/**
 * Starts a simulator that finds its spreadsheet and its service account in a folder again, or makes both.
 *
 * @throws `Error` with a sentence for its reader where the port is taken.
 */
export async function startKeptSheet(where: {
  readonly port: number
  readonly folder: string
  /** How another port is chosen, where this one is taken. */
  readonly advice: string
  /** Further addresses that may write to the spreadsheet. */
  readonly share?: readonly string[]
}): Promise<KeptSheet> {
  const { port, folder, share = [], advice } = where
  mkdirSync(folder, { recursive: true })
  const simulator = await start(port, join(folder, 'google-simulator.json'), advice)
  try {
    const keyPath = resolve(folder, 'google-service-account.json')
    const email = keepKeyFile(simulator, keyPath)
    const sheetId = simulator.spreadsheetIds()[0] ?? simulator.createSpreadsheet({ title: 'Store' })
    for (const address of [email, ...share]) simulator.share(sheetId, address, 'writer')
    return { simulator, sheetId, keyPath, email }
  } catch (error) {
    await simulator.close()
    throw error
  }
}

async function start(port: number, keepIn: string, advice: string): Promise<GoogleSimulator> {
  try {
    return await startGoogle({ port, keepIn })
  } catch (error) {
    const { cause } = error as { readonly cause?: NodeJS.ErrnoException }
    if (cause?.code !== 'EADDRINUSE') throw error
    const sentence = `Stop that one, or choose another port: ${advice}.`
    throw new Error(`Port ${port} is taken by another program. ${sentence}`, { cause: error })
  }
}

function describe({ simulator, sheetId, keyPath, email }: KeptSheet): readonly string[] {
  const { origin } = simulator
  return [
    `A simulator of Google Sheets is ready: ${origin}`,
    '',
    `  the spreadsheet  ${origin}/ in a browser, with its switches`,
    `  Sheets API       ${origin}  for https://sheets.googleapis.com`,
    `  tokens           ${origin}/token  for https://oauth2.googleapis.com/token`,
    `  service account  ${email}`,
    '',
    'A script of Throughline’s is pointed at it by its environment:',
    `  GOOGLE_SHEET_ID=${sheetId}`,
    `  GOOGLE_SERVICE_ACCOUNT_FILE=${keyPath}`,
    `  GOOGLE_SHEETS_ORIGIN=${origin}`,
  ]
}

function assertAddress(address: string): void {
  if (!/^[^\s@]+@[^\s@]+$/.test(address))
    throw new TypeError(
      `--share is "${address}", expected an address: --share ada@example.com, as often as needed.`,
    )
}
