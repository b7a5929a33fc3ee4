import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { testRun } from './test-run.ts'
import { textInput } from './text-input.ts'
import type { TextInputOptions } from './text-input.ts'

const id = 'text-input:Name'
const name = (options?: TextInputOptions) => () => textInput('Name', options)

describe('textInput()', () => {
  test('has its default until it is touched', () => {
    assert.equal(testRun(name()).result, '')
    assert.equal(testRun(name({ value: 'Ada' })).result, 'Ada')
  })

  test('returns what was sent, also an empty text', () => {
    assert.equal(testRun(name(), { sent: { [id]: ['Ada'] } }).result, 'Ada')
    assert.equal(testRun(name({ value: 'Ada' }), { sent: { [id]: [''] } }).result, '')
  })

  test('falls back to the default where the text is too long', () => {
    const options = { value: 'Ada', maxLength: 4 }

    assert.equal(testRun(name(options), { sent: { [id]: ['12345'] } }).result, 'Ada')
    assert.equal(testRun(name(options), { sent: { [id]: ['1234'] } }).result, '1234')
    assert.equal(testRun(name(), { sent: { [id]: ['x'.repeat(10_001)] } }).result, '')
  })

  test('drops line breaks, as browsers do', () => {
    assert.equal(testRun(name(), { sent: { [id]: ['a\r\nb\nc'] } }).result, 'abc')
  })

  test('keeps an e-mail address that is not one yet', () => {
    assert.equal(testRun(name({ type: 'email' }), { sent: { [id]: ['ada@'] } }).result, 'ada@')
  })

  test('ignores what was sent while it is disabled', () => {
    const options = { value: 'Ada', disabled: true }

    assert.equal(testRun(name(options), { sent: { [id]: ['Eve'] } }).result, 'Ada')
  })

  test('survives a field without values', () => {
    assert.equal(testRun(name({ value: 'Ada' }), { sent: { [id]: [] } }).result, 'Ada')
  })

  test('has a label and says what the server knows', () => {
    const { tags } = readMarkup(testRun(name(), { sent: { [id]: ['Ada'] } }).html)
    const [, label, input] = tags

    assert.equal(label?.attributes.get('for'), `${id}:input`)
    assert.equal(input?.attributes.get('id'), `${id}:input`)
    assert.equal(input?.attributes.get('value'), 'Ada')
    assert.equal(input?.attributes.get('data-tl-known'), 'Ada')
    assert.ok(input?.attributes.has('data-tl-sends'))
  })

  test('refuses a default that is no string', () => {
    const options = { value: null } as unknown as TextInputOptions

    assert.throws(() => testRun(name(options)), {
      name: 'TypeError',
      message:
        'textInput() takes a string as value, received null. Turn the value into a string first.',
    })
  })

  test('refuses a type and a length that there are not', () => {
    const options = { type: 'file' } as unknown as TextInputOptions

    assert.throws(
      () => testRun(name(options)),
      /takes a type of text, email, password, url, received "file"/,
    )
    assert.throws(
      () => testRun(name({ maxLength: 0 })),
      /takes a whole number as maxLength, received 0/,
    )
  })
})
