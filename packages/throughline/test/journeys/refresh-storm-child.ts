/*
 * One process of a storm: several callers ask for all accounts again and again, and take each token set that they get
 * for ended. Takes one JSON argument; prints how many calls were answered.
 */
import { freshTokenSet } from '../../src/vault/fresh-token-set.ts'
import { grantAt, openVault } from './refresh-child.ts'

/** What each process of a storm is told. */
export interface StormChildOptions {
  readonly databaseFile: string
  readonly ringKey: string
  readonly now: number
  readonly server: string
  readonly accounts: readonly string[]
}

/** The client of every account in a storm. */
export const STORM_CLIENT = { provider: 'acme', clientId: 'the-client' }

const CALLERS = 32
const LOOK_EVERY = 100

async function refreshUntilOver({ server, accounts, ...base }: StormChildOptions): Promise<number> {
  const vault = openVault(base)
  const grant = grantAt(server, vault)
  let calls = 0
  let isOver = false
  const call = async (from: number) => {
    for (let at = from; !isOver; at += 1) {
      const key = { ...STORM_CLIENT, subjectIndex: accounts[at % accounts.length] ?? '' }
      const { generation } = await freshTokenSet(vault, key, grant)
      await freshTokenSet(vault, key, grant, generation)
      calls += 2
      if (at % LOOK_EVERY !== 0) continue
      isOver ||= (await (await fetch(`${server}/is-over`)).text()) === 'true'
    }
  }
  // All processes begin at the same accounts, so that they meet.
  const step = Math.ceil(accounts.length / CALLERS)
  await Promise.all(Array.from({ length: CALLERS }, (_, index) => call(index * step)))
  return calls
}

if (import.meta.main) {
  const options = JSON.parse(process.argv[2] ?? '{}') as StormChildOptions
  process.stdout.write(String(await refreshUntilOver(options)))
}
