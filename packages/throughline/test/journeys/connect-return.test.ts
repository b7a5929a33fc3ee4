import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { app, button, connect, text } from '../../src/index.ts'
import {
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  exchanges,
  leave,
  registrationOf,
  rowsOf,
  startStage,
} from './consent.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { Person } from '../../src/testing/person.ts'
import { ORIGIN, startProgram } from '../../src/testing/program.ts'
import { providerAt } from '../../src/testing/provider-at.ts'

describe('coming back from the provider', () => {
  for (const [where, redirectPath, redirectUri] of [
    ['at a path of its own', undefined, `${ORIGIN}/oauth/callback/acme`],
    ['at the first page of the app', '/', `${ORIGIN}/`],
    ['at the page that was left', ACCOUNT, `${ORIGIN}${ACCOUNT}`],
  ] as const) {
    test(`P1 CB-05 AR-04 PK-01: ${where}, the script goes on with what it knew`, async (t) => {
      const { server, program } = await startStage(t, {
        ...(redirectPath === undefined ? {} : { redirectPath }),
      })
      const tab = await arrive(program, 'remember me')
      tab.set('text-input:Note', 'half a sentence')
      const url = await leave(tab)
      const back = await consent(url)
      const answer = await tab.person.send(back)
      await tab.follow(answer, back)

      assert.match(tab.text, /Connected as Ada Example \(public\), new true/)
      assert.match(tab.text, /Kept "remember me", note "half a sentence", arrivals 1/)
      assert.match(tab.text, /Successfully connected to your Acme account/)
      assert.equal(tab.path, ACCOUNT)

      assert.equal(answer.status, 303)
      assert.equal(answer.headers.get('location'), ACCOUNT)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
      assert.equal(await answer.text(), '')

      assert.equal(url.searchParams.get('response_type'), 'code')
      assert.equal(url.searchParams.get('code_challenge_method'), 'S256')
      assert.equal(url.searchParams.get('redirect_uri'), redirectUri)
      const [request] = server.requestsTo('/token')
      assert.equal(request?.form.get('redirect_uri'), redirectUri)
      const verifier = request?.form.get('code_verifier') ?? ''
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      assert.equal(url.searchParams.get('code_challenge'), challenge)
      assert.equal(server.requestsTo('/token').length, 1)
    })
  }

  test('P1: where a page is the redirect URI, a query without state and answer is the script’s', async (t) => {
    const { server, program } = await startStage(t, { redirectPath: '/' })
    const tab = await arrive(program)
    for (const query of ['?code=1', '?state=CA', '?error=1', '?q=a&code=b']) {
      await tab.go(`/${query}`)
      assert.equal(tab.status, 200, query)
      assert.match(tab.text, /Home/, query)
    }
    await tab.go('/?state=CA&code=5')
    assert.equal(tab.status, 400)
    assert.equal(server.requests.length, 0)
  })

  test('P1: a press on the page that is the redirect URI is a press, whatever its address', async (t) => {
    const { program } = await startStage(t, { redirectPath: ACCOUNT })
    const tab = await arrive(program)
    const back = await consent(await leave(tab))
    tab.set('text-input:Note', 'typed')
    const press = tab.pressInit('button:Keep')
    await tab.follow(await tab.person.send(back, press), back)

    assert.equal(rowsOf(program, 'pending_authorizations')[0]?.['status'], 'waiting')
    await tab.go(back)
    assert.match(tab.text, /Connected as Ada Example/)
    assert.match(tab.text, /Kept "typed"/)
  })

  test('P2 CI-09: in a new tab it goes on there, and the tab that was left goes on by itself', async (t) => {
    const { server, program } = await startStage(t, { connect: { open: 'new-tab' } })
    const person = new Person(program.fetch)
    const left = await person.openLive(ACCOUNT)
    await left.press('button:Keep', { 'text-input:Note': ['mine'] })
    assert.match(left.html, /formtarget="_blank"/)
    const form = await person.open(ACCOUNT)
    form.fields.set('tl-tab', [left.tab])
    form.fields.set('tl-token', [left.token])
    form.fields.set('tl-number', [String(left.number++)])
    form.fields.set('text-input:Note', ['mine'])

    const news = await person.send('/-/news', {
      headers: {
        'throughline-tab': left.tab,
        'throughline-token': left.token,
        'sec-fetch-site': 'same-origin',
      },
    })
    const reader = (news.body ?? assert.fail()).getReader()
    await reader.read()
    const fresh = await person.openLive(await consent(await leave(form)))
    const heard = new TextDecoder().decode((await reader.read()).value as Uint8Array)

    assert.match(fresh.text, /Connected as Ada Example/)
    assert.match(heard, /^data: \d+\n\n$/)
    assert.ok(Number(heard.slice(6)) > left.news)
    await left.ask()
    assert.match(left.text, /Connected as Ada Example/)
    assert.match(left.text, /Kept "mine", note "mine"/)

    // The cookie id was rotated: the first press is answered with a fresh form token, and repeated.
    await left.press('button:Fetch')
    assert.match(left.text, /Answer 200/)
    const other = await person.openLive(ACCOUNT)
    await other.press('button:Fetch')
    assert.match(other.text, /Answer 200/)
    assert.equal(exchanges(server), 1)
  })

  test('CB-13 P1: after a restart, on another node, it goes on, once', async (t) => {
    const { server, program, app: sameApp } = await startStage(t)
    const tab = await arrive(program, 'survives')
    const back = await consent(await leave(tab))
    program.handler.close()
    const node = program.another(sameApp)
    const third = program.another(sameApp)

    const answer = await node.fetch(request(back, tab.person))
    const again = await third.fetch(request(back, tab.person))
    for (const line of answer.headers.getSetCookie()) tab.person.keep(line)
    const page = await third.fetch(request(ACCOUNT, tab.person))

    assert.equal(answer.status, 303)
    assert.equal(again.status, 303)
    assert.deepEqual(again.headers.getSetCookie(), answer.headers.getSetCookie())
    const html = await page.text()
    assert.match(html, /Connected as Ada Example/)
    assert.match(html, /survives/)
    assert.equal(exchanges(server), 1)
  })

  test('AR-02 AR-03 AR-07: each press makes a state and a challenge of its own, readable to nobody', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const urls: URL[] = []
    for (let press = 0; press < 3; press += 1) urls.push(await leave(tab))

    for (const name of ['state', 'code_challenge']) {
      const values: string[] = urls.map((url: URL) => url.searchParams.get(name) ?? '')
      assert.equal(new Set(values).size, 3)
      for (const value of values) assert.match(value, /^[A-Za-z0-9_-]{43}$/)
    }
    const tabId = tab.field('tl-tab') ?? assert.fail()
    const sessions = rowsOf(program, 'sessions').map(({ key }) => String(key))
    for (const url of urls) {
      const state = Buffer.from(url.searchParams.get('state') ?? '', 'base64url')
      assert.equal(state.length, 32)
      for (const known of [tabId, ...sessions, ACCOUNT]) {
        assert.ok(!url.href.includes(known) && !state.includes(known))
      }
    }
    await tab.go(await consent(urls[0] ?? assert.fail()))
    assert.match(tab.text, /Connected as Ada Example/)
  })

  test('CI-06 P2: eight tabs at three providers return in any order, and all are connected', async (t) => {
    const servers = await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        startAuthorizationServer({ account: { uri: `/users/${name}`, name: `Person ${name}` } }),
      ),
    )
    const providers = servers.map((server, index) =>
      providerAt(server, { name: `p${index}`, title: `P${index}` }),
    )
    const pages = Object.fromEntries(
      providers.map((provider, index) => [
        `/p${index}`,
        async () => {
          button('Look')
          const connection = await connect(provider)
          text(`${connection.provider} is ${connection.account.name}`)
        },
      ]),
    )
    const program = startProgram(app({ title: 'Three', providers, pages }), {
      registrations: providers.map((provider) => registrationOf(provider)),
    })
    t.after(async () => {
      await program.close()
      await Promise.all(servers.map((server) => server.close()))
    })

    for (let round = 0; round < 10; round += 1) {
      const person = new Person(program.fetch)
      const first = await person.open('/p0')
      await first.press('button:Look')
      const flights = []
      for (let index = 0; index < 8; index += 1) {
        const tab = await person.open(`/p${index % 3}`)
        flights.push({ tab, back: await consent(await leave(tab, `p${index % 3}`)), index })
      }
      const order = flights.toSorted(() => Math.random() - 0.5)
      // Pairs of them at the same moment, under whatever cookie the browser has by then.
      for (let at = 0; at < order.length; at += 2) {
        await Promise.all(
          order.slice(at, at + 2).map(async ({ tab, back }) => {
            await tab.go(back)
            if (/One moment/.test(tab.text)) await tab.go(back)
          }),
        )
      }
      for (const { tab, index } of flights) {
        await tab.go(`/p${index % 3}`)
        const name = ['one', 'two', 'three'][index % 3]
        assert.match(tab.text, new RegExp(`p${index % 3} is Person ${name}`), `round ${round}`)
      }
      assert.equal(person.jar.size <= 4, true)
    }
    assert.equal(
      servers.reduce((sum, server) => sum + exchanges(server), 0),
      80,
    )
    assert.equal(rowsOf(program, 'connections').length, 30)
  })

  test('CI-07: 200 abandoned starts leave a small cookie header and few rows, which go when they end', async (t) => {
    const limits = { departuresOfSession: { atOnce: 200, perSecond: 1 } }
    const { program } = await startStage(t, { limits })
    const tab = await arrive(program)
    for (let start = 0; start < 200; start += 1) await leave(tab)

    const header = [...tab.person.jar].map((pair) => pair.join('=')).join('; ')
    assert.ok(header.length < 300, header)
    assert.equal(rowsOf(program, 'pending_authorizations').length, 20)
    program.advance(11 * 60_000)
    const { sessions, clock } = program.handler.program.identity
    await sessions.reap(clock(), 0)
    assert.equal(rowsOf(program, 'pending_authorizations').length, 0)

    await connectInTab(tab)
    assert.match(tab.text, /Connected as Ada Example/)
  })

  test('CI-08: the script arrives once per flow, also when the callback is repeated and the tab is gone', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const back = await consent(await leave(tab))
    for (let hit = 0; hit < 3; hit += 1) await tab.person.send(back)
    const later = await tab.person.open(ACCOUNT)

    assert.match(later.text, /arrivals 1$|arrivals 1 /)
  })
})

function request(path: string, person: Person): Request {
  const cookie = [...person.jar].map((pair) => pair.join('=')).join('; ')
  return new Request(new URL(path, ORIGIN), { headers: { host: '127.0.0.1:3000', cookie } })
}
