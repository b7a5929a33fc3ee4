/*
 * Finds and starts a Chromium for tests: the one that `CHROMIUM_PATH` names, else the system's, else the one that
 * npm brought, which also brings the libraries that a small system lacks.
 */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Where a Chromium lies, and the environment that it needs where it is not the system's. */
export interface FoundChromium {
  readonly executablePath: string
  readonly env?: Record<string, string>
}

/**
 * Finds a Chromium; unpacks the one of npm (209 MB, into the folder for temporary files) where there is no other.
 *
 * @throws `Error` with what to do, where there is none and npm's does not run on this machine.
 */
export async function findChromium(): Promise<FoundChromium> {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined && named !== '') return { executablePath: named }
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  for (const name of NAMES) {
    for (const folder of folders) {
      const executablePath = join(folder, name)
      if (existsSync(executablePath)) return { executablePath }
    }
  }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackChromium()
  throw new Error('No Chromium was found. Install one, or name one: CHROMIUM_PATH=/path/to/chrome.')
}

/** Its own flags are not used: some of them switch off what the tests are about (origins, CSP, site isolation). */
async function unpackChromium(): Promise<FoundChromium> {
  const { default: packaged, inflate } = await import('@sparticuz/chromium')
  const executablePath = await packaged.executablePath()
  const build = dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium')))
  const libraries = await inflate(join(build, '../bin/al2023.tar.br'))
  const env = {
    ...(process.env as Record<string, string>),
    LD_LIBRARY_PATH: join(libraries, 'lib'),
    FONTCONFIG_PATH: join(tmpdir(), 'fonts'),
  }
  return { executablePath, env }
}

/** Starts a browser; the caller closes it. Flags in `more` are added, playwright's own in `without` left out. */
export async function startChromium(
  more: readonly string[] = [],
  without: readonly string[] = [],
): Promise<Browser> {
  return chromium.launch({
    ...(await findChromium()),
    headless: true,
    args: [...FLAGS, ...more],
    ignoreDefaultArgs: [...without],
  })
}
