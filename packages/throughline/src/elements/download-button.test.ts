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

  test('shows how far the newest download has come, with what failed', () => {
    const failures = Array.from({ length: 22 }, (_, index) => ({
      title: `<${index}>`,
      reason: 'Gone & lost.',
    }))
    const { html } = testRun(download(), {
      going: {
        file: 'a.zip',
        text: 'Harbour',
        bytes: 1500,
        size: 6000,
        done: 1,
        total: 4000,
        failures,
      },
    })

    assert.match(html, /class="tl-going" data-tl-asks-after="21000"/)
    assert.match(html, /Sending a\.zip<\/label><progress[^>]* value="0\.25"><\/progress>/)
    assert.match(html, /Harbour · 1 of 4,000 files · 1\.5 kB of 6\.0 kB/)
    assert.match(
      html,
      /<li><strong>&lt;19&gt;<\/strong>: Gone &amp; lost\.<\/li><li>and 2 more<\/li>/,
    )
  })

  test('shows a bar without an end where nobody knows how much is to come', () => {
    const { html } = testRun(download(), { going: { file: 'a.zip', text: 'Harbour', bytes: 5 } })

    assert.match(html, /<progress[^>]* max="1"><\/progress>/)
    assert.match(html, /Harbour · 5 bytes/)
  })

  test('says that a download has stopped', () => {
    assert.match(testRun(download(), { going: 'stopped' }).html, /The download has stopped\./)
  })
})
