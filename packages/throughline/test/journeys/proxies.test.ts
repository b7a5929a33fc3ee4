/*
 * A program at a public address: behind nginx and behind Caddy as `hosting/` configures them, over TLS.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  app,
  button,
  connect,
  downloadButton,
  linkListButton,
  sessionState,
  text,
  textInput,
} from '../../src/index.ts'
import { FRAMES_TYPE, HEADER } from '../../src/protocol/fields.ts'
import { serve, type LogEntry, type Served } from '../../src/serve.ts'
import { systemRandom } from '../../src/base/random.ts'
import { callerOf } from '../../src/server/caller-of.ts'
import { listen } from '../../src/server/listen.ts'
import { readTrustedProxies } from '../../src/server/trusted-proxies.ts'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../../src/testing/authorization-server.ts'
import { freePorts } from '../../src/testing/free-ports.ts'
import { Person } from '../../src/testing/person.ts'
import { providerAt } from '../../src/testing/provider-at.ts'
import { tell } from '../../src/testing/told.ts'
import { consent, leave } from './consent.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { createGate, Streamed, type Gate } from './streamed.ts'

const MANY_BYTES = 48 * 1024 * 1024
const PIECE = new Uint8Array(64 * 1024).fill(7)

/** An app whose steps wait for the test's gates, and that counts what it gives away. */
function publicApp(server: TestAuthorizationServer) {
  const provider = providerAt(server)
  const given = { bytes: 0 }
  const gates: Gate[] = []
  const state = sessionState({ kept: '' })
  async function* many(start: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < MANY_BYTES; at += PIECE.length) {
      const piece = PIECE.subarray(0, Math.min(PIECE.length, MANY_BYTES - at))
      given.bytes += piece.length
      yield piece
    }
  }
  async function* small() {
    yield Buffer.from('small')
  }
  const pages = {
    '/': () => {
      const note = textInput('Note')
      if (button('Keep')) state.kept = note
      text(`Kept "${state.kept}"`)
    },
    '/slow': async () => {
      const isPressed = button('Work')
      text(isPressed ? 'First of a press' : 'First of a page')
      const gate = gates.shift()
      if (gate === undefined) return
      await gate.opened
      text('Second')
    },
    '/files': () => {
      const body = () => ({ body: many(0), size: MANY_BYTES })
      downloadButton('Small', { file: 'small.txt', from: () => ({ body: small() }) })
      downloadButton('Fetch', { file: 'many.bin', from: body })
      const open = async (start: number) => ({
        size: MANY_BYTES,
        validator: 'v',
        body: many(start),
      })
      linkListButton('Links', {
        ...{ format: 'curl', file: 'links.txt' },
        files: () => [{ key: 'm', name: 'many.bin', size: MANY_BYTES, open }],
      })
    },
    '/account': async () => {
      const connection = await connect({ provider, scope: ['public'] })
      text(`Connected as ${connection.account.name}`)
    },
  }
  const made = app({ title: 'Public', providers: [provider], pages })
  const gate = () => {
    const one = createGate()
    gates.push(one)
    return one
  }
  return { app: made, given, gate }
}

function cutDownloads(log: readonly LogEntry[]): number {
  return log.filter(({ access }) => access?.route === 'download' && access.isCut).length
}

