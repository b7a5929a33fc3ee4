/*
 * Whole journeys in a Chromium to servers of other people, with their own pages: in the same tab, a new tab and a popup.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { ProviderRecord } from 'throughline/providers'
import { freePort } from '../../src/testing/free-ports.ts'
import { startOAuthPeer } from '../conformance/oauth-peer.ts'
import { startOpenIdPeer } from '../conformance/openid-peer.ts'
import { startChromium } from './chromium.ts'
import { openBrowser, openPage, press } from './exporter-person.ts'
import { peerApp } from './peer-app.ts'
import { serveApp } from './served-app.ts'

const CONNECT = 'Connect your Acme account'
const PLACES = ['same-tab', 'new-tab', 'popup'] as const

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

/** A server of other people, and what a person does on its pages. */
interface Peer {
  readonly record: ProviderRecord
  readonly clientId: string
  readonly clientSecret: string
  readonly consent: (page: Page) => Promise<void>
}

const peers: Readonly<Record<string, (t: TestContext, redirectUri: string) => Promise<Peer>>> = {
  async 'oidc-provider'(t, redirectUri) {
    const peer = await startOpenIdPeer(t, { redirectUri })
    const record = {
      name: 'acme',
      title: 'Acme',
      authorizationServer: { issuer: peer.origin },
      alwaysScope: ['profile', 'offline_access'],
      authorizationParameters: { prompt: 'consent' },
    }
    return {
      ...peer,
      record,
      async consent(page) {
        // Whoever has signed in there before is only asked to consent.
        const login = page.getByPlaceholder('Enter any login')
        const allow = page.getByRole('button', { name: 'Continue' })
        await login.or(allow).waitFor()
        if (await login.isVisible()) {
          await login.fill('Ada')
          await page.getByPlaceholder('and password').fill('any')
          await press(page, 'Sign-in')
        }
        await allow.click()
      },
    }
  },
  async '@node-oauth/oauth2-server'(t, redirectUri) {
    const peer = await startOAuthPeer(t, { redirectUri })
    const { origin } = peer
    const record: ProviderRecord = {
      name: 'acme',
      title: 'Acme',
      authorizationServer: {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
      },
      alwaysScope: ['account'],
      async account({ request }) {
        const me = (await (await request('/me')).json()) as { id: string; name: string }
        return { subject: me.id, name: me.name, claims: {} }
      },
    }
    return { ...peer, record, consent: (page) => press(page, 'Allow') }
  },
}

async function start(t: TestContext, peerName: string, place: (typeof PLACES)[number]) {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const peer = await peers[peerName]?.(t, `${origin}/oauth/callback/acme`)
  assert.ok(peer)
  const { clientId, clientSecret } = peer
  await serveApp(t, peerApp(peer.record, place), { port, clientId, clientSecret })
  const person = await openBrowser(t, browser)
  // The pages of oidc-provider ask for a font from elsewhere.
  await person.context.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.abort(),
  )
  const page = await openPage(person, origin)
  const troubles = () => person.troubles.filter((trouble) => trouble.includes(origin))
  return { peer, person, page, troubles }
}

/** From the connect button to the account, by whatever windows there are; those that open, close or are closed. */
async function connectFrom(page: Page, { consent }: Peer, place: string): Promise<void> {
  if (place === 'same-tab') {
    await press(page, CONNECT)
    await consent(page)
  } else {
    const [opened] = await Promise.all([page.waitForEvent('popup'), press(page, CONNECT)])
    const closing = place === 'popup' ? opened.waitForEvent('close') : undefined
    await consent(opened)
    await closing
    if (place === 'new-tab') {
      await opened.getByText('Ada Example: from before').waitFor()
      await opened.close()
    }
  }
  await page.getByText('Ada Example: from before').waitFor()
}

for (const peerName of Object.keys(peers)) {
  describe(`${peerName} in a browser`, () => {
    for (const place of PLACES) {
      test(`CB-05 CI-09: connects in the ${place}, keeps what was typed, and connects again (P1)`, async (t) => {
        const { peer, person, page, troubles } = await start(t, peerName, place)
        await page.getByRole('textbox', { name: 'Note' }).fill('from before')
        await connectFrom(page, peer, place)
        assert.doesNotMatch(page.url(), /code=|state=|iss=/)
        await press(page, 'Look')
        await page.getByText('Answer 200, look 1').waitFor()

        await press(page, 'Disconnect')
        await page.reload()
        await connectFrom(page, peer, place)
        await press(page, 'Look')
        await page.getByText('Answer 200, look 2').waitFor()
        assert.equal(person.context.pages().length, 1)
        assert.deepEqual(troubles(), [])
      })
    }
  })
}
