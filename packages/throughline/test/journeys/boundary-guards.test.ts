import assert from 'node:assert/strict'
import { connect as connectRaw } from 'node:net'
import { describe, test } from 'node:test'
import { serve } from '@hono/node-server'
import { freePort } from '../../src/testing/free-ports.ts'
import {
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  leave,
  rowsOf,
  startStage,
} from './consent.ts'
import { Person } from './person.ts'
import { ORIGIN } from './program.ts'

const FORM = 'application/x-www-form-urlencoded'
const FRAMES = 'application/vnd.throughline.frames+x-ndjson'

/** A body that fails the test when somebody reads it. */
function unreadable(onRead: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        onRead()
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

describe('a POST from elsewhere', () => {
  const refused: readonly (readonly [string, Record<string, string>])[] = [
    ['nothing said', {}],
    ['Origin: null', { origin: 'null' }],
    ['Origin: null, though same-origin', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['empty origin', { origin: '' }],
    ['another site', { origin: 'https://evil.example' }],
    [
      'another site, same-origin',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ],
    ['another port', { origin: 'http://127.0.0.1:3001' }],
    ['no port', { origin: 'http://127.0.0.1' }],
    ['another scheme', { origin: 'https://127.0.0.1:3000' }],
    ['another name of the loopback', { origin: 'http://localhost:3000' }],
    ['a longer name', { origin: 'http://127.0.0.1:3000.evil.example' }],
    ['a longer port', { origin: 'http://127.0.0.1:30000' }],
    ['a user name', { origin: 'http://127.0.0.1:3000@evil.example' }],
    ['a slash', { origin: 'http://127.0.0.1:3000/' }],
    ['a path', { origin: 'http://127.0.0.1:3000/account' }],
    ['two origins', { origin: 'http://127.0.0.1:3000, https://evil.example' }],
    ['two origins, other order', { origin: 'https://evil.example http://127.0.0.1:3000' }],
    ['upper case', { origin: 'HTTP://127.0.0.1:3000' }],
    ['a file', { origin: 'file://' }],
    ['an extension', { origin: 'chrome-extension://aaaa' }],
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site', { 'sec-fetch-site': 'same-site' }],
    ['none', { 'sec-fetch-site': 'none' }],
    ['same-origin, misspelt', { 'sec-fetch-site': 'Same-Origin' }],
    ['same-origin and more', { 'sec-fetch-site': 'same-origin, cross-site' }],
    ['a referrer only', { referer: `${ORIGIN}/account` }],
    ['X-Requested-With only', { 'x-requested-with': 'XMLHttpRequest' }],
    ['a forwarded host', { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }],
  ]
  const types: readonly (readonly [string, Record<string, string>])[] = [
    ['no type', {}],
    ['text', { 'content-type': 'text/plain' }],
    ['JSON', { 'content-type': 'application/json' }],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['XML', { 'content-type': 'text/xml' }],
    ['almost a form', { 'content-type': `${FORM}x` }],
    ['text with a form', { 'content-type': `text/plain; ${FORM}` }],
    ['two types', { 'content-type': `text/plain, ${FORM}` }],
    ['empty', { 'content-type': '' }],
  ]
  const taken: readonly (readonly [string, Record<string, string>])[] = [
    ['our origin', { origin: ORIGIN, 'content-type': FORM }],
    ['no origin, same-origin', { 'sec-fetch-site': 'same-origin', 'content-type': FORM }],
    ['with a charset', { origin: ORIGIN, 'content-type': `${FORM}; charset=UTF-8` }],
    ['another case', { origin: ORIGIN, 'content-type': 'Application/X-WWW-Form-Urlencoded' }],
    [
      'our origin, whatever else',
      { origin: ORIGIN, 'content-type': FORM, 'sec-fetch-site': 'cross-site' },
    ],
  ]

  test('HB-01: is refused before its body is read, whatever it looks like', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const before = rowsOf(program, 'tabs')
    const body = String(tab.pressInit('button:Sign%20out').body)
    let reads = 0
    const post = (headers: Record<string, string>, content: ReadableStream | string) =>
      tab.person.send(ACCOUNT, {
        method: 'POST',
        headers,
        body: content,
        ...(typeof content === 'string' ? {} : { duplex: 'half' }),
      } as RequestInit)
    for (const accept of ['text/html', FRAMES]) {
      for (const [name, headers] of refused) {
        const sent = { ...headers, 'content-type': FORM, accept }
        const answer = await post(
          sent,
          unreadable(() => (reads += 1)),
        )
        assert.equal(answer.status, 403, name)
        assert.equal(reads, 0, name)
        assert.equal(answer.headers.get('access-control-allow-origin'), null)
      }
      for (const [name, headers] of types) {
        const answer = await post(
          { origin: ORIGIN, accept, ...headers },
          unreadable(() => (reads += 1)),
        )
        assert.equal(answer.status, 415, name)
        assert.equal(reads, 0, name)
      }
    }
    assert.ok(refused.length + types.length >= 36)
    assert.deepEqual(rowsOf(program, 'tabs'), before)
    for (const [index, [name, headers]] of taken.entries()) {
      const keep = body.replace(/tl-press=[^&]*/, 'tl-press=button%3AKeep')
      const numbered = keep.replace(/tl-number=\d+/, `tl-number=${50 + index}`)
      assert.equal((await post(headers, numbered)).status, 303, name)
    }
    const last = body.replace(/tl-number=\d+/, 'tl-number=60')
    assert.equal((await post({ origin: ORIGIN, 'content-type': FORM }, last)).status, 303)
    assert.deepEqual(rowsOf(program, 'sessions'), [])
  })

  test('HB-01: from a page of ours but without its token does nothing', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'before')
    const stranger = await arrive(program, 'other')
    for (const token of ['', 'x', stranger.field('tl-token') ?? '', tab.field('tl-tab') ?? '']) {
      const press = tab.pressInit('button:Sign%20out', { 'tl-token': token })
      const headers = new Headers(press.headers)
      await tab.person.send(ACCOUNT, press)
      headers.set('accept', FRAMES)
      const answer = await tab.person.send(ACCOUNT, { ...press, headers })
      assert.deepEqual(
        (await answer.text())
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).type),
        ['token'],
      )
    }
    assert.equal(rowsOf(program, 'sessions').length, 2)
    await tab.go(ACCOUNT)
    await tab.press('button:Sign%20out')
    assert.equal(rowsOf(program, 'sessions').length, 1)
  })

  test('HB-02 HB-03: the stream opens for a page of ours with cookie and token, and for nobody else', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const tabs = rowsOf(program, 'tabs')
    const ours = {
      'throughline-tab': tab.field('tl-tab') ?? '',
      'throughline-token': tab.field('tl-token') ?? '',
      'sec-fetch-site': 'same-origin',
    }
    const ask = (headers: Record<string, string>) => tab.person.send('/-/news', { headers })
    const { 'sec-fetch-site': _site, ...bare } = ours
    for (const headers of [
      bare,
      { ...ours, 'sec-fetch-site': 'cross-site' },
      { ...ours, 'sec-fetch-site': 'same-site' },
      { ...ours, origin: 'https://evil.example' },
      { ...ours, origin: 'null' },
      { ...ours, 'throughline-tab': '' },
      { ...ours, 'throughline-token': '' },
      { ...ours, 'throughline-token': 'A'.repeat(43) },
      { ...ours, cookie: 'tl-session=none' },
      { ...ours, cookie: '' },
    ]) {
      const answer = await ask(headers)
      assert.notEqual(answer.status, 200, JSON.stringify(headers))
      assert.equal(answer.body, null)
      for (const name of answer.headers.keys()) assert.doesNotMatch(name, /^access-control/)
    }
    const stream = await ask(ours)
    assert.equal(stream.status, 200)
    assert.equal(stream.headers.get('content-type'), 'text/event-stream')
    assert.equal(stream.headers.get('access-control-allow-origin'), null)
    assert.equal(stream.headers.get('cross-origin-resource-policy'), 'same-origin')
    await stream.body?.cancel()
    assert.deepEqual(rowsOf(program, 'tabs'), tabs)
    // There is no WebSocket to take over.
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket' }
    assert.notEqual((await ask({ ...ours, ...upgrade })).status, 101)
  })

  test('HB-02: what is there now is told to pages of ours only, and asking has no effect', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'private')
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch' },
    ]) {
      const answer = await tab.person.send(ACCOUNT, { headers: { accept: FRAMES, ...headers } })
      assert.equal(answer.status, 403)
      assert.doesNotMatch(await answer.text(), /private/)
    }
    const ours = { accept: FRAMES, 'sec-fetch-site': 'same-origin' }
    assert.equal((await tab.person.send(ACCOUNT, { headers: ours })).status, 200)
  })
})

