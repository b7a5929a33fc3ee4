import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { Person, type DocumentTab, type LiveTab } from '../../src/testing/person.ts'
import { ACCOUNT, consent, exchanges, leave, startStage, type StageOptions } from './consent.ts'

const FIELD = 'connect-button:acme'

async function start(t: TestContext, options: StageOptions = { connect: { open: 'popup' } }) {
  const stage = await startStage(t, options)
  const person = new Person(stage.program.fetch)
  const left = await person.openLive(ACCOUNT)
  await left.press('button:Keep', { 'text-input:Note': ['mine'] })
  return { ...stage, person, left }
}

/** What the browser submits into the popup: the form of the page that stays, its field filled in. */
async function popupOf(left: LiveTab, value = 'tl-popup'): Promise<DocumentTab> {
  const popup = await left.person.open(ACCOUNT)
  popup.fields.set('tl-tab', [left.tab])
  popup.fields.set('tl-token', [left.token])
  popup.fields.set('tl-number', [String(left.number++)])
  popup.fields.set('text-input:Note', ['mine'])
  popup.fields.set(FIELD, [value])
  return popup
}

describe('a provider in a popup', () => {
  test('P2 CI-09: it closes itself, and the page that it belongs to goes on by itself', async (t) => {
    const { server, left } = await start(t)
    assert.match(left.html, /<button[^>]* data-tl-popup/)
    assert.doesNotMatch(left.html, /formtarget/)
    const popup = await popupOf(left)
    await popup.go(await consent(await leave(popup)))

    const end = `${ACCOUNT}?tab=${left.tab}&tl-popup=1`
    assert.equal(popup.answer?.headers.get('location'), end)
    assert.match(popup.text, /You can close this window/)
    const page = await popup.person.send(end)
    const nonce = /<script nonce="([^"]+)">close\(\)<\/script>/.exec(await page.text())?.[1]
    assert.match(
      page.headers.get('content-security-policy') ?? '',
      new RegExp(`script-src 'nonce-${nonce?.replaceAll(/[+/]/g, '\\$&')}'`),
    )

    await left.ask()
    assert.match(left.text, /Connected as Ada Example/)
    assert.match(left.text, /Kept "mine", note "mine", arrivals 1/)
    await left.press('button:Fetch')
    assert.match(left.text, /Answer 200/)
    assert.equal(exchanges(server), 1)
  })

  test('P1: who closed the page goes on in the popup, with what was entered', async (t) => {
    const { left } = await start(t)
    const popup = await popupOf(left)
    await popup.go(await consent(await leave(popup)))
    const href = /<a class="tl-primary" href="([^"]+)"/.exec(popup.html)?.[1] ?? assert.fail()
    await popup.go(href)
    assert.match(popup.text, /Connected as Ada Example.*note "mine"/)
  })

  test('P2: who declines there is told so on the page', async (t) => {
    const { left } = await start(t)
    const popup = await popupOf(left)
    const state = (await leave(popup)).searchParams.get('state')
    await popup.go(`/oauth/callback/acme?error=access_denied&state=${state}`)
    assert.match(popup.text, /You can close this window/)
    await left.ask()
    assert.match(left.text, /You did not give access at Acme/)
  })

  for (const [why, options, value] of [
    ['the browser opened none', { connect: { open: 'popup' } }, ''],
    ['the script asked for none', {}, 'tl-popup'],
  ] as const) {
    test(`P1: the page itself leaves and comes back where ${why}`, async (t) => {
      const { left } = await start(t, options)
      const popup = await popupOf(left, value)
      await popup.go(await consent(await leave(popup)))
      assert.equal(popup.answer?.headers.get('location'), ACCOUNT)
      assert.match(popup.text, /Connected as Ada Example/)
    })
  }

  test('CB-05: its end shows nothing of the page, and changes nothing', async (t) => {
    const { left, person } = await start(t)
    const end = await person.open(`${ACCOUNT}?tab=${left.tab}&tl-popup=1`)
    assert.match(end.text, /You can close this window/)
    assert.doesNotMatch(end.text, /Note|Keep/)
    await left.ask()
    assert.doesNotMatch(left.text, /Connected/)
  })
})
