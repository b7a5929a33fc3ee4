import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soak } from './soak.ts'

test('PF-03: whatever one provider answers to many, nobody at another notices, and nothing is left unhandled', async (t) => {
  const outcome = await soak({ faults: 400, people: 20, seed: 20_261_125 })

  t.diagnostic(JSON.stringify(outcome))
  const { unhandledRejections, uncaughtExceptions, strayAnswers, bystanderFaults, stuck } = outcome
  assert.deepEqual([unhandledRejections, uncaughtExceptions], [0, 0])
  assert.deepEqual([strayAnswers, bystanderFaults, stuck], [[], [], 0])
  assert.ok(outcome.faults >= 400)
  for (const endpoint of ['/token', '/me', '/revoke']) assert.ok(outcome.byEndpoint[endpoint])
  assert.ok(outcome.bystanderPresses > 10 && outcome.bystanderSlowestMs < 5000)
})
