import assert from 'node:assert/strict'
import { connect as connectRaw } from 'node:net'
import { describe, test } from 'node:test'
import { serve } from '@hono/node-server'
import { freePort } from '../../src/testing/free-ports.ts'
import { ACCOUNT, arrive, connectInTab, consent, leave, rowsOf, startStage } from './consent.ts'
import { Person } from '../../src/testing/person.ts'
import { ORIGIN } from '../../src/testing/program.ts'

const FORM = 'application/x-www-form-urlencoded'

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

  test('HB-05 LB-05: any other name is refused, and builds no address', async (t) => {
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

  test('AR-04 HB-06: headers of proxies change no address, no cookie and no check (CVE-2026-40575, CVE-2025-64484)', async (t) => {
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
  test('HB-07 HB-10 HB-13: no query, header or odd path switches a check off or fails (GHSA-5hvv-m4w4-gf6v, GHSA-7rh7-c77v-6434, CVE-2022-35918, CVE-2024-42474, CVE-2026-33682)', async (t) => {
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
