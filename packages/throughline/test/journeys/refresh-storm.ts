/*
 * Many refreshes from several processes on one SQLite file, at a server that ends a grant whose refresh token comes
 * twice. `npm run test:refreshes -- 100000` runs it long.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { createTokenSet } from '../../src/oauth/token-set.ts'
import { loadTokenSet, saveConsent } from '../../src/vault/token-vault.ts'
import { openVault } from './refresh-child.ts'
import { STORM_CLIENT, type StormChildOptions } from './refresh-storm-child.ts'

const NOW = 1_000_000
const CHILD = join(import.meta.dirname, 'refresh-storm-child.ts')
const DEADLINE_MS = 30 * 60_000
/** Of the answers, one in so many takes longer than the others. */
const SLOW_EVERY = 50
const SLOW_MS = 40

/** How large a storm is. */
export interface Storm {
  readonly refreshes: number
  readonly accounts: number
  readonly processes: number
}

/** What it came to. */
export interface StormOutcome {
  /** Refresh requests that the server has answered. */
  readonly refreshes: number
  /** How often a refresh token came that had come before. */
  readonly doublePresentations: number
  /** Accounts that cannot be used afterwards. */
  readonly deadConnections: number
  /** Generations in the store, less those that it began with. */
  readonly generations: number
  /** Calls for a fresh token set that were answered, over all processes. */
  readonly calls: number
  readonly seconds: number
}

/** A server that gives each refresh token for one use, and ends the grant of one that comes twice. */
async function startStrictServer(most: number) {
  const tokens = new Map<string, { readonly grant: { isAlive: boolean }; isUsed: boolean }>()
  const counts = { refreshes: 0, doublePresentations: 0 }
  const mint = (grant: { isAlive: boolean }) => {
    const token = `refresh-${randomBytes(12).toString('base64url')}`
    tokens.set(token, { grant, isUsed: false })
    return token
  }
  const present = (token: string) => {
    const held = tokens.get(token)
    if (held === undefined) return undefined
    if (held.isUsed) {
      counts.doublePresentations += 1
      held.grant.isAlive = false
    }
    held.isUsed = true
    if (!held.grant.isAlive) return undefined
    counts.refreshes += 1
    return {
      access_token: `access-${randomBytes(12).toString('base64url')}`,
      refresh_token: mint(held.grant),
      token_type: 'Bearer',
      expires_in: 3600,
    }
  }
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (incoming.method === 'GET') return void outgoing.end(String(counts.refreshes >= most))
    const form = new URLSearchParams(await text(incoming))
    const fresh = present(form.get('refresh_token') ?? '')
    if (counts.refreshes % SLOW_EVERY === 0) await wait(SLOW_MS)
    outgoing.writeHead(fresh === undefined ? 400 : 200, { 'content-type': 'application/json' })
    outgoing.end(JSON.stringify(fresh ?? { error: 'invalid_grant' }))
  }
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  // A connection that is closed just as a request leaves would be a fault of its own, and none that is meant here.
  server.keepAliveTimeout = DEADLINE_MS
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    grant: () => mint({ isAlive: true }),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Lets all processes refresh all accounts until the server has answered so many requests. */
export async function runStorm({ refreshes, accounts, processes }: Storm): Promise<StormOutcome> {
  const server = await startStrictServer(refreshes)
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
  const base = {
    databaseFile: join(folder, 'throughline.sqlite'),
    ringKey: randomBytes(32).toString('base64url'),
    now: NOW,
  }
  const vault = openVault(base)
  try {
    const names = Array.from({ length: accounts }, (_, index) => `account-${index}`)
    const keyOf = (subjectIndex: string) => ({ ...STORM_CLIENT, subjectIndex })
    for (const name of names) {
      const tokens = { accessToken: 'first', refreshToken: server.grant(), scope: [] }
      await saveConsent(vault, keyOf(name), createTokenSet({ ...tokens, expiresAt: NOW }))
    }
    const told: StormChildOptions = { ...base, server: server.origin, accounts: names }
    const start = performance.now()
    const calls = await Promise.all(Array.from({ length: processes }, () => runChild(told)))
    const seconds = (performance.now() - start) / 1000
    let generations = 0
    let deadConnections = 0
    for (const name of names) {
      const opened = await loadTokenSet(vault, keyOf(name))
      if (opened?.status === 'good') generations += opened.generation - NOW
      else deadConnections += 1
    }
    const sum = calls.reduce((all, one) => all + one, 0)
    return { ...server.counts, deadConnections, generations, calls: sum, seconds }
  } finally {
    await vault.users.close()
    await vault.sessions.close()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runChild(options: StormChildOptions): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--conditions=throughline-source', CHILD, JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'], timeout: DEADLINE_MS, killSignal: 'SIGKILL' },
  )
  const [out] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const { exitCode } = child
  if (exitCode !== 0) throw new Error(`A process of the storm has ended with ${exitCode}.`)
  return Number(out)
}

if (import.meta.main) {
  const wanted = Number(process.argv[2] ?? 100_000)
  const outcome = await runStorm({ refreshes: wanted, accounts: 1000, processes: 3 })
  console.log(JSON.stringify(outcome, undefined, 2))
  const { doublePresentations, deadConnections, generations, refreshes } = outcome
  const isRight = doublePresentations === 0 && deadConnections === 0 && generations === refreshes
  process.exitCode = isRight ? 0 : 1
}
