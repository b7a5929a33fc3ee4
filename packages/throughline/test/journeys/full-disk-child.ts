/*
 * What `full-disk.test.ts` runs where the folder for temporary files is a small disk of its own: fills the disk, goes on
 * pressing, makes room again. Ends with 0, and a line that says how often it was refused, if all held.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { app, button, connect, sessionState, text, textInput } from '../../src/index.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { providerAt } from '../../src/testing/provider-at.ts'
import { consent, exchanges, leave, registrationOf } from './consent.ts'

const FILLER = join(tmpdir(), 'filler')

/** Writes a file until no byte more goes onto the disk. */
function fillDisk(): void {
  const file = openSync(FILLER, 'a')
  try {
    for (let size = 65_536; size >= 1;) {
      try {
        writeSync(file, new Uint8Array(size))
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
        size = Math.floor(size / 2)
      }
    }
  } finally {
    closeSync(file)
  }
}

const server = await startAuthorizationServer()
const provider = providerAt(server)
const kept = sessionState({ note: '' })
const program = startProgram(
  app({
    title: 'Notes',
    providers: [provider],
    pages: {
      '/': () => {
        const note = textInput('Note', { maxLength: 20_000 })
        if (button('Keep')) kept.note = note
        text(`Kept ${kept.note}.`)
      },
      '/account': async () => text(`As ${(await connect(provider)).account.name}`),
    },
  }),
  { registrations: [registrationOf(provider)] },
)
const tab = await new Person(program.fetch).open('/')
const keep = async () => {
  const note = randomBytes(4000).toString('hex')
  tab.set('text-input:Note', note)
  await tab.press('button:Keep')
  return tab.status === 200 && tab.text.includes(`Kept ${note}.`) ? note : undefined
}
const shown = async () => {
  const again = new Person(program.fetch)
  for (const [name, value] of tab.person.jar) again.jar.set(name, value)
  const page = await again.open('/')
  assert.equal(page.status, 200)
  return /Kept (\w*)\./.exec(page.text)?.[1]
}

let acknowledged = await keep()
assert.ok(acknowledged !== undefined)
const account = await tab.person.open('/account')
const back = await consent(await leave(account))

let refused = 0
for (let round = 0; round < 3; round += 1) {
  fillDisk()
  // Space that the database already has is still written to.
  for (let misses = 0, presses = 0; misses < 3; presses += 1) {
    assert.ok(presses < 500, 'the disk is not full')
    const { fields } = tab
    const note = await keep()
    if (note !== undefined) acknowledged = note
    else {
      misses += 1
      refused += 1
      assert.ok(tab.status >= 500, String(tab.status))
      assert.match(tab.text, /Nothing that was shown as done is lost/)
      tab.path = '/'
      tab.fields = fields
      tab.fields.set('tl-number', [String(Number(tab.field('tl-number')) + 1)])
    }
  }
  // Nothing is exchanged that could not be kept.
  assert.ok((await tab.person.send(back)).status >= 500)
  assert.equal(exchanges(server), 0)

  rmSync(FILLER)
  assert.equal(await shown(), acknowledged)
  const note = await keep()
  assert.ok(note !== undefined, 'goes on once there is room')
  assert.equal(await shown(), note)
  acknowledged = note
}
await account.go(back)
assert.match(account.text, /As Ada Example/)
assert.equal(exchanges(server), 1)
const database = new DatabaseSync(program.databaseFile, { readOnly: true })
assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok')
database.close()
await program.close()
await server.close()
console.log(`refused ${refused} presses`)
