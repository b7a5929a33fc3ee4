/*
 * The exporter at a public address: behind nginx as `hosting/` configures it, over TLS, in a real Chromium that is told to
 * find the name here and to take the test's certificate.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { freePort } from '../../src/testing/free-ports.ts'
import { NAME, startProxy } from '../journeys/proxy.ts'
import { connectInNewTab } from './connect-in-new-tab.ts'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import {
  acceptTerms,
  checkedContents,
  download,
  openBrowser,
  openPage,
  press,
  saveEmail,
  untilHeading,
} from './exporter-person.ts'
import { setVisibility } from './stage.ts'

let browser: Browser
before(async () => {
  browser = await startChromium([`--host-resolver-rules=MAP ${NAME} 127.0.0.1`])
})
after(() => browser.close())

test('through a proxy both tabs go on after consent in a new one, and the files come whole (P1, P2)', async (t) => {
  const port = await freePort()
  const behind = async (programPort: number) =>
    (await startProxy(t, 'nginx', port, programPort)).origin
  const program = await startProgramOnPort(t, { behind })
  assert.equal(program.origin, `https://${NAME}:${port}`)
  const person = await openBrowser(t, browser, { ignoreHTTPSErrors: true })
  const page = await openPage(person, program.origin)
  await acceptTerms(page)
  await connectInNewTab(person, page, 'Ada Example')
  assert.equal(await page.getByRole('heading', { name: /^Welcome/ }).count(), 0)

  await setVisibility(page, 'visible')
  await untilHeading(page, 'Welcome, Ada Example')
  await saveEmail(page, 'ada@example.com')
  await press(page, 'Select all')
  const file = await download(page)
  assert.ok(checkedContents(await file.path()).size > 1)
  await untilHeading(page, 'All done')

  const cookies = await person.context.cookies(program.origin)
  const [cookie] = cookies.filter(({ name }) => name === '__Host-tl-session')
  assert.deepEqual([cookie?.secure, cookie?.httpOnly, cookie?.sameSite], [true, true, 'Lax'])
  // The simulator's pictures come by plain http from this machine, where no https page may show them.
  const ofPictures = /127\.0\.0\.1:\d+.*(?:img-src|violates)|Mixed Content/
  assert.deepEqual(
    person.troubles.filter((one) => !ofPictures.test(one)),
    [],
  )
})
