/*
 * Key rotations while two processes serve people who press and connect: the keys of a file are added, sealed anew by and
 * dropped by the command line, and everybody's work is checked after each press.
 *
 *   npm run test:keys                       3 rotations, 10,000 flows at least, 100 processes killed, and what it came to
 *   npm run test:keys -- 5 20000 200        so many rotations, flows and kills
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isThroughlineError } from '../../src/base/error.ts'
import { ENVELOPE_PREFIX } from '../../src/crypto/seal.ts'
import { runKeysCommand } from '../../src/server/keys-command.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { Person } from '../../src/testing/person.ts'
import { consent, leave } from './consent.ts'
import { killRotations } from './killed-rotations.ts'
import { startProcesses, type Ending, type Processes } from './node-process.ts'

const ACCOUNT = '/account'

const ENVELOPE = new RegExp(
  `${ENVELOPE_PREFIX.replaceAll('.', String.raw`\.`)}([a-z0-9-]{1,16})\\.`,
  'g',
)

/** How long a load is. */
export interface Load {
  readonly rotations: number
  /** Presses and connects at least. */
  readonly flows: number
  /** People who keep on pressing, and people who come one after the other to connect. */
  readonly pressing: number
  readonly connecting: number
}

/** What it came to. */
export interface LoadOutcome {
  readonly presses: number
  readonly connects: number
  /** What somebody saw that they should not have seen. */
  readonly failures: readonly string[]
  /** What `throughline keys` says at the end. */
  readonly keys: string
  /** The ids of keys in whose envelopes something stands in the files, once nobody writes. */
  readonly idsInFiles: readonly string[]
  /** How often a key could be dropped only at another attempt, after something came late. */
  readonly lateDrops: number
}

/** Runs `throughline keys` beside the processes that serve; returns what it prints. */
async function runKeys({ folder }: Processes, ...args: readonly string[]): Promise<string> {
  const lines: string[] = []
  await runKeysCommand(args, { THROUGHLINE_DATA: join(folder, 'data') }, (line) => lines.push(line))
  return lines.join('\n')
}

/** Rotates keys under a load; the processes end with `t`. */
export async function rotateUnderLoad(t: Ending, load: Load): Promise<LoadOutcome> {
  const server = await startAuthorizationServer()
  t.after(() => server.close())
  const env = () => ({
    ...{ ACME_CLIENT_ID: 'client', ACME_CLIENT_SECRET: 'not a real one' },
    ...{ ACME_ORIGIN: server.origin, THROUGHLINE_KEYS: '', NODE_ENV: 'test' },
  })
  const processes = await startProcesses(t, 'tour.ts', {
    count: 2,
    env,
    longestLifeMs: 60_000 + load.flows * 200,
  })
  const counts = { presses: 0, connects: 0, lateDrops: 0 }
  const failures: string[] = []
  const flows = () => counts.presses + counts.connects
  let isOver = false

  const keep = async (flow: () => Promise<void>) => {
    while (!isOver) {
      try {
        await flow()
      } catch (error) {
        failures.push(String(error))
        return
      }
    }
  }
  const pressing = Array.from({ length: load.pressing }, async (_, index) => {
    const tab = await new Person(processes.fetch, processes.origin).open('/')
    tab.set('text-input:Name', `Person ${index}`)
    let pressed = 0
    await keep(async () => {
      await tab.press('button:Add%20one')
      pressed += 1
      assert.match(tab.text, new RegExp(`Person ${index} counted to ${pressed} in red`))
      counts.presses += 1
    })
  })
  const connecting = Array.from({ length: load.connecting }, () =>
    keep(async () => {
      const tab = await new Person(processes.fetch, processes.origin).open(ACCOUNT)
      tab.set('text-input:Note', 'kept')
      await tab.press()
      await tab.go(await consent(await leave(tab)))
      assert.match(tab.text, /Connected as Ada Example, note "kept"/)
      counts.connects += 1
    }),
  )

  const until = async (wanted: number) => {
    while (flows() < wanted && failures.length === 0) await pause(20)
  }
  for (let rotation = 1; rotation <= load.rotations; rotation += 1) {
    const ofOne = load.flows / load.rotations
    await runKeys(processes, 'add')
    await until((rotation - 0.5) * ofOne)
    await runKeys(processes, 'rotate')
    while (!(await drops(processes, `k${rotation}`))) {
      counts.lateDrops += 1
      assert.ok(counts.lateDrops < 10, `k${rotation} is sealed by again and again`)
      await runKeys(processes, 'rotate')
    }
    await until(rotation * ofOne)
  }
  isOver = true
  await Promise.all([...pressing, ...connecting])
  await runKeys(processes, 'rotate')
  const keys = await runKeys(processes)
  for (const node of processes.nodes) {
    await node.stop()
    failures.push(...(node.errors().match(/^.*(?:rror|failed).*$/gim) ?? []))
  }
  return { ...counts, failures, keys, idsInFiles: idsIn(dirname(processes.databaseFile)) }
}

/** Drops a key; false where something was sealed by it after the rotation had looked there. */
async function drops(processes: Processes, id: string): Promise<boolean> {
  try {
    await runKeys(processes, 'drop', id)
    return true
  } catch (error) {
    if (isThroughlineError(error, 'keys.still-needed')) return false
    throw error
  }
}

/** Finds envelopes in whatever stands in the files of a folder. */
function idsIn(folder: string): readonly string[] {
  const ids = new Set<string>()
  for (const name of readdirSync(folder)) {
    const content = readFileSync(join(folder, name), 'latin1')
    for (const [, id = ''] of content.matchAll(ENVELOPE)) ids.add(id)
  }
  return [...ids].toSorted()
}

if (import.meta.main) {
  const [rotations = 3, flows = 10_000, kills = 100] = process.argv.slice(2).map(Number)
  const ends: (() => Promise<void>)[] = []
  const t = { after: (end: () => Promise<void>) => void ends.unshift(end) }
  try {
    const load = { rotations, flows, pressing: 10, connecting: 6 }
    const outcome = await rotateUnderLoad(t, load)
    const killed = await killRotations(kills)
    console.log(JSON.stringify({ ...outcome, ...killed }, undefined, 2))
    const isRight =
      outcome.failures.length === 0 &&
      outcome.idsInFiles.join() === `k${rotations + 1}` &&
      killed.unreadable === 0
    process.exitCode = isRight ? 0 : 1
  } finally {
    for (const end of ends) await end()
  }
}
