/*
 * Several accounts of one provider: a list to choose from, and a button that adds one.
 */
import { select } from '../elements/select.ts'
import type { ConnectionRecord } from '../store/session-store.ts'
import { namesOf } from './account-names.ts'
import {
  openConnected,
  type Connected,
  type ConnectRun,
  type RegisteredProvider,
} from './connect-world.ts'
import { leaveButton, type LeaveButton } from './leave-button.ts'
import { reasonFor } from './what-happened.ts'

/**
 * Shows which accounts are connected, and lets the person choose one or connect another.
 *
 * @returns The slot of the chosen account; undefined while there is none.
 */
export async function chooseAccount(
  connectRun: ConnectRun,
  registered: RegisteredProvider,
  another: Pick<LeaveButton, 'scope' | 'optionalScope' | 'open'>,
): Promise<string | undefined> {
  const { world, facts } = connectRun
  const { provider } = registered
  const taken = facts.connections.filter(({ provider: name }) => name === provider.name)
  const all = newestPerAccount(openConnected(world, registered, facts.connections))
  if (all.length === 0) return undefined

  const names = namesOf(all.map(({ account }) => account))
  const options = all.map(({ record }, at) => ({
    value: record.slot,
    label: names[at] ?? record.slot,
  }))
  const newest = all
    .map(({ record }) => record)
    .toSorted((a, b) => b.connectedAt - a.connectedAt)[0]
  // Whoever has just connected another account means that one: the choice begins anew.
  const key = `${provider.name} accounts since ${newest?.connectedAt}`
  const label = `${provider.title} account`
  const chosen = select(label, options, { key, value: newest?.slot })
  const slot = freeSlot(taken)
  const put = await leaveButton(connectRun, registered, {
    ...another,
    slot,
    label: `Connect another ${provider.title} account`,
    primary: false,
    reason: reasonFor(connectRun, registered, slot),
  })
  put()
  return chosen
}

/** An account that was connected twice is one account. */
function newestPerAccount(all: readonly Connected[]): readonly Connected[] {
  const byAccount = new Map<string, ConnectionRecord>()
  for (const { record } of all) {
    const before = byAccount.get(record.subjectIndex)
    if (before === undefined || before.connectedAt < record.connectedAt) {
      byAccount.set(record.subjectIndex, record)
    }
  }
  return all.filter(({ record }) => byAccount.get(record.subjectIndex) === record)
}

/** Names a place that no account has. */
export function freeSlot(records: readonly ConnectionRecord[]): string {
  const taken = new Set(records.map(({ slot }) => slot))
  for (let number = 2; ; number += 1)
    if (!taken.has(`account-${number}`)) return `account-${number}`
}
