import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { downloadButton } from './download-button.ts'
import type { DownloadButtonOptions } from './download-button.ts'
import { testRun } from './test-run.ts'

const outcome = { file: 'a.zip', bytes: 3, files: [], failures: [] }
const from: DownloadButtonOptions['from'] = () => assert.fail('made before the person has pressed')
const download = (options: Partial<DownloadButtonOptions> = {}) => {
  return () => downloadButton('Download', { file: 'a.zip', from, ...options })
}

describe('downloadButton()', () => {
  test('offers its file and returns what came of it', () => {
    const run = testRun(download(), { outcome })

    assert.deepEqual(run.offered, ['a.zip'])
    assert.equal(run.result, outcome)
  })

  test('returns undefined while nothing has come of it', () => {
    assert.equal(testRun(download()).result, undefined)
  })

  test('offers nothing while it is disabled', () => {
    const run = testRun(download({ disabled: true }), { outcome })

    assert.deepEqual(run.offered, [])
    assert.equal(run.result, undefined)
  })

  test('submits the form itself, and offers a second button where JavaScript is off', () => {
    const { tags, text } = readMarkup(testRun(download()).html)
    const [, first, noscript, second] = tags

    assert.ok(first?.attributes.has('data-tl-native'))
    assert.equal(first?.attributes.get('value'), 'download-button:Download')
    assert.equal(noscript?.name, 'noscript')
    assert.equal(second?.attributes.get('type'), 'submit')
    assert.equal(second?.attributes.has('name'), false)
    assert.equal(text, 'DownloadContinue')
  })

  test('refuses to go without a name or a function', () => {
    assert.throws(() => testRun(download({ file: '' })), /takes the name of a file, received ""/)
    const wrong = { from: 'bytes' } as unknown as DownloadButtonOptions
    assert.throws(() => testRun(download(wrong)), /takes a function as "from", received "bytes"/)
  })
})
