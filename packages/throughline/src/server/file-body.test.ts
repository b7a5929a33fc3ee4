import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { discardSource, fileBody } from './file-body.ts'

function sourceOf(...sizes: readonly number[]) {
  const state = { isClosed: false }
  async function* source() {
    try {
      for (const size of sizes) yield new Uint8Array(size).fill(7)
    } finally {
      state.isClosed = true
    }
  }
  return { source: source(), state }
}

/** Reads it to its end: how many bytes came, and with what it was done. */
async function read(sizes: readonly number[], length: number, isRest = true) {
  const { source, state } = sourceOf(...sizes)
  const ends: unknown[] = []
  const body = fileBody(source, length, isRest, (error) => ends.push(error))
  let bytes = 0
  let thrown: unknown
  try {
    for await (const chunk of body) bytes += chunk.byteLength
  } catch (error) {
    thrown = error
  }
  assert.equal(ends.length, 1)
  assert.ok(state.isClosed)
  return { bytes, thrown, end: ends[0] }
}

describe('fileBody()', () => {
  test('sends as many bytes as the source gives', async () => {
    assert.deepEqual(await read([3, 4], 7), { bytes: 7, thrown: undefined, end: undefined })
  })

  test('sends a part, and says nothing of what follows it', async () => {
    assert.deepEqual(await read([3, 4], 5, false), { bytes: 5, thrown: undefined, end: undefined })
  })

  test('breaks off where the source gives too few, and says how many', async () => {
    const { thrown, end } = await read([3, 2], 7)
    assert.ok(isThroughlineError(thrown, 'server.file-size'))
    assert.deepEqual(thrown.details, { length: 7, bytes: 5 })
    assert.equal(end, thrown)
  })

  test('sends no more than it said where the source gives too many, and says how many', async () => {
    const { bytes, thrown, end } = await read([3, 6], 7)
    assert.deepEqual([bytes, thrown], [7, undefined])
    assert.ok(isThroughlineError(end, 'server.file-size'))
    assert.deepEqual(end.details, { length: 7, bytes: 9 })
  })

  test('closes the source when nobody reads on', async () => {
    const { source, state } = sourceOf(3, 4)
    const ends: unknown[] = []
    const reader = fileBody(source, 7, true, (error) => ends.push(error)).getReader()
    await reader.read()
    await reader.cancel()
    assert.deepEqual([ends, state.isClosed], [[undefined], true])
  })
})

describe('discardSource()', () => {
  test('closes a source of which something was read, and minds no error of it', async () => {
    const { source, state } = sourceOf(3, 4)
    await source.next()
    await discardSource(source)
    assert.ok(state.isClosed)

    const failing = { next: () => assert.fail(), return: () => Promise.reject(new Error('no')) }
    await discardSource({ [Symbol.asyncIterator]: () => failing })
  })
})