describe('the name that a request calls us by', () => {
  const bad = [
    '',
    'evil.test',
    '127.0.0.1',
    '127.0.0.1:80',
    '127.0.0.1:3001',
    '127.0.0.1:3000.evil.test',
    '127.0.0.1:3000@evil.test',
    'evil.test@127.0.0.1:3000',
    'evil.test#127.0.0.1:3000',
    'evil.test/127.0.0.1:3000',
    '127.0.0.1:3000.',
    '127.0.0.1.:3000',
    '127.0.0.1:3000, evil.test',
    '127.0.0.2:3000',
    '0.0.0.0:3000',
    '[::]:3000',
    '[::ffff:127.0.0.1]:3000',
    '2130706433:3000',
    '127.1:3000',
    'localhost:3001',
    'localhost.evil.test:3000',
    'app.localhost:3000',
    'LOCALHOST:3000 ',
    '127.0.0.1:03000',
    '127.0.0.1:3000\\evil.test',
  ]

  test('HB-05: any other name is refused, and builds no address', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const back = await consent(await leave(tab))
    const cookie = [...tab.person.jar].map((pair) => pair.join('=')).join('; ')
    for (const host of bad) {
      for (const path of ['/', ACCOUNT, back, '/-/news', '/nowhere']) {
        const request = new Request(`http://placeholder.example${path}`, {
          headers: { host, cookie },
        })
        const answer = await program.fetch(request)
        assert.equal(answer.status, 421, `${host} ${path}`)
        assert.equal(answer.headers.get('location'), null)
        const text = await answer.text()
        assert.doesNotMatch(text, /evil|placeholder/)
        assert.match(text, /http:\/\/127\.0\.0\.1:3000/)
      }
    }
    assert.equal(rowsOf(program, 'pending_authorizations')[0]?.['status'], 'waiting')
    await tab.go(back)
    assert.match(tab.text, /Connected/)
  })

  test('HB-05: other names of the loopback interface are sent to the origin, path and query kept', async (t) => {
    const { program } = await startStage(t)
    for (const host of ['localhost:3000', '[::1]:3000']) {
      const ask = (path: string, method = 'GET') =>
        program.fetch(
          new Request(`http://placeholder.example${path}`, { method, headers: { host } }),
        )
      for (const path of [
        '/',
        '/account?a=b',
        '//evil.test/',
        '/\\evil.test',
        '/oauth/callback/acme?code=1&state=2',
      ]) {
        const answer = await ask(path)
        assert.equal(answer.status, 307)
        const location = answer.headers.get('location') ?? ''
        assert.equal(new URL(location).origin, ORIGIN, path)
        assert.deepEqual(answer.headers.getSetCookie(), [])
      }
      assert.equal((await ask('/', 'POST')).status, 421)
      assert.equal((await ask('/healthz')).status, 200)
    }
    const health = new Request('http://x/healthz', { headers: { host: 'probe.internal' } })
    assert.equal(await (await program.fetch(health)).text(), 'ok\n')
  })

  test('HB-05: a public program has one name, and https alone', async (t) => {
    const { program } = await startStage(t, { publicUrl: 'https://app.example' })
    for (const [host, status] of [
      ['app.example', 200],
      ['app.example:443', 421],
      ['app.example:80', 421],
      ['localhost', 421],
      ['127.0.0.1', 421],
      ['www.app.example', 421],
    ] as const) {
      const request = new Request('http://placeholder.example/', { headers: { host } })
      assert.equal((await program.fetch(request)).status, status, host)
    }
  })

  test('AR-04 HB-06: headers of proxies change no address, no cookie and no check', async (t) => {
    const { program, server } = await startStage(t)
    const tab = await arrive(program)
    const headers: Record<string, string> = {}
    for (const [name, value] of [
      ['x-forwarded-host', 'evil.test'],
      ['x-forwarded-proto', 'https'],
      ['x-forwarded-scheme', 'https'],
      ['x-forwarded-ssl', 'on'],
      ['x-forwarded-port', '443'],
      ['x-forwarded-for', '127.0.0.1'],
      ['x-forwarded-server', 'evil.test'],
      ['x-forwarded-prefix', '//evil.test'],
      ['x-forwarded-uri', '//evil.test/'],
      ['x-original-url', '//evil.test/'],
      ['x-original-host', 'evil.test'],
      ['x-rewrite-url', '//evil.test/'],
      ['x-host', 'evil.test'],
      ['x-real-ip', '127.0.0.1'],
      ['x_forwarded_host', 'evil.test'],
      ['forwarded', 'for=127.0.0.1;host=evil.test;proto=https'],
      ['via', '1.1 evil.test'],
      ['front-end-https', 'on'],
      ['x-http-method-override', 'DELETE'],
    ] as const) {
      headers[name] = value
      for (const one of [{ [name]: value }, headers]) {
        const page = await tab.person.send(ACCOUNT, { headers: one })
        assert.equal(page.status, 200)
        assert.doesNotMatch(await page.text(), /evil/)
        const press = tab.pressInit('connect-button:acme', {
          'tl-number': String(Date.now() % 1e9),
        })
        const merged = { ...(press.headers as Record<string, string>), ...one }
        const left = await (await tab.person.send(ACCOUNT, { ...press, headers: merged })).text()
        assert.match(
          left,
          new RegExp(`redirect_uri=${encodeURIComponent(`${ORIGIN}/oauth/callback/acme`)}`),
        )
        assert.doesNotMatch(left, /evil/)
        const fresh = await new Person(program.fetch).send('/', { headers: one })
        assert.doesNotMatch(fresh.headers.getSetCookie().join(), /Secure|__Host|Domain/)
        const foreign = { ...one, origin: 'https://evil.test', 'content-type': FORM }
        const post = { method: 'POST', headers: foreign, body: 'a=b' }
        assert.equal((await tab.person.send(ACCOUNT, post)).status, 403)
      }
    }
    await tab.go(ACCOUNT)
    await connectInTab(tab)
    assert.match(tab.text, /Connected/)
    const [request] = server.requestsTo('/token')
    assert.equal(request?.form.get('redirect_uri'), `${ORIGIN}/oauth/callback/acme`)
  })

  test('HB-05: on the wire, two Hosts, an absolute target and a bare request end in no page of ours', async (t) => {
    const port = await freePort()
    const { program } = await startStage(t, { publicUrl: `http://127.0.0.1:${port}` })
    const server = serve({
      fetch: program.fetch,
      port,
      hostname: '127.0.0.1',
      overrideGlobalObjects: false,
    })
    t.after(() => server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const right = `Host: 127.0.0.1:${port}`
    for (const [name, lines, status] of [
      ['right', ['GET / HTTP/1.1', right], /^HTTP\/1\.1 200/],
      ['another Host', ['GET / HTTP/1.1', 'Host: evil.test'], /^HTTP\/1\.1 421/],
      ['two Hosts', ['GET / HTTP/1.1', 'Host: evil.test', right], /^HTTP\/1\.1 4/],
      ['no Host', ['GET / HTTP/1.1'], /^HTTP\/1\.1 400/],
      ['absolute target', ['GET http://evil.test/ HTTP/1.1', 'Host: evil.test'], /^HTTP\/1\.1 4/],
      ['space before the colon', ['GET / HTTP/1.1', `Host : 127.0.0.1:${port}`], /^HTTP\/1\.1 400/],
      ['folded line', ['GET / HTTP/1.1', 'Host: evil', ` .test`], /^HTTP\/1\.1 4/],
    ] as const) {
      const text = await raw(port, [...lines, 'Connection: close', '', ''].join('\r\n'))
      assert.match(text, status, name)
      assert.doesNotMatch(text.replace(/^HTTP.*?\r\n\r\n/s, ''), /evil/, name)
    }
  })
})

