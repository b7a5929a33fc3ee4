import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { serve } from '@hono/node-server'
import { cutOff, type Outgoing } from './cut-off.ts'

test('an answer that breaks off is cut, and nothing of why stands in it', async (t) => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half')
    throw new Error('why')
  }
  const fetchAnswer = (_request: Request, { outgoing }: { readonly outgoing: Outgoing }) => {
    const answer = new Response(ReadableStream.from(failing()), {
      headers: { 'content-length': '14' },
    })
    return cutOff(answer, outgoing, 60_000)
  }
  const server = serve({
    fetch: fetchAnswer,
    port: 0,
    hostname: '127.0.0.1',
    overrideGlobalObjects: false,
  }) as Server
  t.after(() => server.close())
  t.mock.method(console, 'error', () => {})
  if (!server.listening) await once(server, 'listening')

  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const read: string[] = []
  await assert.rejects(async () => {
    for await (const chunk of answer.body ?? []) read.push(Buffer.from(chunk).toString())
  })

  assert.equal(read.join(''), 'half')
})
