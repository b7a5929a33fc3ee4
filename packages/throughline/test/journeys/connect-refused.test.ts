import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test, type TestContext } from 'node:test'
import { app, button, connect, text } from '../../src/index.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import {
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  exchanges,
  leave,
  providerAt,
  registrationOf,
  rowsOf,
  startStage,
  withParameters,
  type Stage,
  type StageOptions,
} from './consent.ts'
import { Person, type DocumentTab } from './person.ts'
import { startProgram } from './program.ts'

/** Every way in which a provider can be registered here; a check must not depend on it (AT-09). */
const kinds: Readonly<Record<string, StageOptions>> = {
  'own path, secret': {},
  'own path, public client': { provider: { clientAuthentication: 'none' } },
  'first page, secret in the body': {
    redirectPath: '/',
    provider: { clientAuthentication: 'body' },
  },
  'page that was left, iss': { redirectPath: ACCOUNT, server: { iss: true } },
  'own path, PKCE unconfirmed': {
    provider: { quirks: { pkceUnconfirmed: { reason: 'not documented' } } },
  },
}

/** How another site makes a browser send a GET; only the first carries the Lax cookie. */
const deliveries: Readonly<Record<string, { readonly lax: boolean; headers: Record<string, string> }>> = {
  'top-level link': {
    lax: true,
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  },
  'hidden frame': {
    lax: false,
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' },
  },
  'fetch without CORS': {
    lax: false,
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  },
}

/** Delivers a path to a browser in every way; returns the statuses. */
async function deliver(person: Person, path: string): Promise<number[]> {
  const statuses = []
  for (const { lax, headers } of Object.values(deliveries)) {
    const sent = new Headers(headers)
    if (!lax) sent.set('cookie', '')
    const before = new Map(person.jar)
    statuses.push((await person.send(path, { headers: sent })).status)
    if (!lax) for (const [name, value] of before) person.jar.set(name, value)
  }
  const init = { method: 'POST', headers: { origin: 'https://evil.example' }, body: '' }
  statuses.push((await person.send(path, init)).status)
  return statuses
}

async function assertNothingHappened({ server, program }: Stage): Promise<void> {
  assert.equal(exchanges(server), 0)
  assert.deepEqual(rowsOf(program, 'connections'), [])
  assert.deepEqual(rowsOf(program, 'token_sets'), [])
  const statuses = rowsOf(program, 'pending_authorizations').map(({ status }) => status)
  assert.ok(statuses.every((status) => status === 'waiting'))
}

async function assertStillWorks(tab: DocumentTab, back: string): Promise<void> {
  await tab.go(back)
  assert.match(tab.text, /Connected as Ada Example/)
}

