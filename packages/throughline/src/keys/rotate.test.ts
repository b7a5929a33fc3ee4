import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealingKeys, type SealingKeys } from '../crypto/key-ring.ts'
import { open, prefixOf, seal } from '../crypto/seal.ts'
import { createSqliteUserStore } from '../store/sqlite-users.ts'
import { openDatabase } from '../store/sqlite.ts'
import type { UserRow } from '../store/user-store.ts'
import { countSealedRows } from './census.ts'
import { rotateRows } from './rotate.ts'

const folder = mkdtempSync(join(tmpdir(), 'throughline-rotate-'))
after(() => rmSync(folder, { recursive: true }))

const newKey = (id: string) => ({ id, bytes: systemRandom(32) })
const [k1, k2, k3] = [newKey('k1'), newKey('k2'), newKey('k3')]
const old = createSealingKeys([k1])
const both = createSealingKeys([k2, k1])

/** A store with user records, `r0`, `r1` …, sealed by the old key. */
async function startStore(name: string, count: number) {
  const path = join(folder, `${name}.sqlite`)
  const database = openDatabase(path, 'FULL')
  const users = createSqliteUserStore(database)
  for (let i = 0; i < count; i += 1) await users.saveUser(rowOf(`r${i}`, 1, 'first', old))
  return { path, database, users }
}

function rowOf(subjectIndex: string, version: number, text: string, sealing: SealingKeys): UserRow {
  const context = ['users', 'vimeo', subjectIndex, String(version)]
  const sealed = seal(sealing, 'user-record', context, text, systemRandom)
  return { provider: 'vimeo', subjectIndex, version, sealed, createdAt: 1, savedAt: 1 }
}

function read(sealing: SealingKeys, row: UserRow | undefined): string {
  assert.ok(row)
  const context = ['users', row.provider, row.subjectIndex, String(row.version)]
  return open(sealing, 'user-record', context, row.sealed)
}

describe('rotateRows()', () => {
  test('CR-07 seals each row anew in small steps, under its own place, and tells how far it is', async () => {
    const { database, users } = await startStore('all', 50)
    const told: number[] = []

    const rotated = await rotateRows(database, both, systemRandom, ({ rows, count }) => {
      assert.deepEqual(rows, ['user record', 'user records'])
      told.push(count)
    })

    assert.deepEqual(rotated, { count: 50, failures: [], isLogEmpty: true })
    assert.deepEqual(told, [20, 40, 50])
    assert.deepEqual(await countSealedRows(database), [
      { keyId: 'k2', count: 50, rows: ['user record', 'user records'] },
    ])
    const row = await users.loadUser({ provider: 'vimeo', subjectIndex: 'r49' })
    assert.equal(read(createSealingKeys([k2]), row), 'first')
    const again = await rotateRows(database, both, systemRandom)
    assert.equal(again.count, 0, 'nothing is sealed anew twice')
    await users.close()
  })

  test('CR-07 what a program writes between the reading and the writing of a row stays', async () => {
    const { path, database, users } = await startStore('concurrent', 30)
    const program = createSqliteUserStore(openDatabase(path, 'NORMAL'))
    const key = { provider: 'vimeo', subjectIndex: 'r3' }
    let isFirst = true
    // Asked for bytes by the first row: all rows of the step were read, none is written.
    const random = (length: number) => {
      if (isFirst) {
        isFirst = false
        void program.saveUser(rowOf('r3', 2, 'newer', old), 1)
        void program.forgetUser({ ...key, subjectIndex: 'r4' })
      }
      return systemRandom(length)
    }

    const rotated = await rotateRows(database, both, random)

    assert.deepEqual(rotated.failures, [])
    const row = await users.loadUser(key)
    assert.equal(row?.version, 2)
    assert.equal(read(createSealingKeys([k2]), row), 'newer')
    assert.equal(await users.loadUser({ ...key, subjectIndex: 'r4' }), undefined)
    assert.equal(rotated.count, 29, 'the newer one with the next pass')
    for (const store of [users, program]) await store.close()
  })

  test('CR-06 CR-07 a row that does not open stays as it is, is named, and hinders no other', async () => {
    const { database, users } = await startStore('broken', 5)
    const other = rowOf('other', 1, 'text', createSealingKeys([k3]))
    const moved = { ...rowOf('elsewhere', 1, 'text', old), subjectIndex: 'moved' }
    for (const row of [other, moved]) await users.saveUser(row)

    const { count, failures } = await rotateRows(database, both, systemRandom)

    assert.equal(count, 5)
    assert.deepEqual(
      failures.map(({ rows, error }) => [rows, (error as { code?: string }).code]),
      [
        ['user records', 'crypto.unknown-key'],
        ['user records', 'crypto.cannot-open'],
      ],
    )
    assert.match(String(failures[0]?.error), /`k3`/)
    for (const row of [other, moved]) assert.deepEqual(await users.loadUser(row), row)
    await users.close()
  })

  test('CR-10 nothing that the key of before has sealed is left in the files', async () => {
    const { path, database, users } = await startStore('gone', 40)
    // Longer than a page, so that it also lies on overflow pages.
    const long = rowOf('long', 1, 'x'.repeat(20_000), old)
    await users.saveUser(long)
    const traces = [prefixOf('k1'), long.sealed.slice(9_000, 9_040), long.sealed.slice(-40)]
    const found = () =>
      traces.map((trace) =>
        ['', '-wal'].some((end) => readFileSync(`${path}${end}`).includes(trace)),
      )
    assert.deepEqual(found(), [true, true, true])

    await rotateRows(database, both, systemRandom)

    assert.deepEqual(found(), [false, false, false], 'while the store is open')
    await users.close()
    assert.ok(!readFileSync(path).includes(traces[0] ?? ''))
  })
})
