import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { rotateUnderLoad } from './key-rotations.ts'
import { killRotations } from './killed-rotations.ts'

describe('three rotations while two processes serve', () => {
  test('CR-07 CR-10: nobody sees a failure or is signed out, and nothing is left of the keys that were dropped', async (t) => {
    const load = { rotations: 3, flows: 45, pressing: 3, connecting: 2 }

    const outcome = await rotateUnderLoad(t, load)

    assert.deepEqual(outcome.failures, [])
    assert.ok(outcome.presses > 0 && outcome.connects > 0)
    assert.match(outcome.keys, /^k4 +seals, has [^\n]+$/)
    assert.deepEqual(outcome.idsInFiles, ['k4'])
  })
})

test('CR-07: a rotation that kill -9 ends at any row leaves every row readable, and the next goes on', async () => {
  const outcome = await killRotations(4)

  assert.equal(outcome.unreadable, 0)
  assert.ok(outcome.keysBetween.length > 0)
  assert.deepEqual(outcome.keysAtTheEnd, ['k5'])
})
