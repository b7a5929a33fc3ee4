/** What goes wrong on demand: before a write, after it, without an answer, late. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

import { messageOf, startTestGoogle, type TestGoogle } from './testing.ts'

const write = (google: TestGoogle, text = 'a') =>
  google.call('PUT', '/values/users!A1?valueInputOption=RAW', { values: [[text]] })

/** Waits until the sheet shows what it is to show; a test that waits in vain runs into its timeout. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(2)
}

describe('a failure on demand', () => {
  test('answers 500 or 503 before anything is done, for the next so many', async (t) => {
    const google = await startTestGoogle(t, { switches: { internalErrors: 1, unavailable: 1 } })
    const first = await write(google)
    assert.deepEqual(first.body.error, {
      code: 500,
      message: 'Internal error encountered.',
      status: 'INTERNAL',
    })
    const second = await write(google)
    assert.deepEqual(
      [second.status, messageOf(second)],
      [503, 'The service is currently unavailable.'],
    )
    assert.deepEqual(google.shown(), [])
    assert.equal((await write(google)).status, 200)
  })

  test('concerns reads, writes or both', async (t) => {
    const google = await startTestGoogle(t, { switches: { internalErrors: 2 } })
    const read = async () => (await google.call('GET', '')).status
    assert.equal(await read(), 200)
    google.setSwitches({ failing: 'all' })
    assert.equal(await read(), 500)
    google.setSwitches({ failing: 'reads' })
    assert.equal((await write(google)).status, 200)
    assert.equal(await read(), 500)
    assert.equal(google.switches().internalErrors, 0)
  })

  test('does a write and ends the connection, or answers 500', async (t) => {
    const google = await startTestGoogle(t, { switches: { quotas: false } })
    await write(google, 'before')
    google.setSwitches({ appliedThenDropped: 1 })
    await assert.rejects(write(google, 'dropped'), TypeError)
    assert.deepEqual(google.shown(), [['dropped']])
    google.setSwitches({ appliedThenError: 1 })
    assert.equal((await write(google, 'failed')).status, 500)
    assert.deepEqual(google.shown(), [['failed']])
    assert.equal((await write(google, 'after')).status, 200)
  })

  test('ends the connection and does the write later', { timeout: 10_000 }, async (t) => {
    const google = await startTestGoogle(t, { switches: { appliedLaterMilliseconds: 40 } })
    await write(google, 'before')
    google.setSwitches({ droppedThenApplied: 1 })
    await assert.rejects(write(google, 'late'), TypeError)
    assert.deepEqual(google.shown(), [['before']])
    await until(() => google.shown()[0]?.[0] === 'late')
    assert.equal(google.requests.at(-1)?.status, 0)
  })

  test('makes answers slow', async (t) => {
    const google = await startTestGoogle(t, { switches: { delayMilliseconds: 50 } })
    const start = performance.now()
    await write(google)
    assert.ok(performance.now() - start >= 50)
  })
})

describe('the log', () => {
  test('says what was asked and why it was answered so, without tokens', async (t) => {
    const google = await startTestGoogle(t)
    await google.call('GET', '/values/Nope!A1')
    const [token, call] = google.requests
    assert.equal(token?.path, '/token')
    assert.deepEqual(call, {
      method: 'GET',
      path: `/v4/spreadsheets/${google.sheetId}/values/Nope!A1`,
      query: '',
      time: '2026-11-23T12:00:00.000Z',
      status: 400,
      kind: 'read',
      reason: 'Unable to parse range: Nope!A1',
    })
    assert.ok(!JSON.stringify(google.requests).includes('ya29'))
  })
})
