/*
 * The way back from Vimeo, in a real Chromium: into another tab, into a program that was killed meanwhile, out of the
 * browser's cache of pages, and in a browser that was never here before.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { FIELD } from '../../src/protocol/fields.ts'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import {
  acceptTerms,
  connectAs,
  consent,
  openBrowser,
  openPage,
  press,
  reachVideos,
  untilHeading,
  type PersonsBrowser,
} from './exporter-person.ts'
import { hiddenField, setVisibility } from './stage.ts'

const APP = fileURLToPath(new URL('exporter-app.ts', import.meta.url))
const CONNECT = 'Connect your Vimeo account'

let browser: Browser
before(async () => {
  browser = await startChromium([], ['--disable-back-forward-cache'])
})
after(() => browser.close())

/** Opens the exporter up to the connect button. */
async function reachButton(test: TestContext) {
  const program = await startProgramOnPort(test)
  const person = await openBrowser(test, browser)
  const page = await openPage(person, program.origin)
  await acceptTerms(page)
  return { program, person, page }
}

/** Presses so that the answer opens in a new tab. */
async function openedBy({ context }: PersonsBrowser, act: () => Promise<void>): Promise<Page> {
  const [opened] = await Promise.all([context.waitForEvent('page'), act()])
  return opened
}

describe('after consent in a new tab', () => {
  test('both tabs go on, the one that was left as soon as it is shown again (P2)', async (t) => {
    const { person, page } = await reachButton(t)
    const opened = await openedBy(person, () =>
      page.getByRole('button', { name: CONNECT }).click({ modifiers: ['Control'] }),
    )
    await setVisibility(page, 'hidden')
    await consent(opened, 'Ada Example')
    await untilHeading(opened, 'Welcome, Ada Example')
    await opened.getByRole('textbox', { name: 'Primary e-mail' }).fill('new@example.com')
    assert.equal(await page.getByRole('heading', { name: /^Welcome/ }).count(), 0)

    await setVisibility(page, 'visible')
    await untilHeading(page, 'Welcome, Ada Example')
    const email = page.getByRole('textbox', { name: 'Primary e-mail' })
    await email.fill('left@example.com')
    await press(page, 'Save and continue')
    await untilHeading(page, 'Choose your videos')
    assert.equal(
      await opened.getByRole('textbox', { name: 'Primary e-mail' }).inputValue(),
      'new@example.com',
    )
    assert.deepEqual(person.troubles, [])
  })

  test('the one that was left goes on by itself where it is in sight, with what was entered (P1, P2)', async (t) => {
    const program = await startProgramOnPort(t, { main: APP })
    const person = await openBrowser(t, browser)
    const page = await openPage(person, `${program.origin}/account`)
    await page.getByText('Vimeo opens in a new tab.').waitFor()
    await page.getByRole('textbox', { name: 'Note' }).fill('mine')
    const opened = await openedBy(person, () => press(page, CONNECT))
    await consent(opened, 'Grace Sample')

    await page.getByText('Grace Sample: mine').waitFor()
    await opened.getByText('Grace Sample: mine').waitFor()
    // Consent gave the session another cookie id: without a press the tab has the token that fits it.
    const tokens = await Promise.all([page, opened].map((tab) => hiddenField(tab, FIELD.token)))
    assert.equal(tokens[0], tokens[1])
    // The newer of two documents with one id notices within a moment, and goes on as a tab of its own.
    const id = await hiddenField(page, FIELD.tab)
    await opened
      .locator(`[name="${FIELD.tab}"]:not([value="${id}"])`)
      .waitFor({ state: 'attached' })
    await page.getByRole('textbox', { name: 'Note' }).fill('left')
    await opened.getByRole('textbox', { name: 'Note' }).fill('new')
    await page.getByRole('heading').click()
    await opened.getByRole('heading').click()
    await page.getByText('Grace Sample: left').waitFor()
    await opened.getByText('Grace Sample: new').waitFor()
    assert.deepEqual(person.troubles, [])
  })

  test('that the person opened themselves, the first tab finds the connection when it goes back', async (t) => {
    const { person, page } = await reachButton(t)
    await press(page, CONNECT)
    await page.getByRole('button', { name: 'Continue as Ada Example' }).waitFor()
    const other = await openPage(person, page.url())
    await consent(other, 'Ada Example')
    await untilHeading(other, 'Welcome, Ada Example')

    await page.goBack()
    await untilHeading(page, 'Welcome, Ada Example')
    assert.deepEqual(person.troubles, [])
  })
})

