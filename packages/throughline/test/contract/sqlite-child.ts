/*
 * What a second process does with the same SQLite file. Started by sqlite-processes.test.ts with the file's path and a
 * role; says what it did on standard output, one JSON value per line.
 */
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { openSqliteStores } from '../../src/store/sqlite-stores.ts'
import { NOW, begin, runOf, runRequest } from './records.ts'

const [path = '', role = '', owner = ''] = process.argv.slice(2)

/** How many authorizations and tabs the processes race for. */
const RACES = 40

const roles: Readonly<Record<string, () => Promise<void>>> = {
  /** Waits for a line on standard input, then claims and starts as much as it can get. */
  async race() {
    const { sessions } = openSqliteStores(path)
    say('ready')
    await new Promise((resolve) => process.stdin.once('data', resolve))
    process.stdin.pause()
    const won: string[] = []
    for (let i = 0; i < RACES; i++) {
      // Flows of one session are exchanged one after the other: a session for each.
      if (await sessions.claimPending(`p${i}`, `cookie-s${i}`, NOW, NOW + 30_000)) won.push(`p${i}`)
      const request = runRequest({ tabId: `t${i}`, owner, number: 1 })
      if ((await sessions.startRun(request)) !== undefined) won.push(`t${i}`)
      if ((await sessions.takeLease(`l${i}`, owner, NOW, NOW + 30_000)) !== undefined) {
        won.push(`l${i}`)
      }
    }
    say(won)
  },

  /** Commits until it is killed, and says each commit that was confirmed. */
  async commit() {
    const { sessions, users } = openSqliteStores(path)
    const tokens = { provider: 'vimeo', clientId: 'client', subjectIndex: 'index', scope: [] }
    for (let i = 1; ; i++) {
      const started = await begin(sessions, { owner, number: i })
      const state = [{ name: 'n', sealed: String(i) }]
      await sessions.commitRun({ ...runOf(started, owner), ends: true, values: String(i), state })
      const record = { ...tokens, generation: i, sealed: String(i), savedAt: NOW }
      await users.saveTokenSet(
        { ...record, status: 'good', cause: null },
        i === 1 ? undefined : i - 1,
      )
      say(i)
      // Standard output is a pipe: only a turn of the loop lets the parent's signals in between.
      await setTimeout(0)
    }
  },

  /** Announces three times. */
  async announce() {
    const { sessions } = openSqliteStores(path)
    for (let i = 0; i < 3; i++) await sessions.announce('a')
  },

  /** Signs a session out. */
  async forget() {
    const { sessions } = openSqliteStores(path)
    await sessions.forgetSession('a', NOW + 60_000)
  },

  /** Listens to the news, and comes to its end nevertheless. */
  async listen() {
    openSqliteStores(path).sessions.onNews(() => {})
  },

  /** Holds the write lock for 300 ms. */
  async hold() {
    const connection = new DatabaseSync(path)
    connection.exec('BEGIN IMMEDIATE')
    say('held')
    await setTimeout(300)
    connection.exec('COMMIT')
    connection.close()
  },
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

await roles[role]?.()
