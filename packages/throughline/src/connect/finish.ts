/*
 * Coming back: from the request at the redirect URI to the page that was left.
 *
 *   state unknown, or not of this provider's path     → refused     nothing is changed
 *   another browser, or none                          → refused     nothing is consumed: who left can still return
 *   the browser that left, its cookie replaced since  → returned, when this very flow replaced it; else refused
 *   waiting, expired                                  → returned    no exchange; the page says so
 *   waiting, another flow of the session exchanging   → wait for it; to come again where it replaced this browser's
 *                                                       cookie, or takes too long
 *   waiting  ──claim, atomic: one caller──→ exchanging ──→ settled  exchange, seal, link, rotate, commit
 *   exchanging                                        → wait for the one who claimed, see the same
 *   settled                                           → returned    the same outcome, whoever comes second
 *   exchanging past its deadline                      → returned    "please connect again"; never exchanged twice
 *
 * Invariants:
 *  1. At most one token request per pending authorization: only the caller for whom `claimPending` was true.
 *  2. The code goes to the token endpoint of the snapshot taken at departure, and nowhere else; an ID token is held to
 *     the nonce, the issuer and the keys of that snapshot.
 *  3. The token set is in the vault before the session refers to it; the outcome, the reference and the new cookie
 *     id are one commit.
 *  4. Only the browser that left exchanges: the session's cookie id in force, from the claim to the commit, for the
 *     flows of a session exchange one after the other. Else who planted the session could have the cookie replaced for
 *     themselves while the person's exchange is under way. The one it had at departure is told the outcome (and the id
 *     that took over) where this flow replaced it, and nothing else: a planted cookie is dead.
 */
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import { hashOf, mac } from '../crypto/mac.ts'
import {
  readAuthorizationResponse,
  readState,
  type AuthorizationResponse,
} from '../oauth/authorization-response.ts'
import { finishSignIn, type SignedIn } from '../oauth/sign-in.ts'
import { requestTokenSet, type TokenAnswer } from '../oauth/token-request.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { requestAccount } from '../providers/account-request.ts'
import { isDiscovered } from '../providers/provider.ts'
import { REMEMBER_ENDED_MS, type BrowserIdentity } from '../session/browser-identity.ts'
import { cookieIdOf } from '../session/cookie.ts'
import { tellTab } from '../session/tab-notice.ts'
import type { ConnectionRecord, PendingRecord } from '../store/session-store.ts'
import { saveConsent } from '../vault/token-vault.ts'
import {
  sealAccount,
  subjectIndexOf,
  type ConnectWorld,
  type RegisteredProvider,
} from './connect-world.ts'
import {
  openDeparture,
  parseOutcome,
  type AuthorizationOutcome,
  type Departure,
} from './pending-authorization.ts'
import { accountIds, sessionId } from './security-event.ts'

/** An exchange that takes longer counts as failed. */
const EXCHANGE_MS = 30_000
/** A request that waits longer for its turn comes again: proxies cut what is silent for a minute. */
const TURN_MS = 20_000
const LOOK_AGAIN_MS = 25

/** What the callback answers. */
export type FinishedAuthorization =
  | {
      readonly kind: 'returned'
      /** The page that was left, and the tab whose values the new document adopts. */
      readonly page: string
      readonly tabId: string
      /** Whether it is a popup that came back: the page itself is open in the window that it belongs to. */
      readonly inPopup: boolean
      /** The cookie id to set, where the session's was rotated. */
      readonly cookieId?: string
    }
  | {
      readonly kind: 'refused'
      /**
       * `retired`: the browser is about to send the cookie that took over, if it is the one that left; `again`: the
       * same, where that came about while this request waited for its turn, or the turn did not come.
       */
      readonly reason: 'malformed' | 'unknown' | 'other-browser' | 'retired' | 'again'
    }

/**
 * Finishes an authorization, or tells what came of it.
 *
 * @see RFC 6749 §4.1.2, RFC 9700 §4.4, §4.7
 */
