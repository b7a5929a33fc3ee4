/*
 * Rotations that are ended with kill -9, each with a new key in front and at another row, over one database.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../../src/base/random.ts'
import { createSealingKeys, serializeKey, type SealingKey } from '../../src/crypto/key-ring.ts'
import { open, seal } from '../../src/crypto/seal.ts'
import { countSealedRows } from '../../src/keys/census.ts'
import { rotateRows } from '../../src/keys/rotate.ts'
import { createSqliteUserStore } from '../../src/store/sqlite-users.ts'
import { openDatabase } from '../../src/store/sqlite.ts'
import type { RotateChildOptions } from './rotate-child.ts'

const CHILD = join(import.meta.dirname, 'rotate-child.ts')
const ROWS = 150

/** What it came to. */
export interface KilledOutcome {
  readonly kills: number
  /** Rows that could not be read after one of them. */
  readonly unreadable: number
  /** By which keys rows were sealed after the last kill, and after a rotation that nobody has ended. */
  readonly keysBetween: readonly string[]
  readonly keysAtTheEnd: readonly string[]
}

/** Kills so many rotations, and reads every row after each. */
export async function killRotations(kills: number): Promise<KilledOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-killed-'))
  const databaseFile = join(folder, 'db.sqlite')
  const database = openDatabase(databaseFile, 'FULL')
  const users = createSqliteUserStore(database)
  const keys: SealingKey[] = [{ id: 'k1', bytes: systemRandom(32) }]
  const contextOf = (subjectIndex: string) => ['users', 'vimeo', subjectIndex, '1']
  for (let i = 0; i < ROWS; i += 1) {
    const key = { provider: 'vimeo', subjectIndex: `r${i}` }
    const context = contextOf(key.subjectIndex)
    const sealed = seal(createSealingKeys(keys), 'user-record', context, `text ${i}`, systemRandom)
    await users.saveUser({ ...key, version: 1, sealed, createdAt: 1, savedAt: 1 })
  }
  const countUnreadable = async () => {
    let count = 0
    for (let i = 0; i < ROWS; i += 1) {
      const row = await users.loadUser({ provider: 'vimeo', subjectIndex: `r${i}` })
      const context = contextOf(`r${i}`)
      const text = open(createSealingKeys(keys), 'user-record', context, row?.sealed ?? '')
      if (text !== `text ${i}`) count += 1
    }
    return count
  }
  const idsNow = async () => (await countSealedRows(database)).map(({ keyId }) => keyId).toSorted()
  try {
    let unreadable = 0
    for (let kill = 1; kill <= kills; kill += 1) {
      keys.unshift({ id: `k${kill + 1}`, bytes: systemRandom(32) })
      const rows = 1 + Math.floor(Math.random() * ROWS)
      await endChild({ databaseFile, keys: keys.map(serializeKey).join(','), rows })
      unreadable += await countUnreadable()
    }
    const keysBetween = await idsNow()
    const { failures } = await rotateRows(database, createSealingKeys(keys), systemRandom)
    unreadable += failures.length + (await countUnreadable())
    return { kills, unreadable, keysBetween, keysAtTheEnd: await idsNow() }
  } finally {
    await users.close()
    rmSync(folder, { recursive: true })
  }
}

async function endChild(options: RotateChildOptions): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--conditions=throughline-source', CHILD, JSON.stringify(options)],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  assert.equal(signal, 'SIGKILL')
}
