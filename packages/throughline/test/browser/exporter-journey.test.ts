/*
 * The exporter from its first page to its last, in a real Chromium: what a person sees, by roles and names.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFile, mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { LoggedRequest } from '../../../simulators/src/vimeo/request-log.ts'
import { shippedClips } from '../../../simulators/src/vimeo/start.ts'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import {
  acceptTerms,
  checkedContents,
  connectAs,
  consent,
  download,
  hashOfFile,
  openBrowser,
  openPage,
  press,
  reachVideos,
  saveEmail,
  untilHeading,
} from './exporter-person.ts'

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

const lacksTool = ['unzip', 'python3'].find((tool) => spawnSync(tool, ['--help']).error)
const readsZip = { skip: lacksTool === undefined ? false : `no ${lacksTool} to read the archive` }

/** Ada's clips by the names that they have in the archive, in the order of the list. */
const ADAS_FILES = {
  'Interview.mp4': 'interview-take-2.mp4',
  'Interview (2).mp4': 'interview-take-1.mp4',
  'Harbour at dawn.mp4': 'harbour-at-dawn.mp4',
  "Colour chart- 4-3, 'final' v2.mp4": 'colour-test-chart.mp4',
}

async function assertOriginals(zip: string): Promise<void> {
  const expected = new Map<string, string>()
  for (const [name, clip] of Object.entries(ADAS_FILES)) {
    expected.set(name, await hashOfFile(join(shippedClips, clip)))
  }
  const contents = checkedContents(zip)
  assert.ok(contents.delete('manifest.json'))
  assert.deepEqual(contents, expected)
}

const headingOf = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()
const rowsOf = (page: Page) => page.getByRole('row').allInnerTexts()

