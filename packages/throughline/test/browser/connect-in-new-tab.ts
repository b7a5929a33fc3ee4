/*
 * The way to Vimeo and back in a new tab, as a person takes it in the exporter.
 */
import type { Page } from 'playwright-core'
import { consent, untilHeading, type PersonsBrowser } from './exporter-person.ts'
import { setVisibility } from './stage.ts'

/** From the connect button to the person's own page, in a new tab, while the one that was left is hidden. */
export async function connectInNewTab(
  { context }: PersonsBrowser,
  left: Page,
  name: string,
): Promise<Page> {
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    left
      .getByRole('button', { name: 'Connect your Vimeo account' })
      .click({ modifiers: ['Control'] }),
  ])
  await setVisibility(left, 'hidden')
  await consent(opened, name)
  await untilHeading(opened, `Welcome, ${name}`)
  return opened
}
