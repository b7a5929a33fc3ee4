import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { test } from 'node:test'
import {
  app,
  button,
  cached,
  connect,
  downloadButton,
  sessionState,
  text,
  textInput,
  userRecord,
} from '../../src/index.ts'
import { systemRandom } from '../../src/base/random.ts'
import { createKeyRing, createSealingKeys } from '../../src/crypto/key-ring.ts'
import { countSealedRows } from '../../src/keys/census.ts'
import { openKeyRing } from '../../src/keys/mac-key.ts'
import { rotateRows } from '../../src/keys/rotate.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { App } from '../../src/script/app.ts'
import { SEALED_COLUMNS } from '../../src/store/sqlite-sealed.ts'
import { openDatabase } from '../../src/store/sqlite.ts'
import { Person } from '../../src/testing/person.ts'
import { connectInTab, consent, leave, rowsOf, startStage } from './consent.ts'
import { createGate, Streamed, type Gate } from './streamed.ts'

const FILE = 'download-button:File'

/** A script that keeps something of every kind. */
function keepingApp(provider: Provider, gate: Gate): App {
  const state = sessionState({ kept: '' })
  const slowly = cached(async function slowly() {
    return `drawn ${crypto.randomUUID()}`
  })
  const account = (scope: readonly string[]) => async () => {
    const note = textInput('Note')
    if (button('Keep')) state.kept = note
    const connection = await connect({ provider, scope })
    const user = await userRecord(connection, { visits: 0 })
    if (button('Visit')) await user.save({ visits: user.visits + 1 })
    text(`${connection.account.name} visited ${user.visits} times, kept ${state.kept}`)
    text(await slowly())
    if (button('Disconnect')) await connection.disconnect()
  }
  return app({
    title: 'Everything',
    providers: [provider],
    pages: {
      '/': account(['read']),
      '/wider': account(['read', 'write']),
      '/file': () => {
        const held = textInput('Held')
        const from = () => ({
          size: 2,
          body: held === 'broken' ? broken() : halves(held === 'held' ? gate.opened : undefined),
        })
        const outcome = downloadButton('File', { file: 'a.txt', from })
        text(`Outcome ${outcome?.bytes}`)
      },
    },
  })
}

async function* halves(between?: Promise<void>) {
  yield new Uint8Array(1)
  await between
  yield new Uint8Array(1)
}

async function* broken() {
  yield new Uint8Array(1)
  throw new Error('It broke.')
}

test('CR-07 all that a program has sealed is sealed anew where it lies, and opens without the key of before', async (t) => {
  const gate = createGate()
  t.after(() => gate.open())
  const [k1, k2] = ['k1', 'k2'].map((id) => ({ id, bytes: randomBytes(32) }))
  assert.ok(k1 !== undefined && k2 !== undefined)
  const macKey = randomBytes(32)
  const who = { name: 'Ada' }
  const {
    server,
    app: made,
    program,
  } = await startStage(t, {
    provider: {
      account: async () => ({ subject: `/users/${who.name}`, name: who.name, claims: {} }),
    },
    ring: createKeyRing(createSealingKeys([k1]), macKey),
    app: (provider) => keepingApp(provider, gate),
  })
  const { users } = program.handler.program.connect
  await openKeyRing(users, createSealingKeys([k1]), systemRandom)
  const arriveAs = async (name: string) => {
    who.name = name
    const tab = await new Person(program.fetch).open('/')
    tab.set('text-input:Note', `note of ${name}`)
    await tab.press('button:Keep')
    return tab
  }

  const carl = await arriveAs('Carl')
  await connectInTab(carl)
  server.next({ path: '/revoke', status: 503 })
  await carl.press('button:Disconnect')

  const ada = await arriveAs('Ada')
  await connectInTab(ada)
  await ada.press('button:Visit')
  await ada.go('/')
  const adaSaw = ada.text
  assert.match(adaSaw, /Ada visited 1 times, kept note of Ada drawn/)
  await ada.go('/wider')
  who.name = 'Bob'
  await ada.go(await consent(await leave(ada)))

  const dora = await arriveAs('Dora')
  const back = await consent(await leave(dora))
  const held = await dora.person.open('/')
  held.set('text-input:Note', 'held note')
  const answer = await dora.person.send('/', held.pressInit('button:Keep'))
  assert.equal(answer.status, 303)

  const [sent, sending] = [await dora.person.openLive('/file'), await dora.person.openLive('/file')]
  await sent.press(FILE)
  await (await dora.person.send(sent.away ?? '')).arrayBuffer()
  const told = await dora.person.openLive('/file')
  await told.press(FILE, { 'text-input:Held': ['broken'] })
  await assert.rejects((await dora.person.send(told.away ?? '')).arrayBuffer())
  await sending.press(FILE, { 'text-input:Held': ['held'] })
  const file = new Streamed(await dora.person.send(sending.away ?? ''))
  await file.until(/./s)
  while (!rowsOf(program, 'downloads').some(({ progress }) => progress !== null)) await pause(20)
  while (!rowsOf(program, 'tabs').some(({ notice }) => notice !== null)) await pause(20)

  const database = openDatabase(program.databaseFile, 'FULL')
  t.after(() => database.close())
  const before = await countSealedRows(database)
  assert.deepEqual(
    before.map(({ keyId, rows }) => `${keyId} ${rows}`),
    SEALED_COLUMNS.map(({ rows }) => `k1 ${rows}`),
    'something of every kind',
  )

  const rotated = await rotateRows(database, createSealingKeys([k2, k1]), systemRandom)

  assert.deepEqual(rotated.failures, [])
  const after = await countSealedRows(database)
  assert.deepEqual(
    after,
    before.map((row) => ({ ...row, keyId: 'k2' })),
  )
  assert.equal(
    rotated.count,
    before.reduce((sum, { count }) => sum + count, 0),
  )

  // From here on nobody has the key of before.
  const opened = await openKeyRing(users, createSealingKeys([k2]), systemRandom)
  assert.equal(opened.macKey.length, 32)
  const ring = createKeyRing(createSealingKeys([k2]), macKey)
  const later = program.another(made, { ring })
  const another = (person: Person) => {
    const copy = new Person(later.fetch)
    for (const [name, value] of person.jar) copy.jar.set(name, value)
    return copy
  }
  const adaLater = another(ada.person)
  const question = await adaLater.open('/wider')
  assert.match(question.text, /connected to Acme as Ada, and have now come back as Bob/)
  const [, stay = ''] = /name="tl-press" value="([^"]+)"[^>]*>Stay as/.exec(question.html) ?? []
  await question.press(stay.replaceAll('&amp;', '&'))
  assert.equal((await adaLater.open('/')).text, adaSaw, 'state, record, connection, cached')
  const location = answer.headers.get('location') ?? ''
  const doraLater = another(dora.person)
  assert.match((await doraLater.open(location)).text, /Connect/)
  who.name = 'Dora'
  assert.match((await doraLater.open(back)).text, /Dora visited 0 times, kept held note/)
  const tokens = server.requestsTo('/revoke').length
  later.advance(3_600_000)
  await later.handler.tend()
  assert.equal(server.requestsTo('/revoke').length > tokens, true, 'Carl')
})
