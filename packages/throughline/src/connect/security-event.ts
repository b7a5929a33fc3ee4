/*
 * What an operator can follow of connections and sessions: one list of events, each with ids and without a secret.
 *
 * An id is a part of a hash: events of one session or account are seen to belong together, and nothing more.
 */
import { hashOf } from '../crypto/mac.ts'
import type { TokenSetKey } from '../store/user-store.ts'

/** What there is to follow, and what it says. */
export const SECURITY_EVENTS = {
  'connection.started': 'A person has left for a provider.',
  'connection.limited': 'So many people were on their way that one more was asked to wait.',
  'connection.finished': 'An account was connected, or waits for a choice.',
  'connection.failed': 'A person came back, and nothing was connected; the reason says why.',
  'connection.refused': 'A request at the redirect URI was refused; the reason says why.',
  'connection.taken':
    'An account that came where another is connected was connected, in its place or beside it.',
  'connection.dismissed': 'An account that came where another is connected was dropped.',
  'grant.refreshed': 'An access token was renewed.',
  'grant.refresh-failed': 'An access token could not be renewed; the grant stays.',
  'grant.ended': 'The provider accepts the grant no more: the person must connect again.',
  'grant.disconnected': 'An account was disconnected in all browsers.',
  'grant.revoked': 'The provider has confirmed that a grant has ended.',
  'grant.revocation-open': 'The provider has not confirmed that a grant has ended.',
  'session.ended': 'A session was signed out.',
} as const

/** One thing that happened. */
export interface SecurityEvent {
  readonly event: keyof typeof SECURITY_EVENTS
  readonly provider?: string
  /** Names the session, and opens nothing. */
  readonly session?: string
  /** Names the account, and opens nothing. */
  readonly account?: string
  /** `expired`, `other-browser`, …, or the code of an error. */
  readonly reason?: string
}

/** Receives what happens. */
export type NoteEvent = (event: SecurityEvent) => void

const ID_CHARACTERS = 12

/** Names a session in events. */
export function sessionId(sessionKey: string): string {
  return hashOf(`event session ${sessionKey}`).slice(0, ID_CHARACTERS)
}

/** Names an account in events, with its provider. */
export function accountIds({ provider, subjectIndex }: Omit<TokenSetKey, 'clientId'>) {
  return { provider, account: hashOf(`event account ${subjectIndex}`).slice(0, ID_CHARACTERS) }
}
