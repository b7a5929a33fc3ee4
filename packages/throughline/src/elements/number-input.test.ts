import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { numberInput } from './number-input.ts'
import type { NumberInputOptions } from './number-input.ts'
import { testRun } from './test-run.ts'

const id = 'number-input:Count'
const count = (options?: NumberInputOptions) => () => numberInput('Count', options)
const sent = (value: string) => ({ sent: { [id]: [value] } })

describe('numberInput()', () => {
  test('has its default until it is touched', () => {
    assert.equal(testRun(count()).result, undefined)
    assert.equal(testRun(count({ value: 3 })).result, 3)
  })

  test('returns the number that was sent', () => {
    assert.equal(testRun(count(), sent('0')).result, 0)
    assert.equal(testRun(count(), sent('-1.5')).result, -1.5)
    assert.equal(testRun(count(), sent('1e3')).result, 1000)
  })

  test('is undefined where the person has emptied it', () => {
    assert.equal(testRun(count({ value: 3 }), sent('')).result, undefined)
  })

  test('falls back to the default where the number is out of range or is none', () => {
    const options = { value: 3, min: 1, max: 5 }

    assert.equal(testRun(count(options), sent('6')).result, 3)
    assert.equal(testRun(count(options), sent('0')).result, 3)
    assert.equal(testRun(count(options), sent('three')).result, 3)
    assert.equal(testRun(count(options), sent('Infinity')).result, 3)
    assert.equal(testRun(count(options), sent('0x2')).result, 3)
    assert.equal(testRun(count(options), sent('2'.padStart(41, '0'))).result, 3)
    assert.equal(testRun(count(options), sent('5')).result, 5)
  })

  test('shows its default where what was sent is no number', () => {
    const { html } = testRun(count({ value: 3 }), sent('three'))

    assert.match(html, /value="3"/)
    assert.doesNotMatch(html, /aria-invalid/)
  })

  test('keeps what was typed in the field and says what is wrong with it', () => {
    const { html } = testRun(count({ value: 3, min: 1, max: 5 }), sent('500'))

    assert.match(html, /value="500"/)
    assert.match(html, /aria-invalid="true"/)
    assert.match(html, />Enter a number from 1 to 5\.<\/p>/)
  })

  test('says nothing about a number that it takes', () => {
    assert.doesNotMatch(testRun(count({ max: 5 }), sent('5')).html, /aria-invalid|<p/)
  })

  test('ignores what was sent while it is disabled', () => {
    assert.equal(testRun(count({ value: 3, disabled: true }), sent('4')).result, 3)
  })

  test('refuses a range that holds nothing and a default outside it', () => {
    assert.throws(() => testRun(count({ min: 5, max: 1 })), TypeError)
    assert.throws(() => testRun(count({ value: 9, max: 5 })), {
      message:
        'numberInput() takes a value from -Infinity to 5, received 9. Widen the range or change the value.',
    })
    assert.throws(() => testRun(count({ step: 0 })), /takes a step above 0/)
    assert.throws(() => testRun(count({ min: Number.NaN })), /takes a number as min, received NaN/)
  })
})
