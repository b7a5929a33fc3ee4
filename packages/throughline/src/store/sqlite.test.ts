import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { MIGRATIONS } from './sqlite-schema.ts'
import { openSqliteStores } from './sqlite-stores.ts'
import { assertLocalFolder, openDatabase } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'throughline-sqlite-'))
after(() => rmSync(folder, { recursive: true }))

function setting(database: ReturnType<typeof openDatabase>, name: string): unknown {
  const row = database.prepare<Record<string, unknown>>(`PRAGMA ${name}`).get()
  return Object.values(row ?? {})[0]
}

describe('openDatabase()', () => {
  test('makes folder and files for their owner only', () => {
    const path = join(folder, 'made', 'deep', 'db.sqlite')

    const database = openDatabase(path, 'NORMAL')

    assert.equal(statSync(join(folder, 'made')).mode & 0o777, 0o700)
    for (const end of ['', '-wal', '-shm']) {
      assert.equal(statSync(path + end).mode & 0o777, 0o600, end)
    }
    database.close()
  })

  test('takes a file that others can read away from them', () => {
    const path = join(folder, 'wide.sqlite')
    writeFileSync(path, '', { mode: 0o644 })

    openDatabase(path, 'NORMAL').close()

    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  test('sets what its promises rest on', () => {
    const path = join(folder, 'settings.sqlite')
    for (const [synchronous, number] of [
      ['NORMAL', 1],
      ['FULL', 2],
    ] as const) {
      const database = openDatabase(path, synchronous)

      assert.equal(setting(database, 'journal_mode'), 'wal')
      assert.equal(setting(database, 'synchronous'), number)
      assert.equal(setting(database, 'foreign_keys'), 1)
      assert.equal(setting(database, 'busy_timeout'), 5_000)
      assert.equal(setting(database, 'secure_delete'), 1)
      assert.equal(setting(database, 'user_version'), MIGRATIONS.length)
      database.close()
    }
  })

  test('refuses a file of a newer version, and leaves it as it is', () => {
    const path = join(folder, 'newer.sqlite')
    openDatabase(path, 'NORMAL').close()
    const connection = new DatabaseSync(path)
    connection.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`)
    connection.close()
    const before = readFileSync(path)

    assert.throws(() => openSqliteStores(path), {
      code: 'store.newer-schema',
      message: new RegExp(
        `newer version of this program \\(schema ${MIGRATIONS.length + 1}, this version knows ${MIGRATIONS.length}\\)`,
      ),
    })

    assert.deepEqual(readFileSync(path), before)
  })

  test('says so when the file is no database', () => {
    const path = join(folder, 'text.sqlite')
    writeFileSync(path, 'These are not the bytes of a database. '.repeat(100))

    assert.throws(() => openDatabase(path, 'NORMAL'), {
      code: 'store.unavailable',
      message: /file is not a database/,
    })
  })

  test('refuses a folder on a network file system', { skip: process.platform !== 'linux' }, () => {
    for (const type of [0x6969, 0x517b, 0xff534d42, 0xfe534d42]) {
      assert.throws(() => assertLocalFolder('/there', type), { code: 'store.network-folder' })
    }
    assertLocalFolder('/here', 0xef53)
  })
})

describe('commit()', () => {
  test('undoes all that a step wrote before it threw, and goes on', async () => {
    const database = openDatabase(join(folder, 'undo.sqlite'), 'NORMAL')
    const raise = database.prepare('UPDATE fences SET newest = newest + 1')
    const newest = database.prepare<{ readonly newest: number }>('SELECT newest FROM fences')

    const failed = database.commit(() => {
      raise.run()
      throw new TypeError('no')
    })
    await assert.rejects(failed, new TypeError('no'))
    assert.equal(newest.get()?.newest, 0)
    await database.commit(() => raise.run())

    assert.equal(newest.get()?.newest, 1)
    database.close()
  })

  test('holds the write lock from its start, so that what a step read is still so', async () => {
    const path = join(folder, 'lock.sqlite')
    const database = openDatabase(path, 'NORMAL')
    const other = new DatabaseSync(path, { timeout: 0 })
    const newest = database.prepare<{ readonly newest: number }>('SELECT newest FROM fences')

    await database.commit(() => {
      newest.get()
      assert.throws(() => other.exec('UPDATE fences SET newest = 7'), /database is locked/)
    })
    other.exec('UPDATE fences SET newest = 7')

    assert.equal(newest.get()?.newest, 7)
    other.close()
    database.close()
  })

  test('fails by a typed error once the store is closed, and closes twice', async () => {
    const { sessions, users } = openSqliteStores(join(folder, 'closed.sqlite'))
    for (const store of [sessions, users, sessions, users]) await store.close()

    await assert.rejects(sessions.loadSession('h'), { code: 'store.unavailable' })
    await assert.rejects(sessions.announce('a'), { code: 'store.unavailable' })
  })
})
