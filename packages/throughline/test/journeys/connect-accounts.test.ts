import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  app,
  button,
  connect,
  numberInput,
  text,
  textInput,
  userRecord,
  type ConnectRequest,
} from '../../src/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { App } from '../../src/script/app.ts'
import {
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  leave,
  registrationOf,
  rowsOf,
  startStage,
} from './consent.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'

/** An app with one page per scope, and one that saves two fields. */
function scopesApp(provider: Provider): App {
  const page = (request: Partial<ConnectRequest>) => async () => {
    button('Look')
    const connection = await connect({ provider, ...request })
    text(`${connection.account.name} gave ${connection.scope.toSorted().join('+')}`)
    if (button('Fetch')) text(`Answer ${(await connection.fetch('/me')).status}`)
    if (button('Disconnect')) await connection.disconnect()
  }
  return app({
    title: 'Scopes',
    providers: [provider],
    pages: {
      '/': page({ scope: ['read'] }),
      '/wide': page({ scope: ['read', 'write'] }),
      '/other': page({ scope: ['files'] }),
      '/second': page({ scope: ['read'], as: 'second' }),
      '/record': async () => {
        const connection = await connect(provider)
        const user = await userRecord(connection, { email: '', age: 0 })
        const email = textInput('E-mail', { value: user.email })
        const age = numberInput('Age', { value: user.age })
        if (button('Save e-mail')) await user.save({ email })
        if (button('Save age')) await user.save({ age: age ?? 0 })
        if (button('Save both')) {
          await user.save({ email })
          await user.save({ age: age ?? 0 })
        }
        if (button('Forget')) {
          await user.forget()
          const again = await userRecord(connection, { email: '', age: 0 })
          text(`made anew ${again.isNew} "${again.email}"`)
          if (age === 99) await again.forget()
        }
        if (button('Save too late')) {
          await user.forget()
          await user.save({ email })
        }
        text(`new ${user.isNew}, read ${user.email} ${user.age}`)
      },
    },
  })
}

async function openScopes(tab: DocumentTab, path: string): Promise<DocumentTab> {
  await tab.go(path)
  return tab
}

async function newcomer(program: Parameters<typeof arrive>[0]): Promise<DocumentTab> {
  const tab = await new Person(program.fetch).open('/')
  await tab.press('button:Look')
  return tab
}

describe('scope', () => {
  test('TK-09 P1: more is asked for later, and what was granted works until then', async (t) => {
    const { program } = await startStage(t, { app: scopesApp })
    const tab = await newcomer(program)
    await connectInTab(tab)
    assert.match(tab.text, /Ada Example gave read/)

    await openScopes(tab, '/wide')
    assert.match(tab.text, /needs more access to your Acme account than it has/)
    const url = await leave(tab)
    assert.deepEqual(url.searchParams.get('scope')?.split(' ').toSorted(), ['read', 'write'])
    const aside = await tab.person.open('/')
    await aside.press('button:Fetch')
    assert.match(aside.text, /Answer 200/)
    await tab.go(await consent(url))
    assert.match(tab.text, /Ada Example gave read\+write/)
    await openScopes(tab, '/')
    assert.match(tab.text, /Ada Example gave read\+write/)
  })

  test('AR-06: a provider’s own parameters travel with the request, reserved ones are refused', async (t) => {
    const asking = await startStage(t, {
      provider: { authorizationParameters: { prompt: 'consent' } },
    })
    const wrong = await startStage(t, { provider: { authorizationParameters: { state: 'mine' } } })

    const url = await leave(await arrive(asking.program))
    const refused = await arrive(wrong.program)
    await refused.press('connect-button:acme')

    assert.equal(url.searchParams.get('prompt'), 'consent')
    assert.match(refused.text, /Something went wrong/)
    assert.match(String(wrong.program.log[0]?.error), /"state"/)
  })

  test('TK-09: who grants less than was asked is asked again, in plain words', async (t) => {
    const { program } = await startStage(t, { app: scopesApp, server: { grantedScope: 'read' } })
    const tab = await newcomer(program)
    await openScopes(tab, '/wide')
    await connectInTab(tab)
    assert.match(tab.text, /needs more access/)
    await openScopes(tab, '/')
    assert.match(tab.text, /Ada Example gave read/)
  })

  test('a narrower or another consent in a second browser leaves the first one’s grant alone', async (t) => {
    const { program, server } = await startStage(t, { app: scopesApp })
    const first = await newcomer(program)
    await openScopes(first, '/wide')
    await connectInTab(first)
    const wide = rowsOf(program, 'token_sets')

    const second = await newcomer(program)
    await connectInTab(second)
    assert.match(second.text, /Ada Example gave read\+write/)
    await openScopes(second, '/other')
    const url = await leave(second)
    assert.equal(url.searchParams.get('scope'), 'files read write')
    const third = await newcomer(program)
    await openScopes(third, '/other')
    await connectInTab(third)
    assert.match(third.text, /needs more access/)
    assert.deepEqual(rowsOf(program, 'token_sets'), wide)

    await second.go(await consent(url))
    for (const tab of [first, second, third]) {
      await openScopes(tab, '/other')
      assert.match(tab.text, /Ada Example gave files\+read\+write/)
      await tab.press('button:Fetch')
      assert.match(tab.text, /Answer 200/)
    }
    assert.equal(rowsOf(program, 'token_sets').length, 1)
    assert.equal(server.requestsTo('/token').length, 4)
  })
})

