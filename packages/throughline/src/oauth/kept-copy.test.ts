import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keepCopy } from './kept-copy.ts'

const HOUR = 3_600_000

/** A copy of a document that says how often it was read, by a server that can fail. */
function stage() {
  const time = { now: 0 }
  const server = { readings: 0, isDown: false }
  const read = async () => {
    server.readings += 1
    if (server.isDown) throw new Error('down')
    return server.readings
  }
  return { time, server, copy: keepCopy(read, () => time.now, HOUR) }
}

describe('keepCopy()', () => {
  test('MD-03 reads once while the copy is young, and once more when it is old', async () => {
    const { time, server, copy } = stage()

    assert.equal(await copy.get(), 1)
    time.now = HOUR - 1
    assert.equal(await copy.get(), 1)
    time.now = HOUR
    assert.equal(await copy.get(), 2)
    assert.equal(server.readings, 2)
  })

  test('MD-03 reads once for all who ask at the same time', async () => {
    const { server, copy } = stage()

    const values = await Promise.all(Array.from({ length: 100 }, () => copy.get()))
    assert.deepEqual(new Set(values), new Set([1]))
    assert.equal(server.readings, 1)
  })

  test('MD-03 keeps the last good copy where a reading fails, and asks again after a minute', async () => {
    const { time, server, copy } = stage()
    await copy.get()

    server.isDown = true
    time.now = HOUR
    assert.deepEqual([await copy.get(), await copy.get(), server.readings], [1, 1, 2])
    time.now += 59_999
    assert.deepEqual([await copy.get(), server.readings], [1, 2])
    server.isDown = false
    time.now += 1
    assert.deepEqual([await copy.get(), server.readings], [3, 3])
  })

  test('MD-03 throws where there is no copy, and reads again for who asks next', async () => {
    const { server, copy } = stage()
    server.isDown = true

    await assert.rejects(copy.get(), /down/)
    server.isDown = false
    assert.equal(await copy.get(), 2)
  })

  test('MD-03 reads anew at most once a minute, however often that is wanted', async () => {
    const { time, server, copy } = stage()
    await copy.get()

    for (let attempt = 0; attempt < 1_000; attempt += 1) {
      time.now += 60
      await copy.renew()
    }
    // A thousand attempts within one minute: the last of them is the first that may ask.
    assert.equal(server.readings, 2)
  })

  test('MD-03 keeps the copy where reading it anew fails', async () => {
    const { time, server, copy } = stage()
    await copy.get()
    time.now = 60_000

    server.isDown = true
    assert.equal(await copy.renew(), 1)
    assert.equal(server.readings, 2)
  })

  test('MD-03 reads anew where the clock was set back since, and after a minute where that fails', async () => {
    const { time, server, copy } = stage()
    time.now = 1_000 * HOUR
    await copy.get()

    time.now = 0
    assert.equal(await copy.get(), 2)
    time.now = 1_000 * HOUR
    await copy.get()
    time.now = 0
    assert.deepEqual([await copy.renew(), server.readings], [4, 4])
    server.isDown = true
    assert.deepEqual([await copy.renew(), server.readings], [4, 4])
  })
})
