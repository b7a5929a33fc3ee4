/*
 * What people are told about connecting: that it is done, or why it is to be done (again).
 */
import { error, info, success, warning } from '../elements/alert.ts'
import { isolated } from '../html/isolate.ts'
import type { Account, Provider } from '../providers/provider.ts'
import type { ConnectionRecord } from '../store/session-store.ts'
import { reconnectSentence } from '../vault/fresh-token-set.ts'
import type { Standing } from '../vault/token-vault.ts'
import type { Connected, ConnectRun, RegisteredProvider } from './connect-world.ts'
import { parseOutcome, type AuthorizationOutcome } from './pending-authorization.ts'

/** Says once per session that the account was connected, or that no other took its place. */
export function tellOnce(
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
  alerts[said.tone](`${said.message} You go on as ${isolated(account.name)}.`)
}

const alerts = { info, warning, error }

/** Says why the button is there, where that is not plain. */
export function reasonFor(
  { facts }: ConnectRun,
  { provider }: RegisteredProvider,
  slot: string,
  connected?: Connected,
  standing?: Standing,
  message?: string,
): Partial<Reason> {
  const { title } = provider
  const last = lastOutcome(facts, provider, slot, false)
  const said = last && sentenceOf(last, provider)
  if (said !== undefined) return said
  if (connected === undefined || standing === undefined) return {}
  const isDead = standing.status === 'needs-reconnect'
  const why = isDead
    ? reconnectSentence(title, standing.cause)
    : (message ?? `This page needs more access to your ${title} account than it has.`)
  const tone = isDead ? 'warning' : 'info'
  // What came since is another account, which was not taken: else the connection would be as young.
  if (last === undefined || last.startedAt <= connected.record.connectedAt)
    return { tone, message: why }
  const name = isolated(connected.account.name)
  return {
    tone,
    message:
      `You came back from ${title} with another account, and this page stays with the one of ${name}. ${why} ` +
      `At ${title}, sign in as ${name} first.`,
  }
}

/** Whether the provider has just refused all that was asked for, so that what is optional is left out now. */
export function isOverasked(
  { facts }: ConnectRun,
  { provider }: RegisteredProvider,
  slot: string,
): boolean {
  return lastOutcome(facts, provider, slot, false)?.kind === 'overasked'
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

/** A sentence, and how it is meant. */
export interface Reason {
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
    case 'overasked':
      return {
        tone: 'warning',
        message: `${title} does not let this program ask for all that it asked for. Connect again: it asks for less now.`,
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
    case 'unsaved':
      return {
        tone: 'error',
        message:
          `You gave access at ${title}, but it could not be kept here. That is no fault of yours: whoever runs this ` +
          'program was told. Connect again once that is mended.',
      }
    case 'failed':
      return {
        tone: 'warning',
        message: `${title} could not be connected. Please connect again.`,
      }
  }
}
