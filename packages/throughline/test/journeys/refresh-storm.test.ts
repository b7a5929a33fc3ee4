import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runStorm } from './refresh-storm.ts'

describe('three processes on one file', () => {
  test('RF-02 DU-05: whoever asks, each refresh token is presented once, and no connection dies', async () => {
    const outcome = await runStorm({ refreshes: 400, accounts: 20, processes: 3 })
    assert.ok(outcome.refreshes >= 400)
    assert.equal(outcome.doublePresentations, 0)
    assert.equal(outcome.deadConnections, 0)
    assert.equal(outcome.generations, outcome.refreshes)
    assert.ok(outcome.calls > outcome.refreshes)
  })
})