describe('several accounts', () => {
  test('MX-11: `as` holds a second account beside the first, each with its own record', async (t) => {
    const { program, provider } = await startStage(t, { app: scopesApp })
    const tab = await newcomer(program)
    await connectInTab(tab)
    // The same provider record, whose account is another one now.
    const other: Provider = {
      ...provider,
      account: async () => ({ subject: '/users/2', name: 'Bob Example', claims: {} }),
    }
    const node = program.another(scopesApp(other), { registrations: [registrationOf(other)] })
    const person = new Person(node.fetch)
    for (const [name, value] of tab.person.jar) person.jar.set(name, value)
    const second = await person.open('/second')
    assert.match(second.html, /connect-button:acme%2Fsecond/)
    await connectInTab(second, 'acme%2Fsecond')
    assert.match(second.text, /Bob Example gave read/)
    await openScopes(second, '/')
    assert.match(second.text, /Ada Example gave read/)
    assert.equal(rowsOf(program, 'connections').length, 2)
    assert.equal(rowsOf(program, 'token_sets').length, 2)

    await openScopes(second, '/second')
    await second.press('button:Disconnect')
    await openScopes(second, '/second')
    assert.match(second.html, /connect-button:acme%2Fsecond/)
    await openScopes(second, '/')
    assert.match(second.text, /Ada Example gave read/)
  })

  test('MX-11: a client id that is a URL does not merge the records of two accounts', async (t) => {
    const { provider, server } = await startStage(t, { app: scopesApp })
    const clientId = 'https://app.example/clients/1'
    const records = ['/users/1', '/users/2'].map((subject): Provider => ({
      ...provider,
      account: async () => ({ subject, name: subject, claims: {} }),
    }))
    const registrations = records.map((record) => ({
      provider: record,
      registration: { clientId, clientSecret: 'not a real one' },
    }))
    const [one = assert.fail(), two = assert.fail()] = registrations
    const program = startProgram(scopesApp(one.provider), { registrations: [one] })
    t.after(() => program.close())
    const node = program.another(scopesApp(two.provider), { registrations: [two] })
    for (const at of [program, node]) {
      const tab = await newcomer(at)
      await connectInTab(tab)
      await openScopes(tab, '/record')
      assert.match(tab.text, /new true/)
    }
    assert.equal(rowsOf(program, 'users').length, 2)
    assert.equal(server.requestsTo('/token').length, 2)
  })
})

