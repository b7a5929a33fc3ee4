/*
 * `throughline run --tunnel`: one public address for as long as the program runs. A program of the test's stands in for
 * the tunnel: it writes what cloudflared writes, and leads nowhere.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { freePort } from '../../src/testing/free-ports.ts'
import { tell } from '../../src/testing/told.ts'
import { fetchOverHttp } from './fetch-over-http.ts'

const CLI = join(import.meta.dirname, '../../src/cli.ts')
const PACKAGE = join(import.meta.dirname, '../..')
const ORIGIN = 'https://ada-solo-younger-truck.trycloudflare.com'
const SCRIPT = `import { app, text } from 'throughline'
const acme = {
  name: 'acme', title: 'Acme', api: 'https://acme.example', apiOrigins: ['https://acme.example'], quirks: {},
  authorizationServer: { issuer: 'https://acme.example', authorization_endpoint: 'https://acme.example/a', token_endpoint: 'https://acme.example/t' },
  clientAuthentication: 'basic', account: async () => ({ subject: 'a', name: 'A', claims: {} }), source: 'https://acme.example', checked: '2026-11-01',
}
export default app({ title: 'Tunnelled', providers: [acme], pages: { '/': () => { text('first words') }, '/fails': () => { throw new Error('of-the-script') } } })
`

const SAYS = `process.stderr.write('INF |  ${ORIGIN}   |\\n')`

/** @param says What the tunnel program does before it stays. */
async function start(t: TestContext, env: Record<string, string> = {}, says = SAYS) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-tunnelled-'))
  const port = await freePort()
  const tunnelPid = join(folder, 'tunnel.pid')
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(PACKAGE, join(folder, 'node_modules', 'throughline'))
  writeFileSync(join(folder, 'script.ts'), SCRIPT)
  writeFileSync(
    join(folder, 'cloudflared'),
    `#!${process.execPath}
require('node:fs').writeFileSync(${JSON.stringify(tunnelPid)}, String(process.pid))
${says}
setInterval(() => {}, 1000)\n`,
  )
  chmodSync(join(folder, 'cloudflared'), 0o755)
  const child = spawn(
    process.execPath,
    ['--conditions=throughline-source', CLI, 'run', '--tunnel', join(folder, 'script.ts')],
    {
      env: {
        PATH: folder,
        PORT: String(port),
        THROUGHLINE_DATA: join(folder, '.throughline'),
        ACME_CLIENT_ID: 'client',
        ACME_CLIENT_SECRET: 'not a real one',
        ...env,
      },
      timeout: 50_000,
      killSignal: 'SIGKILL',
    },
  )
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGTERM')
    await exited
    rmSync(folder, { recursive: true, force: true })
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      tell({ kind: 'log', entry: text })
    })
  }
  const until = async (pattern: RegExp) => {
    while (!pattern.test(output)) {
      if (child.exitCode !== null) throw new Error(`It has ended: ${output}`)
      await pause()
    }
  }
  const agent = new Agent()
  const ask = async (path: string) =>
    (
      await fetchOverHttp(
        port,
        agent,
        new Request(ORIGIN + path, { headers: { host: new URL(ORIGIN).host } }),
      )
    ).text()
  const read = (path: string) => ask(path).catch(() => '')
  const pid = () => Number(readFileSync(tunnelPid, 'utf8'))
  return {
    child,
    exited,
    folder,
    output: () => output,
    until,
    read,
    pid,
    hasTunnel: () => existsSync(tunnelPid),
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20))

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('throughline run --tunnel', () => {
  test('serves the script at the public address, says what to register, and keeps both over a save', async (t) => {
    const run = await start(t)
    await run.until(new RegExp(`Tunnelled is ready: ${ORIGIN}\n`))
    await run.until(new RegExp(`to register +${ORIGIN}/oauth/callback/acme\n`))
    assert.match(await run.read('/'), /first words/)
    const pid = run.pid()

    writeFileSync(join(run.folder, 'script.ts'), SCRIPT.replace('first', 'second'))
    while (!/second words/.test(await run.read('/'))) await pause()
    assert.equal(run.pid(), pid)
    assert.ok(isAlive(pid))
  })

  test('LG-02: shows strangers no line of the script, and its author the sentence in the terminal', async (t) => {
    const run = await start(t)
    await run.until(/is ready: /)
    const page = await run.read('/fails')
    assert.doesNotMatch(page, /of-the-script|script\.ts/)
    await run.until(/\[error [\w-]{8}\] A script failed\. of-the-script/)
  })

  test('takes the tunnel down where it is stopped', async (t) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const run = await start(t)
      await run.until(/is ready: /)
      const pid = run.pid()
      run.child.kill(signal)
      const [code] = (await run.exited) as [number | null]
      assert.equal(code, 0)
      while (isAlive(pid)) await pause()
      assert.doesNotMatch(run.output(), /has ended/)
    }
  })

  test('takes the tunnel down where it is stopped before there is an address', async (t) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const run = await start(t, {}, '')
      while (!run.hasTunnel() || run.pid() === 0) await pause()
      const pid = run.pid()
      run.child.kill(signal)
      const [code] = (await run.exited) as [number | null]
      assert.equal(code, 0)
      while (isAlive(pid)) await pause()
      assert.doesNotMatch(run.output(), /is ready: |gave no public address/)
    }
  })

  test('ends where the tunnel does, and says so', async (t) => {
    const run = await start(t)
    await run.until(/is ready: /)
    process.kill(run.pid(), 'SIGKILL')
    const [code] = (await run.exited) as [number | null]
    assert.equal(code, 1)
    assert.match(run.output(), /The tunnel \(cloudflared\) has ended.* This program ends too/)
  })

  test('takes the tunnel down where the script cannot be served', async (t) => {
    const run = await start(t, { TRUSTED_PROXIES: 'everybody' })
    const [code] = (await run.exited) as [number | null]
    assert.equal(code, 1)
    assert.match(run.output(), /TRUSTED_PROXIES names "everybody"/)
    const pid = run.pid()
    while (isAlive(pid)) await pause()
  })

  test('opens none beside another public address', async (t) => {
    const run = await start(t, { PUBLIC_URL: 'https://videos.example.com' })
    const [code] = (await run.exited) as [number | null]
    assert.equal(code, 1)
    assert.match(run.output(), /PUBLIC_URL is set, and a tunnel has an address of its own/)
    assert.equal(run.hasTunnel(), false)
  })
})