describe('the exporter', () => {
  test(
    'leads from the first page to the files, byte for byte, without a complaint in the console',
    readsZip,
    async (t) => {
      const program = await startProgramOnPort(t)
      const person = await openBrowser(t, browser)
      const page = await openPage(person, program.origin)
      assert.equal(await headingOf(page), 'Take your videos home')
      await press(page, 'Get started')

      await untilHeading(page, 'Terms and conditions')
      assert.equal(new URL(page.url()).pathname, '/terms')
      const accepts = page.getByRole('checkbox', { name: 'I accept the terms and conditions' })
      const goesOn = page.getByRole('button', { name: 'Continue', exact: true })
      assert.ok(await goesOn.isDisabled())
      await accepts.check()
      await goesOn.click()

      await untilHeading(page, 'Connect your account')
      await connectAs(page, 'Ada Example')
      assert.equal(page.url(), `${program.origin}/profile`)
      assert.equal(await headingOf(page), 'Welcome, Ada Example')
      const connected = page.getByText('Successfully connected to your Vimeo account')
      assert.ok(await connected.isVisible())
      await page.reload()
      await untilHeading(page, 'Welcome, Ada Example')
      assert.equal(await connected.count(), 0)
      await saveEmail(page, 'ada@example.com')

      assert.equal(new URL(page.url()).pathname, '/videos')
      assert.deepEqual(
        (await rowsOf(page)).map((row) => row.trim().split(/\s*\t\s*/)),
        [
          ['Chosen', 'Picture', 'Title', 'Date', 'Duration', 'Resolution', 'Size'],
          ['Interview', '2024-11-05', '0:03', '1920 × 1080', '42.1 kB'],
          ['Interview', '2024-11-05', '0:02', '854 × 480', '19.0 kB'],
          ['Harbour at dawn', '2024-05-01', '0:08', '1280 × 720', '124 kB'],
          ['Colour chart: 4/3, "final" <v2>', '2022-09-09', '0:06', '640 × 480', '303 kB'],
        ],
      )
      assert.ok(await page.getByRole('button', { name: 'Download', exact: true }).isDisabled())
      await page.getByRole('checkbox', { name: 'Harbour at dawn' }).check()
      await page.getByText('1 video chosen, 124 kB').waitFor()
      await press(page, 'Select all')
      await page.getByText('4 videos chosen, 489 kB').waitFor()
      const boxes = page.getByRole('region', { name: 'videos' }).getByRole('checkbox')
      for (const box of await boxes.all()) assert.ok(await box.isChecked())
      const file = await download(page)
      assert.equal(file.suggestedFilename(), 'vimeo-videos.zip')
      await assertOriginals(await file.path())

      await untilHeading(page, 'All done')
      assert.equal(new URL(page.url()).pathname, '/done')
      await page.getByText('You downloaded 4 videos, 489 kB, in vimeo-videos.zip.').waitFor()
      assert.deepEqual(
        (await rowsOf(page)).slice(1).map((row) => row.split('\t')[0]?.trim()),
        Object.keys(ADAS_FILES),
      )
      await press(page, 'Download more')
      await untilHeading(page, 'Choose your videos')
      await page.getByText('4 videos chosen').waitFor()
      await page.goBack()
      await untilHeading(page, 'All done')
      await press(page, 'Disconnect Vimeo')
      await untilHeading(page, 'Take your videos home')
      await page.getByText('This program has no access to your Vimeo account any more.').waitFor()
      await press(page, 'Get started')
      await press(page, 'Continue')
      await untilHeading(page, 'Connect your account')
      assert.deepEqual(person.troubles, [])
    },
  )

  test('works without JavaScript, from the first page to the files', readsZip, async (t) => {
    const program = await startProgramOnPort(t)
    const person = await openBrowser(t, browser, { javaScriptEnabled: false })
    const page = await openPage(person, program.origin)
    await press(page, 'Get started')
    await untilHeading(page, 'Terms and conditions')
    await page.getByRole('checkbox', { name: 'I accept the terms and conditions' }).check()
    await press(page, 'Update')
    await press(page, 'Continue')
    await untilHeading(page, 'Connect your account')
    await connectAs(page, 'Ada Example')
    await untilHeading(page, 'Welcome, Ada Example')
    await page.getByText('Successfully connected to your Vimeo account').waitFor()
    await saveEmail(page, 'ada@example.com')

    await page.getByRole('checkbox', { name: 'Harbour at dawn' }).check()
    await press(page, 'Update')
    await page.getByText('1 video chosen, 124 kB').waitFor()
    await press(page, 'Select all')
    await page.getByText('4 videos chosen, 489 kB').waitFor()
    const file = await download(page)
    await assertOriginals(await file.path())
    await press(page, 'Continue')
    await untilHeading(page, 'All done')
    await press(page, 'Disconnect Vimeo')
    await page.getByText('This program has no access to your Vimeo account any more.').waitFor()
    assert.deepEqual(person.troubles, [])
  })

  test('shows each page again after a reload, back and forward', async (t) => {
    const program = await startProgramOnPort(t)
    const person = await openBrowser(t, browser)
    const page = await reachVideos(person, program.origin)
    await page.getByRole('checkbox', { name: 'Harbour at dawn' }).check()
    await page.getByText('1 video chosen').waitFor()
    const headings = new Map([
      ['/', 'Take your videos home'],
      ['/terms', 'Terms and conditions'],
      ['/profile', 'Welcome back, Ada Example'],
      ['/videos', 'Choose your videos'],
    ])
    const seen: string[] = []
    const look = async () => {
      const { origin, pathname } = new URL(page.url())
      if (origin !== program.origin) return
      seen.push(pathname)
      await untilHeading(page, headings.get(pathname) ?? 'No heading')
      await page.reload()
      await untilHeading(page, headings.get(pathname) ?? 'No heading')
    }
    const length = Number(await page.evaluate('history.length'))
    await look()
    for (let step = 1; new URL(page.url()).pathname !== '/'; step += 1) {
      assert.ok(step < length, `back ${step} times, at ${page.url()}`)
      await page.goBack()
      await look()
    }
    for (let step = 1; new URL(page.url()).pathname !== '/videos'; step += 1) {
      assert.ok(step < length, `forward ${step} times, at ${page.url()}`)
      await page.goForward()
      await look()
    }
    const back = ['/videos', '/profile', '/profile', '/terms', '/']
    assert.deepEqual(seen, [...back, ...back.toReversed().slice(1)])
    await page.getByText('1 video chosen').waitFor()
    assert.deepEqual(person.troubles, [])
  })

  test('sends those who come by a deep link to where they have to begin', async (t) => {
    const program = await startProgramOnPort(t)
    for (const [path, heading] of [
      ['/', 'Take your videos home'],
      ['/terms', 'Terms and conditions'],
      ['/profile', 'Terms and conditions'],
      ['/videos', 'Terms and conditions'],
      ['/done', 'Terms and conditions'],
    ] as const) {
      const person = await openBrowser(t, browser)
      const page = await openPage(person, program.origin + path)
      await untilHeading(page, heading)
      assert.equal(new URL(page.url()).search, '')
      assert.deepEqual(person.troubles, [])
    }
    const person = await openBrowser(t, browser)
    const page = await openPage(person, `${program.origin}/no-such-page`)
    await untilHeading(page, 'There is no such page')
  })

  test('takes a "no" at Vimeo for an answer, and can be asked again', async (t) => {
    const program = await startProgramOnPort(t)
    const person = await openBrowser(t, browser)
    const page = await openPage(person, program.origin)
    await acceptTerms(page)
    await press(page, 'Connect your Vimeo account')
    await consent(page, 'Ada Example', 'Deny')

    await untilHeading(page, 'Connect your account')
    assert.equal(page.url(), `${program.origin}/profile`)
    await page
      .getByText('You did not give access at Vimeo. You can try again at any time.')
      .waitFor()
    await connectAs(page, 'Ada Example')
    assert.deepEqual(person.troubles, [])
  })
})

