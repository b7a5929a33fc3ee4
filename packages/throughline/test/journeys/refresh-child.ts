/*
 * One process that asks the vault for a fresh token set, and may be told where to kill itself. Takes one JSON argument;
 * prints what came of it as one line of JSON.
 */
import assert from 'node:assert/strict'
import { systemRandom } from '../../src/base/random.ts'
import { isThroughlineError } from '../../src/base/error.ts'
import { createSealingKeys } from '../../src/crypto/key-ring.ts'
import { createOAuthClient } from '../../src/oauth/oauth-client.ts'
import { Outage } from '../../src/oauth/outage.ts'
import { openSqliteStores } from '../../src/store/sqlite-stores.ts'
import type { TokenSetKey } from '../../src/store/user-store.ts'
import { freshTokenSet, type RefreshGrant } from '../../src/vault/fresh-token-set.ts'
import type { Vault } from '../../src/vault/token-vault.ts'

/** Where in a refresh the process dies: at the step of the store that is named, before it or after it. */
export type FailPoint =
  | 'after notePresented'
  | 'before saveTokenSet'
  | 'after saveTokenSet'
  | 'before releaseLease'

/** What the process is told. */
export interface RefreshChildOptions {
  readonly databaseFile: string
  readonly ringKey: string
  readonly accounts: readonly TokenSetKey[]
  /** Where the authorization server listens. */
  readonly server: string
  readonly now: number
  readonly failAt?: FailPoint
}

/** What it prints, per account. */
export type RefreshChildAnswer = { readonly generation: number } | { readonly refused: string }

/** Opens the vault of a process; `failAt` makes it kill itself there. */
export function openVault(options: Omit<RefreshChildOptions, 'server' | 'accounts'>): Vault {
  const { databaseFile, ringKey, now, failAt } = options
  const { sessions, users } = openSqliteStores(databaseFile)
  const dying = <Step extends (...given: never[]) => Promise<unknown>>(name: string, step: Step) =>
    (async (...given: Parameters<Step>) => {
      if (failAt === `before ${name}`) process.kill(process.pid, 'SIGKILL')
      const answer = await step(...given)
      if (failAt === `after ${name}`) process.kill(process.pid, 'SIGKILL')
      return answer
    }) as unknown as Step
  return {
    users: {
      ...users,
      saveTokenSet: dying('saveTokenSet', users.saveTokenSet),
    },
    sessions: {
      ...sessions,
      notePresented: dying('notePresented', sessions.notePresented),
      releaseLease: dying('releaseLease', sessions.releaseLease),
    },
    ring: createSealingKeys([{ id: 'k1', bytes: Buffer.from(ringKey, 'base64url') }]),
    random: systemRandom,
    clock: () => now,
    owner: `process ${process.pid}`,
    refreshes: new Map(),
    unsaved: new Map(),
  }
}

/** Where and as whom the processes refresh; nobody is disconnected meanwhile. */
export function grantAt(server: string, { clock, random }: Vault): RefreshGrant {
  return {
    title: 'Acme',
    authorizationServer: async () => ({
      issuer: server,
      authorization_endpoint: `${server}/authorize`,
      token_endpoint: `${server}/token`,
    }),
    client: createOAuthClient({ clientId: 'the-client', authentication: 'none' }),
    fetch,
    outage: new Outage(clock, random),
    report: (error) => console.error(error),
    endOrphan: () => assert.fail('a token set is gone'),
    note: () => {},
  }
}

if (import.meta.main) {
  const options = JSON.parse(process.argv[2] ?? '{}') as RefreshChildOptions
  const { server, accounts } = options
  const vault = openVault(options)
  const grant = grantAt(server, vault)
  const answers = await Promise.all(
    accounts.map((key) =>
      freshTokenSet(vault, key, grant).then(
        ({ generation }): RefreshChildAnswer => ({ generation }),
        (error: unknown): RefreshChildAnswer => {
          if (!isThroughlineError(error, 'vault.needs-reconnect')) throw error
          return { refused: String(error.details['cause']) }
        },
      ),
    ),
  )
  process.stdout.write(`${JSON.stringify(answers)}\n`)
}
