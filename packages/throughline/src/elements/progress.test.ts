import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { progress } from './progress.ts'
import { testRun } from './test-run.ts'

describe('progress()', () => {
  test('shows how far it is, and what is being done', () => {
    const { html } = testRun(() => progress(0.25, { text: 'Packing' }))

    assert.match(html, /<progress [^>]*max="1" value="0.25">25 %<\/progress>/)
    assert.match(html, />Packing<\/label>/)
  })

  test('is replaced in its place and keeps its text', () => {
    const run = testRun(() => progress(0, { text: 'Packing' }))
    run.result.update(0.5)

    assert.deepEqual(run.log, ['append progress:1', 'replace progress:1'])
    assert.match(run.html, />Packing<.*value="0.5"/)

    run.result.update(1, 'Done')
    assert.match(run.html, />Done<.*value="1"/)
  })

  test('lets the control signal that is due through when it is updated', () => {
    const signal = new Error('stop')
    const interaction: { signal?: Error } = {}
    const run = testRun(() => progress(0), interaction)

    interaction.signal = signal

    assert.throws(() => run.result.update(0.5), signal)
    assert.deepEqual(run.log, ['append progress:1'])
  })

  test('refuses what is not a part of one', () => {
    assert.throws(() => testRun(() => progress(40)), {
      name: 'TypeError',
      message: 'progress() takes a number from 0 to 1, received 40. Divide by the total.',
    })
    assert.throws(() => testRun(() => progress(0)).result.update(Number.NaN), {
      message: 'update() takes a number from 0 to 1, received NaN. Divide by the total.',
    })
  })
})