describe('the exporter says in plain words', () => {
  test('that an account has no videos', async (t) => {
    const program = await startProgramOnPort(t, {
      simulator: { videosDir: join(import.meta.dirname, '..') },
    })
    const person = await openBrowser(t, browser)
    const page = await openPage(person, program.origin)
    await acceptTerms(page)
    await connectAs(page, 'Grace Sample')
    await press(page, 'Save and continue')

    await page.getByText('There are no videos in this Vimeo account.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Download' }).count(), 0)
    assert.deepEqual(person.troubles, [])
  })

  test('that Vimeo keeps the files back, and lets the person connect anew', async (t) => {
    const program = await startProgramOnPort(t, { simulator: { switches: { plan: 'free' } } })
    const person = await openBrowser(t, browser)
    const page = await reachVideos(person, program.origin)
    await page.getByText(/4 videos without a file: Vimeo gives files on its Standard/).waitFor()
    await press(page, 'Select all')
    await page.getByText('4 videos chosen').waitFor()
    await press(page, 'Download')
    await untilHeading(page, 'The file could not be made')
    await page
      .getByText(/None of the chosen videos can be downloaded\. Vimeo gives files on its/)
      .waitFor()
    await page.getByRole('link', { name: 'Go back' }).click()
    await page.getByText('4 videos chosen').waitFor()

    program.simulator.setSwitches({ plan: 'standard' })
    await press(page, 'Disconnect Vimeo')
    await untilHeading(page, 'Take your videos home')
    await press(page, 'Get started')
    await press(page, 'Continue')
    await connectAs(page, 'Ada Example')
    await press(page, 'Save and continue')
    await page.getByText('4 videos chosen, 489 kB').waitFor()
  })

  test('that a file is damaged, and why', async (t) => {
    const videosDir = await mkdtemp(join(tmpdir(), 'clips-'))
    t.after(() => rm(videosDir, { recursive: true }))
    const clip = join(videosDir, 'dawn.mp4')
    await copyFile(join(shippedClips, 'harbour-at-dawn.mp4'), clip)
    const simulated = { videosDir, switches: { cutAfterBytes: 60_000, bytesPerSecond: 60_000 } }
    const program = await startProgramOnPort(t, { simulator: simulated })
    const person = await openBrowser(t, browser)
    const page = await reachVideos(person, program.origin)
    await press(page, 'Select all')
    await page.getByText('1 video chosen').waitFor()
    await Promise.all([page.waitForEvent('download'), press(page, 'Download')])
    // While the first request for the whole file breaks off, the file changes.
    const isWhole = ({ query, range }: LoggedRequest) =>
      query.includes('download=1') && range === undefined
    while (!program.simulator.requests.some(isWhole)) await setTimeout(5)
    await utimes(clip, 1, 1)
    await untilHeading(page, 'Almost done')
    await page.getByText(/The file has changed since its size was asked for/).waitFor()
    await page.getByRole('button', { name: 'Download the rest' }).waitFor()
  })

  test('that Vimeo has a problem, and goes on when it is over', async (t) => {
    const program = await startProgramOnPort(t)
    const person = await openBrowser(t, browser)
    const page = await openPage(person, program.origin)
    await acceptTerms(page)
    await connectAs(page, 'Ada Example')
    const failures = [1, 2, 3].map((call) => ({ call, answer: 'overloaded' }) as const)
    program.simulator.setSwitches({ failures })
    await press(page, 'Save and continue')
    await page.getByText('Vimeo has a problem at the moment (503). Try again in a while.').waitFor()

    await page.reload()
    await page.getByRole('checkbox', { name: 'Harbour at dawn' }).waitFor()
  })
})
