/*
 * `npm start` as its operator meets it: what it says, what it obeys, and how it ends.
 */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { Person, type DocumentTab } from '../packages/throughline/src/testing/person.ts'

const ROOT = dirname(import.meta.dirname)
const START = ['--conditions=throughline-source', join(ROOT, 'scripts/start.ts')]
/** A browser holds its connections longer than this. */
const END_MS = 15_000

/** A program that was started, and what it has written. */
interface Started {
  readonly child: ChildProcess
  output(): string
  /** Resolves when it says that it is ready; with its exit code where it ends first. */
  readonly ready: Promise<number | undefined>
}

type Variables = Readonly<Record<string, string>>

function start(
  t: TestContext,
  variables: Variables,
  [program, ...args]: readonly [string, ...string[]] = [process.execPath, ...START],
): Started {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables }
  // A group of its own, as a terminal gives it; whatever is left of it ends with the test.
  const child = spawn(program, args, { cwd: ROOT, env, detached: true })
  t.after(() => {
    try {
      process.kill(-Number(child.pid), 'SIGKILL')
    } catch {
      // Nobody is left.
    }
  })
  let output = ''
  const ready = new Promise<number | undefined>((resolve) => {
    const take = (chunk: Buffer) => {
      output += String(chunk)
      if (/ is ready: .+\n/.test(output)) resolve(undefined)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('close', (code) => resolve(code ?? 1))
  })
  return { child, output: () => output, ready }
}

function createDataFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'start-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'data')
}

/** Takes ports; `free()` frees them. */
async function takePort(): Promise<{ readonly port: number; free(): Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const free = async () => {
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }
  return { port: (server.address() as AddressInfo).port, free }
}

async function freePorts(): Promise<{ readonly PORT: string; readonly SIMULATOR_PORT: string }> {
  const taken = [await takePort(), await takePort()] as const
  for (const { free } of taken) await free()
  return { PORT: String(taken[0].port), SIMULATOR_PORT: String(taken[1].port) }
}

async function isListening(port: string): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  )
}

/** Ends a program as Ctrl-C does. */
async function interrupt({ child }: Started, pid = -Number(child.pid)): Promise<void> {
  const closed = once(child, 'close', { signal: AbortSignal.timeout(END_MS) })
  process.kill(pid, 'SIGINT')
  await closed
}

