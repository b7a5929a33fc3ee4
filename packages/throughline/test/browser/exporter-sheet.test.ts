/*
 * The exporter with its users in a Google Sheet, in a real Chromium: the way back in a new tab, a row that appears
 * sealed, and a person who comes back in another browser.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { startGoogle } from '../../../simulators/src/google/start.ts'
import { tell } from '../../src/testing/told.ts'
import { connectInNewTab } from './connect-in-new-tab.ts'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import {
  acceptTerms,
  connectAs,
  openBrowser,
  openPage,
  press,
  untilHeading,
} from './exporter-person.ts'
import { setVisibility } from './stage.ts'

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

describe('the exporter over a sheet', () => {
  test('P1 P2 P7 SH-05 goes on in both tabs, keeps one sealed row, and knows the person again elsewhere', async (t) => {
    const google = await startGoogle()
    t.after(() => google.close())
    const { email: writer, keyFile } = google.createServiceAccount()
    const spreadsheetId = google.createSpreadsheet({ writers: [writer] })
    const program = await startProgramOnPort(t, {
      env: {
        GOOGLE_SHEET_ID: spreadsheetId,
        GOOGLE_SERVICE_ACCOUNT_JSON: keyFile,
        GOOGLE_SHEETS_ORIGIN: google.origin,
      },
    })
    const sheet = google.person(spreadsheetId)
    assert.deepEqual(sheet.rows('users'), [['id', 'record', 'tokens']])

    const person = await openBrowser(t, browser)
    const page = await openPage(person, program.origin)
    await acceptTerms(page)
    await connectInNewTab(person, page, 'Ada Example')
    await setVisibility(page, 'visible')
    await untilHeading(page, 'Welcome, Ada Example')
    await page.getByRole('textbox', { name: 'Primary e-mail' }).fill('ada@example.com')
    await press(page, 'Save and continue')
    await untilHeading(page, 'Choose your videos')

    assert.match(program.output(), new RegExp(`and its users +${google.origin}\n`))
    const [, row = [], ...others] = sheet.rows('users')
    assert.equal(others.length, 0)
    assert.match(row.join(' '), /^u\.[\w.-]+ tl1\.a256gcm\.[\w.-]+ tl1\.a256gcm\.[\w.-]+$/)

    const elsewhere = await openBrowser(t, browser)
    const second = await openPage(elsewhere, program.origin)
    await acceptTerms(second)
    await connectAs(second, 'Ada Example')
    const known = second.getByRole('textbox', { name: 'Primary e-mail' })
    assert.equal(await known.inputValue(), 'ada@example.com')
    assert.equal(sheet.rows('users').length, 2)
    const cells = sheet.tabs().flatMap((tab) => sheet.rows(tab).flat())
    tell({ kind: 'log', entry: cells.join('\n') })
    assert.doesNotMatch(cells.join('\n'), /ada|example|vimeo/i)
    assert.deepEqual(person.troubles, [])
  })
})
