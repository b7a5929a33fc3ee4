/*
 * One way in which a server is bent, and what this client makes of it.
 */
import type { BentIssuer } from './bent-issuer.ts'
import type { PeerProgram } from './peer-program.ts'

/** What comes of it. */
export type Expected =
  /** The account is connected; what the page then says (`Connected as Ada Example`). */
  | { readonly outcome: 'succeeds'; readonly shows?: RegExp }
  /** The operator is told this code, and the claim or parameter that it is about; nothing is kept. */
  | { readonly outcome: 'refused'; readonly code: string; readonly about: RegExp }
  /** The callback itself is refused with this status: nobody knows whose answer it is. */
  | { readonly outcome: 'turned-away'; readonly status: number }
  /** The account that was connected must be connected again; the operator is told why. */
  | { readonly outcome: 'asked-again'; readonly code: string; readonly about: RegExp }

/** One scenario: a record, run by `scenarios.test.ts`. */
export interface Scenario {
  /** The module of the conformance suite. */
  readonly name: string
  /** How the server is bent, in words. */
  readonly bent: string
  readonly bend: (issuer: BentIssuer) => void | Promise<void>
  readonly expected: Expected
  /** What else happens once an account is connected, before the look at what came of it. */
  readonly onceConnected?: 'refresh' | 'rotate-and-connect-again'
  /** What else must be so. */
  readonly check?: (stage: PeerProgram, issuer: BentIssuer) => void
}

export const succeeds: Expected = { outcome: 'succeeds' }

/** Refused for what an ID token holds. */
export function badIdToken(about: RegExp): Expected {
  return { outcome: 'refused', code: 'oauth.id-token-invalid', about }
}

/** A server that is as it should be. */
export const asItIs: Pick<Scenario, 'bent' | 'bend'> = { bent: 'not at all', bend: () => {} }

/** Bends the claims of ID tokens: lays members over them; `undefined` takes one away. */
export function claims(
  change: (right: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Scenario['bend'] {
  return ({ idToken }) => idToken((_, present) => void Object.assign(present, change(present)))
}
