import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { ACCOUNT, connectInTab, consent, exchanges, leave } from './consent.ts'
import type { ChildOptions } from './connect-child.ts'
import { Person } from '../../src/testing/person.ts'

/** Starts the program in a process of its own; resolves once it listens. */
async function startChild(t: TestContext, options: ChildOptions) {
  const file = join(import.meta.dirname, 'connect-child.ts')
  const child = spawn(
    process.execPath,
    ['--conditions=throughline-source', file, JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000, killSignal: 'SIGKILL' },
  )
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  t.after(kill)
  await once(child.stdout, 'data')
  return { kill }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('a process that is killed', () => {
  test('P1 P3 P5 CB-13: between leaving and returning, and while it exchanges: nothing acked is lost, nothing exchanged twice', async (t) => {
    const server = await startAuthorizationServer()
    t.after(() => server.close())
    const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const port = await freePort()
    const options: ChildOptions = {
      databaseFile: join(folder, 'throughline.sqlite'),
      key: randomBytes(32).toString('base64url'),
      port,
      server: server.origin,
      ahead: 0,
    }
    const first = await startChild(t, options)
    const person = new Person((request: Request) => fetch(request), `http://127.0.0.1:${port}`)
    const tab = await person.open(ACCOUNT)
    tab.set('text-input:Note', 'kept')
    await tab.press('button:Keep')
    const interrupted = await consent(await leave(tab))
    const back = await consent(await leave(tab))
    await first.kill()

    const second = await startChild(t, options)
    await tab.go(back)
    assert.match(tab.text, /Connected as Ada Example.*Kept "kept", note "kept"/)
    assert.equal(exchanges(server), 1)
    server.next({ path: '/token', delayMilliseconds: 20_000 })
    const lost = person.send(interrupted).catch(() => undefined)
    while (exchanges(server) < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    await second.kill()
    assert.equal(await lost, undefined)

    await startChild(t, { ...options, ahead: 31_000 })
    await tab.go(interrupted)
    assert.match(tab.text, /could not be finished\. Please connect again/)
    assert.match(tab.text, /Kept "kept"/)
    assert.equal(exchanges(server), 2)
    await tab.press('button:Disconnect')
    await tab.go(ACCOUNT)
    await connectInTab(tab)
    assert.match(tab.text, /Connected as Ada Example.*Kept "kept"/)
    assert.equal(exchanges(server), 3)
  })
})