for (const [kind, options] of Object.entries(kinds)) {
  describe(`an answer that is not the person’s own (${kind})`, () => {
    test('AT-01: a code without a state does nothing', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      const attackers = await consent(await leave(await arrive(stage.program)))

      const statuses = await deliver(
        victim.person,
        withParameters(attackers, { state: undefined, iss: undefined }),
      )
      // On a page of the app a query without a state is the script's own.
      assert.equal(statuses[0], options.redirectPath === undefined ? 400 : 200)
      await assertNothingHappened(stage)
      await assertStillWorks(victim, back)
    })

    test('AT-02 MX-05: an attacker’s code does nothing, with the attacker’s state', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      const attacker = await arrive(stage.program)
      const attackers = await consent(await leave(attacker))

      const [first, ...others] = await deliver(victim.person, attackers)
      assert.equal(first, 403)
      assert.ok(others.every((status) => status === 403 || status === 405))
      await assertNothingHappened(stage)
      await assertStillWorks(victim, back)
      await assertStillWorks(attacker, attackers)
    })

    test('AT-03 CB-03: a used state exchanges nothing, and the account stays', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      await assertStillWorks(victim, back)
      const code = new URL(await consent(await leave(await arrive(stage.program))), 'http://x')
      const forged = withParameters(back, { code: code.searchParams.get('code') ?? '' })
      const kept = rowsOf(stage.program, 'connections')

      await deliver(victim.person, forged)
      assert.equal(exchanges(stage.server), 1)
      assert.deepEqual(rowsOf(stage.program, 'connections'), kept)
    })

    test('AT-04 CB-12: an expired state exchanges nothing; the page says so and one press mends it', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      stage.program.advance(10 * 60_000 + 1)

      await victim.go(back)
      assert.match(victim.text, /took too long.*Please connect again/)
      assert.equal(victim.path, ACCOUNT)
      await assertNothingHappened(stage)
      await connectInTab(victim)
      assert.match(victim.text, /Connected as Ada Example/)
    })

    test('AT-06: a state from before signing out does nothing', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      await victim.press('button:Sign%20out')

      await victim.go(back)
      assert.equal(victim.status, 403)
      await assertNothingHappened(stage)
      await victim.go(ACCOUNT)
      await victim.press('button:Keep')
      await connectInTab(victim)
      assert.match(victim.text, /Connected as Ada Example/)
    })

    test('MX-06 MX-07: what an attacker began cannot be finished in another browser, nor burnt there', async (t) => {
      const stage = await startStage(t, options)
      const attacker = await arrive(stage.program)
      const back = await consent(await leave(attacker))
      const victim = await arrive(stage.program)

      const [withSession] = await deliver(victim.person, back)
      assert.equal(withSession, 403)
      const stranger = new Person(stage.program.fetch)
      assert.equal((await stranger.send(back)).status, 403)
      assert.equal(stranger.jar.size, 0)
      await assertNothingHappened(stage)
      await attacker.go(ACCOUNT)
      assert.doesNotMatch(attacker.text, /Connected/)
      await assertStillWorks(attacker, back)
    })

    test('CB-08: an error with another browser’s state cancels nothing', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      const attacker = await arrive(stage.program)

      const cancelled = withParameters(back, { code: undefined, error: 'access_denied' })
      assert.equal((await attacker.person.send(cancelled)).status, 403)
      await assertNothingHappened(stage)
      await assertStillWorks(victim, back)
    })

    test('PK-06: a code of another flow is refused by the provider and connects nothing', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      const stolen = new URL(await consent(await leave(await arrive(stage.program))), 'http://x')

      await victim.go(withParameters(back, { code: stolen.searchParams.get('code') ?? '' }))
      assert.match(victim.text, /Acme could not be connected\. Please connect again/)
      assert.equal(exchanges(stage.server), 1)
      assert.deepEqual(rowsOf(stage.program, 'connections'), [])
      assert.deepEqual(rowsOf(stage.program, 'token_sets'), [])
      await connectInTab(victim)
      assert.match(victim.text, /Connected as Ada Example/)
    })
  })
}

