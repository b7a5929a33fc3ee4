/*
 * Unguessable bytes as an argument: the only place that asks the operating system for randomness.
 */
import { randomBytes } from 'node:crypto'

/** Returns that many unpredictable bytes. */
export type Random = (bytes: number) => Uint8Array

/** The operating system's generator. */
export const systemRandom: Random = (bytes) => randomBytes(bytes)

/** Makes an unguessable id of 128 bits: 22 base64url characters. */
export function createId(random: Random): string {
  return Buffer.from(random(16)).toString('base64url')
}

/** Makes the id of a request, which a person can tell the operator and the log has: 8 base64url characters. */
export function createRequestId(random: Random): string {
  return createId(random).slice(0, 8)
}
