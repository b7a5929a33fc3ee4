import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, connect, text, textInput, userRecord } from '../../src/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { createMemorySessionStore } from '../../src/store/memory-sessions.ts'
import { Person } from '../../src/testing/person.ts'
import { tell } from '../../src/testing/told.ts'
import { connectInTab, startStage } from '../journeys/consent.ts'
import { Streamed } from '../journeys/streamed.ts'
import { startSheet, type TestSheet } from './sheet.ts'

/** An app that asks for an e-mail address and keeps it; whoever opens the sheet may read the name alone. */
function recordApp(provider: Provider) {
  return app({
    title: 'Records',
    providers: [provider],
    pages: {
      '/': async () => {
        const connection = await connect({ provider, scope: ['public'] })
        const { name } = connection.account
        const user = await userRecord(connection, { email: '', name: '' }, { readable: ['name'] })
        const email = textInput('E-mail', { value: user.email })
        if (button('Save')) await user.save({ email, name: name ?? '' })
        if (button('Forget')) await user.forget()
        if (button('Fetch')) text(`Answer ${(await connection.fetch('/me')).status}`)
        text(`New ${user.isNew}, known as "${user.email}"`)
      },
    },
  })
}

/** A program with its sessions in memory and its users in a sheet. */
async function startWithSheet(context: TestContext) {
  const sheet = await startSheet()
  const users = await sheet.open()
  const stage = await startStage(context, {
    app: recordApp,
    server: { expiresIn: 600 },
    stores: () => ({ sessions: sheet.sessions, users }),
  })
  context.after(() => sheet.close())
  return { ...stage, sheet }
}

async function arriveAt(program: { fetch: (request: Request) => Promise<Response> }) {
  const tab = await new Person(program.fetch).open('/')
  await connectInTab(tab)
  return tab
}

/** Everything that whoever has the sheet open can see, the hidden tab too. */
function cellsOf({ person }: TestSheet): string {
  return person
    .tabs()
    .flatMap((tab) => person.rows(tab).flat())
    .join('\n')
}

describe('a program that keeps its users in a sheet', () => {
  test('P7 gives a first visit a row, and a returning person theirs, updated', async (context) => {
    const { program, sheet } = await startWithSheet(context)
    const tab = await arriveAt(program)
    assert.match(tab.text, /New true, known as ""/)
    assert.equal(sheet.person.rows('users').length, 2)

    tab.set('text-input:E-mail', 'ada@example.com')
    await tab.press('button:Save')
    const elsewhere = await arriveAt(program)

    assert.match(elsewhere.text, /New false, known as "ada@example.com"/)
    elsewhere.set('text-input:E-mail', 'ada@other.example')
    await elsewhere.press('button:Save')
    const again = await arriveAt(program)
    assert.match(again.text, /known as "ada@other.example"/)
    assert.equal(sheet.person.rows('users').length, 2)
    assert.equal(sheet.person.cell('users', 'D2'), 'Ada Example')
  })

  test('SH-05 CR-01 LG-01 shows whoever has it open no token, no address and nobody’s name but where it is readable', async (context) => {
    const { program, server, sheet } = await startWithSheet(context)
    const tab = await arriveAt(program)
    tab.set('text-input:E-mail', 'ada@example.com')
    await tab.press('button:Save')
    program.advance(600_000)
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
    const refreshed = server.requestsTo('/token').at(-1)?.form.get('refresh_token') ?? ''

    const cells = cellsOf(sheet)
    tell({ kind: 'log', entry: cells })

    const tokens = server
      .requestsTo('/me')
      .map(({ headers }) => headers.authorization?.slice('Bearer '.length) ?? '')
    assert.ok(tokens.length >= 2 && refreshed.length > 20)
    for (const secret of [...tokens, refreshed, 'ada@example.com', 'public', 'acme', 'Grace']) {
      for (const form of [secret, Buffer.from(secret).toString('base64url')]) {
        assert.ok(!cells.includes(form), secret)
      }
    }
    assert.equal(cells.split('Ada Example').length, 2)
    assert.match(cells, /tl1\.a256gcm\.k1\./)
  })

  test('goes on after a restart without its disk: the person connects once more, and is known', async (context) => {
    const { app: same, program, sheet } = await startWithSheet(context)
    const tab = await arriveAt(program)
    tab.set('text-input:E-mail', 'ada@example.com')
    await tab.press('button:Save')

    const sessions = createMemorySessionStore()
    const users = await sheet.open(sessions)
    const anew = program.another(same, { stores: () => ({ sessions, users }) })
    await tab.person.send('/')
    const later = await arriveAt(anew)

    assert.match(later.text, /New false, known as "ada@example.com"/)
    assert.equal(sheet.person.rows('users').length, 2)
  })

  test('CR-10 forgets whom it is asked to forget', async (context) => {
    const { program, sheet } = await startWithSheet(context)
    const tab = await arriveAt(program)
    tab.set('text-input:E-mail', 'ada@example.com')
    await tab.press('button:Save')
    const sealed = sheet.person.cell('users', 'B2')

    await tab.press('button:Forget')

    assert.doesNotMatch(cellsOf(sheet), new RegExp(`${sealed}|Ada Example`))
    assert.match((await arriveAt(program)).text, /New true, known as ""/)
  })

  test('tells the person whose access cannot be kept that it is no fault of theirs, nor of the provider’s', async (context) => {
    const { program, sheet } = await startWithSheet(context)
    sheet.person.type('users', 'B1', 'renamed')

    const tab = await arriveAt(program)

    assert.match(tab.text, /You gave access at Acme, but it could not be kept here/)
    assert.doesNotMatch(tab.text, /column/)
    const [entry] = program.log
    assert.match(String(entry?.error), /no column "record"/)
    sheet.person.type('users', 'B1', 'record')
    await connectInTab(tab)
    assert.match(tab.text, /New true/)
  })

  test('shows an author the line of the script that a cell was asked for in', async (context) => {
    const { app: same, program, sheet } = await startWithSheet(context)
    await arriveAt(program)
    sheet.person.type('users', 'B2', 'edited')
    const sessions = createMemorySessionStore()
    const users = await sheet.open(sessions)
    const stores = () => ({ sessions, users })

    const tab = await arriveAt(program.another(same, { stores, development: true }))

    assert.match(tab.text, /row 2, column "record"/)
    assert.match(tab.text, /program\.test\.ts:\d+/)
  })

  test('tells the person that saving goes on where Google takes its time', async (context) => {
    const { program, sheet } = await startWithSheet(context)
    const tab = await arriveAt(program)
    sheet.google.setSwitches({ quotas: true, writesPerUser: 0 })
    const live = await tab.person.openLive('/')

    const values = { 'text-input:E-mail': ['ada@example.com'] }
    const press = { press: 'button:Save', values, number: live.number++ }
    const answer = new Streamed(await live.post(press))
    await answer.until(/Saving takes longer than usual/)
    sheet.google.setSwitches({ quotas: false })
    await answer.toEnd()

    assert.match((await arriveAt(program)).text, /known as "ada@example.com"/)
  })
})
