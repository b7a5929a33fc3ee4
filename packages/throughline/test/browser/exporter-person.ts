/*
 * What a person does in the exporter, by the roles and names that they see or hear, and what went wrong meanwhile:
 * errors in the console, exceptions and violations of the content security policy.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Download,
  Page,
} from 'playwright-core'

const PATIENCE_MS = 20_000

/** A person's browser. */
export interface PersonsBrowser {
  readonly context: BrowserContext
  /** What went wrong in any of its tabs. */
  readonly troubles: readonly string[]
}

/** Opens a browser without a past; closed with the test. */
export async function openBrowser(
  test: { after(fn: () => unknown): void },
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<PersonsBrowser> {
  const context = await browser.newContext({ acceptDownloads: true, ...options })
  test.after(() => context.close())
  context.setDefaultTimeout(PATIENCE_MS)
  const troubles: string[] = []
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      troubles.push(`${message.type()}: ${message.text()} (${message.location().url})`)
    }
  })
  context.on('weberror', (error) => troubles.push(`exception: ${error.error().message}`))
  return { context, troubles }
}

/** Opens a page of the program in a new tab. */
export async function openPage({ context }: PersonsBrowser, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  return page
}

/** Presses a button by its name. */
export function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click()
}

/** Resolves when a heading of exactly this name is shown. */
export function untilHeading(page: Page, name: string): Promise<void> {
  return page.getByRole('heading', { name, exact: true }).waitFor()
}

/** From the first page to the connect button. */
export async function acceptTerms(page: Page): Promise<void> {
  await press(page, 'Get started')
  await page.getByRole('checkbox', { name: 'I accept the terms and conditions' }).check()
  await press(page, 'Continue')
  await untilHeading(page, 'Connect your account')
}

/** From the provider's sign-in page back. */
export async function consent(page: Page, name: string, decision = 'Allow'): Promise<void> {
  await press(page, `Continue as ${name}`)
  await press(page, decision)
}

/** From the connect button to the person's own page. */
export async function connectAs(page: Page, name: string): Promise<void> {
  await press(page, 'Connect your Vimeo account')
  await consent(page, name)
  await page.getByRole('heading', { name: /^Welcome/ }).waitFor()
}

/** From the person's own page to the videos. */
export async function saveEmail(page: Page, email: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Primary e-mail' }).fill(email)
  await press(page, 'Save and continue')
  await untilHeading(page, 'Choose your videos')
  await page.getByRole('button', { name: 'Select all' }).waitFor()
}

/** From a fresh browser to the videos. */
export async function reachVideos(
  person: PersonsBrowser,
  origin: string,
  name = 'Ada Example',
  email = 'ada@example.com',
): Promise<Page> {
  const page = await openPage(person, origin)
  await acceptTerms(page)
  await connectAs(page, name)
  await saveEmail(page, email)
  return page
}

/** Presses Download and waits for the file. */
export async function download(page: Page): Promise<Download> {
  const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'Download')])
  assert.equal(await file.failure(), null)
  return file
}

/** Has the archive checked by `unzip` and by Python, and reads its files: names and SHA-256 hashes. */
export function checkedContents(zip: string): Map<string, string> {
  execFileSync('unzip', ['-tqq', zip])
  const program =
    'import hashlib, json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; ' +
    'print(json.dumps([(i.filename, hashlib.sha256(z.read(i)).hexdigest()) for i in z.infolist()]))'
  const text = execFileSync('python3', ['-c', program, zip], { encoding: 'utf8' })
  return new Map(JSON.parse(text) as [name: string, hash: string][])
}

/** The SHA-256 hash of a file. */
export async function hashOfFile(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}
