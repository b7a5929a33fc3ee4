/*
 * Disconnecting: here at once and for all sessions, at the provider as soon as it can be told.
 *
 * That the provider is to be told is noted before anything is dropped, so that neither a provider that is down nor a
 * killed process leaves a token alive that nobody knows of any more.
 */
import { isThroughlineError } from '../base/error.ts'
import { createId } from '../base/random.ts'
import { open, seal } from '../crypto/seal.ts'
import { parseTokenSet, serializeTokenSet, type TokenSet } from '../oauth/token-set.ts'
import { requestProviderRevocation } from '../providers/revocation.ts'
import type { ConnectionRecord, RevocationRecord } from '../store/session-store.ts'
import type { TokenSetKey } from '../store/user-store.ts'
import { loadTokenSet } from '../vault/token-vault.ts'
import { accountOf, type ConnectRun, type ConnectWorld } from './connect-world.ts'
import { accountIds, sessionId } from './security-event.ts'

/** A provider that could not be told is told again after this long, … */
const TRY_AGAIN_MS = 15 * 60_000
/** … and no more after this long. */
const GIVE_UP_MS = 24 * 3_600_000

/**
 * Drops an account's token set, all references to it and what was cached of it; then tells the provider.
 *
 * @returns Whether the provider has confirmed.
 */
export async function disconnect(
  connectRun: ConnectRun,
  record: ConnectionRecord,
): Promise<{ readonly revoked: boolean }> {
  const { world, run, facts } = connectRun
  const { sessions } = world
  run.checkpointIfInside()
  const kept = await forgetTokens(world, record)
  const others = await sessions.forgetAccount(record.provider, record.clientId, record.subjectIndex)
  await sessions.forgetCached(accountOf(record))
  connectRun.facts = {
    ...facts,
    connections: facts.connections.filter((one) => accountOf(one) !== accountOf(record)),
  }
  for (const sessionKey of others) {
    if (sessionKey !== facts.sessionKey) await sessions.announce(sessionKey)
  }
  world.note({
    event: 'grant.disconnected',
    session: sessionId(facts.sessionKey),
    ...accountIds(record),
  })
  let revoked = false
  for (const one of kept) revoked = await tell(world, one)
  run.checkpointIfInside()
  return { revoked }
}

/** Drops the token set, and whatever a consent or a refresh puts in its place meanwhile; all of it is kept before. */
async function forgetTokens(
  world: ConnectWorld,
  record: ConnectionRecord,
): Promise<readonly RevocationRecord[]> {
  const kept: RevocationRecord[] = []
  for (;;) {
    const opened = await loadTokenSet(world.vault, record, { fresh: true })
    if (opened === undefined) return kept
    if (opened.status === 'good') kept.push(await keep(world, record, opened.tokenSet))
    if (await world.users.forgetTokenSet(record, opened.generation)) return kept
  }
}

/** Tells the provider to end a token set that came for an account after it was disconnected. */
export async function endTokenSet(
  world: ConnectWorld,
  key: TokenSetKey,
  tokenSet: TokenSet,
): Promise<void> {
  await tell(world, await keep(world, key, tokenSet))
}

/**
 * Drops an account that waits beside a connection. Its access ends with it, unless this or another session is connected
 * to it as well.
 */
export async function dismissNewcomer(
  world: ConnectWorld,
  newcomer: ConnectionRecord,
): Promise<void> {
  const { sessions, users, vault } = world
  const opened = await loadTokenSet(vault, newcomer, { fresh: true })
  const kept =
    opened?.status === 'good' ? toRevocation(world, newcomer, opened.tokenSet) : undefined
  const isLast = await sessions.dismissNewcomer(newcomer, kept)
  world.note({
    event: 'connection.dismissed',
    session: sessionId(newcomer.sessionKey),
    ...accountIds(newcomer),
  })
  if (!isLast) return
  const isGone = opened !== undefined && (await users.forgetTokenSet(newcomer, opened.generation))
  const later = isGone ? [] : await forgetTokens(world, newcomer)
  await sessions.forgetCached(accountOf(newcomer))
  for (const one of [kept ?? [], later].flat()) await tell(world, one)
}

/** Drops accounts that waited for a choice when their session ended: nobody can make it any more. */
export async function dismissAbandoned(world: ConnectWorld): Promise<void> {
  for (const newcomer of await world.sessions.loadAbandonedNewcomers()) {
    await dismissNewcomer(world, newcomer).catch(world.report)
  }
}

/** Tells providers what they could not be told before. Whatever fails is left for the next time. */
export async function retryRevocations(world: ConnectWorld): Promise<void> {
  const now = world.clock()
  for (const revocation of await world.sessions.takeRevocations(now, now + TRY_AGAIN_MS)) {
    await tell(world, revocation)
  }
}

/** Keeps that the provider is to be told. */
async function keep(...what: Parameters<typeof toRevocation>): Promise<RevocationRecord> {
  const revocation = toRevocation(...what)
  const [{ sessions }] = what
  await sessions.createRevocation(revocation)
  return revocation
}

function toRevocation(
  world: ConnectWorld,
  { provider, clientId, subjectIndex }: TokenSetKey,
  tokenSet: TokenSet,
  expiresAt: number = world.clock() + GIVE_UP_MS,
): RevocationRecord {
  const id = createId(world.random)
  const account = { provider, clientId, subjectIndex }
  const text = serializeTokenSet(tokenSet)
  return {
    ...account,
    id,
    issuer: issuerOf(world, account),
    dueAt: world.clock() + TRY_AGAIN_MS,
    expiresAt,
    sealed: seal(world.ring, 'revocation', contextOf(world, account, id), text, world.random),
  }
}

async function tell(world: ConnectWorld, revocation: RevocationRecord): Promise<boolean> {
  const isConfirmed = await attempt(world, revocation)
  const event = isConfirmed ? 'grant.revoked' : 'grant.revocation-open'
  world.note({ event, ...accountIds(revocation) })
  return isConfirmed
}

/** One attempt; true where the provider has confirmed. It stays kept only where a later attempt may bring more. */
async function attempt(world: ConnectWorld, revocation: RevocationRecord): Promise<boolean> {
  const { sealed, expiresAt } = revocation
  const registered = world.providers.get(revocation.provider)
  let { id } = revocation
  let isConfirmed = false
  const keepFresh = async (fresh: TokenSet) => {
    const kept = await keep(world, revocation, fresh, expiresAt)
    await world.sessions.dropRevocation(id)
    id = kept.id
  }
  try {
    if (registered?.client.clientId === revocation.clientId) {
      const text = open(world.ring, 'revocation', contextOf(world, revocation, id), sealed)
      isConfirmed = await registered.outage.ask(async () =>
        requestProviderRevocation({
          provider: registered.provider,
          authorizationServer: await registered.authorizationServer(),
          client: registered.client,
          tokenSet: parseTokenSet(text),
          fetch: world.fetch,
          now: world.clock,
          keep: keepFresh,
        }),
      )
    }
  } catch (error) {
    if (isThroughlineError(error, 'oauth.unavailable')) return false
    world.report(error)
  }
  await world.sessions.dropRevocation(id)
  return isConfirmed
}

/** Opens for the issuer alone that gave the tokens, should the provider have another one by the time it is told. */
function contextOf(world: ConnectWorld, key: TokenSetKey, id: string): readonly string[] {
  return [id, accountOf(key), issuerOf(world, key)]
}

function issuerOf({ providers }: ConnectWorld, { provider }: TokenSetKey): string {
  return providers.get(provider)?.provider.authorizationServer.issuer ?? ''
}
