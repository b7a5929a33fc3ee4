/*
 * The error that a promise ends with, for tests that look at more of it than its code.
 */
import assert from 'node:assert/strict'
import { isThroughlineError, type ThroughlineError } from '../base/error.ts'

/**
 * Waits for a failure of ours.
 *
 * @throws `AssertionError` when the promise succeeds; any error that is not ours, as it is.
 */
export async function failureOf(promise: Promise<unknown>): Promise<ThroughlineError> {
  try {
    await promise
  } catch (thrown) {
    if (isThroughlineError(thrown)) return thrown
    throw thrown
  }
  return assert.fail('It succeeded, and should have failed.')
}
