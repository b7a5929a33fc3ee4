/*
 * What an operator sees of a program in production: a line for each request, an id to find it by, numbers on a port of
 * their own. In none of them stands what a person sent.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text as textOf } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { app, button, isThroughlineError, text } from '../../src/index.ts'
import { serve, type LogEntry, type Served } from '../../src/serve.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { freePort } from '../../src/testing/free-ports.ts'
import { Person } from '../../src/testing/person.ts'
import { tell } from '../../src/testing/told.ts'
import { ACCOUNT, arrive, consent, leave, startStage } from './consent.ts'
import { startProcesses } from './node-process.ts'

const SECRET = 'a-word-that-nobody-may-log'

const script = app({
  title: 'Watched',
  pages: {
    '/': () => {
      button('Press')
      text('Shown')
    },
    '/fails': () => {
      throw new Error('of the script')
    },
  },
})

interface Watched {
  readonly served: Served
  readonly port: number
  readonly entries: LogEntry[]
  /** Asks as somebody at the far end of a proxy does, with whatever headers. */
  ask(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

async function start(t: TestContext, env: Record<string, string> = {}): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
  const port = await freePort()
  const entries: LogEntry[] = []
  const opened: Served[] = []
  t.after(async () => {
    for (const one of opened) await one.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const served = await serve(script, {
    env: {
      THROUGHLINE_DATA: folder,
      PORT: String(port),
      PUBLIC_URL: 'https://app.example',
      ...env,
    },
    log: (entry) => {
      entries.push(entry)
      tell({ kind: 'log', entry })
    },
  })
  opened.push(served)
  const ask: Watched['ask'] = async (path, headers = {}, method = 'GET') => {
    const asked = request({
      ...{ host: '127.0.0.1', port, path, method, agent: false },
      headers: { host: 'app.example', ...headers },
    })
    asked.end()
    const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
    const body = await textOf(answer)
    return { status: answer.statusCode ?? 0, headers: answer.headers, body }
  }
  return { served, port, entries, ask }
}

/** The access lines, once as many have come as were asked for. */
async function accesses({ entries }: Watched, count: number) {
  const found = () => entries.flatMap(({ access }) => access ?? [])
  while (found().length < count) await new Promise((resolve) => setImmediate(resolve))
  return found()
}

describe('a line for each request', () => {
  test('LG-05: has method, path, status, time, size and id, and nothing of what was sent', async (t) => {
    const watched = await start(t)
    const asked = [
      `/?${SECRET}`,
      `/oauth/callback/vimeo?code=${SECRET}&state=${SECRET}`,
      `/-/download/${SECRET}`,
      `/-/file/${SECRET}/0/${SECRET}`,
      `/${SECRET}`,
      '/healthz',
    ]
    for (const path of asked) {
      const cookie = `__Host-tl-session=${SECRET}`
      await watched.ask(path, { cookie, authorization: SECRET, referer: `https://x/${SECRET}` })
    }
    const lines = await accesses(watched, asked.length)

    assert.deepEqual(
      lines.map(({ method, route, path, status }) => `${method} ${route} ${path} ${status}`),
      [
        'GET page / 200',
        'GET callback /oauth/callback/… 404',
        'GET download /-/download/… 404',
        'GET file /-/file/… 404',
        'GET other … 404',
        'GET health /healthz 200',
      ],
    )
    for (const { ms, bytes, isCut } of lines) {
      assert.ok(ms >= 0 && ms < 10_000)
      assert.ok(bytes > 100)
      assert.equal(isCut, false)
    }
    assert.equal(new Set(lines.map(({ requestId }) => requestId)).size, asked.length)
    assert.doesNotMatch(JSON.stringify(watched.entries), new RegExp(SECRET))
  })

  test('LG-05: is written as JSON on standard output in production, apart from what is to be mended', async (t) => {
    const server = await startAuthorizationServer()
    t.after(() => server.close())
    const env = () => ({
      ACME_CLIENT_ID: 'client',
      ACME_CLIENT_SECRET: 'not a real one',
      ACME_ORIGIN: server.origin,
    })
    const { nodes, origin } = await startProcesses(t, 'tour.ts', { env })
    const [node = assert.fail()] = nodes
    const tab = await new Person(node.fetch, origin).open(ACCOUNT)
    tab.set('text-input:Note', 'n')
    await tab.press()
    const back = await consent(await leave(tab))
    await tab.go(back)
    await node.stop()

    const lines = node
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const callback = entries.find(({ route }) => route === 'callback')
    assert.deepEqual(
      [callback?.['level'], callback?.['path'], callback?.['status'], callback?.['msg']],
      [30, '/oauth/callback/…', 303, 'Answered.'],
    )
    assert.ok(entries.some(({ route }) => route === 'press'))
    for (const value of new URL(back, origin).searchParams.values()) {
      assert.ok(!node.output().includes(value))
    }
    assert.doesNotMatch(node.errors(), /Answered/)
  })

  test('is not written for an author', async (t) => {
    const watched = await start(t, { PUBLIC_URL: '', NODE_ENV: 'development' })
    await watched.ask('/', { host: `127.0.0.1:${watched.port}` })
    await watched.served.close()
    assert.deepEqual(watched.entries, [])
  })
})

describe('the id of a request', () => {
  test('stands in the answer, in the log and on the page that says what went wrong', async (t) => {
    const watched = await start(t)
    const { headers, body } = await watched.ask('/fails')
    const id = String(headers['x-request-id'])

    assert.match(id, /^[\w-]{8}$/)
    assert.ok(body.includes(id))
    const [failed] = watched.entries.filter(({ level }) => level === 'error')
    assert.equal(failed?.id, id)
    const [line] = await accesses(watched, 1)
    assert.equal(line?.requestId, id)
  })

  test('HB-06: comes from a trusted proxy, and from nobody else', async (t) => {
    const trusting = await start(t, { TRUSTED_PROXIES: 'loopback' })
    const alone = await start(t)
    const headers = { 'x-request-id': 'made-by-the-proxy' }
    assert.equal((await trusting.ask('/', headers)).headers['x-request-id'], 'made-by-the-proxy')
    assert.notEqual((await alone.ask('/', headers)).headers['x-request-id'], 'made-by-the-proxy')
  })
})

describe('headers of proxies', () => {
  test('HB-05 HB-06: change no address, cookie or check, from a trusted proxy neither', async (t) => {
    for (const env of [{}, { TRUSTED_PROXIES: 'loopback' }, { TRUSTED_PROXIES: '192.0.2.1' }]) {
      const watched = await start(t, env)
      const forged = {
        forwarded: 'for=192.0.2.60;proto=http;host=evil.test',
        'x-forwarded-for': '192.0.2.60',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'evil.test',
      }
      const plain = await watched.ask('/')
      const answer = await watched.ask('/', forged)
      assert.equal(answer.status, 200)
      assert.doesNotMatch(answer.body, /evil\.test/)
      assert.match(String(answer.headers['set-cookie']), /^__Host-tl-session=.*; Secure/)
      assert.deepEqual(Object.keys(answer.headers), Object.keys(plain.headers))
      const elsewhere = { ...forged, host: 'evil.test', 'x-forwarded-host': 'app.example' }
      assert.equal((await watched.ask('/', elsewhere)).status, 421)
      assert.equal((await watched.ask('/', { origin: 'http://evil.test' }, 'POST')).status, 403)
    }
  })
})

describe('whoever looks whether a page is there', () => {
  test('is told so by HEAD, and no script runs for it', async (t) => {
    const watched = await start(t)
    const page = await watched.ask('/fails', {}, 'HEAD')
    assert.equal(page.status, 200)
    assert.equal(page.body, '')
    assert.match(String(page.headers['content-type']), /^text\/html/)
    assert.equal(page.headers['set-cookie'], undefined)
    assert.equal((await watched.ask('/nowhere', {}, 'HEAD')).status, 404)
    assert.deepEqual(
      watched.entries.filter(({ level }) => level === 'error'),
      [],
    )
  })
})

describe('health', () => {
  test('is 503 where the store does not answer, and says no more than that', async (t) => {
    const watched = await start(t)
    assert.deepEqual(await watched.ask('/healthz').then(({ status, body }) => [status, body]), [
      200,
      'ok\n',
    ])
    const database = new DatabaseSync(join(watched.served.dataFolder, 'throughline.sqlite'))
    t.after(() => database.close())
    database.exec('ALTER TABLE sessions RENAME TO elsewhere')
    const { status, body } = await watched.ask('/healthz')
    assert.deepEqual([status, body], [503, 'the store does not answer\n'])
    assert.match(JSON.stringify(watched.entries), /The store does not answer/)
    database.exec('ALTER TABLE elsewhere RENAME TO sessions')
    assert.equal((await watched.ask('/healthz')).status, 200)
  })
})

describe('the numbers', () => {
  test('LG-01: count what happens to connections and what providers answer, and name nobody', async (t) => {
    const { program } = await startStage(t, { server: { expiresIn: 600 } })
    const tab = await arrive(program)
    const away = await leave(tab)
    await tab.go(await consent(away))
    program.advance(600_000)
    await tab.press('button:Fetch')
    const numbers = String(program.handler.program.meter)

    assert.match(numbers, /^throughline_events_total\{event="connection\.finished"\} 1$/m)
    assert.match(numbers, /^throughline_refreshes_total\{outcome="refreshed"\} 1$/m)
    assert.match(numbers, /^throughline_provider_calls_total\{outcome="2xx"\} [3-9]$/m)
    assert.match(numbers, /^throughline_presses_total [2-9]$/m)
    const ids = program.events.flatMap(({ session, account }) => [session, account])
    const secrets = [...tab.person.jar.values(), ...away.searchParams.values(), ...ids]
    for (const secret of secrets.filter((one) => (one ?? '').length > 8)) {
      assert.ok(!numbers.includes(secret ?? ''))
    }
  })

  test('LG-01: stand on a port of their own, with names of ours for labels and nothing that was sent', async (t) => {
    const port = await freePort()
    const watched = await start(t, { METRICS_PORT: String(port) })
    assert.equal(watched.served.metricsUrl, `http://127.0.0.1:${port}/metrics`)
    const asked = ['/', '/', `/?${SECRET}`, `/${SECRET}`, `/-/file/${SECRET}/0/a`, '/metrics']
    for (const path of asked) await watched.ask(path, { cookie: SECRET })
    await watched.ask('/', {}, SECRET.toUpperCase()).catch(() => undefined)
    await accesses(watched, asked.length)

    assert.equal((await watched.ask('/metrics')).status, 404)
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
    const numbers = await answer.text()
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    assert.match(numbers, /^throughline_requests_total\{route="page",status="200"\} 3$/m)
    assert.match(numbers, /^throughline_request_seconds_count\{route="page"\} 3$/m)
    for (const name of [
      'throughline_presses_total',
      'throughline_runs',
      'throughline_runs_waiting',
      'throughline_event_streams',
      'throughline_sessions',
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
      'nodejs_eventloop_delay_max_seconds',
    ]) {
      assert.match(numbers, new RegExp(`^${name} [\\d.e-]+$`, 'm'), name)
    }
    assert.doesNotMatch(numbers, new RegExp(SECRET, 'i'))
    const labels = new Set(
      [...numbers.matchAll(/(?:route|status)="([^"]*)"/g)].map(([, one]) => one),
    )
    assert.ok(labels.isSubsetOf(new Set(['page', 'other', 'file', 'health', '200', '404'])))
  })

  test('are asked for by another variable where their port is taken, and nothing is left listening', async (t) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const taken = String((server.address() as AddressInfo).port)
    const port = await freePort()

    await assert.rejects(start(t, { PORT: String(port), METRICS_PORT: taken }), (error) => {
      assert.ok(isThroughlineError(error, 'server.port-taken'))
      assert.match(error.message, new RegExp(`Port ${taken} .* METRICS_PORT=\\d+\\.$`))
      return true
    })

    const after = createServer().listen(port, '127.0.0.1')
    await once(after, 'listening')
    after.close()
  })

  test('HB-05: are given to nobody who calls this machine by a name that leads here', async (t) => {
    const port = await freePort()
    await start(t, { METRICS_PORT: String(port) })
    const ask = async (host: string) => {
      const asked = request({ host: '127.0.0.1', port, path: '/metrics', headers: { host } }).end()
      const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
      answer.resume()
      return answer.statusCode
    }
    assert.equal(await ask(`localhost:${port}`), 200)
    for (const host of ['evil.test', `evil.test:${port}`, '127.0.0.1.evil.test']) {
      assert.equal(await ask(host), 404)
    }
  })
})