describe('an address that leads nowhere', () => {
  test('HB-07 HB-10: no query, header or odd path switches a check off or fails', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'private')
    for (const path of [
      '/?debug=1',
      '/healthz/../account',
      '/healthz%2f..%2faccount',
      '/%',
      '/%zz',
      '/%00',
      '/..%2f..%2fetc/passwd',
      '/oauth/callback/',
      '/oauth/callback/acme/',
      '/oauth/callback/ACME?code=1&state=2',
      '/oauth/callback/__proto__?code=1&state=2',
      '/oauth/callback/%61cme?code=1&state=2',
      '/-/asset/../../account',
      '/-/',
      '/account/',
      '/account%2f',
    ]) {
      const answer = await new Person(program.fetch).send(path, {
        headers: { 'user-agent': 'kube-probe/1.29', 'x-debug': '1' },
      })
      assert.ok(answer.status < 500, `${path} ${answer.status}`)
      assert.doesNotMatch(await answer.text(), /private/)
    }
    const post = {
      method: 'POST',
      headers: { 'user-agent': 'kube-probe', 'content-type': FORM },
      body: '',
    }
    assert.equal((await tab.person.send(`${ACCOUNT}?debug=1`, post)).status, 403)
    assert.deepEqual(program.log, [])
  })
})

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectRaw(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.write(text)
  })
}