describe('userRecord()', () => {
  test('P7: 16 first visits at once on two nodes make one row, and one of them is new', async (t) => {
    const { program, app: same } = await startStage(t)
    const nodes = [program, program.another(same)]
    const persons = []
    for (let index = 0; index < 16; index += 1) {
      const tab = await arrive(nodes[index % 2] ?? program)
      await tab.person.send(await consent(await leave(tab)))
      persons.push(tab.person)
    }
    assert.deepEqual(rowsOf(program, 'users'), [])
    const pages = await Promise.all(persons.map((person) => person.open(ACCOUNT)))

    assert.equal(rowsOf(program, 'users').length, 1)
    const news = pages.map((page) => /new (true|false)/.exec(page.text)?.[1])
    assert.equal(news.filter((isNew) => isNew === 'true').length, 1)
    assert.equal(news.filter((isNew) => isNew === 'false').length, 15)
    const again = await Promise.all(persons.map((person) => person.open(ACCOUNT)))
    assert.deepEqual(
      again.map((page) => /new (true|false)/.exec(page.text)?.[1]),
      news,
    )
  })

  test('P7: a returning person is known in another browser, and what two browsers save is merged', async (t) => {
    const { program } = await startStage(t, { app: scopesApp })
    const tabs = []
    for (let index = 0; index < 2; index += 1) {
      const tab = await newcomer(program)
      await connectInTab(tab)
      await openScopes(tab, '/record')
      tabs.push(tab)
    }
    const [one = assert.fail(), two = assert.fail()] = tabs
    assert.match(one.text, /new true/)
    assert.match(two.text, /new false/)
    one.set('text-input:E-mail', 'ada@home.example')
    await one.press('button:Save%20e-mail')
    two.set('number-input:Age', '36')
    await two.press('button:Save%20age')
    await openScopes(one, '/record')
    assert.match(one.text, /new false, read ada@home\.example 0/)
    await openScopes(two, '/record')
    assert.match(two.text, /new false, read ada@home\.example 36/)

    const third = await newcomer(program)
    await connectInTab(third)
    await openScopes(third, '/record')
    assert.match(third.text, /new false, read ada@home\.example 36/)
    third.set('text-input:E-mail', 'ada@work.example')
    third.set('number-input:Age', '37')
    await third.press('button:Save%20both')
    await openScopes(third, '/record')
    assert.match(third.text, /read ada@work\.example 37/)
    assert.equal(rowsOf(program, 'users').length, 1)
  })

  test('P7: forget() deletes the record for good, and every session’s copy of it', async (t) => {
    const { program, app: same } = await startStage(t, { app: scopesApp })
    const node = program.another(same)
    const tabs = []
    for (const at of [program, node]) {
      const tab = await newcomer(at)
      await connectInTab(tab)
      await openScopes(tab, '/record')
      tabs.push(tab)
    }
    const [one = assert.fail(), two = assert.fail()] = tabs
    one.set('text-input:E-mail', 'ada@home.example')
    await one.press('button:Save%20e-mail')
    const third = await newcomer(program)
    await connectInTab(third)
    await openScopes(third, '/record')
    assert.match(third.text, /read ada@home\.example/)
    const live = await third.person.openLive('/record')

    await two.press('button:Forget')
    assert.match(two.text, /made anew true ""/)
    await live.ask()
    assert.match(live.html, /new false, read +0/)
    await openScopes(one, '/record')
    assert.match(one.text, /new false, read +0/)
    two.set('number-input:Age', '99')
    await two.press('button:Forget')

    assert.deepEqual(rowsOf(program, 'users'), [])
    const copies = rowsOf(program, 'session_state').filter(({ name }) =>
      String(name).startsWith('user:'),
    )
    assert.equal(copies.length, 3)
    assert.ok(copies.every(({ sealed }) => sealed === null))
    assert.equal(rowsOf(program, 'token_sets').length, 1)
  })

  test('P7: what was forgotten is not brought back by a save() that comes later', async (t) => {
    const { program } = await startStage(t, { app: scopesApp })
    const tab = await newcomer(program)
    await connectInTab(tab)
    await openScopes(tab, '/record')
    tab.set('text-input:E-mail', 'ada@home.example')

    await tab.press('button:Save%20too%20late')

    assert.match(tab.text, /has been deleted, so nothing was saved/)
    assert.deepEqual(rowsOf(program, 'users'), [])
    await openScopes(tab, '/record')
    assert.match(tab.text, /new true/)
  })

  test('P7: a save() that was under way when the record was forgotten adds nothing to the new one', async (t) => {
    const { program } = await startStage(t, { app: scopesApp })
    const { users } = program.handler.program.connect
    const tabs = []
    for (const _ of 'ab') {
      const tab = await newcomer(program)
      await connectInTab(tab)
      await openScopes(tab, '/record')
      tabs.push(tab)
    }
    const [one = assert.fail(), two = assert.fail()] = tabs
    one.set('number-input:Age', '36')
    await one.press('button:Save%20age')
    one.set('text-input:E-mail', 'ada@home.example')
    const loaded = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const { loadUser } = users
    t.mock.method(
      users,
      'loadUser',
      async (key: Parameters<typeof loadUser>[0]) => {
        const row = await loadUser(key)
        loaded.resolve()
        await gate.promise
        return row
      },
      { times: 1 },
    )
    const saved = one.press('button:Save%20e-mail')
    await loaded.promise

    program.advance(1000)
    await two.press('button:Forget')
    two.set('text-input:E-mail', 'new@work.example')
    await two.press('button:Save%20e-mail')
    gate.resolve()
    await saved

    const third = await newcomer(program)
    await connectInTab(third)
    await openScopes(third, '/record')
    assert.match(third.text, /read new@work\.example 0/)
    assert.match(one.text, /has been deleted, so nothing was saved/)
  })

  test('says what it was given where that is not what connect() returned', async (t) => {
    const page = async () => {
      for (const given of [Promise.resolve(), { provider: 'acme' }, undefined]) {
        text(await userRecord(given as never, {}).then(() => 'taken', String))
      }
    }
    const program = startProgram(app(page))
    t.after(() => program.close())

    const tab = await new Person(program.fetch).open('/')

    assert.deepEqual(
      [...tab.text.matchAll(/TypeError: userRecord\(\) was given (.*?), expected/g)].map(
        ([, given]) => given,
      ),
      ['a promise', 'this object', 'undefined'],
    )
  })
})
