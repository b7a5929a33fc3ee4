/* A tunnel program stands in for the real ones: it takes what they take, and writes what they write. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { freePort } from '../testing/free-ports.ts'
import { openTunnel } from './tunnel.ts'

const CLOUDFLARED = [
  '2026-11-25T08:32:54Z INF Thank you for trying Cloudflare Tunnel. Doing so, without a Cloudflare account, is a quick way to experiment and try it out.',
  '2026-11-25T08:32:54Z INF Requesting new quick Tunnel on trycloudflare.com...',
  '2026-11-25T08:32:58Z INF +--------------------------------------------------------------------------------------------+',
  '2026-11-25T08:32:58Z INF |  Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):  |',
  '2026-11-25T08:32:58Z INF |  https://ada-solo-younger-truck.trycloudflare.com                                          |',
  '2026-11-25T08:32:58Z INF +--------------------------------------------------------------------------------------------+',
]
const NGROK = [
  '{"lvl":"info","msg":"no configuration paths supplied","t":"2026-11-25T02:40:00Z"}',
  '{"addr":"127.0.0.1:4040","lvl":"info","msg":"starting web service","obj":"web","t":"2026-11-25T02:40:00Z"}',
  '{"addr":"http://127.0.0.1:3000","lvl":"info","msg":"started tunnel","name":"command_line","obj":"tunnels","t":"2026-11-25T02:40:01Z","url":"https://ab12-203-0-113-7.ngrok-free.app"}',
]

/** A folder with programs of these names; each writes its arguments into a file beside it. */
function folderWith(t: TestContext, programs: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-tunnel-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, body] of Object.entries(programs)) {
    const file = join(folder, name)
    const note = `require('node:fs').writeFileSync(${JSON.stringify(`${file}.args`)}, JSON.stringify(process.argv.slice(2)))`
    writeFileSync(file, `#!${process.execPath}\n${note}\n${body}\n`)
    chmodSync(file, 0o755)
  }
  const argsOf = (name: string) =>
    JSON.parse(readFileSync(join(folder, `${name}.args`), 'utf8')) as string[]
  return { env: { PATH: folder }, argsOf }
}

const STAYS = 'setInterval(() => {}, 1000)'
const writes = (stream: 'stdout' | 'stderr', lines: readonly string[]) =>
  `process.${stream}.write(${JSON.stringify(`${lines.join('\n')}\n`)})\n`

const isNoTunnel = (pattern: RegExp) => (thrown: unknown) =>
  isThroughlineError(thrown, 'server.no-tunnel') && pattern.test(thrown.message)

describe('openTunnel()', () => {
  test('CR-06 gives the program nothing of what the script is given', async (t) => {
    const tellsEnv = `process.stdout.write(JSON.stringify(Object.keys(process.env)) + '\\n')\n`
    const { env } = folderWith(t, { cloudflared: tellsEnv })
    const secrets = { THROUGHLINE_KEYS: 'k1:x', VIMEO_CLIENT_SECRET: 'x', OTHER: 'x' }

    await assert.rejects(
      openTunnel({ name: '', port: await freePort(), env: { ...env, ...secrets, HOME: '/' } }),
      isNoTunnel(/It said: \["PATH","HOME"\]$/),
    )
  })

  test('reads the address that cloudflared writes to standard error', async (t) => {
    const { env, argsOf } = folderWith(t, { cloudflared: writes('stderr', CLOUDFLARED) + STAYS })
    const port = await freePort()
    const tunnel = await openTunnel({ name: '', port, env })
    t.after(() => tunnel.close())

    assert.equal(tunnel.origin, 'https://ada-solo-younger-truck.trycloudflare.com')
    assert.deepEqual(argsOf('cloudflared'), [
      'tunnel',
      '--no-autoupdate',
      '--url',
      `http://127.0.0.1:${port}`,
    ])
  })

  test('reads the address that ngrok writes as JSON, where it is the one that is installed', async (t) => {
    const { env, argsOf } = folderWith(t, { ngrok: writes('stdout', NGROK) + STAYS })
    const port = await freePort()
    const tunnel = await openTunnel({ name: '', port, env })
    t.after(() => tunnel.close())

    assert.deepEqual(
      [tunnel.name, tunnel.origin],
      ['ngrok', 'https://ab12-203-0-113-7.ngrok-free.app'],
    )
    const words = ['http', `127.0.0.1:${port}`, '--log', 'stdout', '--log-format', 'json']
    assert.deepEqual(argsOf('ngrok'), words)
  })

  test('takes the one that is named where both are installed', async (t) => {
    const { env } = folderWith(t, {
      cloudflared: writes('stderr', CLOUDFLARED) + STAYS,
      ngrok: writes('stdout', NGROK) + STAYS,
    })
    const tunnel = await openTunnel({ name: 'ngrok', port: await freePort(), env })
    t.after(() => tunnel.close())
    assert.equal(tunnel.name, 'ngrok')
  })

  test('says in a sentence where to get one, and which there are', async (t) => {
    const { env } = folderWith(t, {})
    const open = async (name: string) => openTunnel({ name, port: await freePort(), env })
    await assert.rejects(
      open(''),
      isNoTunnel(/not installed: get cloudflared \(https:.*\) or ngrok \(https:.*\)\.$/),
    )
    await assert.rejects(
      open('ngrok'),
      isNoTunnel(/get ngrok \(https:\/\/ngrok\.com\/download\)\.$/),
    )
    await assert.rejects(open('zrok'), isNoTunnel(/Name one of cloudflared, ngrok\.$/))
  })

  test('gives up where no address comes, and where the program ends, and says what it said', async (t) => {
    const failure =
      'ERR Error unmarshaling QuickTunnel response: Post "https://api.trycloudflare.com/tunnel": no such host'
    const silent = folderWith(t, { cloudflared: writes('stderr', [failure]) + STAYS })
    const ended = folderWith(t, {
      ngrok: `${writes('stderr', ['\u001b[31mERROR:  authentication failed: no authtoken'])}process.exitCode = 1`,
    })
    const open = async (env: { PATH: string }, patienceMs?: number) =>
      openTunnel({ name: '', port: await freePort(), env, ...(patienceMs && { patienceMs }) })

    await assert.rejects(
      open(silent.env, 1500),
      isNoTunnel(
        /cloudflared gave no public address within 1\.5 s\. It said: ERR Error unmarshaling/,
      ),
    )
    await assert.rejects(
      open(ended.env),
      isNoTunnel(/ngrok ended without a public address\. It said: ERROR: {2}authentication failed/),
    )
  })

  test('opens none to a port at which another program listens', async (t) => {
    const { env } = folderWith(t, { cloudflared: writes('stderr', CLOUDFLARED) + STAYS })
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo
    await assert.rejects(openTunnel({ name: '', port, env }), { code: 'server.port-taken' })
  })

  test('tells where the tunnel ends by itself', async (t) => {
    const { env } = folderWith(t, {
      cloudflared: `${writes('stderr', CLOUDFLARED)}setTimeout(() => {}, 50)`,
    })
    const tunnel = await openTunnel({ name: '', port: await freePort(), env })
    assert.match(await tunnel.failed, /cloudflared\) has ended, and with it the public address/)
  })
})
