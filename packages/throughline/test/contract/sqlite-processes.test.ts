import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openSqliteStores } from '../../src/store/sqlite-stores.ts'
import { NOW, addSession, pending } from './records.ts'

const folder = mkdtempSync(join(tmpdir(), 'throughline-processes-'))
after(() => rmSync(folder, { recursive: true }))

const CHILD = fileURLToPath(new URL('./sqlite-child.ts', import.meta.url))

/** Starts a second process on the file; it ends by itself or is killed by its test. */
function startChild(path: string, role: string, owner = 'child'): ChildProcess {
  const args = ['--conditions=throughline-source', CHILD, path, role, owner]
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], timeout: 20_000 })
}

/** Yields what the child says, line by line, until it ends. */
async function* linesOf(child: ChildProcess): AsyncGenerator<unknown> {
  assert.ok(child.stdout)
  for await (const line of createInterface(child.stdout)) yield JSON.parse(line)
}

async function runChild(path: string, role: string): Promise<number | null> {
  const [code] = (await once(startChild(path, role), 'exit')) as [number | null]
  return code
}

describe('several processes on one SQLite file', () => {
  test('CI-05 exactly one of four wins each authorization, each tab and each lease', async () => {
    const path = join(folder, 'race.sqlite')
    const { sessions, users } = openSqliteStores(path)
    await addSession(sessions, 'a')
    for (let i = 0; i < 40; i++) {
      await addSession(sessions, `s${i}`)
      await sessions.createPending(pending(`p${i}`, { sessionKey: `s${i}` }), 100)
    }

    const children = Array.from({ length: 4 }, (_, i) => startChild(path, 'race', `owner-${i}`))
    const outputs = children.map((child) => linesOf(child))
    for (const output of outputs) assert.equal((await output.next()).value, 'ready')
    for (const child of children) child.stdin?.end('go\n')
    const wins = await Promise.all(
      outputs.map(async (output) => (await output.next()).value as readonly string[]),
    )

    const won = wins.flat()
    assert.equal(won.length, 120)
    assert.equal(new Set(won).size, 120)
    await Promise.all([sessions.close(), users.close()])
  })

  test('DU-02 a process killed in the middle of commits has lost nothing that it reported', async () => {
    for (let round = 0; round < 4; round++) {
      const path = join(folder, `kill-${round}.sqlite`)
      const before = openSqliteStores(path)
      await addSession(before.sessions, 'a')
      await Promise.all([before.sessions.close(), before.users.close()])
      const child = startChild(path, 'commit')
      const reports = 20 + Math.floor(Math.random() * 100)

      let reported = 0
      for await (const line of linesOf(child)) {
        reported = Number(line)
        if (reported === reports) child.kill('SIGKILL')
      }

      const { sessions, users } = openSqliteStores(path)
      const [entry] = await sessions.loadState('a')
      const tab = await sessions.loadTab('a', 't')
      const tokenSet = await users.loadTokenSet({
        ...{ provider: 'vimeo', clientId: 'client', subjectIndex: 'index' },
      })
      assert.ok(reported >= reports)
      assert.ok(Number(entry?.sealed) >= reported, 'session state')
      assert.equal(tab?.values, entry?.sealed, 'a commit is all or nothing')
      assert.equal(entry?.version, Number(entry?.sealed), 'no commit was skipped')
      assert.ok((tokenSet?.generation ?? 0) >= reported, 'token set')
      await Promise.all([sessions.close(), users.close()])
      const connection = new DatabaseSync(path)
      const check = connection.prepare('PRAGMA integrity_check').get()
      connection.close()
      assert.equal(check?.['integrity_check'], 'ok')
    }
  })

  test('news of another process reaches each listener once, and its own at once', async () => {
    const path = join(folder, 'news.sqlite')
    const { sessions, users } = openSqliteStores(path)
    await addSession(sessions, 'a')
    await addSession(sessions, 'b')
    const heard: string[] = []
    const three = new Promise<void>((resolve) => {
      sessions.onNews((key, news) => {
        heard.push(`${key}${news}`)
        if (heard.filter((entry) => entry.startsWith('a')).length === 3) resolve()
      })
    })

    await sessions.announce('b')
    assert.deepEqual(heard, ['b1'])
    assert.equal(await runChild(path, 'announce'), 0)
    const childEnded = performance.now()
    await keepAlive(three)

    assert.ok(performance.now() - childEnded < 500)
    assert.deepEqual(heard, ['b1', 'a1', 'a2', 'a3'])
    await Promise.all([sessions.close(), users.close()])
  })

  test('SE-07 hears that another process forgot a session', async () => {
    const path = join(folder, 'forget.sqlite')
    const { sessions, users } = openSqliteStores(path)
    await addSession(sessions, 'a')
    const forgotten = new Promise<string>((resolve) => {
      sessions.onNews((key) => resolve(key))
    })

    assert.equal(await runChild(path, 'forget'), 0)

    assert.equal(await keepAlive(forgotten), 'a')
    assert.equal(await sessions.loadSession('cookie-a'), undefined)
    await Promise.all([sessions.close(), users.close()])
  })

  test('a listener keeps no process from its end', async () => {
    assert.equal(await runChild(join(folder, 'listen.sqlite'), 'listen'), 0)
  })

  test('DU-09 a write waits for the write of another process', async () => {
    const path = join(folder, 'busy.sqlite')
    const { sessions, users } = openSqliteStores(path)
    await addSession(sessions, 'a')
    const child = startChild(path, 'hold')
    const ended = once(child, 'exit')
    assert.equal((await linesOf(child).next()).value, 'held')

    await sessions.announce('a')
    await sessions.touchSession('a', NOW + 1)
    await users.forgetUser({ provider: 'vimeo', subjectIndex: 'index' })

    assert.equal(await sessions.loadNews('a'), 1)
    assert.deepEqual(await ended, [0, null])
    await Promise.all([sessions.close(), users.close()])
  })
})

/** Waits for what only timers that keep no process alive can bring. */
async function keepAlive<Result>(promise: Promise<Result>): Promise<Result> {
  const timer = setInterval(() => {}, 1_000)
  try {
    return await promise
  } finally {
    clearInterval(timer)
  }
}
