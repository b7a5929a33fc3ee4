/** The control page, as a browser without scripts uses it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { readApi, startTestSimulator, TEST_REDIRECT_URI, type TestSimulator } from './testing.ts'

const ADA = '/users/98765432'

async function readPage({ origin }: TestSimulator): Promise<string> {
  return (await fetch(`${origin}/simulator`)).text()
}

/** Sends a form of the page. */
function press({ origin }: TestSimulator, path: string, body: string): Promise<Response> {
  return fetch(`${origin}/simulator${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    redirect: 'manual',
    body,
  })
}

describe('the control page', () => {
  test('sets a switch by a form, says what was wrong, and needs no script', async (t) => {
    const simulator = await startTestSimulator(t)
    const post = (path: string, body: string) => press(simulator, path, body)

    const set = await post('/switches', 'plan=advanced&range=false&linkSeconds=60')
    assert.deepEqual([set.status, set.headers.get('location')], [303, '/simulator'])
    const wrong = await post('/switches', 'linkSeconds=%3Cb%3E')
    assert.equal(wrong.status, 400)
    assert.match(await wrong.text(), /linkSeconds&quot; cannot be `&lt;b&gt;`/)
    const made = await (await post('/token', `person=${ADA}&scope=public+private`)).text()
    const token = /<code>(vimeo-simulator-[0-9a-f]{32})<\/code>/.exec(made)?.[1] ?? ''
    assert.equal((await readApi(simulator, token, '/me'))['account'], 'advanced')

    const page = await readPage(simulator)
    assert.match(page, /instead of standard/)
    assert.match(page, /linkSeconds\s*<small>\s*lifetime of download and play links/)
    assert.doesNotMatch(page, /<script/)
    // Enter in a field presses the first button of its form.
    assert.ok(page.indexOf('>Set</button>') < page.indexOf('>Reset all</button>'))
    assert.ok(!page.includes(token))

    await post('/reset', '')
    assert.equal((await readApi(simulator, token, '/me'))['account'], 'standard')
  })

  test('says the shape of what is a list or an object, and shows long values whole', async (t) => {
    const simulator = await startTestSimulator(t)

    const page = await readPage(simulator)

    assert.match(page, /Takes a list of scopes\./)
    assert.match(page, /<textarea name="rateLimitText"[^>]*>Too many API requests\./)
    assert.match(page, /<input name="codeSeconds" value="600"/)
  })

  test('takes a long text as it was sent', async (t) => {
    const simulator = await startTestSimulator(t)
    const text = 'Slow down, & come back "later", in a while.'

    await press(simulator, '/switches', `${new URLSearchParams({ rateLimitText: text })}`)

    assert.match(
      await readPage(simulator),
      /Slow down, &amp; come back &quot;later&quot;, in a while\./,
    )
  })

  test('shows requests below the switches, decoded, with why they were refused', async (t) => {
    const simulator = await startTestSimulator(t)
    const query = { client_id: simulator.clientId, redirect_uri: 'http://127.0.0.1:9/<b>' }
    await fetch(`${simulator.origin}/oauth/authorize?${new URLSearchParams(query)}`)
    await fetch(`${simulator.origin}/me?fields=%E0`)

    const page = await readPage(simulator)

    assert.ok(page.indexOf('>Reset all</button>') < page.indexOf('<h2>Requests</h2>'))
    assert.ok(page.includes('&amp;redirect_uri=http://127.0.0.1:9/&lt;b&gt;'))
    assert.ok(page.includes('fields=%E0'))
    assert.ok(page.includes(`saved are ${TEST_REDIRECT_URI}.`))
  })

  test('is linked from the first page of the API and of the player', async (t) => {
    const simulator = await startTestSimulator(t)

    for (const origin of [simulator.origin, simulator.playerOrigin])
      assert.ok((await (await fetch(origin)).text()).includes(`${simulator.origin}/simulator`))
  })
})