describe('a program that was killed', () => {
  test('between leaving and returning goes on with the person who comes back (P1, P5)', async (t) => {
    const { program, person, page } = await reachButton(t)
    await press(page, CONNECT)
    await page.getByRole('button', { name: 'Continue as Ada Example' }).waitFor()
    await program.kill()
    await program.start()
    await consent(page, 'Ada Example')

    await untilHeading(page, 'Welcome, Ada Example')
    await page.getByText('Successfully connected to your Vimeo account').waitFor()
    assert.deepEqual(person.troubles, [])
  })

  test('and is still down when the person returns goes on at a reload', async (t) => {
    const { program, page } = await reachButton(t)
    await press(page, CONNECT)
    await press(page, 'Continue as Ada Example')
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    await program.kill()
    const failed = page.waitForEvent('requestfailed')
    await press(page, 'Allow')
    await failed
    await page.waitForLoadState()
    await program.start()
    await page.reload()

    await untilHeading(page, 'Welcome, Ada Example')
  })

  test('in the middle of a press says so, and does it when it is pressed again (P5)', async (t) => {
    const gate = await startGate(t)
    const program = await startProgramOnPort(t, { main: APP, env: { GATE: gate.url } })
    const person = await openBrowser(t, browser)
    const page = await openPage(person, program.origin)
    await page.getByRole('textbox', { name: 'Name' }).fill('Ada')
    await press(page, 'Work')
    await gate.open()
    await page.getByText('Step 1 for Ada').waitFor()
    await program.kill()
    await page.getByText('The server can’t be reached. Trying again…').waitFor()
    await program.start()

    await page.getByText('The server stopped while it was working on your last press.').waitFor()
    await page.getByText('Done 0 times').waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Ada')
    await press(page, 'Work')
    for (let step = 1; step <= 3; step += 1) await gate.open()
    await page.getByText('Done 1 times').waitFor()
  })
})

describe('a page', () => {
  test('keeps what is being typed while the answer to a press changes it', async (t) => {
    const gate = await startGate(t)
    const program = await startProgramOnPort(t, { main: APP, env: { GATE: gate.url } })
    const person = await openBrowser(t, browser)
    const page = await openPage(person, program.origin)
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.fill('Ada')
    await press(page, 'Work')
    await name.focus()
    await name.press('End')
    for (const [index, letters] of [' Ex', 'amp', 'le'].entries()) {
      await page.keyboard.type(letters)
      await gate.open()
      if (index < 2) await page.getByText(`Step ${index + 1} for Ada`).waitFor()
    }
    await page.getByText('Done 1 times').waitFor()

    assert.equal(await name.inputValue(), 'Ada Example')
    assert.equal(await page.evaluate('document.activeElement.name'), 'text-input:Name')
    assert.deepEqual(person.troubles, [])
  })

  test('that the person goes back to from Vimeo goes on working', async (t) => {
    const { person, page } = await reachButton(t)
    await press(page, CONNECT)
    await page.getByRole('button', { name: 'Continue as Ada Example' }).waitFor()
    await page.goBack()
    await connectAs(page, 'Ada Example')
    assert.deepEqual(person.troubles, [])
  })

  test('that comes out of the browser’s cache of pages shows what has happened since', async (t) => {
    const { program, person, page } = await reachButton(t)
    // Browsers differ in which pages they keep; these are the events that all of them send.
    const event = (type: string) =>
      page.evaluate(`dispatchEvent(new PageTransitionEvent('${type}', { persisted: true }))`)
    await event('pagehide')
    const other = await openPage(person, `${program.origin}/profile`)
    await connectAs(other, 'Ada Example')
    assert.equal(await page.getByRole('button', { name: CONNECT }).count(), 1)

    await event('pageshow')
    await untilHeading(page, 'Welcome, Ada Example')
    assert.deepEqual(person.troubles, [])
  })
})

describe('a person', () => {
  test('who returns in another browser is welcomed back, with their e-mail (P7)', async (t) => {
    const program = await startProgramOnPort(t)
    const first = await openBrowser(t, browser)
    await reachVideos(first, program.origin, 'Ada Example', 'ada@home.example')
    const second = await openBrowser(t, browser)
    const page = await openPage(second, program.origin)
    await acceptTerms(page)
    await connectAs(page, 'Ada Example')

    await untilHeading(page, 'Welcome back, Ada Example')
    const email = page.getByRole('textbox', { name: 'Primary e-mail' })
    assert.equal(await email.inputValue(), 'ada@home.example')
    assert.deepEqual([...first.troubles, ...second.troubles], [])
  })
})

/** A server that answers a request only when the test says so. */
async function startGate(test: TestContext) {
  const waiting: (() => void)[] = []
  let arrived = () => {}
  const server = createServer((_request, response) => {
    const pass = () => void response.end()
    waiting.push(pass)
    // Whoever was killed waits no more.
    response.once('close', () => {
      if (waiting.includes(pass)) waiting.splice(waiting.indexOf(pass), 1)
    })
    arrived()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/`,
    /** Lets one request through, as soon as there is one. */
    async open() {
      while (waiting.length === 0) await new Promise<void>((resolve) => (arrived = resolve))
      waiting.shift()?.()
    },
  }
}
