/*
 * Identifiers and secrets made at run time from the random source given. Must never hold a fixed secret.
 */

/** Source of random bytes: returns exactly that many. */
export type RandomBytes = (bytes: number) => Uint8Array

/** Makes a lower-case hexadecimal string of the given length (an even number of digits). */
export function createHex(random: RandomBytes, digits: number): string {
  return Buffer.from(random(digits / 2)).toString('hex')
}
