import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealingKeys } from '../crypto/key-ring.ts'
import { TabValues } from './tab-values.ts'

const ring = createSealingKeys([{ id: 'k', bytes: randomBytes(32) }])
const changesOf = (values: TabValues) => values.changes(ring, systemRandom, 's', 't')

describe('TabValues', () => {
  test('reads what was written, per page and widget', () => {
    const values = TabValues.empty()
    values.write('/', 'text-input:A', ['a'])

    assert.deepEqual(values.read('/', 'text-input:A'), ['a'])
    assert.equal(values.read('/other', 'text-input:A'), undefined)
    assert.equal(values.read('/', 'constructor'), undefined)
  })

  test('comes back from what was sealed', () => {
    const values = TabValues.empty()
    values.write('/', 'select:B', ['1', '2'])
    const { sealed = '' } = changesOf(values)

    assert.deepEqual(TabValues.open(ring, 's', 't', sealed).read('/', 'select:B'), ['1', '2'])
  })

  test('opens for its own tab alone', () => {
    const values = TabValues.empty()
    values.write('/', 'select:B', ['1'])
    const { sealed = '' } = changesOf(values)

    assert.throws(() => TabValues.open(ring, 's', 'another', sealed), {
      code: 'crypto.cannot-open',
    })
  })

  test('has changes until they are settled, also where storing them failed', () => {
    const values = TabValues.empty()
    values.write('/', 'a:', ['1'])
    const failed = changesOf(values)
    const again = changesOf(values)
    again.settle()

    assert.ok(failed.sealed)
    assert.ok(again.sealed)
    assert.equal(changesOf(values).sealed, undefined)
  })

  test('a change made while another is being stored is stored next', () => {
    const values = TabValues.empty()
    values.write('/', 'a:', ['1'])
    const first = changesOf(values)
    values.write('/', 'a:', ['2'])
    first.settle()

    assert.ok(changesOf(values).sealed)
  })

  test('the same values again are no change', () => {
    const values = TabValues.empty()
    values.write('/', 'a:', ['1'])
    changesOf(values).settle()
    values.write('/', 'a:', ['1'])
    values.forget('/', 'b:')

    assert.equal(changesOf(values).sealed, undefined)
  })

  test('forgets a widget', () => {
    const values = TabValues.empty()
    values.write('/', 'a:', ['1'])
    values.forget('/', 'a:')

    assert.equal(values.read('/', 'a:'), undefined)
  })

  test('a copy has the same values and leaves the original alone', () => {
    const values = TabValues.empty()
    values.write('/', 'a:', ['1'])
    const copy = values.copy()
    copy.write('/', 'a:', ['2'])

    assert.deepEqual(values.read('/', 'a:'), ['1'])
    assert.ok(changesOf(copy).sealed)
  })
})
