import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { error, info, success, warning } from './alert.ts'
import type { ConnectButtonData } from './connect-button.ts'
import { renderElement } from './kinds.ts'
import type { ScriptErrorData } from './script-error.ts'
import { testRun } from './test-run.ts'

describe('info(), success(), warning() and error()', () => {
  test('say what they mean in a word, and not only by colour', () => {
    const show = (script: () => void): string => readMarkup(testRun(script).html).text

    assert.equal(
      show(() => info('a')),
      'Note: a',
    )
    assert.equal(
      show(() => success('a')),
      'Done: a',
    )
    assert.equal(
      show(() => warning('a')),
      'Warning: a',
    )
    assert.equal(
      show(() => error('a')),
      'Error: a',
    )
  })

  test('interrupt only where something went wrong', () => {
    assert.match(testRun(() => error('a')).html, /role="alert"/)
    assert.match(testRun(() => warning('a')).html, /role="status"/)
  })

  test('refuse what is no text', () => {
    const thrown = new Error('x') as unknown as string

    assert.throws(() => testRun(() => error(thrown)), {
      message:
        'error() takes a string as text, received an object. Turn the value into a string first.',
    })
  })
})

describe('a connect button', () => {
  const connect: ConnectButtonData = {
    kind: 'connect-button',
    label: 'Connect Vimeo',
    title: 'Vimeo',
    open: 'same-tab',
    primary: true,
  }
  const buttonOf = (element: ConnectButtonData) =>
    readMarkup(renderElement(element, 'connect:vimeo').toString()).tags.find(
      ({ name }) => name === 'button',
    )?.attributes

  test('submits the form itself and sends its id as the press', () => {
    const press = buttonOf(connect)

    assert.equal(press?.get('name'), 'tl-press')
    assert.equal(press?.get('value'), 'connect:vimeo')
    assert.ok(press?.has('data-tl-native'))
    assert.equal(press?.has('formtarget'), false)
  })

  test('opens a new tab only where that was asked for', () => {
    assert.equal(buttonOf({ ...connect, open: 'new-tab' })?.get('formtarget'), '_blank')
  })

  test('shows what happened the last time above itself', () => {
    const markup = renderElement(
      { ...connect, message: 'You declined.', tone: 'warning' } as ConnectButtonData,
      'c',
    )

    assert.match(readMarkup(markup.toString()).text, /^Warning: You declined\.Connect Vimeo/)
  })
})

describe('a failure of the script', () => {
  const show = (element: Omit<ScriptErrorData, 'kind'>): string =>
    readMarkup(renderElement({ kind: 'script-error', ...element }, 'e').toString()).text

  test('shows a person the sentence and the id', () => {
    assert.equal(
      show({ message: 'Please try again.', id: 'a1' }),
      'Error: Please try again.Error id a1',
    )
  })

  test('shows its author the place, the message and the lines around it', () => {
    const text = show({
      message: 'No.',
      code: 'x.y',
      place: 'script.ts:2',
      excerpt: ['  1 a', '> 2 b'],
    })

    assert.equal(text, 'script.ts:2 x.y No.  1 a> 2 b')
  })
})
