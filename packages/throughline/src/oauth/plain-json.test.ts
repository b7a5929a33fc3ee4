import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { memberOf, readJsonObject } from './plain-json.ts'

const read = (text: string) => readJsonObject(Buffer.from(text))

describe('readJsonObject()', () => {
  test('reads what the parser reads, deep-frozen', () => {
    const read1 = read('{"a":[{"b":null}],"c":{"d":"\\u00e9"},"e":1.5,"f":true}')

    assert.deepEqual(read1, { object: { a: [{ b: null }], c: { d: 'é' }, e: 1.5, f: true } })
    assert.ok('object' in read1)
    const { object } = read1
    assert.ok(Object.isFrozen(object))
    assert.ok(Object.isFrozen((object['a'] as unknown[])[0]))
  })

  test('reads any object of JSON back', () => {
    const names = fc
      .string()
      .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name))
    const objects = fc.dictionary(
      names,
      fc.oneof(fc.string(), fc.double(), fc.array(fc.string())),
      {
        noNullPrototype: true,
      },
    )
    fc.assert(
      fc.property(objects, (object) => {
        const text = JSON.stringify(object)
        assert.equal(JSON.stringify(read(text)), `{"object":${text}}`)
      }),
    )
  })

  test('TK-06 leaves out names that poison, at every depth', () => {
    const read1 = read(
      '{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}},"b":[{"__proto__":2}]}}',
    )

    assert.deepEqual(read1, { object: { a: { b: [{}] } } })
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })

  test('TK-06 refuses a member that stands twice, however it is written', () => {
    assert.deepEqual(read('{"a":1,"b":2,"a":1}'), { fault: 'it has a member twice' })
    assert.deepEqual(read('{"a":1,"\\u0061":2}'), { fault: 'it has a member twice' })
    assert.ok(
      'object' in read('{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}],"c":"\\"a\\":1,\\"a\\":"}'),
    )
  })

  test('TK-06 refuses deep nesting without recursing, and reads what is 64 deep', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`

    assert.ok('object' in read(nested(64)))
    assert.ok('fault' in read(nested(65)))
    assert.ok('fault' in read(nested(100_000)))
    assert.ok('fault' in read('['.repeat(1_000_000)))
  })

  test('TK-06 takes linear time for text that is no JSON', () => {
    const startedAt = performance.now()
    assert.ok('fault' in read('"\\'.repeat(500_000)))
    assert.ok(performance.now() - startedAt < 2_000)
  })

  for (const text of [
    '',
    ' ',
    'null',
    '[]',
    '"text"',
    '1',
    'NaN',
    '{',
    '{"a":1',
    "{'a':1}",
    '{"a":1}x',
  ]) {
    test(`TK-06 refuses ${JSON.stringify(text)}`, () => {
      assert.deepEqual(read(text), { fault: 'it is not a JSON object' })
    })
  }

  test('TK-06 refuses a byte order mark and bytes that are not UTF-8', () => {
    assert.ok('fault' in read('\uFEFF{"a":1}'))
    assert.deepEqual(readJsonObject(Buffer.from('{"a":"\xff"}', 'latin1')), {
      fault: 'it is not UTF-8',
    })
    assert.deepEqual(readJsonObject(Buffer.from('{"a":1}', 'utf16le')), {
      fault: 'it is not a JSON object',
    })
  })
})

describe('memberOf()', () => {
  test('finds what stands within others, and in lists', () => {
    assert.equal(memberOf({ a: { b: 1 } }, 'a', 'b'), 1)
    assert.equal(memberOf({ a: [{ b: 1 }, { b: 2 }] }, 'a', 1, 'b'), 2)
  })

  test('finds nothing in what is no object, and nothing inherited', () => {
    for (const value of [undefined, null, 'text', 5, {}]) {
      assert.equal(memberOf(value, 'constructor', 'name'), undefined)
    }
  })
})