describe('a malformed answer', () => {
  test('CB-01: a state that is none reaches nobody, changes nothing and is no failure of ours', async (t) => {
    const stage = await startStage(t)
    const tab = await arrive(stage.program)
    const back = await consent(await leave(tab))
    const state = new URL(back, 'http://x').searchParams.get('state') ?? ''
    const bad: (string | undefined)[] = [
      undefined,
      '',
      'undefined',
      'null',
      '0',
      '%00',
      state.slice(1),
      `${state}A`,
      `${state}=`,
      ` ${state}`,
      `${state}\n`,
      `${state}\0`,
      state.toUpperCase() === state ? state.toLowerCase() : state.toUpperCase(),
      state.split('').toReversed().join(''),
      '../../etc/passwd',
      '"><script>alert(1)</script>',
      "' OR '1'='1",
      '${7*7}',
      '{}',
      '[]',
      '\u202Eabc',
      'é'.repeat(43),
      '\uD83D\uDE00'.repeat(21),
      'a'.repeat(44),
      'a'.repeat(8_000),
      '+'.repeat(43),
      '/'.repeat(43),
      '.'.repeat(43),
      '*'.repeat(43),
      ...Array.from({ length: 20 }, () => randomBytes(32).toString('base64url')),
      ...[1, 8, 16, 31, 33, 64].map((size) => randomBytes(size).toString('base64url')),
    ]
    const paths = bad.map((text) => withParameters(back, { state: text }))
    for (const raw of ['state[]=', 'state%5B%5D=', 'State=', 'state%00=', 'state.=']) {
      paths.push(back.replace('state=', raw))
    }
    assert.ok(paths.length >= 60)
    const before = rowsOf(stage.program, 'sessions')
    for (const path of paths) {
      const answer = await tab.person.send(path)
      assert.ok([400, 403].includes(answer.status), `${answer.status} for ${path.slice(0, 200)}`)
      assert.doesNotMatch(await answer.text(), /script>alert|etc\/passwd/)
    }
    assert.equal((await tab.person.send(`${back}&pad=${'a'.repeat(1_000_000)}`)).status, 414)
    assert.deepEqual(rowsOf(stage.program, 'sessions'), before)
    assert.deepEqual(stage.program.log, [])
    await assertNothingHappened(stage)
    await assertStillWorks(tab, back)
  })

  test('CB-02: a parameter that stands there twice is refused, whichever', async (t) => {
    const stage = await startStage(t)
    const tab = await arrive(stage.program)
    const back = await consent(await leave(tab))
    const query = new URL(back, 'http://x').searchParams
    for (const name of ['code', 'state', 'iss', 'error']) {
      for (const value of [query.get(name) ?? 'x', 'other', '']) {
        for (const path of [
          `${back}&${name}=${value}${query.has(name) ? '' : `&${name}=y`}`,
          back.replace('?', `?${name}=${value}${query.has(name) ? '' : `&${name}=y`}&`),
        ]) {
          assert.equal((await tab.person.send(path)).status, 400, path)
        }
      }
    }
    await assertNothingHappened(stage)
    await assertStillWorks(tab, back)
  })

  test('CB-09: a code reaches the token endpoint as it came', async (t) => {
    const stage = await startStage(t)
    const tab = await arrive(stage.program)
    for (const code of ['a', 'a+b/c=', '%2B', 'ü%20 &=?#', '😀', 'c'.repeat(4_096)]) {
      const back = await consent(await leave(tab))
      await tab.go(withParameters(back, { code }))
      assert.equal(stage.server.requestsTo('/token').at(-1)?.form.get('code'), code)
    }
  })
})

describe('an error response', () => {
  const descriptions = [
    'x'.repeat(6_000),
    '<img src=x onerror=alert(1)>',
    '\u202Eright to left',
    'line\r\nset-cookie: a=b',
    'ümläut 文字',
    '',
  ]
  const errors = [
    'access_denied',
    'invalid_request',
    'unauthorized_client',
    'unsupported_response_type',
    'invalid_scope',
    'server_error',
    'temporarily_unavailable',
    'made_up',
    '<b>x</b>',
    '',
  ]
  for (const [redirect, redirectPath] of [
    ['own path', undefined],
    ['a page', ACCOUNT],
  ] as const) {
    test(`CB-07: any error ends the flow, and the page goes on with a sentence of ours (${redirect})`, async (t) => {
      const stage = await startStage(t, redirectPath === undefined ? {} : { redirectPath })
      const tab = await arrive(stage.program, 'still here')
      for (const error of errors) {
        for (const description of descriptions) {
          const back = await consent(await leave(tab))
          const answer = withParameters(back, {
            code: undefined,
            error,
            error_description: description,
          })
          await tab.go(answer)
          assert.equal(tab.status, 200)
          assert.equal(tab.path, ACCOUNT)
          const sentence =
            error === 'access_denied'
              ? /You did not give access at Acme\. You can try again at any time\./
              : /Acme could not be connected\. Please connect again\./
          assert.match(tab.text, sentence)
          assert.match(tab.html, /connect-button:acme/)
          assert.doesNotMatch(tab.html, /onerror|set-cookie|<b>x/)
          // The flow is over: nothing that comes later under its state is exchanged.
          await tab.go(back)
          assert.match(tab.text, sentence)
        }
      }
      assert.equal(exchanges(stage.server), 0)
      await connectInTab(tab)
      assert.match(tab.text, /Connected as Ada Example/)
      assert.match(tab.text, /Kept "still here"/)
    })
  }

  test('CB-06 MX-02: nothing of a response is believed when its issuer is another one', async (t) => {
    const stage = await startStage(t, { server: { iss: true } })
    const tab = await arrive(stage.program)
    const { origin } = stage.server
    for (const iss of [undefined, `${origin}/`, origin.toUpperCase(), `${origin}0`, '']) {
      const back = await consent(await leave(tab))
      const forged = { iss, error: 'access_denied', error_description: 'planted words' }
      await tab.go(withParameters(back, { ...forged, code: undefined }))
      assert.doesNotMatch(tab.html, /planted words|You did not give access/)
      assert.match(tab.text, /could not be connected/)
      await tab.go(withParameters(await consent(await leave(tab)), { iss }))
      assert.match(tab.text, /could not be connected/)
    }
    assert.equal(exchanges(stage.server), 0)
    assert.equal(stage.program.log.length, 10)
    await connectInTab(tab)
    assert.match(tab.text, /Connected as Ada Example/)
  })
})

