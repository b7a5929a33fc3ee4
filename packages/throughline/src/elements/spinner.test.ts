import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { spinner } from './spinner.ts'
import { testRun } from './test-run.ts'

describe('spinner()', () => {
  test('shows while its function runs, is gone afterwards, and returns its value', async () => {
    const work = Promise.withResolvers<number>()
    const run = testRun(() => spinner('Asking …', () => work.promise))
    assert.match(run.html, /Asking …/)

    work.resolve(42)

    assert.equal(await run.result, 42)
    assert.equal(run.html, '')
    assert.deepEqual(run.log, ['append spinner:1', 'remove spinner:1'])
  })

  test('is gone when its function throws, and lets the error through', async () => {
    const failure = new Error('no answer')
    const run = testRun(() => spinner('Asking …', () => Promise.reject(failure)))

    await assert.rejects(run.result, failure)
    assert.equal(run.html, '')
  })

  test('takes a function that is not asynchronous', async () => {
    assert.equal(await testRun(() => spinner('Adding …', () => 1 + 1)).result, 2)
  })

  test('refuses a promise, for that began before the spinner could show', async () => {
    const early = Promise.resolve(1) as unknown as () => number

    await assert.rejects(testRun(() => spinner('Asking …', early)).result, {
      name: 'TypeError',
      message: /takes a function, received an object\. Write spinner\('…', \(\) => work\(\)\)/,
    })
  })
})
