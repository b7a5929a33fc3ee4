import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { linkListButton, type LinkListButtonOptions } from './link-list-button.ts'
import { testRun } from './test-run.ts'

const files: LinkListButtonOptions['files'] = () =>
  assert.fail('asked for before the person has pressed')
const list = (options: Partial<LinkListButtonOptions> = {}) => {
  return () => linkListButton('Links', { format: 'aria2', file: 'videos.txt', files, ...options })
}

describe('linkListButton()', () => {
  test('offers its list, by a button whose form the browser submits', () => {
    const run = testRun(list())
    const press = readMarkup(run.html).tags.find(({ name }) => name === 'button')

    assert.deepEqual(run.offered, ['videos.txt'])
    assert.ok(press?.attributes.has('data-tl-native'))
    assert.equal(press?.attributes.get('value'), 'link-list-button:Links')
  })

  test('offers nothing while it is disabled', () => {
    assert.deepEqual(testRun(list({ disabled: true })).offered, [])
  })

  test('refuses an unknown format, no name, no function', () => {
    const wrong = (options: object) => () => testRun(list(options))

    assert.throws(wrong({ format: 'ftp' }), /takes a format of aria2, curl, wget, received "ftp"/)
    assert.throws(wrong({ file: ' ' }), /takes the name of a file, received " "/)
    assert.throws(wrong({ files: 'all' }), /takes a function as "files", received "all"/)
  })

  for (const hours of [0, -1, 169, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`lets no link live for ${hours} hours`, () => {
      assert.throws(() => testRun(list({ hours })), /takes hours above 0, at most 168/)
    })
  }

  test('lets a link live for a week', () => {
    assert.deepEqual(testRun(list({ hours: 168 })).offered, ['videos.txt'])
  })
})
