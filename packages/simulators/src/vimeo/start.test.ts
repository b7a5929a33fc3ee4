/** Starting and stopping: ports and origins. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { describe, test } from 'node:test'

import { listen } from '../simulator/listen.ts'
import { startVimeoSimulator } from './start.ts'
import { startTestSimulator } from './testing.ts'

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

    await assert.rejects(start([]), /must be at least one redirect URI/)
    await assert.rejects(start(['/callback']), /`\/callback` must be an absolute URL/)
    await assert.rejects(start(['http://127.0.0.1/#x']), /without "#"/)
  })

  test('DO-01: reads no body that is larger than any of Vimeo’s, whoever sends it', async (t) => {
    const { origin } = await startTestSimulator(t)
    const post = async (length: number) => {
      const body = `a=${'b'.repeat(length)}`
      return (await fetch(`${origin}/oauth/authorize`, { method: 'POST', body })).status
    }

    assert.equal(await post(500_000), 400)
    assert.equal(await post(1_100_000), 413)
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