export async function finishAuthorization(
  world: ConnectWorld,
  registered: RegisteredProvider,
  parameters: URLSearchParams,
  browser: BrowserIdentity,
): Promise<FinishedAuthorization> {
  const state = readState(parameters)
  if (state === undefined || hasRepeated(parameters))
    return { kind: 'refused', reason: 'malformed' }
  const stateHash = hashOf(state)
  const pending = await world.sessions.loadPending(stateHash)
  if (pending === undefined || pending.provider !== registered.provider.name) {
    return { kind: 'refused', reason: 'unknown' }
  }
  const isPresent = browser.kind === 'known' && browser.session.key === pending.sessionKey
  const isRetired = browser.kind === 'retired' && hashOf(browser.cookieId) === pending.cookieHash
  if (!isPresent && !isRetired) return { kind: 'refused', reason: 'other-browser' }

  const departure = openDeparture(world, stateHash, pending.sessionKey, pending.sealed)
  const { page, tabId, inPopup } = departure
  const returned = { kind: 'returned', page, tabId, inPopup } as const
  const now = world.clock()
  const cookieId = rotatedCookieId(world, parameters, pending)
  const isInForce = async () => (await world.sessions.loadSession(hashOf(cookieId))) !== undefined
  if (isRetired) {
    // The answer that carried the new cookie id was lost to a reload, or another flow has replaced it meanwhile.
    const isReplacedHere = pending.expiresAt > now && (await isInForce())
    if (!isReplacedHere) return { kind: 'refused', reason: 'retired' }
    return { ...returned, cookieId }
  }

  const turn = await awaitTurn(world, stateHash, browser.cookieId)
  if (turn === 'again') return { kind: 'refused', reason: 'again' }
  if (turn === 'ours') {
    await settle(world, registered, pending, departure, parameters, browser.cookieId)
  } else if (pending.status === 'waiting' && pending.expiresAt <= now) {
    await tellTab(world, { sessionKey: pending.sessionKey, tabId }, EXPIRED)
    noteFailure(world, pending, 'expired')
  }
  const outcome = await awaitOutcome(world, stateHash)
  if (outcome === undefined && pending.expiresAt > now) {
    await tellTab(world, { sessionKey: pending.sessionKey, tabId }, UNFINISHED)
    noteFailure(world, pending, 'unfinished')
  }
  return { ...returned, ...((await isInForce()) ? { cookieId } : {}) }
}

const EXPIRED = 'That took too long, so the way back was closed. Please connect again.'
const UNFINISHED = 'The connection could not be finished. Please connect again.'

function noteFailure(world: ConnectWorld, pending: PendingRecord, reason: string): void {
  const { provider, sessionKey } = pending
  world.note({ event: 'connection.failed', provider, session: sessionId(sessionKey), reason })
}

/** A repeated parameter is refused before anything is looked up: nobody can say which one is meant. */
function hasRepeated(parameters: URLSearchParams): boolean {
  return ['code', 'state', 'iss', 'error'].some((name) => parameters.getAll(name).length > 1)
}

