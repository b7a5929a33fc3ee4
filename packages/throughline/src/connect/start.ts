/*
 * Leaving: from a press of the connect button to the address of the provider's consent page.
 *
 * The pending authorization is committed before anybody is sent anywhere.
 */
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import { hashOf } from '../crypto/mac.ts'
import { createAuthorizationRequest } from '../oauth/authorization-request.ts'
import { isSignIn } from '../oauth/authorization-server.ts'
import type { ConnectRun, RegisteredProvider } from './connect-world.ts'
import { PENDING_CAP, PENDING_MS, sealDeparture, type Departure } from './pending-authorization.ts'
import { sessionId } from './security-event.ts'
import { unreachable } from './unreachable.ts'

/** What the person is asked for, and where. */
export interface WhatIsAsked extends Pick<Departure, 'scope' | 'slot'> {
  /** Whether some of the scope may be left out (no). */
  readonly hasOptional?: boolean
  /** Whether another account is to take the place of the slot's (no). */
  readonly isSwitch?: boolean
  /** Whether a popup shows it (no). */
  readonly inPopup?: boolean
}

/**
 * Keeps a pending authorization for the run's session, tab and page.
 *
 * @returns The URL to send the person to.
 * @throws Sentences for the person: `connect.too-many` when too many leave at once, `connect.unreachable` when the
 *   provider is down or its metadata cannot be read; the codes of `discoverServer` and `createAuthorizationRequest`.
 * @see RFC 6749 §4.1.1, RFC 7636 §4.3
 */
export async function startAuthorization(
  { world, run, facts }: ConnectRun,
  registered: RegisteredProvider,
  { scope, hasOptional = false, slot, isSwitch = false, inPopup = false }: WhatIsAsked,
): Promise<string> {
  const { provider, client, redirectUri } = registered
  const ids = { provider: provider.name, session: sessionId(facts.sessionKey) }
  if (registered.outage.isDown) throw unreachable(provider, undefined)
  if (!world.departures.take(facts.sessionKey, facts.network)) {
    world.note({ event: 'connection.limited', ...ids })
    throw tooMany(provider.title)
  }
  const { scopeSeparator, authorizationParameters = {}, quirks } = provider
  const authorizationServer = await registered.authorizationServer().catch((error: unknown) => {
    registered.outage.note(error)
    throw isThroughlineError(error, 'oauth.unavailable') ? unreachable(provider, error) : error
  })
  const { url, state, codeVerifier, nonce } = createAuthorizationRequest({
    authorizationServer,
    client,
    redirectUri,
    scope: quirks.scopeOfRegistration ? [] : scope,
    scopeParameter: quirks.scopeAskedAs?.parameter,
    withoutPkce: quirks.withoutPkce !== undefined,
    extraParameters: authorizationParameters,
    isSignIn: isSignIn(authorizationServer, scope),
    random: world.random,
    scopeSeparator,
  })
  const now = world.clock()
  const stateHash = hashOf(state)
  const sealed = sealDeparture(world, stateHash, facts.sessionKey, {
    state,
    codeVerifier,
    ...(nonce !== undefined && { signIn: { nonce, ...maximumAge(authorizationParameters) } }),
    authorizationServer,
    clientId: client.clientId,
    redirectUri,
    scope,
    hasOptional,
    slot,
    isSwitch,
    inPopup,
    page: run.page,
    tabId: facts.tabId,
  })
  await world.sessions.createPending(
    {
      stateHash,
      sessionKey: facts.sessionKey,
      cookieHash: facts.cookieHash,
      provider: provider.name,
      status: 'waiting',
      startedAt: now,
      expiresAt: now + PENDING_MS,
      sealed,
    },
    PENDING_CAP,
  )
  world.note({ event: 'connection.started', ...ids })
  return url
}

function tooMany(title: string): ThroughlineError {
  return new ThroughlineError(
    'connect.too-many',
    `So many people are on their way to ${title} that nobody more can leave just now. Nothing was lost: please try ` +
      'again in a minute.',
    { attribution: 'person' },
  )
}

function maximumAge({ max_age: seconds }: Readonly<Record<string, string>>) {
  return seconds === undefined ? {} : { maxAgeSeconds: Number(seconds) }
}
