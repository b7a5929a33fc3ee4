import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealingKeys } from '../crypto/key-ring.ts'
import type { StateEntry } from '../store/session-store.ts'
import { SessionMemory } from './memory.ts'

const ring = createSealingKeys([{ id: 'k', bytes: randomBytes(32) }])
const memoryOf = (entries: readonly StateEntry[] = []) =>
  new SessionMemory(ring, systemRandom, 's', entries)
const stored = (memory: SessionMemory): StateEntry[] =>
  memory.changes().entries.map((entry) => ({ ...entry, version: 1 }))

describe('SessionMemory', () => {
  test('a name that is only read is no change', () => {
    const memory = memoryOf()
    memory.read('state:list', () => [])

    assert.deepEqual(memory.changes().entries, [])
  })

  test('a name set to what it starts at is no change', () => {
    const memory = memoryOf()
    memory.write('state:at', null, () => null)

    assert.deepEqual(memory.changes().entries, [])
  })

  test('a value changed in place is a change', () => {
    const memory = memoryOf()
    const list = memory.read('state:list', () => []) as number[]
    list.push(1)
    const map = memory.read('state:map', () => new Map()) as Map<string, number>
    map.set('a', 1)

    const next = memoryOf(stored(memory))

    assert.deepEqual(
      next.read('state:list', () => []),
      [1],
    )
    assert.deepEqual(
      next.read('state:map', () => new Map()),
      new Map([['a', 1]]),
    )
  })

  test('only the names that differ are changes, each sealed by itself', () => {
    const memory = memoryOf()
    memory.write('state:a', 1)
    memory.write('state:b', 2)
    memory.changes().settle()
    memory.write('state:b', 3)

    const { entries } = memory.changes()

    assert.deepEqual(
      entries.map(({ name }) => name),
      ['state:b'],
    )
    assert.doesNotMatch(entries[0]?.sealed ?? '', /3\]/)
  })

  test('a name opens under its own name alone', () => {
    const memory = memoryOf()
    memory.write('state:a', 'for a')
    const [entry] = stored(memory)
    assert.ok(entry)

    const moved = memoryOf([{ ...entry, name: 'state:b' }])

    assert.throws(() => moved.read('state:b', () => ''), { code: 'crypto.cannot-open' })
  })

  test('a value that can’t be kept is refused with its path, and dropped without the rest', () => {
    const memory = memoryOf()
    memory.write('state:good', 'kept')
    memory.write('state:bad', { list: [() => 1] })

    assert.throws(() => memory.changes(), {
      code: 'base.value-not-plain',
      message: /cannot hold a function, at bad\.list\[0\]/,
    })
    memory.dropUnkeepable()

    assert.deepEqual(
      memory.changes().entries.map(({ name }) => name),
      ['state:good'],
    )
  })

  test('what is dropped is again what the store holds', () => {
    const memory = memoryOf()
    memory.write('state:a', { n: 1 })
    memory.changes().settle()
    const value = memory.read('state:a', () => ({})) as Record<string, unknown>
    value['fn'] = () => 1
    memory.dropUnkeepable()

    assert.deepEqual(
      memory.read('state:a', () => ({})),
      { n: 1 },
    )
  })

  test('a change for this run alone starts at what is remembered', () => {
    const memory = memoryOf()
    const addOne = (value: unknown) => Number(value) + 1

    assert.equal(
      memory.changeHere('state:n', () => 5, addOne),
      6,
    )
    assert.equal(
      memory.changeHere('state:n', () => 5, addOne),
      7,
    )
    assert.equal(
      memory.read('state:n', () => 5),
      7,
    )
  })

  test('says whether a name differs from the store', () => {
    const memory = memoryOf()
    memory.read('state:a', () => 0)
    const before = memory.hasChanged('state:a')
    memory.write('state:a', 1)

    assert.equal(before, false)
    assert.equal(memory.hasChanged('state:a'), true)
    assert.equal(memory.hasChanged('state:never-read'), false)
  })
})
