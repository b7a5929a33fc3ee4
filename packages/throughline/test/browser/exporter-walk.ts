/*
 * A walk over every page of the exporter, for whoever looks at all of them, with a mouse, a finger or a keyboard.
 * One of Ada's videos is still being prepared at Vimeo, so that lists give reasons and the download leaves one out.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { shippedClips, type VimeoSimulatorOptions } from '../../../simulators/src/vimeo/start.ts'
import { untilHeading } from './exporter-person.ts'

/** Where the walk stops to look. */
export type Stop =
  | 'home'
  | 'terms'
  | 'connect'
  | 'profile'
  | 'videos'
  | 'chosen'
  | 'done'
  | 'privacy'
  | 'goodbye'
  | 'no-such-page'

/** With what a person acts. */
export interface Hand {
  /** Presses a button or follows a link. */
  press(control: Locator): Promise<void>
  /** Ticks a checkbox. */
  tick(box: Locator): Promise<void>
  /** Types into an empty field. */
  type(field: Locator, text: string): Promise<void>
}

/** A mouse, and a keyboard for text. */
export const mouse: Hand = {
  press: (control) => control.click(),
  tick: (box) => box.check(),
  type: (field, text) => field.fill(text),
}

/** The shipped videos, of which Vimeo has not prepared one yet; it has once the switch `transcode` says so. */
export const unfinishedVideo: Pick<VimeoSimulatorOptions, 'library' | 'switches'> = {
  library: toUnfinished(readFileSync(join(shippedClips, 'library.json'), 'utf8')),
  switches: { transcode: 'in_progress' },
}

function toUnfinished(text: string): NonNullable<VimeoSimulatorOptions['library']> {
  const notes = JSON.parse(text) as NonNullable<VimeoSimulatorOptions['library']>
  const others = Object.entries(notes).filter(([clip]) => clip !== 'colour-test-chart.mp4')
  const complete = others.map(([clip, note]) => [clip, { ...note, transcode: 'complete' }])
  return { ...notes, ...Object.fromEntries(complete) }
}

/** Walks from the first page to the last and calls `look` at each stop, which the page shows by then. */
export async function walkExporter(
  page: Page,
  origin: string,
  look: (stop: Stop) => Promise<void>,
  hand: Hand = mouse,
): Promise<void> {
  const press = (name: string) => hand.press(page.getByRole('button', { name, exact: true }))
  const tick = (name: string) => hand.tick(page.getByRole('checkbox', { name, exact: true }))
  await page.goto(origin)
  await untilHeading(page, 'Take your videos home')
  await look('home')
  await press('Get started')
  await untilHeading(page, 'Terms and conditions')
  await look('terms')
  await tick('I accept the terms and conditions')
  await page.getByRole('button', { name: 'Continue', disabled: false }).waitFor()
  await press('Continue')
  await untilHeading(page, 'Connect your account')
  await look('connect')
  await press('Connect your Vimeo account')
  await page.getByRole('button', { name: 'Continue as Ada Example' }).waitFor()
  await press('Continue as Ada Example')
  await page.getByRole('button', { name: 'Allow' }).waitFor()
  await press('Allow')
  await untilHeading(page, 'Welcome, Ada Example')
  await look('profile')
  await hand.type(page.getByRole('textbox', { name: 'Primary e-mail' }), 'ada@example.com')
  await press('Save and continue')
  await untilHeading(page, 'Choose your videos')
  await page.getByText('1 video without a file').waitFor()
  await page.getByText('0 videos chosen').waitFor()
  await look('videos')
  await press('Select all')
  await page.getByText('4 videos chosen').waitFor()
  await look('chosen')
  await Promise.all([page.waitForEvent('download'), press('Download')])
  await untilHeading(page, 'Almost done')
  await page.getByRole('button', { name: 'Download more' }).waitFor()
  await look('done')
  await hand.press(page.getByRole('link', { name: 'What is kept about you' }))
  await untilHeading(page, 'What is kept about you')
  await tick('Delete all of this, for good')
  await page.getByRole('button', { name: 'Forget me', disabled: false }).waitFor()
  await look('privacy')
  await press('Disconnect Vimeo')
  await untilHeading(page, 'Take your videos home')
  await page.getByText('This program has no access to your Vimeo account any more.').waitFor()
  await look('goodbye')
  await page.goto(`${origin}/no-such-page`)
  await untilHeading(page, 'There is no such page')
  await look('no-such-page')
}
