import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { select } from './select.ts'
import { testRun } from './test-run.ts'

const id = 'select:Quality'
const quality = () => select('Quality', ['source', '1080p'])

describe('select()', () => {
  test('has the first option, or its default, until it is touched', () => {
    assert.equal(testRun(quality).result, 'source')
    const second = testRun(() => select('Quality', ['source', '1080p'], { value: '1080p' }))
    assert.equal(second.result, '1080p')
    assert.deepEqual(second.untouched.get(id), ['1080p'])
  })

  test('returns the option that was sent', () => {
    assert.equal(testRun(quality, { sent: { [id]: ['1080p'] } }).result, '1080p')
  })

  test('falls back to the default where what was sent is not offered', () => {
    assert.equal(testRun(quality, { sent: { [id]: ['8k'] } }).result, 'source')
    assert.equal(testRun(quality, { sent: { [id]: [] } }).result, 'source')
  })

  test('ignores what was sent while it is disabled', () => {
    const fixed = () => select('Quality', ['source', '1080p'], { disabled: true })

    assert.equal(testRun(fixed, { sent: { [id]: ['1080p'] } }).result, 'source')
  })

  test('shows labels and returns values', () => {
    const options = [
      { value: 'a', label: 'Apple' },
      { value: 'b', label: 'Pear' },
    ] as const
    const run = testRun(() => select('Quality', options), { sent: { [id]: ['b'] } })

    assert.equal(run.result, 'b')
    assert.match(run.html, /<option value="b" dir="auto" selected>Pear<\/option>/)
  })

  test('has the type of its options', () => {
    testRun(() => {
      const value: 'source' | '1080p' = select('Quality', ['source', '1080p'])
      const labelled: 'a' | 'b' = select('Fruit', [
        { value: 'a', label: 'Apple' },
        { value: 'b', label: 'Pear' },
      ])
      // @ts-expect-error: an option that is not offered
      const wrong: '8k' = select('Other', ['source', '1080p'])
      const names: string[] = ['Ada']
      const name: string = select('Name', names)
      return [value, labelled, wrong, name]
    })
  })

  test('refuses a default that is not offered', () => {
    const wrong = (): string => select('Quality', ['source'] as string[], { value: '8k' })

    assert.throws(() => testRun(wrong), {
      code: 'elements.unknown-option',
      message:
        'select("Quality") has no option "8k". It offers "source". Add the option or choose another default.',
    })
  })

  test('refuses to offer nothing', () => {
    assert.throws(() => testRun(() => select('Quality', [])), /takes at least one option/)
  })
})