for (const name of ['nginx', 'caddy'] as const) {
  describe(`a program behind ${name}`, () => {
    const ends: (() => unknown)[] = []
    const ending = { after: (end: () => unknown) => void ends.unshift(end) }
    const log: LogEntry[] = []
    let made: ReturnType<typeof publicApp>
    let proxy: Proxy
    let served: Served
    let port = 0

    before(async () => {
      const [outside = 0, inside = 0] = await freePorts(2)
      port = inside
      proxy = await startProxy(ending, name, outside, inside)
      const server = await startAuthorizationServer()
      ending.after(() => server.close())
      made = publicApp(server)
      const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
      ending.after(() => rmSync(folder, { recursive: true, force: true }))
      served = await serve(made.app, {
        env: {
          PORT: String(inside),
          PUBLIC_URL: proxy.origin,
          TRUSTED_PROXIES: 'loopback',
          THROUGHLINE_DATA: folder,
          ACME_CLIENT_ID: 'client',
          ACME_CLIENT_SECRET: 'not a real one',
        },
        log: (entry) => {
          log.push(entry)
          tell({ kind: 'log', entry })
        },
      })
      ending.after(() => served.close())
    })
    after(async () => {
      for (const end of ends) await end()
    })
    const newcomer = () => new Person(proxy.fetch, proxy.origin)

    test('SE-02 HB-12: sets its locked cookie for https, and asks for https from then on', async () => {
      const answer = await newcomer().send('/')
      assert.equal(answer.status, 200)
      const [cookie = ''] = answer.headers.getSetCookie()
      assert.match(cookie, /^__Host-tl-session=[^;]+; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/)
      assert.equal(answer.headers.get('strict-transport-security'), 'max-age=31536000')
      assert.match(await answer.text(), /Kept/)
      const head = await newcomer().send('/', { method: 'HEAD' })
      assert.deepEqual([head.status, head.headers.getSetCookie()], [200, []])
    })

    test('HB-01 HB-05: takes forms of its own pages, refuses those of others and every other name', async () => {
      const tab = await newcomer().open('/')
      tab.set('text-input:Note', 'mine')
      await tab.press('button:Keep')
      assert.match(tab.text, /Kept "mine"/)

      const init = tab.pressInit('button:Keep')
      for (const origin of [`http://127.0.0.1:${port}`, 'https://evil.test', 'null']) {
        const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' }
        const { status } = await tab.person.send('/', { ...init, headers })
        assert.equal(status, 403, origin)
      }
      const direct = await fetch(`http://127.0.0.1:${port}/`)
      assert.equal(direct.status, 421)
      assert.match(await direct.text(), new RegExp(`answers at ${proxy.origin} only`))
    })

    test('AR-04 HB-06: sends people away with its own https address, and they come back connected', async () => {
      const tab = await newcomer().open('/account')
      const away = await leave(tab)
      assert.equal(away.searchParams.get('redirect_uri'), `${proxy.origin}/oauth/callback/acme`)
      await tab.go(await consent(away))
      assert.match(tab.text, /Connected as/)
    })

    test('shows what a script does while it does it, in a document and in frames', async () => {
      const person = newcomer()
      const live = await person.openLive('/slow')
      const gates = [made.gate(), made.gate()]
      const headers = { 'accept-encoding': 'gzip, br' }
      const document = new Streamed(await person.send('/slow'))
      await document.until(/First of a page/)
      assert.doesNotMatch(document.text, /Second/)
      gates[0]?.open()
      assert.match(await document.toEnd(), /Second/)

      const press = new Streamed(
        await live.post({ press: 'button:Work', values: {}, number: live.number++ }),
      )
      await press.until(/First of a press/)
      assert.doesNotMatch(press.text, /Second/)
      gates[1]?.open()
      assert.match(await press.toEnd(), /Second[^]*"type":"end"/)
      // Whatever a browser takes: compressed bytes would be collected on their way.
      const compressed = await person.send('/slow', {
        headers: { ...headers, accept: FRAMES_TYPE },
      })
      assert.equal(compressed.headers.get('content-encoding'), null)
      await compressed.body?.cancel()
    })

    test('HB-02: tells news as they come', async () => {
      const live = await newcomer().openLive('/files')
      const headers = {
        accept: 'text/event-stream',
        'sec-fetch-site': 'same-origin',
        ...{ [HEADER.tab]: live.tab, [HEADER.token]: live.token },
      }
      const stream = new Streamed(await live.person.send('/-/news', { headers }))
      await stream.until(/data: \d+\n/)
      await live.press('download-button:Small')
      const file = await live.person.send(live.away ?? '/none')
      assert.equal(await file.text(), 'small')
      await stream.until(/data: \d+\n[^]*data: \d+\n/)
      await stream.cancel()
    })

    test('sends a large file whole, as fast as it is read and no faster', async () => {
      const tab = await newcomer().open('/files')
      const press = await tab.person.send('/files', tab.pressInit('download-button:Fetch'))
      made.given.bytes = 0
      const answer = await tab.person.send(press.headers.get('location') ?? '')
      assert.equal(answer.headers.get('content-length'), String(MANY_BYTES))
      assert.match(
        answer.headers.get('content-disposition') ?? '',
        /attachment; filename="many\.bin"/,
      )
      const hash = createHash('sha256')
      let bytes = 0
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        bytes += chunk.length
        hash.update(chunk)
        // Pipes and sockets hold some of it, a proxy that collects holds all.
        if (bytes < MANY_BYTES / 4) assert.ok(made.given.bytes - bytes < MANY_BYTES / 2)
      }
      const whole = createHash('sha256')
      for (let at = 0; at < MANY_BYTES; at += PIECE.length) whole.update(PIECE)
      assert.equal(bytes, MANY_BYTES)
      assert.equal(hash.digest('hex'), whole.digest('hex'))
    })

    test('hears that a person has gone, and makes no more of their file', async () => {
      const tab = await newcomer().open('/files')
      const press = await tab.person.send('/files', tab.pressInit('download-button:Fetch'))
      made.given.bytes = 0
      const before = cutDownloads(log)
      const answer = await tab.person.send(press.headers.get('location') ?? '')
      const reader = answer.body?.getReader()
      await reader?.read()
      await reader?.cancel()
      while (cutDownloads(log) === before) await new Promise((resolve) => setImmediate(resolve))
      assert.ok(made.given.bytes < MANY_BYTES)
    })

    test('FI-05: gives parts of a file, and its length alone, to whoever has the link', async () => {
      const live = await newcomer().openLive('/files')
      await live.press('link-list-button:Links')
      const list = await (await live.person.send(live.away ?? '/none')).text()
      const [url = ''] = /https:\/\/[^"\s]+\/many\.bin/.exec(list) ?? []
      assert.ok(url.startsWith(`${proxy.origin}/-/file/`), list)
      const path = url.slice(proxy.origin.length)
      const stranger = newcomer()

      const head = await stranger.send(path, { method: 'HEAD' })
      assert.deepEqual(
        [head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')],
        [200, String(MANY_BYTES), 'bytes'],
      )
      const first = await stranger.send(path, { headers: { range: 'bytes=0-9' } })
      const tag = first.headers.get('etag') ?? ''
      assert.deepEqual([first.status, (await first.arrayBuffer()).byteLength], [206, 10])
      assert.match(tag, /^"/)
      const range = { range: `bytes=${MANY_BYTES - 10}-`, 'if-range': tag }
      const part = await stranger.send(path, { headers: range })
      assert.deepEqual(
        [part.status, part.headers.get('content-range'), part.headers.get('content-length')],
        [206, `bytes ${MANY_BYTES - 10}-${MANY_BYTES - 1}/${MANY_BYTES}`, '10'],
      )
      assert.equal((await part.arrayBuffer()).byteLength, 10)
    })

    test('gives its stylesheet to be kept, compressed by itself', async () => {
      const person = newcomer()
      const page = await (await person.send('/')).text()
      const [path = ''] = /\/-\/asset\/[\w-]+-style\.css/.exec(page) ?? []
      const answer = await person.send(path, { headers: { 'accept-encoding': 'br' } })
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable')
      assert.equal(answer.headers.get('content-encoding'), 'br')
    })

    test('DO-01: refuses a form that is too large by a sentence, and answers one that asks first', async () => {
      const tab = await newcomer().open('/')
      const origin = proxy.origin
      const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' }
      const large = new URLSearchParams({ a: 'x'.repeat(2.5 * 1024 * 1024) })
      const answer = await tab.person.send('/', { method: 'POST', headers, body: large })
      assert.equal(answer.status, 413)
      assert.match(await answer.text(), /more than a form of this program holds/)
      const larger = 'x'.repeat(12 * 1024 * 1024)
      const refused = await tab.person.send('/', { method: 'POST', headers, body: larger }).then(
        ({ status }) => status,
        (error: NodeJS.ErrnoException) => error.code,
      )
      assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(refused ?? ''), String(refused))

      tab.set('text-input:Note', 'asked first')
      const init = tab.pressInit('button:Keep')
      const asking = { ...headers, expect: '100-continue' }
      const kept = await tab.person.send('/', { ...init, headers: asking })
      assert.equal(kept.status, 303)
      await tab.follow(kept, '/')
      assert.match(tab.text, /Kept "asked first"/)
    })

    test('HB-06: calls a request as the proxy does, whatever the person called it', async () => {
      const headers = { 'x-request-id': 'of-the-person' }
      const answer = await newcomer().send('/', { headers })
      const id = answer.headers.get('x-request-id') ?? ''
      assert.match(id, name === 'nginx' ? /^[\da-f]{32}$/ : /^[\da-f-]{36}$/)
      await answer.text()
      const lines = () => log.flatMap(({ access }) => access ?? [])
      while (!lines().some(({ requestId }) => requestId === id)) {
        await new Promise((resolve) => setImmediate(resolve))
      }
    })

    test('LG-02: shows strangers no line of a script, and logs no failure for all of this', () => {
      assert.deepEqual(
        log.filter(({ level }) => level === 'error'),
        [],
      )
    })
  })

  test(`HB-06: ${name} says who asked, and what a person says of that is not believed`, async (t) => {
    const [outside = 0, inside = 0] = await freePorts(2)
    const trusts = readTrustedProxies('127.0.0.1')
    const seen: string[] = []
    const server = await listen({
      port: inside,
      hostname: '127.0.0.1',
      fetch(request, { incoming }) {
        const peer = incoming.socket.remoteAddress
        seen.push(callerOf(request.headers, peer, trusts, systemRandom).network ?? 'nobody')
        return new Response('seen')
      },
    })
    t.after(() => {
      server.closeAllConnections()
      server.close()
    })
    const proxy = await startProxy(t, name, outside, inside)
    for (const headers of [
      {},
      { 'x-forwarded-for': '198.51.100.9', forwarded: 'for=198.51.100.9' },
    ]) {
      const request = new Request(`${proxy.origin}/`, { headers })
      assert.equal((await proxy.fetchFrom('127.0.0.2', request)).status, 200)
    }
    assert.deepEqual(seen, ['127.0.0.2', '127.0.0.2'])
  })
}
