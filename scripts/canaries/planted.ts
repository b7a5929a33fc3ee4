/*
 * A file of tests that leaks: a secret of its own into each place that a run is searched in. Run by the search itself,
 * which must find every one of them.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'

import { tell } from '../../packages/throughline/src/testing/told.ts'
import { FORM_NAMES, formsOf } from './forms.ts'

/** Makes a secret that must be found under a name. */
function plant(name: string): string {
  const secret = `planted "ä" ${randomBytes(16).toString('hex')}`
  tell({ kind: 'secret', name, secret })
  return secret
}

function openDatabase(name: string): { readonly folder: string; readonly database: DatabaseSync } {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  const database = new DatabaseSync(join(folder, 'planted.sqlite'))
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE planted (secret TEXT)')
  database.prepare('INSERT INTO planted VALUES (?)').run(plant(name))
  return { folder, database }
}

test('writes to standard output', () => console.log(`before${plant('stdout')}after`))

test('writes to standard error', () => {
  console.error(Buffer.from(plant('stderr')).toString('base64url'))
})

test('fails with a secret in the cause of its error', () => {
  throw new Error('outer', { cause: { headers: [`Bearer ${plant('error')}`] } })
})

test('tells a log a secret', () => {
  const error = Object.assign(new Error('outer'), { body: { deep: [{ er: plant('log') }] } })
  tell({ kind: 'log', entry: { level: 'error', message: 'It broke', error } })
})

test('leaves a file behind', () => {
  writeFileSync(join(mkdtempSync(join(tmpdir(), 'planted-')), 'left.txt'), plant('left-file'))
})

test('removes files with a secret in each of its forms', async () => {
  for (const name of FORM_NAMES) {
    const folder = mkdtempSync(join(tmpdir(), 'planted-'))
    const form = formsOf(Buffer.from(plant(name))).get(name) ?? ''
    writeFileSync(join(folder, 'form'), Buffer.concat([Buffer.from('x='), Buffer.from(form)]))
    if (name.length % 2 === 0) rmSync(folder, { recursive: true })
    else await rm(folder, { recursive: true })
  }
})

test('removes a database', () => {
  const { folder, database } = openDatabase('database')
  database.close()
  rmSync(folder, { recursive: true })
})

test('closes a database whose secret stands in its log alone', () => {
  const { folder, database } = openDatabase('wal')
  tell({ kind: 'folder', path: folder })
  database.exec('PRAGMA secure_delete = ON; DELETE FROM planted; VACUUM')
  database.close()
  rmSync(folder, { recursive: true })
})

test('keeps what came over the wire', async () => {
  const chance = () => randomBytes(16).toString('hex')
  const names = ['access_token', 'refresh_token', 'id_token'] as const
  const secrets = Object.fromEntries(names.map((name) => [name, chance()]))
  const server = createServer((_request, response) => response.end(JSON.stringify(secrets)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sent = ['state', 'nonce', 'code', 'code_verifier', 'client_secret'] as const
  const query = new URLSearchParams(sent.map((name): [string, string] => [name, chance()]))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await fetch(`${address}/?${query}`)
  const cookie = `tl-session=abc.${chance()}.${chance()}`
  const form = new URLSearchParams(
    [...query].map(([name, value]): [string, string] => [name, `${value}-sent`]),
  )
  const answer = await fetch(address, { method: 'POST', body: form, headers: { cookie } })
  await answer.text()
  server.close()
  console.log(JSON.stringify(secrets), String(query), cookie, String(form))
})
