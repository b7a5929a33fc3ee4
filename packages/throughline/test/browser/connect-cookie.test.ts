/*
 * What a browser does with the session's cookie on the way back from a provider of another site.
 */
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { app, connect, text } from 'throughline'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { providerAt } from '../../src/testing/provider-at.ts'
import { startChromium } from './chromium.ts'
import { openBrowser, openPage, press } from './exporter-person.ts'
import { serveApp } from './served-app.ts'

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

/** A program at 127.0.0.1, and a provider whose page is at localhost, which is another site. */
async function start(t: TestContext) {
  const server = await startAuthorizationServer()
  const provider = providerAt(server)
  t.after(() => server.close())
  const page = async () => text(`Connected as ${(await connect(provider)).account.name}`)
  const url = await serveApp(t, app({ title: 'Away', providers: [provider], pages: { '/': page } }))
  const person = await openBrowser(t, browser)
  const { context } = person
  // The provider asks on a page of another site, where what leads on begins.
  await context.route(
    (url) => url.pathname === '/authorize' && !url.searchParams.has('allowed'),
    (route, request) => {
      const url = request.url().replace('//127.0.0.1', '//localhost').replaceAll('&', '&amp;')
      const body = request.url().includes('//localhost')
        ? `<a href="${url}&amp;allowed=1">Allow</a>`
        : `<meta http-equiv="refresh" content="0;url=${url}">`
      return route.fulfill({ contentType: 'text/html', body })
    },
  )
  const first = await openPage(person, url)
  return { context, page: first, url }
}

/** Follows the provider's link; the headers with which the browser came back, as the program's port received them. */
async function comeBack(page: Page): Promise<IncomingHttpHeaders> {
  const back = new Promise<IncomingHttpHeaders>((resolve) => {
    const hear = (message: unknown) => {
      const { url, headers } = (message as { request: IncomingMessage }).request
      if (!url?.startsWith('/oauth/callback/acme?')) return
      unsubscribe('http.server.request.start', hear)
      resolve(headers)
    }
    subscribe('http.server.request.start', hear)
  })
  await page.getByRole('link', { name: 'Allow' }).click()
  return back
}

describe('the session’s cookie, on the way back from another site', () => {
  test('SE-08: is Lax, and comes along to the callback', async (t) => {
    const { context, page } = await start(t)
    await press(page, 'Connect your Acme account')

    const headers = await comeBack(page)

    assert.equal(headers['sec-fetch-site'], 'cross-site')
    assert.match(headers['cookie'] ?? '', /tl-session-\d+=/)
    await page.getByText('Connected as Ada Example').waitFor()
    const cookie = (await context.cookies()).find(({ name }) => name.startsWith('tl-session-'))
    assert.equal(cookie?.sameSite, 'Lax')
    assert.equal(cookie?.httpOnly, true)
  })

  test('SE-08: would stay behind if it were Strict, and nobody could come back', async (t) => {
    const { context, page, url } = await start(t)
    await press(page, 'Connect your Acme account')
    await page.getByRole('link', { name: 'Allow' }).waitFor()
    const [cookie] = (await context.cookies(url)).filter(({ name }) =>
      name.startsWith('tl-session-'),
    )
    assert.ok(cookie)
    await context.addCookies([{ ...cookie, sameSite: 'Strict' }])

    const headers = await comeBack(page)

    assert.equal(headers['sec-fetch-site'], 'cross-site')
    assert.doesNotMatch(headers['cookie'] ?? '', /tl-session-\d+=/)
    await page.getByText('begun in another browser').waitFor()
  })
})
