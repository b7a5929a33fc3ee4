import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { delivered } from './delivery.ts'
import type { Promised } from './delivery.ts'

const content = Buffer.from('Harbour at dawn')

async function* source(bytes: Uint8Array, error?: Error) {
  yield bytes.subarray(0, 3)
  yield bytes.subarray(3)
  if (error !== undefined) throw error
}

async function outcomeOf(bytes: AsyncIterable<Uint8Array>, promised: Partial<Promised> = {}) {
  const size = content.byteLength
  const toReason = (error: unknown) => (error as Error).message
  const chunks: Uint8Array[] = []
  const stream = delivered(bytes, { size, md5: undefined, toReason, ...promised })
  for (;;) {
    const { done, value } = await stream.next()
    if (done === true) return { bytes: Buffer.concat(chunks), delivery: value }
    chunks.push(value)
  }
}

const digest = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest('hex')

describe('delivered()', () => {
  it('gives a whole file as it is, with its checksum', async () => {
    const { bytes, delivery } = await outcomeOf(source(content))
    assert.deepEqual(bytes, content)
    assert.deepEqual(delivery, {
      sent: content.byteLength,
      sha256: digest('sha256', content),
      md5: undefined,
      problem: undefined,
    })
  })

  it('completes what breaks off or ends early with zeros', async () => {
    const size = 200_000
    const whole = Buffer.alloc(size)
    content.copy(whole)
    for (const [error, problem] of [
      [new Error('It broke.'), /It broke/],
      [undefined, /Less came/],
    ] as const) {
      const { bytes, delivery } = await outcomeOf(source(content, error), { size })
      assert.deepEqual(bytes, whole)
      assert.equal(delivery.sent, content.byteLength)
      assert.equal(delivery.sha256, digest('sha256', whole))
      assert.match(delivery.problem!, problem)
    }
  })

  it('joins small chunks, and keeps their order and their sum', async () => {
    const whole = randomBytes(3_000_000)
    async function* small() {
      for (let at = 0; at < whole.byteLength; at += 65_000) yield whole.subarray(at, at + 65_000)
    }
    const promised = { size: whole.byteLength, md5: undefined, toReason: String }
    const chunks = await Array.fromAsync(delivered(small(), promised))
    assert.deepEqual(Buffer.concat(chunks), whole)
    assert.ok(chunks.length <= 6, `${chunks.length} chunks`)
  })

  it('gives no byte more than was promised', async () => {
    const { bytes, delivery } = await outcomeOf(source(content), { size: 5 })
    assert.deepEqual(bytes, Buffer.from('\0\0\0\0\0'))
    assert.match(delivery.problem!, /More came/)
  })

  it('compares with the checksum that was named', async () => {
    const md5 = digest('md5', content)
    const right = await outcomeOf(source(content), { md5 })
    assert.deepEqual([right.delivery.md5, right.delivery.problem], [md5, undefined])
    const wrong = await outcomeOf(source(content), { md5: '0'.repeat(32) })
    assert.match(wrong.delivery.problem!, /checksum/)
  })

  it('ends with an error when the download itself is ended', async () => {
    const signal = AbortSignal.abort(new Error('The person has left.'))
    const broken = source(content, new Error('It broke.'))
    await assert.rejects(outcomeOf(broken, { signal, size: 99 }), /The person has left/)
  })
})
