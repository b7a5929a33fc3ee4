import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { createKeyRing, createSealingKeys, type SealingKey } from '../../src/crypto/key-ring.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import type { TestProgram } from '../../src/testing/program.ts'
import { ACCOUNT, arrive, connectInTab, consent, leave, rowsOf, startStage } from './consent.ts'

const macKey = randomBytes(32)
const newKey = (id: string) => ({ id, bytes: randomBytes(32) })
const [k1, k2] = [newKey('k1'), newKey('k2')]
const ringOf = (...keys: readonly SealingKey[]) => createKeyRing(createSealingKeys(keys), macKey)

/** The same browser, sent to another process. */
function sentTo(program: TestProgram, { person }: DocumentTab): Person {
  const copy = new Person(program.fetch)
  for (const [name, value] of person.jar) copy.jar.set(name, value)
  return copy
}

test('CR-06: where a key is missing, its people are told and lose nothing, and all others are served', async (t) => {
  const { program, app } = await startStage(t, { ring: ringOf(k1) })
  const old = await arrive(program, 'old')
  await connectInTab(old)
  const both = program.another(app, { ring: ringOf(k2, k1) })
  const recent = await arrive(both, 'recent')
  const tables = ['sessions', 'tabs', 'session_state', 'connections', 'token_sets', 'users']
  const rowsOfAll = () => tables.map((table) => rowsOf(program, table).length)
  const before = rowsOfAll()

  const without = program.another(app, { ring: ringOf(k2) })
  const page = await sentTo(without, old).open(ACCOUNT)
  const fine = await sentTo(without, recent).open('/')

  assert.doesNotMatch(page.text, /Connected|kept "old"/i)
  assert.match(
    inspect(without.log),
    /sealed with the key `k1`, which is not among the sealing keys/,
  )
  assert.match(fine.text, /Home, kept "recent"/)
  await connectInTab(await arrive(without, 'new'))
  for (const [index, count] of rowsOfAll().entries()) {
    assert.ok(count >= (before[index] ?? 0), tables[index])
  }
  const again = await sentTo(program.another(app, { ring: ringOf(k2, k1) }), old).open(ACCOUNT)
  assert.match(again.text, /Connected as Ada Example.*Kept "old"/)
})

test('CR-07: while processes differ in which key seals, each goes on with what another has sealed', async (t) => {
  const { program: step1, app } = await startStage(t, { ring: ringOf(k1, k2) })
  const step2 = step1.another(app, { ring: ringOf(k2, k1) })
  const tab = await arrive(step1, 'first')
  const page = await sentTo(step2, tab).open(ACCOUNT)
  page.set('text-input:Note', 'second')
  await page.press('button:Keep')
  const back = await consent(await leave(page))

  const returned = await sentTo(step1, page).open(back)
  assert.match(returned.text, /Connected as Ada Example.*Kept "second"/)
  for (const program of [step2, step1, step2]) {
    const shown = await sentTo(program, returned).open(ACCOUNT)
    await shown.press('button:Fetch')
    assert.match(shown.text, /Kept "second".*Answer 200/)
  }
  assert.equal(rowsOf(step1, 'sessions').length, 1)
})
