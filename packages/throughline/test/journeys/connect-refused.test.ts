import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  assertNothingHappened,
  assertStillWorks,
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  exchanges,
  leave,
  rowsOf,
  startStage,
  withParameters,
} from './consent.ts'
import { Person } from '../../src/testing/person.ts'

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
      '$' + '{7*7}',
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

const REGISTRATION_REFUSED = ['unauthorized_client', 'unsupported_response_type', 'invalid_scope']

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
      const limits = { departuresOfSession: { atOnce: 1000, perSecond: 1 } }
      const stage = await startStage(
        t,
        redirectPath === undefined ? { limits } : { limits, redirectPath },
      )
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
              : REGISTRATION_REFUSED.includes(error)
                ? /Acme does not accept this program\. That is no fault of yours/
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

  test('CI-03: fetched ahead of the person, it uses nothing up and sets no cookie (user_oidc#1515, user_oidc#1537, streamlit#15568)', async (t) => {
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

  test('AR-05: a link, a picture, a form elsewhere and a form without its token start nothing (CVE-2015-9284)', async (t) => {
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

  test('AT-07 CR-09: no other value of ours passes for a session cookie, a state or a form token (CVE-2023-48309)', async (t) => {
    const stage = await startStage(t)
    const tab = await arrive(stage.program)
    const url = await leave(tab)
    const back = await consent(url)
    const person = tab.person
    const cookie = person.jar.get('tl-session-3000') ?? ''
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
      const headers = { cookie: `tl-session-3000=${value}` }
      assert.equal((await stage.program.fetch(requestFor(back, headers))).status, 403, value)
      const text = await (await stage.program.fetch(requestFor(ACCOUNT, headers))).text()
      assert.doesNotMatch(text, /"n1"/)
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

function requestFor(path: string, headers: Record<string, string>): Request {
  return new Request(new URL(path, 'http://127.0.0.1:3000'), {
    headers: { host: '127.0.0.1:3000', ...headers },
  })
}
