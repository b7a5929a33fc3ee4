/*
 * What Vimeo gives out for an app, in the shapes seen, made at run time from the random source given.
 * Must never hold a fixed secret.
 */
import { createHex, type RandomBytes } from '../simulator/random-text.ts'

/** Makes a client id: 40 hexadecimal digits, as every Vimeo client id seen. */
export function createClientId(random: RandomBytes): string {
  return createHex(random, 40)
}

/**
 * Makes a client secret that looks like Base64 and holds `+`, `/` and `=` for certain.
 * A client that form-encodes the secret in its Basic header is caught by these three.
 */
export function createClientSecret(random: RandomBytes): string {
  const text = Buffer.from(random(96)).toString('base64')
  return `${text.slice(0, 40)}+${text.slice(40, 80)}/${text.slice(80, 124)}==`
}