describe('a request that is no return', () => {
  test('CB-10 CI-04: other methods, also without a cookie, use nothing up', async (t) => {
    for (const redirectPath of [undefined, '/', ACCOUNT]) {
      const stage = await startStage(t, redirectPath === undefined ? {} : { redirectPath })
      const tab = await arrive(stage.program)
      const back = await consent(await leave(tab))
      for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'POST']) {
        const answer = await tab.person.send(back, { method })
        assert.ok([403, 405].includes(answer.status), `${method} ${answer.status}`)
        assert.equal((await new Person(stage.program.fetch).send(back, { method })).ok, false)
      }
      const scanner = new Person(stage.program.fetch)
      const headers = { 'user-agent': 'LinkScanner/1.0' }
      assert.equal((await scanner.send(back, { headers })).status, 403)
      await assertNothingHappened(stage)
      await assertStillWorks(tab, back)
    }
  })

  test('CI-03: fetched ahead of the person, it uses nothing up and sets no cookie', async (t) => {
    for (const redirectPath of [undefined, '/']) {
      const stage = await startStage(t, redirectPath === undefined ? {} : { redirectPath })
      const tab = await arrive(stage.program)
      const back = await consent(await leave(tab))
      for (const [name, value] of [
        ['sec-purpose', 'prefetch'],
        ['sec-purpose', 'prefetch;prerender'],
        ['sec-purpose', 'prefetch;anonymous-client-ip'],
        ['purpose', 'prefetch'],
        ['purpose', 'Prefetch'],
        ['x-moz', 'prefetch'],
        ['x-purpose', 'preview'],
      ] as const) {
        const answer = await tab.person.send(back, { headers: { [name]: value } })
        assert.equal(answer.status, 204, `${name}: ${value}`)
        assert.equal(answer.headers.get('cache-control'), 'no-store')
        assert.deepEqual(answer.headers.getSetCookie(), [])
      }
      await assertNothingHappened(stage)
      await assertStillWorks(tab, back)
    }
  })

  test('AR-05: a link, a picture, a form elsewhere and a form without its token start nothing', async (t) => {
    const stage = await startStage(t)
    const tab = await arrive(stage.program)
    const press = tab.pressInit('connect-button:acme')
    const body = String(press.body)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const post = (headers: Record<string, string>, text = body) =>
      tab.person.send(ACCOUNT, { method: 'POST', headers, body: text })

    for (const site of ['cross-site', 'same-site', 'none']) {
      await tab.person.send(`${ACCOUNT}?${body}`, { headers: { 'sec-fetch-site': site } })
      assert.equal((await post({ ...form, 'sec-fetch-site': site })).status, 403)
    }
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:3001']) {
      assert.equal((await post({ ...form, origin })).status, 403, origin)
    }
    assert.equal((await post(form)).status, 403)
    const ours = { ...form, origin: tab.person.origin }
    assert.equal((await post({ ...ours, 'content-type': 'text/plain' })).status, 415)
    for (const token of ['', 'x', 'A'.repeat(43)]) {
      const without = new URLSearchParams(body)
      without.set('tl-token', token)
      assert.equal((await post(ours, String(without))).status, 303)
    }
    const strangers = new Person(stage.program.fetch)
    const init = { method: 'POST', headers: ours, body }
    assert.equal((await strangers.send(ACCOUNT, init)).status, 403)
    assert.deepEqual(rowsOf(stage.program, 'pending_authorizations'), [])
    assert.equal(rowsOf(stage.program, 'sessions').length, 1)

    await connectInTab(await tab.person.open(ACCOUNT))
    assert.equal(rowsOf(stage.program, 'connections').length, 1)
  })

  test('AT-07 CR-09: no other value of ours passes for a session cookie, a state or a form token', async (t) => {
    const stage = await startStage(t)
    const tab = await arrive(stage.program)
    const url = await leave(tab)
    const back = await consent(url)
    const person = tab.person
    const cookie = person.jar.get('tl-session') ?? ''
    const token = tab.field('tl-token') ?? ''
    const [session] = rowsOf(stage.program, 'sessions')
    const [pending] = rowsOf(stage.program, 'pending_authorizations')
    const id = cookie.slice(0, cookie.lastIndexOf('.'))
    const values = [
      String(session?.['key']),
      String(session?.['cookie_hash']),
      String(pending?.['state_hash']),
      url.searchParams.get('state') ?? '',
      tab.field('tl-tab') ?? '',
      token,
      `${id}.${token}`,
      `${id}.${String(session?.['cookie_hash'])}`,
      `${id}.`,
      id,
      '1',
    ]
    for (const value of values) {
      const headers = { cookie: `tl-session=${value}` }
      assert.equal((await stage.program.fetch(requestFor(back, headers))).status, 403, value)
      const text = await (await stage.program.fetch(requestFor(ACCOUNT, headers))).text()
      assert.doesNotMatch(text, /n1/)
    }
    for (const state of [cookie, id, token, ...values.slice(0, 3)]) {
      const status = (await person.send(withParameters(back, { state }))).status
      assert.ok(status === 400 || status === 403)
    }
    for (const forged of [cookie, url.searchParams.get('state') ?? '', ...values.slice(0, 3)]) {
      const press = tab.pressInit('button:Sign%20out', { 'tl-token': forged })
      await tab.follow(await person.send(ACCOUNT, press), ACCOUNT)
      assert.match(tab.text, /nothing was done yet\. Please press again/)
    }
    assert.equal(rowsOf(stage.program, 'sessions').length, 1)
    await assertNothingHappened(stage)
    await assertStillWorks(tab, back)
  })
})

