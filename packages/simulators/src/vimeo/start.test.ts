/** Starting and stopping: ports, origins, and the command line. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { listen } from './listen.ts'
import { shippedClips, startVimeoSimulator } from './start.ts'
import { startTestSimulator } from './testing.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

describe('startVimeoSimulator()', () => {
  test('listens on three different origins of 127.0.0.1', async (t) => {
    const { origin, playerOrigin, cdnOrigin } = await startTestSimulator(t)

    const origins = [origin, playerOrigin, cdnOrigin]
    for (const each of origins) assert.match(each, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.equal(new Set(origins).size, 3)
  })

  test('names a taken port in one sentence, keeps the cause, and leaves nothing listening', async (t) => {
    const { origin, clientId, clientSecret } = await startTestSimulator(t)
    const taken = Number(new URL(origin).port)
    const free = await listen(() => new Response(), { port: 0, purpose: 'test' })
    const apiPort = Number(new URL(free.origin).port)
    await free.close()

    await assert.rejects(
      startVimeoSimulator({
        port: apiPort,
        playerPort: taken,
        clientId,
        clientSecret,
        redirectUris: ['http://127.0.0.1:9/cb'],
      }),
      (error: Error) => {
        assert.match(
          error.message,
          new RegExp(`^Port ${taken} for .+ is already in use; [^\\n]+\\.$`),
        )
        assert.equal((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE')
        return true
      },
    )
    await assert.rejects(fetch(`http://127.0.0.1:${apiPort}/`))
  })

  test('refuses redirect URIs that are none', async () => {
    const start = (redirectUris: readonly string[]) =>
      startVimeoSimulator({ clientId: 'c', clientSecret: 's', redirectUris })

    await assert.rejects(start([]), /"redirectUris" must name at least one/)
    await assert.rejects(start(['/callback']), /holds `\/callback`\. Expected an absolute URL/)
    await assert.rejects(start(['http://127.0.0.1/#x']), /without "#"/)
  })

  test('stops answering when closed', async (t) => {
    const simulator = await startTestSimulator(t)
    assert.equal((await fetch(`${simulator.origin}/`)).status, 200)

    await simulator.close()

    await assert.rejects(fetch(`${simulator.origin}/`))
    await assert.rejects(fetch(`${simulator.cdnOrigin}/`))
  })

  test('ends requests that are still open when closed', { timeout: 5000 }, async (t) => {
    const simulator = await startTestSimulator(t)
    const open = request(`${simulator.origin}/oauth/access_token`, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': 5 },
    })
    open.flushHeaders()
    await once(open, 'continue')
    const failed = once(open, 'error')

    await simulator.close()

    assert.equal(((await failed)[0] as NodeJS.ErrnoException).code, 'ECONNRESET')
  })
})

describe('the command line', () => {
  test('makes a client, says where it is, and ends cleanly on SIGTERM', async (t) => {
    const { SIMULATOR_CLIENT_ID: _id, SIMULATOR_CLIENT_SECRET: _secret, ...env } = process.env
    const child = spawn(process.execPath, [MAIN, '--videos', shippedClips, '--port', '0'], { env })
    t.after(() => child.kill('SIGKILL'))
    let text = ''
    child.stdout.setEncoding('utf8')
    for await (const chunk of child.stdout) {
      text += String(chunk)
      if (/client secret .+\n/.test(text)) child.kill('SIGTERM')
    }
    if (child.exitCode === null) await once(child, 'exit')

    assert.equal(child.exitCode, 0)
    assert.match(text, /^Vimeo simulator on http:\/\/127\.0\.0\.1:\d+\n/)
    assert.match(text, /client id +[0-9a-f]{40}\n/)
    assert.match(text, /client secret +\S{128}\n/)
  })

  test('keeps a secret that was given out of its output, and ends on SIGINT', async (t) => {
    const env = {
      ...process.env,
      SIMULATOR_CLIENT_ID: 'given-id',
      SIMULATOR_CLIENT_SECRET: 'given-secret',
      SIMULATOR_REDIRECT_URIS: 'http://127.0.0.1:9/a http://127.0.0.1:9/b',
      SIMULATOR_PORT: '0',
    }
    const child = spawn(process.execPath, [MAIN], { env })
    t.after(() => child.kill('SIGKILL'))
    let text = ''
    child.stdout.setEncoding('utf8')
    for await (const chunk of child.stdout) {
      text += String(chunk)
      if (/redirect URIs .+\n/.test(text)) child.kill('SIGINT')
    }
    if (child.exitCode === null) await once(child, 'exit')

    assert.equal(child.exitCode, 0)
    assert.match(text, /redirect URIs +http:\/\/127\.0\.0\.1:9\/a http:\/\/127\.0\.0\.1:9\/b/)
    assert.doesNotMatch(text, /given-/)
  })

  test('ends with one line for a flag or a port it cannot use', async (t) => {
    for (const flags of [['--port', 'many'], ['--bogus']]) {
      const child = spawn(process.execPath, [MAIN, ...flags])
      t.after(() => child.kill('SIGKILL'))
      let text = ''
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      await once(child, 'close')

      assert.equal(child.exitCode, 1)
      assert.match(text, /^.+\n$/)
    }
  })
})
