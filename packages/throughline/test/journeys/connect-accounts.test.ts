import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  app,
  button,
  connect,
  numberInput,
  sessionState,
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
import { Person, type DocumentTab, type LiveTab } from './person.ts'
import { startProgram } from './program.ts'

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
})

describe('a grant that ends', () => {
  test('RF-05 P10: the page says so with the button, and one press mends it', async (t) => {
    const { program, server } = await startStage(t)
    const tab = await arrive(program, 'kept')
    await connectInTab(tab)
    server.endGrants()
    await tab.press('button:Fetch')
    assert.match(tab.text, /Acme no longer accepts this program's access.*Please connect again/)
    assert.match(tab.html, /connect-button:acme/)
    await tab.go(ACCOUNT)
    assert.match(tab.html, /connect-button:acme/)

    await connectInTab(tab)
    assert.match(tab.text, /Connected as Ada Example \(public\), new true.*Kept "kept"/)
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
    assert.equal(rowsOf(program, 'token_sets').length, 1)
  })

  for (const [how, behaviour] of [
    ['works', undefined],
    ['fails', { path: '/revoke', status: 503 }],
    ['hangs up', { path: '/revoke', drop: 'before-answer' }],
    ['says nonsense', { path: '/revoke', body: '<html>', status: 400 }],
  ] as const) {
    test(`RV-01: disconnect drops the account in every session, also when the revocation ${how}`, async (t) => {
      const { program, server, app: same } = await startStage(t)
      const other = program.another(same)
      const one = await arrive(program, 'one')
      await connectInTab(one)
      const two = await arrive(other, 'two')
      await connectInTab(two)
      const live = await two.person.openLive(ACCOUNT)
      if (behaviour !== undefined) server.next(behaviour)
      await one.press('button:Disconnect')

      assert.match(one.text, /Disconnected/)
      assert.equal(server.requestsTo('/revoke').length > 0, true)
      assert.deepEqual(rowsOf(program, 'token_sets'), [])
      assert.deepEqual(rowsOf(program, 'connections'), [])
      for (const tab of [one, two]) {
        await tab.go(ACCOUNT)
        assert.match(tab.html, /connect-button:acme/)
        assert.match(tab.text, /Keep/)
      }
      await live.ask()
      assert.match(live.html, /connect-button:acme/)
      assert.equal(rowsOf(program, 'users').length, 1)
      await connectInTab(two)
      assert.match(two.text, /Connected as Ada Example.*Kept "two"/)
    })
  }
})

describe('one session and another', () => {
  test('TU-03: no id opens, uses or ends what another session has connected', async (t) => {
    const { program, server } = await startStage(t)
    const victim = await arrive(program, 'private')
    await connectInTab(victim)
    const attacker = await arrive(program, 'mine')
    const before = ['sessions', 'connections', 'token_sets'].map((table) => rowsOf(program, table))
    const requests = server.requests.length
    const [session] = rowsOf(program, 'sessions')
    const [connection] = rowsOf(program, 'connections')
    const ids = [
      victim.field('tl-tab') ?? '',
      String(session?.['key']),
      String(session?.['cookie_hash']),
      String(connection?.['subject_index']),
      String(connection?.['client_id']),
      '/users/1',
    ]
    for (const id of ids) {
      for (const press of ['Fetch', 'Disconnect', 'Keep']) {
        const fields = { 'tl-tab': id, 'tl-number': '90', 'acme': id, 'connection': id }
        const answer = await attacker.person.send(
          `${ACCOUNT}?tab=${encodeURIComponent(id)}`,
          attacker.pressInit(`button:${press}`, fields),
        )
        await attacker.follow(answer, ACCOUNT)
        assert.doesNotMatch(attacker.text, /Connected|private|Answer|Disconnected/)
      }
      const frames = await attacker.person.send(ACCOUNT, {
        headers: {
          accept: 'application/vnd.throughline.frames+x-ndjson',
          'sec-fetch-site': 'same-origin',
          'throughline-tab': encodeURIComponent(id),
          'throughline-copy': encodeURIComponent(id),
        },
      })
      assert.doesNotMatch(await frames.text(), /Connected|private/)
      for (const path of [`/-/download/${id}`, `/oauth/callback/${id}`]) {
        const status = (await attacker.person.send(encodeURI(path))).status
        assert.ok([403, 404].includes(status), `${path} ${status}`)
      }
    }
    assert.equal(server.requests.length, requests)
    const after = ['sessions', 'connections', 'token_sets'].map((table) => rowsOf(program, table))
    assert.deepEqual(after, before)
    await victim.press('button:Fetch')
    assert.match(victim.text, /Answer 200/)
  })

  test('HB-04: the stream and the frames of one session never reach another', async (t) => {
    const state = sessionState({ tag: '' })
    const program = startProgram(
      app(() => {
        const tag = textInput('Tag')
        if (button('Keep')) state.tag = tag
        text(`<${state.tag}>`)
      }),
    )
    t.after(() => program.close())
    const people = []
    for (let index = 0; index < 20; index += 1) {
      people.push(await new Person(program.fetch).openLive('/'))
    }
    await Promise.all(
      people.map((live, index) => live.press('button:Keep', { 'text-input:Tag': [`t${index}t`] })),
    )
    for (const [index, live] of people.entries()) {
      const stranger: LiveTab = people[(index + 1) % people.length] ?? assert.fail()
      assert.deepEqual(live.text.match(/t\d+t/g)?.every((tag) => tag === `t${index}t`), true)
      // Neither a foreign tab id, nor a forged place in a stream, nor a foreign token opens anything.
      const headers: Record<string, string> = {
        'sec-fetch-site': 'same-origin',
        'throughline-tab': stranger.tab,
        'throughline-token': stranger.token,
        'last-event-id': '1',
      }
      assert.notEqual((await live.person.send('/-/news', { headers })).status, 200)
      const own = { ...headers, 'throughline-tab': live.tab, 'throughline-token': live.token }
      const stream = await live.person.send('/-/news', { headers: own })
      assert.equal(stream.status, 200)
      await stream.body?.cancel()
      const asked = await live.person.send('/', {
        headers: {
          ...headers,
          'throughline-copy': stranger.tab,
          accept: 'application/vnd.throughline.frames+x-ndjson',
        },
      })
      assert.doesNotMatch(await asked.text(), new RegExp(`t${(index + 1) % 20}t`))
    }
  })
})
