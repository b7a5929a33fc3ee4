/*
 * `connect()`: the one line. Returns the connection, or puts the button that leads to it on the page and stops.
 *
 *   connected, good, scope covered → return it
 *   button pressed in this run     → keep a pending authorization, send the browser off
 *   otherwise                      → say what happened the last time, show the button, stop
 */
import { open } from '../crypto/seal.ts'
import type { ConnectButtonData } from '../elements/connect-button.ts'
import { error, info, success, warning } from '../elements/alert.ts'
import { heading } from '../elements/heading.ts'
import { isScopeWithin } from '../oauth/token-set.ts'
import { POPUP } from '../protocol/fields.ts'
import type { Account, Provider } from '../providers/provider.ts'
import type { ConnectionRecord } from '../store/session-store.ts'
import { reconnectSentence } from '../vault/fresh-token-set.ts'
import { loadStanding, type Standing } from '../vault/token-vault.ts'
import { createConnection, type Connection } from './connection.ts'
import {
  currentConnectRun,
  registeredProvider,
  type ConnectRun,
  type ConnectWorld,
  type RegisteredProvider,
} from './connect-world.ts'
import { parseOutcome, type AuthorizationOutcome } from './pending-authorization.ts'
import { startAuthorization } from './start.ts'

/** What to connect, and how to ask for it. */
export interface ConnectRequest {
  readonly provider: Provider
  /** What the script needs; asking for more later asks the person again. */
  readonly scope?: readonly string[]
  /** Asked for together with `scope`; the script goes on without what the person does not allow of it. */
  readonly optionalScope?: readonly string[]
  /** Names one of several accounts of the provider (the only one). */
  readonly as?: string
  /**
   * Where the provider's page opens (`'same-tab'`). A popup closes itself; where the browser opens none, or JavaScript
   * is off, the page itself leaves.
   */
  readonly open?: 'same-tab' | 'new-tab' | 'popup'
  /** What stands above the button, where the page has no heading of its own yet (none). */
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
export async function connect(request: ConnectRequest | Provider): Promise<Connection> {
  const {
    provider: named,
    scope: asked,
    optionalScope = [],
    as: slot = '',
    ...options
  } = toRequest(request)
  const connectRun = currentConnectRun('connect()')
  const { world, run, facts } = connectRun
  const registered = registeredProvider(world, named.name)
  const { provider, client } = registered
  const scope = [...new Set([...(provider.alwaysScope ?? []), ...(asked ?? [])])]

  const record = facts.connections.find(
    (one) =>
      one.provider === provider.name && one.slot === slot && one.clientId === client.clientId,
  )
  const standing = record === undefined ? undefined : await loadStanding(world.vault, record)
  run.checkpoint()
  if (record !== undefined && standing?.status === 'good' && isScopeWithin(scope, standing.scope)) {
    const account = openAccount(world, record)
    tellOnce(connectRun, registered, record, account)
    return createConnection(connectRun, registered, { ...record, scope: standing.scope }, account)
  }

  const label = options.label ?? `Connect your ${provider.title} account`
  const key = slot === '' ? provider.name : `${provider.name}/${slot}`
  const { open: place = 'same-tab' } = options
  const button = run.widget({ kind: 'connect-button', label, key }, place === 'popup' ? [''] : [])
  if (button.pressed) {
    const wanted = [...new Set([...scope, ...optionalScope, ...(standing?.scope ?? [])])]
    const inPopup = place === 'popup' && button.sent?.[0] === POPUP
    const url = await startAuthorization(connectRun, registered, { scope: wanted, slot, inPopup })
    run.signal({ kind: 'left', url, providerTitle: provider.title })
  }
  if (options.heading !== undefined) heading(options.heading)
  const element: ConnectButtonData = {
    kind: 'connect-button',
    label,
    title: provider.title,
    open: place,
    ...reasonFor(connectRun, registered, slot, record, standing, options.message),
  }
  run.append(element, button.id)
  return run.signal({ kind: 'finished' })
}

function toRequest(request: ConnectRequest | Provider): ConnectRequest {
  return 'provider' in request ? request : { provider: request }
}

function openAccount({ ring }: ConnectWorld, record: ConnectionRecord): Account {
  const { sessionKey, provider, slot, clientId, subjectIndex } = record
  const context = [sessionKey, provider, slot, clientId, subjectIndex]
  return JSON.parse(open(ring, 'account', context, record.account)) as Account
}

/** Says once per session that the account was connected, or that no other took its place. */
function tellOnce(
  { run, facts }: ConnectRun,
  { provider }: RegisteredProvider,
  record: ConnectionRecord,
  account: Account,
): void {
  const place = `${record.provider}/${record.slot}`
  const { memory } = run.parts
  const isTold = (name: string, at: number) => {
    if (memory.read(name, () => 0) === at) return true
    memory.write(name, at)
    return false
  }
  if (!isTold(`connected:${place}`, record.connectedAt)) {
    success(`Successfully connected to your ${provider.title} account`)
  }
  const last = lastOutcome(facts, provider, record.slot, true)
  const said = last && sentenceOf(last, provider)
  if (said === undefined || last === undefined || last.startedAt < record.connectedAt) return
  if (isTold(`switched:${place}`, last.startedAt)) return
  alerts[said.tone](`${said.message} You go on as ${account.name}.`)
}

const alerts = { info, warning, error }

/** Says why the button is there, where that is not plain. */
function reasonFor(
  { facts }: ConnectRun,
  { provider }: RegisteredProvider,
  slot: string,
  record: ConnectionRecord | undefined,
  standing: Standing | undefined,
  message: string | undefined,
): Partial<Reason> {
  const { title } = provider
  const last = lastOutcome(facts, provider, slot, false)
  const said = last && sentenceOf(last, provider)
  if (said !== undefined) return said
  if (standing?.status === 'needs-reconnect') {
    return { tone: 'warning', message: reconnectSentence(title, standing.cause) }
  }
  if (record !== undefined && standing !== undefined) {
    return {
      tone: 'info',
      message: message ?? `This page needs more access to your ${title} account than it has.`,
    }
  }
  return {}
}

function lastOutcome(
  { outcomes }: ConnectRun['facts'],
  provider: Provider,
  slot: string,
  isSwitch: boolean,
) {
  return outcomes
    .filter((one) => one.provider === provider.name)
    .map(({ outcome, startedAt }) => ({ ...parseOutcome(outcome), startedAt }))
    .findLast((one) => one.slot === slot && one.isSwitch === isSwitch)
}

interface Reason {
  readonly tone: 'info' | 'warning' | 'error'
  readonly message: string
}

/** What a person is told of an authorization that brought nothing. */
function sentenceOf({ kind }: AuthorizationOutcome, { title }: Provider): Reason | undefined {
  switch (kind) {
    case 'connected':
      return undefined
    case 'declined':
      return {
        tone: 'info',
        message: `You did not give access at ${title}. You can try again at any time.`,
      }
    case 'unavailable':
      return {
        tone: 'warning',
        message: `${title} did not answer, so nothing was connected. Please connect again in a few minutes.`,
      }
    case 'misregistered':
      return {
        tone: 'error',
        message:
          `${title} does not accept this program. That is no fault of yours: whoever runs this program must ` +
          `correct its registration with ${title}, and was told so. Connect again once that is done.`,
      }
    case 'failed':
      return {
        tone: 'warning',
        message: `${title} could not be connected. Please connect again.`,
      }
  }
}
