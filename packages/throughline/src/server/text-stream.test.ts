import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createTextStream } from './text-stream.ts'

const MEGABYTE = 'x'.repeat(1024 * 1024)

describe('createTextStream()', () => {
  test('gives what was written, to its end', async () => {
    const stream = createTextStream()
    stream.write('one ')
    stream.write('two')
    stream.close()

    assert.equal(await new Response(stream.body).text(), 'one two')
  })

  test('DO-03: gives up a reader that leaves too much unread', async () => {
    const stream = createTextStream()
    for (let written = 0; written < 12; written += 1) stream.write(MEGABYTE)
    stream.close()

    await assert.rejects(new Response(stream.body).text(), /stopped reading/)
  })
})
