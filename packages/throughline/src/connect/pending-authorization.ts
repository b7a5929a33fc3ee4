/*
 * What must survive the redirect, and what came of it.
 */
import { open, seal } from '../crypto/seal.ts'
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import type { ConnectWorld } from './connect-world.ts'

/** How long a person may take at the provider. */
export const PENDING_MS = 10 * 60_000
/** Authorizations kept of one session besides those being exchanged; the oldest go first. */
export const PENDING_CAP = 20

/** The sealed part of a pending authorization: everything that the way back is checked against. */
export interface Departure {
  readonly state: string
  readonly codeVerifier: string
  /** What an ID token must answer; absent where nobody is to sign in. */
  readonly signIn?: {
    readonly nonce: string
    /** The `max_age` of the request. */
    readonly maxAgeSeconds?: number
  }
  /** The provider as it was at departure: the code goes there and nowhere else. */
  readonly authorizationServer: AuthorizationServer
  readonly clientId: string
  readonly redirectUri: string
  readonly scope: readonly string[]
  /** Whether some of it may be left out. */
  readonly hasOptional: boolean
  readonly slot: string
  /** Whether another account is to take the place of one that is connected. */
  readonly isSwitch: boolean
  /** Whether a popup left, which closes itself when it is back. */
  readonly inPopup: boolean
  /** The page that was left, a path of the app. */
  readonly page: string
  readonly tabId: string
}

/** What came of an authorization; kept without any secret. */
export interface AuthorizationOutcome {
  /**
   * `overasked`: the provider lets the program not ask for all of it, and some can be left out; `unavailable`: it did
   * not answer at the exchange; `misregistered`: it does not take the program itself, which only the operator can mend;
   * `failed`: anything else.
   */
  readonly kind:
    | 'connected'
    | 'declined'
    | 'overasked'
    | 'unavailable'
    | 'misregistered'
    | 'unsaved'
    | 'failed'
  readonly slot: string
  /** Whether it was to put another account in the place of one that is connected. */
  readonly isSwitch: boolean
}

/** Seals a departure for its row. */
export function sealDeparture(
  { ring, random }: Pick<ConnectWorld, 'ring' | 'random'>,
  stateHash: string,
  sessionKey: string,
  departure: Departure,
): string {
  const context = [sessionKey, stateHash]
  return seal(ring, 'pending-authorization', context, JSON.stringify(departure), random)
}

/** Opens a departure from its row. */
export function openDeparture(
  { ring }: Pick<ConnectWorld, 'ring'>,
  stateHash: string,
  sessionKey: string,
  sealed: string,
): Departure {
  return JSON.parse(
    open(ring, 'pending-authorization', [sessionKey, stateHash], sealed),
  ) as Departure
}

/** Reads an outcome that we wrote. */
export function parseOutcome(text: string): AuthorizationOutcome {
  return JSON.parse(text) as AuthorizationOutcome
}
