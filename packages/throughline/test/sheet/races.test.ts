import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { serializeKey } from '../../src/crypto/key-ring.ts'
import { createMemorySessionStore } from '../../src/store/memory-sessions.ts'
import { tokensOf, userOf } from './rows.ts'
import { startSheet } from './sheet.ts'
import type { VisitChildOptions } from './visit-child.ts'

const CHILD = fileURLToPath(new URL('./visit-child.ts', import.meta.url))

/** Starts a process; its lines, and a way to let it go. */
async function startChild(options: VisitChildOptions) {
  const args = ['--conditions=throughline-source', CHILD, JSON.stringify(options)]
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 50_000,
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  assert.equal((await lines.next()).value, 'ready')
  return {
    go: async () => {
      child.stdin.end('go\n')
      const { value } = (await lines.next()) as { value: string }
      return JSON.parse(value) as { readonly made: number; readonly sealed: string }
    },
  }
}

describe('many at once', () => {
  test('SH-04 64 first visits of one account, from three processes with one session store, make one row', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-visits-'))
    const sheet = await startSheet()
    context.after(async () => {
      await sheet.close()
      rmSync(folder, { recursive: true })
    })
    const { google, keyFile, spreadsheetId } = sheet
    const shared = {
      ...{ file: join(folder, 'sessions.sqlite'), keys: serializeKey(sheet.sealing.primary) },
      ...{ origin: google.origin, spreadsheetId, keyFile },
    }
    const children = await Promise.all(
      [22, 21, 21].map((visits) => startChild({ ...shared, visits })),
    )

    const results = await Promise.all(children.map((child) => child.go()))

    assert.equal(
      results.map(({ made }) => made).reduce((one, other) => one + other),
      1,
    )
    assert.equal(new Set(results.map(({ sealed }) => sealed)).size, 1)
    assert.equal(sheet.person.rows('users').length, 2)
  })

  test('SH-04 programs that share no session store make one row for one account, too', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const stores = await Promise.all([1, 2, 3, 4].map(() => sheet.open(createMemorySessionStore())))
    sheet.google.setSwitches({ delayMilliseconds: 30 })

    const made = await Promise.all(
      stores.map((store, at) => store.saveUser(userOf('ann', { sealed: `by ${at}` }))),
    )

    assert.equal(made.filter(Boolean).length, 1)
    const later = await sheet.open(createMemorySessionStore())
    assert.equal((await later.loadUser(userOf('ann')))?.sealed, `by ${made.indexOf(true)}`)
    const rows = sheet.person.rows('users').filter(([id = '']) => id !== '')
    assert.equal(rows.length, 2, 'header, ann')
  })

  test('of programs that share no session store, none overwrites what another has written', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const stores = await Promise.all([1, 2, 3].map(() => sheet.open(createMemorySessionStore())))
    await stores[0]?.saveUser(userOf('ann', { sealed: '0' }))
    await Promise.all(stores.map((store) => store.loadTokenSet(tokensOf('ann'), { fresh: true })))

    const countUp = async (store: (typeof stores)[number]) => {
      for (let done = 0; done < 5;) {
        const row = (await store.loadUser(userOf('ann'))) ?? assert.fail()
        const next = { ...row, version: row.version + 1, sealed: String(Number(row.sealed) + 1) }
        if (await store.saveUser(next, row.version)) done += 1
        else await store.loadTokenSet(tokensOf('ann'), { fresh: true })
      }
    }
    await Promise.all(stores.map(countUp))

    const later = await sheet.open(createMemorySessionStore())
    assert.equal((await later.loadUser(userOf('ann')))?.sealed, '15')
  })

  test('what one process writes, the next one finds at once', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())
    const [one, other] = [await sheet.open(), await sheet.open()]
    assert.equal(await other.loadTokenSet(tokensOf('ann')), undefined)

    await one.saveTokenSet(tokensOf('ann'))

    assert.deepEqual(await other.loadTokenSet(tokensOf('ann')), tokensOf('ann'))
  })

  test('starts of an empty sheet set it up once', async (context) => {
    const sheet = await startSheet()
    context.after(() => sheet.close())

    const stores = await Promise.all([1, 2, 3].map(() => sheet.open(createMemorySessionStore())))
    const secrets = await Promise.all(
      stores.map((store, at) => store.saveSecret('mac-key', `secret ${at}`)),
    )

    assert.deepEqual(sheet.person.tabs(), ['users', 'Sheet1', 'throughline'])
    assert.deepEqual(sheet.person.rows('users'), [['id', 'record', 'tokens']])
    assert.equal(secrets.filter(Boolean).length, 1)
    const found = await Promise.all(stores.map((store) => store.loadSecret('mac-key')))
    assert.deepEqual(new Set(found), new Set([`secret ${secrets.indexOf(true)}`]))
  })
})