describe('npm start', () => {
  for (const whom of ['the whole group, as a terminal does', 'npm alone'] as const) {
    test(`is ready, and ends without a trace when SIGINT reaches ${whom}`, async (t) => {
      const ports = await freePorts()
      const THROUGHLINE_DATA = createDataFolder(t)
      const started = start(t, { ...ports, THROUGHLINE_DATA }, ['npm', 'start'])
      assert.equal(await started.ready, undefined, started.output())
      const health = await fetch(`http://127.0.0.1:${ports.PORT}/healthz`)
      assert.equal(health.status, 200)
      assert.ok(await isListening(ports.SIMULATOR_PORT))
      assert.match(started.output(), new RegExp(`ready: http://127\\.0\\.0\\.1:${ports.PORT}\n`))
      assert.match(started.output(), /That is a simulator/)

      const { pid } = started.child
      await interrupt(started, whom === 'npm alone' ? pid : undefined)
      assert.ok(!(await isListening(ports.PORT)))
      assert.ok(!(await isListening(ports.SIMULATOR_PORT)))
      assert.throws(() => process.kill(-Number(pid), 0), { code: 'ESRCH' })
    })
  }

  test('ends soon although a browser holds a connection and an answer is under way', async (t) => {
    const ports = await freePorts()
    const started = start(t, { ...ports, THROUGHLINE_DATA: createDataFolder(t) })
    await started.ready
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '9' }
    const origin = `http://127.0.0.1:${ports.PORT}`
    const body = new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('a')) })
    const slow = fetch(origin, {
      method: 'POST',
      headers: { ...headers, origin },
      body,
      duplex: 'half',
    }).catch(() => undefined)
    await fetch(origin)
    await interrupt(started)
    await slow
  })

  for (const name of ['PORT', 'SIMULATOR_PORT', 'GOOGLE_SIMULATOR_PORT'] as const) {
    test(`LB-03: says in a line that ${name} is taken, and leaves nothing running`, async (t) => {
      const taken = await takePort()
      t.after(taken.free)
      const ports = { ...(await freePorts()), [name]: String(taken.port) }
      const variables = { ...ports, THROUGHLINE_DATA: createDataFolder(t) }
      const flags = name === 'GOOGLE_SIMULATOR_PORT' ? ['--sheet'] : []
      const started = start(t, variables, [process.execPath, ...START, ...flags])
      assert.equal(await started.ready, 1)
      const advice = `Stop that one, or choose another port: ${name}=\\d+\\.`
      const line = `^Port ${taken.port} is taken by another program\\. ${advice}\n$`
      assert.match(started.output(), new RegExp(line))
      const other = name === 'PORT' ? ports.SIMULATOR_PORT : ports.PORT
      assert.ok(!(await isListening(other)))
    })
  }

  test('says in a line what it cannot use', async (t) => {
    const THROUGHLINE_DATA = createDataFolder(t)
    const wrong: readonly (readonly [Variables, readonly string[], RegExp])[] = [
      [{ PORT: 'many' }, [], /^PORT is "many", expected a port from 0 to 65535.*\n$/],
      [{ SIMULATOR_PORT: '70000' }, [], /^SIMULATOR_PORT is "70000", expected a port.*\n$/],
      [
        { PORT: '4000', SIMULATOR_PORT: '4000' },
        [],
        /^PORT and SIMULATOR_PORT are both 4000\..*\n$/,
      ],
      [{}, ['--shet'], /^npm start takes --sheet .+ and --only simulator or exporter\..*\n$/],
      [
        { NODE_ENV: 'production' },
        [],
        /^NODE_ENV is production, and VIMEO_CLIENT_ID and VIMEO_CLIENT_SECRET are not set.*\n$/,
      ],
      [
        { NODE_ENV: 'production', VIMEO_CLIENT_ID: 'a', VIMEO_CLIENT_SECRET: 'b' },
        ['--sheet'],
        /^NODE_ENV is production, and --sheet keeps users in a simulated Google\..*\n$/,
      ],
      [{}, ['--only', 'half'], /^--only half is not known\..*\n$/],
      [{}, ['--videos', '/no/such/folder'], /^The folder of videos "\/no\/such\/folder" .*\n$/],
      [
        { VIMEO_CLIENT_ID: 'a' },
        [],
        /^VIMEO_CLIENT_ID is set, but VIMEO_CLIENT_SECRET is not\..*\n$/,
      ],
      [
        { VIMEO_CLIENT_SECRET: 'a' },
        [],
        /^VIMEO_CLIENT_SECRET is set, but VIMEO_CLIENT_ID is not\..*\n$/,
      ],
    ]
    for (const [variables, flags, line] of wrong) {
      const free = { PORT: '0', SIMULATOR_PORT: '0', THROUGHLINE_DATA }
      const started = start(t, { ...free, ...variables }, [process.execPath, ...START, ...flags])
      assert.equal(await started.ready, 1)
      assert.match(started.output(), line)
    }
  })

  test('keeps its data where it is told, and says once that there is a new key file', async (t) => {
    const THROUGHLINE_DATA = createDataFolder(t)
    const variables = { PORT: '0', SIMULATOR_PORT: '0', THROUGHLINE_DATA }
    const first = start(t, variables)
    await first.ready
    await interrupt(first)
    const keyFile = join(THROUGHLINE_DATA, 'keys')
    assert.match(first.output(), new RegExp(`keeps its data ${THROUGHLINE_DATA}\n`))
    assert.match(first.output(), new RegExp(`NEW KEY FILE +${keyFile}\n.*Keep it, keep it secret`))
    for (const name of ['keys', 'simulator.json', 'throughline.sqlite']) {
      assert.equal(statSync(join(THROUGHLINE_DATA, name)).mode & 0o777, 0o600, name)
    }
    assert.equal(statSync(THROUGHLINE_DATA).mode & 0o777, 0o700)

    const second = start(t, variables)
    await second.ready
    await interrupt(second)
    assert.doesNotMatch(second.output(), /KEY FILE/)
  })

  test('with credentials of Vimeo’s starts no simulator', async (t) => {
    const ports = await freePorts()
    const credentials = { VIMEO_CLIENT_ID: 'an-id', VIMEO_CLIENT_SECRET: 'a-secret' }
    const started = start(t, { ...ports, ...credentials, THROUGHLINE_DATA: createDataFolder(t) })
    await started.ready
    assert.ok(await isListening(ports.PORT))
    assert.ok(!(await isListening(ports.SIMULATOR_PORT)))
    assert.match(started.output(), /connected to +Vimeo at https:\/\/api\.vimeo\.com\n/)
    assert.doesNotMatch(started.output(), /simulator|a-secret/)
  })
})

describe('a person', () => {
  test('is connected by --only exporter and --only simulator, and stays so when both start again', async (t) => {
    const variables = { ...(await freePorts()), THROUGHLINE_DATA: createDataFolder(t) }
    const origin = `http://127.0.0.1:${variables.PORT}`
    const halves = ['simulator', 'exporter'].map((half) =>
      start(t, variables, [process.execPath, ...START, '--only', half]),
    )
    for (const half of halves) assert.equal(await half.ready, undefined, half.output())
    const person = new Person((request: Request) => fetch(request), origin)
    const tab = await person.open('/terms')
    tab.set('checkbox:I%20accept%20the%20terms%20and%20conditions', '1')
    await tab.press()
    await tab.press('button:Continue')
    await tab.press('connect-button:vimeo')
    await consentAt(tab)
    assert.match(tab.text, /Welcome, Ada Example/)
    await tab.press('button:Save%20and%20continue')
    assert.match(tab.text, /Harbour at dawn/)
    for (const half of halves) await interrupt(half)

    const both = start(t, variables)
    await both.ready
    // What is asked for now is not kept anywhere: Vimeo itself must still know the person.
    tab.set('data-grid:videos', '')
    await tab.press('data-grid-all:videos')
    const answer = await person.send('/videos', tab.pressInit('download-button:Download'))
    const file = await person.send(answer.headers.get('location') ?? '')
    assert.equal(file.status, 200)
    assert.equal(file.headers.get('content-type'), 'application/zip')
    await file.body?.cancel()
  })
})

/** Presses Allow at the simulator, and comes back. */
async function consentAt(tab: DocumentTab): Promise<void> {
  const href = /<a class="tl-primary" href="([^"]+)"/.exec(tab.html)?.[1] ?? ''
  const leads = new URL(href.replaceAll('&amp;', '&'))
  const form = new URLSearchParams(leads.searchParams)
  form.set('person', '98765432')
  form.set('decision', 'allow')
  for (const scope of form.get('scope')?.split(' ') ?? []) form.append('granted', scope)
  const url = leads.origin + leads.pathname
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' })
  const back = new URL(answer.headers.get('location') ?? 'about:blank')
  await tab.go(back.pathname + back.search)
}
