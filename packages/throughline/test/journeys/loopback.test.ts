import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { app, text } from '../../src/index.ts'
import type { ProviderRecord } from '../../src/providers.ts'
import { serve, type Served } from '../../src/serve.ts'
import { freePort } from '../../src/testing/free-ports.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)
const skip = hasIpv6 ? false : 'this machine has no ::1'

async function start(
  t: TestContext,
  env: Readonly<Record<string, string>>,
  providers: readonly ProviderRecord[] = [],
): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
  const pages = { '/': () => text('Ours') }
  const served = await serve(app({ title: 'Loopback', providers, pages }), {
    env: { THROUGHLINE_DATA: folder, ...env },
    log: () => {},
  })
  t.after(async () => {
    await served.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return served
}

async function read(url: string): Promise<string> {
  return (await fetch(url)).text()
}

describe('the loopback address', () => {
  test(
    'LB-02: is 127.0.0.1, by its number, also where another program has the port at ::1',
    { skip },
    async (t) => {
      const port = await freePort()
      const other = createServer((_request, response) => response.end('Another')).listen(
        port,
        '::1',
      )
      await once(other, 'listening')
      t.after(() => other.close())

      const { url } = await start(t, { PORT: String(port) })

      assert.equal(url, `http://127.0.0.1:${port}`)
      assert.match(await read(url), /Ours/)
      assert.equal(await read(`http://[::1]:${port}`), 'Another')
    },
  )

  test(
    'LB-02: is ::1 where the operator says so, and the address says what bound',
    { skip },
    async (t) => {
      const port = await freePort()
      const { url } = await start(t, { PORT: String(port), HOST: '::1' })

      assert.equal(url, `http://[::1]:${port}`)
      assert.match(await read(url), /Ours/)
      await assert.rejects(read(`http://127.0.0.1:${port}`))
    },
  )

  test('LB-03: is free again where the start was broken off by a record that cannot be used', async (t) => {
    const port = await freePort()
    const provider = { name: 'acme', title: 'Acme', authorizationServer: { issuer: 'ftp://acme' } }
    const env = { PORT: String(port), ACME_CLIENT_ID: 'client', ACME_CLIENT_SECRET: 'none' }
    await assert.rejects(start(t, env, [provider]), { name: 'ThroughlineError' })

    const { url } = await start(t, { PORT: String(port) })
    assert.match(await read(url), /Ours/)
  })

  test('LB-02: is the one that localhost stands for, where the operator asks for that name', async (t) => {
    const { url } = await start(t, { PORT: '0', HOST: 'localhost' })

    assert.match(url, /^http:\/\/(?:127\.0\.0\.1|\[::1\]):\d+$/)
    assert.match(await read(url), /Ours/)
  })
})
