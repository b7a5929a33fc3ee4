/* For tests: the exporter over the routes that browsers use, connected to a simulated Vimeo. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { App } from 'throughline'
import { startTest, testOrigin, type ConsentChoice, type Tab } from 'throughline/testing'
import type { VimeoSimulatorOptions } from '../../packages/simulators/src/vimeo/start.ts'
import { startTestSimulator } from '../../packages/simulators/src/vimeo/testing.ts'

/** Starts the exporter and a simulator, which end with the test. */
export async function startStory(
  t: TestContext,
  exporter: App,
  options: Partial<VimeoSimulatorOptions> = {},
) {
  const vimeo = await startTestSimulator(t, {
    redirectUris: [`${testOrigin}/oauth/callback/vimeo`],
    now: () => new Date(),
    ...options,
  })
  /** Signs in by name at the simulator, leaves the boxes as they are chosen, and presses Allow or Deny. */
  const consent = async (url: URL, { as, scope, deny = false }: ConsentChoice) => {
    const form = new URLSearchParams(url.searchParams)
    form.set('person', vimeo.people.find(({ name }) => name === as)?.id ?? '')
    form.set('decision', deny ? 'deny' : 'allow')
    const asked = form.get('scope')?.split(' ') ?? []
    for (const granted of scope ?? asked) form.append('granted', granted)
    const page = url.origin + url.pathname
    const answer = await fetch(page, { method: 'POST', body: form, redirect: 'manual' })
    return new URL(answer.headers.get('location') ?? assert.fail(await answer.text()))
  }
  const { origin, clientId, clientSecret } = vimeo
  const providers = { vimeo: { origin, clientId, clientSecret, consent } }
  const story = await startTest(exporter, { providers })
  t.after(() => story.close())
  return { story, vimeo }
}

/** Accepts the terms, up to the page that connects. */
export async function acceptTerms(tab: Tab, javascript = true): Promise<void> {
  await tab.press('Get started')
  await tab.set('I accept the terms and conditions', true)
  if (!javascript) await tab.press('Update')
  await tab.press('Continue')
}