describe('two providers in one program', () => {
  test('MX-03 AT-05 CORF: the answer of one at the path of the other is refused and unharmed', async (t) => {
    const { program, evil, honestTab: tab } = await startTwo(t)
    const honestBack = await consent(await leave(tab, 'honest'))
    const moved = honestBack.replace('/oauth/callback/honest', '/oauth/callback/evil')
    assert.notEqual(moved, honestBack)

    assert.equal((await tab.person.send(moved)).status, 403)
    assert.equal(evil.requestsTo('/token').length, 0)
    assert.equal(rowsOf(program, 'pending_authorizations')[0]?.['status'], 'waiting')
    await tab.go(honestBack)
    assert.equal(rowsOf(program, 'connections').length, 1)
  })

  test('MX-04 COAT: a code of the honest server never goes to the server that lured the person there', async (t) => {
    const { program, honest, evil, honestTab, evilTab } = await startTwo(t)
    // The evil server answers its authorization request with a redirect to the honest one, under the same state.
    const evilUrl = await leave(evilTab, 'evil')
    const honestUrl = await leave(honestTab, 'honest')
    const lured = new URL(honestUrl)
    lured.searchParams.set('state', evilUrl.searchParams.get('state') ?? '')
    lured.searchParams.set('code_challenge', evilUrl.searchParams.get('code_challenge') ?? '')
    const back = await consent(lured)

    assert.equal((await evilTab.person.send(back)).status, 403)
    assert.equal(evil.requestsTo('/token').length, 0)
    assert.equal(honest.requestsTo('/token').length, 0)
    assert.deepEqual(rowsOf(program, 'connections'), [])
    await honestTab.go(await consent(honestUrl))
    assert.match(honestTab.text, /Account Ada Example/)
    assert.equal(honest.requestsTo('/token').length, 1)
  })

  test('MX-01: a flow ends when the registration it was begun under is another by now', async (t) => {
    const other = await startAuthorizationServer()
    t.after(() => other.close())
    const stage = await startStage(t)
    const same = registrationOf(stage.provider)
    const moved = { ...stage.provider, authorizationServer: other.metadata }
    const renamed = { clientId: 'client-of-later', clientSecret: 'another' }
    for (const [name, registration] of [
      ['other endpoints', { ...same, provider: moved }],
      ['other client', { ...same, registration: renamed }],
      ['other redirect URI', { ...same, redirectPath: '/' }],
    ] as const) {
      const tab = await arrive(stage.program)
      const back = await consent(await leave(tab))
      const later = stage.program.another(stage.app, { registrations: [registration] })
      const person = new Person(later.fetch)
      for (const [cookie, value] of tab.person.jar) person.jar.set(cookie, value)
      const at = 'redirectPath' in registration ? back.replace(/^[^?]+/, '/') : back

      const page = await person.open(at)
      assert.match(page.text, /could not be connected\. Please connect again/, name)
      assert.equal(exchanges(stage.server) + exchanges(other), 0, name)
      assert.match(String(later.log[0]?.error), /registration with Acme was changed/, name)
    }
    const tab = await arrive(stage.program)
    const back = await consent(await leave(tab))
    const later = stage.program.another(stage.app, { registrations: [same] })
    const person = new Person(later.fetch)
    for (const [cookie, value] of tab.person.jar) person.jar.set(cookie, value)
    assert.match((await person.open(back)).text, /Connected as Ada Example/)
  })

  test('MX-03: two providers cannot come back to one page', async (t) => {
    const stage = await startStage(t)
    const other = { ...stage.provider, name: 'other', title: 'Other' }
    const register = (...paths: readonly [string, string]) =>
      stage.program.another(stage.app, {
        registrations: [
          registrationOf(stage.provider, paths[0]),
          registrationOf(other, paths[1]),
        ],
      })
    assert.throws(() => register('/', '/'), /redirect URI of both Acme and Other/)
    assert.ok(register('/', ACCOUNT).handler)
  })

  async function startTwo(t: TestContext) {
    const honest = await startAuthorizationServer()
    const evil = await startAuthorizationServer()
    const providers = [
      providerAt(honest, { name: 'honest', title: 'Honest' }),
      providerAt(evil, { name: 'evil', title: 'Evil' }),
    ] as const
    const pages = Object.fromEntries(
      providers.map((provider) => [
        `/${provider.name}`,
        async () => {
          button('Look')
          text(`Account ${(await connect(provider)).account.name}`)
        },
      ]),
    )
    const program = startProgram(app({ title: 'Two', providers, pages }), {
      registrations: providers.map((provider) => registrationOf(provider)),
    })
    t.after(async () => {
      await program.close()
      await honest.close()
      await evil.close()
    })
    const person = new Person(program.fetch)
    const honestTab = await person.open('/honest')
    await honestTab.press('button:Look')
    return { program, honest, evil, honestTab, evilTab: await person.open('/evil') }
  }
})

function requestFor(path: string, headers: Record<string, string>): Request {
  return new Request(new URL(path, 'http://127.0.0.1:3000'), {
    headers: { host: '127.0.0.1:3000', ...headers },
  })
}
