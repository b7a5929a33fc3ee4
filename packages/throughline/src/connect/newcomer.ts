/*
 * An account that came where another is connected: nothing is overwritten before somebody has chosen.
 *
 *   the callback    keeps what was consented beside the connection, as a newcomer
 *   the next run    the script decides, where it wants to; else the question is put and the run stops
 *   a press of it   the chosen account is connected, what was not chosen is dropped and its access ended
 */
import { info } from '../elements/alert.ts'
import type { ButtonData } from '../elements/button.ts'
import { heading } from '../elements/heading.ts'
import { isolated } from '../html/isolate.ts'
import type { Account } from '../providers/provider.ts'
import type { ConnectionRecord } from '../store/session-store.ts'
import { namesOf } from './account-names.ts'
import { freeSlot } from './choose-account.ts'
import {
  connectedAs,
  openConnected,
  sealAccount,
  type Connected,
  type ConnectRun,
  type RegisteredProvider,
} from './connect-world.ts'
import { dismissNewcomer } from './disconnect.ts'
import { accountIds, sessionId } from './security-event.ts'

/** The account that is connected, and the one that the provider has sent since. */
export interface TwoAccounts {
  readonly present: Account
  readonly arrived: Account
}

/** What becomes of an account that came where another is connected. */
export type NewcomerDecision = 'take' | 'stay' | 'ask'

/** Where and how it is decided. */
export interface NewcomerQuestion {
  readonly slot: string
  readonly decide: (accounts: TwoAccounts) => NewcomerDecision
  readonly heading?: string | undefined
}

/** Settles who is connected in a slot, or puts the question on the page and stops. */
export async function settleNewcomers(
  connectRun: ConnectRun,
  registered: RegisteredProvider,
  { slot, decide, heading: above }: NewcomerQuestion,
): Promise<void> {
  const { world, run } = connectRun
  const newcomers = await loadNewcomers(connectRun, registered, (one) => one.slot === slot)
  const newest = newcomers.at(-1)
  if (newest === undefined) return
  const present = connectedAs(connectRun, registered, slot)
  if (present === undefined) return choose(connectRun, newest, [])

  const asked: Connected[] = []
  for (const newcomer of newcomers.toReversed()) {
    const decision = decide({ present: present.account, arrived: newcomer.account })
    if (decision === 'take') return choose(connectRun, newcomer, without(newcomers, newcomer))
    if (decision === 'stay') await dismissNewcomer(world, newcomer.record)
    else asked.push(newcomer)
  }
  run.checkpoint()
  if (asked.length === 0) return

  const { title } = registered.provider
  const all = [...asked, present]
  const names = namesOf(all.map(({ account }) => account))
  const nameOf = (one: Connected) => isolated(names[all.indexOf(one)] ?? one.account.name)
  const answers = all.map((one) => {
    const label = `${one === present ? 'Stay' : 'Go on'} as ${nameOf(one)}`
    const key = `${one.record.provider}/${slot}: ${one.record.subjectIndex}`
    return { one, label, widget: run.widget({ kind: 'button', label, key }, []) }
  })
  const chosen = answers.find(({ widget }) => widget.pressed)?.one
  if (chosen === present) return dismissAll(connectRun, asked)
  if (chosen !== undefined) return choose(connectRun, chosen, without(asked, chosen))

  if (above !== undefined) heading(above)
  const sent = asked.map(nameOf).join(', ')
  info(
    `You are connected to ${title} as ${nameOf(present)}, and have now come back as ${sent}. ` +
      'Nothing has been changed yet.',
  )
  for (const { label, widget } of answers) {
    const element = { kind: 'button', label, disabled: false, primary: false } as const
    run.append(element satisfies ButtonData, widget.id)
  }
  run.signal({ kind: 'finished' })
}

/** Where several accounts have room, newcomers take places of their own: nobody has to give way. */
export async function seatNewcomers(
  connectRun: ConnectRun,
  registered: RegisteredProvider,
): Promise<void> {
  for (const newcomer of await loadNewcomers(connectRun, registered, () => true)) {
    const slot = freeSlot(connectRun.facts.connections)
    await take(connectRun, newcomer, slot)
  }
}

async function loadNewcomers(
  connectRun: ConnectRun,
  registered: RegisteredProvider,
  isMeant: (record: ConnectionRecord) => boolean,
): Promise<readonly Connected[]> {
  const { world, run, facts } = connectRun
  // A run that sends a file changes nothing, and goes on with the account that its press was made with.
  if (run.parts.downloads !== undefined) return []
  const all = await world.sessions.loadNewcomers(facts.sessionKey)
  run.checkpoint()
  return openConnected(world, registered, all.filter(isMeant))
}

/** Connects one newcomer in place of what is there, and drops the others. */
async function choose(
  connectRun: ConnectRun,
  chosen: Connected,
  others: readonly Connected[],
): Promise<void> {
  await take(connectRun, chosen, chosen.record.slot)
  await dismissAll(connectRun, others)
}

async function dismissAll({ world, run }: ConnectRun, all: readonly Connected[]): Promise<void> {
  for (const { record } of all) await dismissNewcomer(world, record)
  run.checkpoint()
}

async function take(
  connectRun: ConnectRun,
  { record, account }: Connected,
  slot: string,
): Promise<void> {
  const { world } = connectRun
  const place = { ...record, slot }
  const connection = { ...place, account: sealAccount(world, place, account) }
  if (await world.sessions.takeNewcomer(record, connection)) {
    const session = sessionId(record.sessionKey)
    world.note({ event: 'connection.taken', session, ...accountIds(record) })
  }
  // Another tab may have chosen otherwise a moment ago: what is stored counts.
  const connections = await world.sessions.loadConnections(connectRun.facts.sessionKey)
  connectRun.facts = { ...connectRun.facts, connections }
}

function without(all: readonly Connected[], one: Connected): readonly Connected[] {
  return all.filter((other) => other !== one)
}