/** Waits until the flow may be exchanged here, or need not be; or until the browser is to come again. */
async function awaitTurn(
  { sessions, clock }: ConnectWorld,
  stateHash: string,
  cookieId: string,
): Promise<'ours' | 'not-ours' | 'again'> {
  const cookieHash = hashOf(cookieId)
  const giveUpAt = clock() + TURN_MS
  for (;;) {
    const now = clock()
    if (await sessions.claimPending(stateHash, cookieHash, now, now + EXCHANGE_MS)) return 'ours'
    const present = await sessions.loadPending(stateHash)
    if (present?.status !== 'waiting' || present.expiresAt <= now) return 'not-ours'
    const isReplaced = (await sessions.loadSession(cookieHash)) === undefined
    if (isReplaced || now >= giveUpAt) return 'again'
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

async function settle(
  world: ConnectWorld,
  registered: RegisteredProvider,
  pending: PendingRecord,
  departure: Departure,
  parameters: URLSearchParams,
  presentedId: string,
): Promise<void> {
  const { sessions } = world
  const { stateHash } = pending
  const { slot, isSwitch } = departure
  try {
    const connection = await exchange(world, registered, pending, departure, parameters)
    const outcome: AuthorizationOutcome = { kind: 'connected', slot, isSwitch }
    await sessions.settlePending({
      stateHash,
      outcome: JSON.stringify(outcome),
      now: world.clock(),
      connection,
      replaces: isSwitch,
      rotation: {
        from: hashOf(presentedId),
        to: hashOf(rotatedCookieId(world, parameters, pending)),
        retiredUntil: world.clock() + REMEMBER_ENDED_MS,
      },
    })
    world.note({
      event: 'connection.finished',
      session: sessionId(pending.sessionKey),
      ...accountIds(connection),
    })
  } catch (error) {
    const outcome: AuthorizationOutcome = { kind: kindOf(error, departure), slot, isSwitch }
    await sessions.settlePending({
      stateHash,
      outcome: JSON.stringify(outcome),
      now: world.clock(),
    })
    const isDeclined = outcome.kind === 'declined'
    const reason = isThroughlineError(error) && !isDeclined ? error.code : outcome.kind
    noteFailure(world, pending, reason)
    if (outcome.kind !== 'declined') world.report(error)
  }
}

/** From the authorization response to a token set in the vault, and the reference to it. */
async function exchange(
  world: ConnectWorld,
  registered: RegisteredProvider,
  pending: PendingRecord,
  departure: Departure,
  parameters: URLSearchParams,
): Promise<ConnectionRecord> {
  const { provider, client } = registered
  const { authorizationServer, redirectUri, codeVerifier, scope, slot, state } = departure
  const { fetch, clock: now } = world
  assertSameRegistration(registered, departure)
  const response = readAuthorizationResponse(parameters, { authorizationServer, client, state })
  const tokenAnswer = await registered.outage.askNow(() =>
    requestTokenSet({
      authorizationServer,
      client,
      response,
      redirectUri,
      codeVerifier,
      askedScope: scope,
      fetch,
      now,
      quirks: provider.quirks,
      scopeSeparator: provider.scopeSeparator,
    }),
  )
  const { tokenSet, claims } = await signInOf(world, registered, departure, response, tokenAnswer)
  const { answer } = tokenAnswer
  const account = await requestAccount({ provider, tokenSet, answer, claims, fetch })
  const subjectIndex = subjectIndexOf(world, registered, account)
  const key = { provider: provider.name, clientId: client.clientId, subjectIndex }
  await world.sessions.dropRevocationsOf(key.provider, key.clientId, key.subjectIndex)
  const granted = await saveConsent(world.vault, key, tokenSet)
  const { sessionKey } = pending
  const place = { ...key, sessionKey, slot }
  return {
    ...place,
    account: sealAccount(world, place, account),
    scope: granted,
    connectedAt: world.clock(),
  }
}

/** Who has signed in; where nobody was to, the token set as it is. */
async function signInOf(
  { fetch, clock: now }: ConnectWorld,
  { client, keysOf }: RegisteredProvider,
  { authorizationServer, signIn }: Departure,
  response: AuthorizationResponse,
  tokenAnswer: TokenAnswer,
): Promise<SignedIn | { readonly tokenSet: TokenSet; readonly claims?: undefined }> {
  if (signIn === undefined) return tokenAnswer
  const keys = keysOf(authorizationServer)
  if (keys === undefined) throw new TypeError('A sign-in was begun at a server without keys')
  const request = { authorizationServer, client, keys, response, tokenAnswer, fetch, now }
  return finishSignIn({ ...request, ...signIn })
}

/**
 * The code and the client's secret never meet across two registrations: a flow that was begun under another one ends.
 *
 * @throws `connect.registration-changed`
 */
function assertSameRegistration(
  { provider, client, redirectUri }: RegisteredProvider,
  departure: Departure,
): void {
  const { authorizationServer: present } = provider
  const isSame =
    departure.clientId === client.clientId &&
    departure.redirectUri === redirectUri &&
    departure.authorizationServer.issuer === present.issuer &&
    // Endpoints that were discovered may have moved since: the snapshot holds.
    (isDiscovered(present) ||
      departure.authorizationServer.token_endpoint === present.token_endpoint)
  if (isSame) return
  throw new ThroughlineError(
    'connect.registration-changed',
    `The registration with ${provider.title} was changed while a person was there. They were asked to connect again.`,
    { attribution: 'operator', details: { provider: provider.name } },
  )
}

/** What no person can help by connecting again (RFC 6749 §4.1.2.1). */
const REGISTRATION_REFUSED: ReadonlySet<string> = new Set([
  'invalid_scope',
  'unauthorized_client',
  'unsupported_response_type',
])

function kindOf(error: unknown, { hasOptional }: Departure): AuthorizationOutcome['kind'] {
  if (isThroughlineError(error, 'oauth.authorization-refused')) {
    const said = String(error.details['error'])
    if (said === 'access_denied') return 'declined'
    if (said === 'invalid_scope' && hasOptional) return 'overasked'
    return REGISTRATION_REFUSED.has(said) ? 'misregistered' : 'failed'
  }
  if (isThroughlineError(error, 'oauth.unavailable')) return 'unavailable'
  if (isThroughlineError(error, 'oauth.client-rejected')) return 'misregistered'
  if (isThroughlineError(error) && /^(?:sheet|store)\./.test(error.code)) return 'unsaved'
  return 'failed'
}

/** Waits for the one who exchanges; undefined when nothing will come of it any more. */
async function awaitOutcome(
  world: ConnectWorld,
  stateHash: string,
): Promise<AuthorizationOutcome | undefined> {
  for (;;) {
    const pending = await world.sessions.loadPending(stateHash)
    if (pending?.status === 'settled') return parseOutcome(pending.outcome ?? '')
    if (pending?.status !== 'exchanging' || world.clock() >= (pending.deadline ?? 0))
      return undefined
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

/**
 * The cookie id that takes over when an account is connected. Whoever presents this very callback, code included,
 * with the cookie that left computes the same one, so that an answer lost to a reload costs nobody their session.
 * Who planted that cookie may know the state, but the code came to the browser that consented.
 */
function rotatedCookieId(
  world: ConnectWorld,
  parameters: URLSearchParams,
  pending: PendingRecord,
): string {
  const code = parameters.get('code') ?? ''
  const unguessable = mac(
    world.ring,
    'rotation',
    `${pending.stateHash}\n${pending.cookieHash}\n${code}`,
  )
  return cookieIdOf(() => pending.startedAt, unguessable)
}
