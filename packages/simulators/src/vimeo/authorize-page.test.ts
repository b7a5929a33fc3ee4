/** What a browser meets at /oauth/authorize, and where it is sent. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { consent, startTestSimulator, TEST_REDIRECT_URI, type TestSimulator } from './testing.ts'

function visit(
  simulator: TestSimulator,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: simulator.clientId,
    redirect_uri: TEST_REDIRECT_URI,
    scope: 'public private video_files',
    state: 's1',
    ...parameters,
  })
  return fetch(`${simulator.origin}/oauth/authorize?${query}`, { redirect: 'manual' })
}

describe('GET /oauth/authorize', () => {
  test('offers the sample people first', async (t) => {
    const simulator = await startTestSimulator(t)

    const page = await visit(simulator)
    const html = await page.text()

    assert.equal(page.status, 200)
    assert.match(html, /Continue as Ada Example/)
    assert.match(html, /Continue as Grace Sample/)
    assert.doesNotMatch(html, />Allow</)
  })

  test('shows a person one checkbox per scope asked, with public always on, and both buttons', async (t) => {
    const simulator = await startTestSimulator(t)

    const html = await (await visit(simulator, { person: simulator.people[1].id })).text()
    const boxes = html.match(/<input\s+type="checkbox"[^>]*>/g) ?? []

    assert.deepEqual(
      boxes.map((box) => /value="(\w+)"/.exec(box)?.[1]),
      ['public', 'private', 'video_files'],
    )
    assert.deepEqual(
      boxes.map((box) => /\bdisabled\b/.test(box)),
      [true, false, false],
    )
    assert.match(html, />Allow<\/button>/)
    assert.match(html, />Deny<\/button>/)
    assert.match(html, /Grace Sample/)
    assert.match(html, /Simulator/)
  })

  test('answers a page without a redirect for an unknown client', async (t) => {
    const simulator = await startTestSimulator(t)

    const page = await visit(simulator, { client_id: 'ff'.repeat(20) })

    assert.equal(page.status, 400)
    assert.equal(page.headers.get('location'), null)
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
    assert.match(await page.text(), /client ID/)
  })

  test('answers a page without a redirect for a redirect URI that differs by one slash', async (t) => {
    const simulator = await startTestSimulator(t)

    const page = await visit(simulator, { redirect_uri: `${TEST_REDIRECT_URI}/` })

    assert.equal(page.status, 400)
    assert.equal(page.headers.get('location'), null)
    assert.match(await page.text(), /redirect_uri_mismatch/)
  })

  test('answers the page invalid_grant for the implicit grant', async (t) => {
    const simulator = await startTestSimulator(t)

    const page = await visit(simulator, { response_type: 'token' })

    assert.equal(page.headers.get('location'), null)
    assert.match(await page.text(), /invalid_grant[\s\S]*Invalid grant provided/)
  })

  test('writes what came from outside as text', async (t) => {
    const simulator = await startTestSimulator(t, { appName: '<b>bold</b>' })

    const html = await (
      await visit(simulator, { person: '98765432', state: '"><script>alert(1)</script>' })
    ).text()

    assert.doesNotMatch(html, /<script|<b>/)
    assert.match(html, /&quot;&gt;&lt;script/)
  })

  test('has a strict policy that lets the form redirect to every registered address', async (t) => {
    const redirectUris = [TEST_REDIRECT_URI, 'https://app.example/cb?x=1', 'com.example.app:/cb']
    const simulator = await startTestSimulator(t, { redirectUris })

    const page = await visit(simulator)
    const policy = page.headers.get('content-security-policy') ?? ''
    const html = await page.text()

    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.match(
      policy,
      /form-action 'self' http:\/\/127\.0\.0\.1:9 https:\/\/app\.example com\.example\.app:/,
    )
    assert.doesNotMatch(html, /(src|href)="(https?:)?\/\//)
  })

  test('sends invalid_scope back for a scope that does not exist', async (t) => {
    const simulator = await startTestSimulator(t)

    const answer = await visit(simulator, { scope: 'public everything' })

    const location = new URL(answer.headers.get('location') ?? '')
    assert.equal(location.searchParams.get('error'), 'invalid_scope')
    assert.equal(location.searchParams.get('state'), 's1')
  })
})

describe('POST /oauth/authorize', () => {
  test('sends code and state, as they came, to the redirect URI after Allow', async (t) => {
    const simulator = await startTestSimulator(t)

    const location = await consent(simulator)

    assert.equal(`${location.origin}${location.pathname}`, TEST_REDIRECT_URI)
    assert.match(location.searchParams.get('code') ?? '', /^[0-9a-f]{40}$/)
    assert.equal(location.searchParams.get('state'), 'a b+c&d')
    assert.deepEqual([...location.searchParams.keys()], ['code', 'state'])
  })

  test('sends access_denied and state, and no code, after Deny', async (t) => {
    const simulator = await startTestSimulator(t)

    const { searchParams } = await consent(simulator, { decision: 'deny' })

    assert.equal(searchParams.get('error'), 'access_denied')
    assert.equal(searchParams.get('state'), 'a b+c&d')
    assert.equal(searchParams.has('code'), false)
  })

  test('keeps the query that the registered redirect URI has', async (t) => {
    const redirectUri = 'http://127.0.0.1:9/cb?a=1%202'
    const simulator = await startTestSimulator(t, { redirectUris: [redirectUri] })

    const location = await consent(simulator, { parameters: { redirect_uri: redirectUri } })

    assert.match(location.href, /^http:\/\/127\.0\.0\.1:9\/cb\?a=1%202&code=/)
  })

  test('does not redirect to an address that is not registered, whatever the form says', async (t) => {
    const simulator = await startTestSimulator(t)

    const location = await consent(simulator, {
      parameters: { redirect_uri: 'http://127.0.0.1:9/evil' },
    })

    assert.equal(location.href, 'about:blank')
  })
})
