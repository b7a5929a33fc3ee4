/*
 * `connect()`: the one line. Returns the connection, or puts the button that leads to it on the page and stops.
 *
 *   another account has come       → put the question which one it is to be, stop (newcomer.ts)
 *   connected, good, scope covered → return it
 *   button pressed in this run     → keep a pending authorization, send the browser off
 *   otherwise                      → say what happened the last time, show the button, stop
 */
import { heading } from '../elements/heading.ts'
import { isScopeWithin } from '../oauth/token-set.ts'
import type { ProviderRecord } from '../providers/provider-record.ts'
import { loadStanding } from '../vault/token-vault.ts'
import { chooseAccount } from './choose-account.ts'
import { createConnection, type Connection } from './connection.ts'
import { connectedAs, currentConnectRun, registeredProvider } from './connect-world.ts'
import { leaveButton, type Place } from './leave-button.ts'
import {
  seatNewcomers,
  settleNewcomers,
  type NewcomerDecision,
  type TwoAccounts,
} from './newcomer.ts'
import { reasonFor, tellOnce } from './what-happened.ts'

/** What to connect, and how to ask for it. */
export interface ConnectRequest {
  readonly provider: ProviderRecord
  /** What the script needs (none); asking for more later asks the person again. */
  readonly scope?: readonly string[]
  /**
   * Asked for together with `scope`; the script goes on without what the person does not allow of it, and asks without
   * it where the provider refuses to be asked for all of it.
   */
  readonly optionalScope?: readonly string[]
  /** Names one of several accounts of the provider (the only one). */
  readonly as?: string
  /** Whether the person may connect several accounts and choose one of them here (no). */
  readonly several?: boolean
  /**
   * Decides where the provider has sent another account than the one that is connected: `'take'` it in its place,
   * `'stay'` as before, or `'ask'` the person (`'ask'`). Whichever is not taken is dropped, and its access ended.
   */
  readonly onOtherAccount?: (accounts: TwoAccounts) => NewcomerDecision
  /**
   * Where the provider's page opens (`'same-tab'`). A popup closes itself; where the browser opens none, or JavaScript
   * is off, the page itself leaves.
   */
  readonly open?: Place
  /** A heading above the button, for a page that has none of its own before it is connected (none). */
  readonly heading?: string
  /** What is said above the button where the account has less access than `scope`, in place of our own sentence. */
  readonly message?: string
  /** The button's label (`Connect your Vimeo account`). */
  readonly label?: string
}

/**
 * Connects the person's account at a provider.
 *
 * Where there is no connection yet, a button is put on the page and the run ends here; after the person has
 * consented the script runs again from its first line, and this call returns.
 *
 * @throws `connect.unregistered`, `context.outside-run`; `script.duplicate-widget` where two buttons would be alike.
 */
export async function connect(request: ConnectRequest | ProviderRecord): Promise<Connection> {
  const asked: ConnectRequest = 'provider' in request ? request : { provider: request }
  const { optionalScope = [], open = 'same-tab' } = asked
  const connectRun = currentConnectRun('connect()')
  const { world, run } = connectRun
  const registered = registeredProvider(world, asked.provider.name)
  const { provider } = registered
  const scope = [...new Set([...(provider.alwaysScope ?? []), ...(asked.scope ?? [])])]
  if (asked.several) await seatNewcomers(connectRun, registered)
  const chosen = asked.several
    ? await chooseAccount(connectRun, registered, { scope, optionalScope, open })
    : undefined
  const slot = chosen ?? asked.as ?? ''

  await settleNewcomers(connectRun, registered, {
    slot,
    decide: asked.onOtherAccount ?? (() => 'ask'),
    heading: asked.heading,
  })
  const connected = connectedAs(connectRun, registered, slot)
  const standing = connected && (await loadStanding(world.vault, connected.record))
  run.checkpoint()
  if (connected && standing?.status === 'good' && isScopeWithin(scope, standing.scope)) {
    const { record, account } = connected
    tellOnce(connectRun, registered, record, account)
    return createConnection(connectRun, registered, { ...record, scope: standing.scope }, account)
  }

  const put = await leaveButton(connectRun, registered, {
    label: asked.label ?? `Connect your ${provider.title} account`,
    slot,
    scope: [...new Set([...scope, ...(standing?.scope ?? [])])],
    optionalScope,
    open,
    primary: true,
    reason: reasonFor(connectRun, registered, slot, connected, standing, asked.message),
  })
  if (asked.heading !== undefined) heading(asked.heading)
  put()
  return run.signal({ kind: 'finished' })
}
