import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, connect, signOut, text, type ConnectRequest } from '../../src/index.ts'
import type { Account } from '../../src/providers/provider.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import { connectInTab, consent, leave, rowsOf, startStage } from './consent.ts'

const QUESTION =
  /You are connected to Acme as Ada, and have now come back as Bob\. Nothing has been/
const STAY = 'button: Stay as Ada'
const TAKE = 'button: Go on as Bob'

/** A stage where Ada is connected for `/`, and a wider page asks for more; `person.name` says who consents there. */
async function startTwo(t: TestContext, request: Partial<ConnectRequest> = {}) {
  const person: { name: string; subject?: string } = { name: 'Ada' }
  const account = async (): Promise<Account> => {
    const { name, subject = `/users/${name}` } = person
    return { subject, name, claims: {} }
  }
  const stage = await startStage(t, {
    provider: { account },
    app: (provider) =>
      app({
        title: 'Two',
        providers: [provider],
        pages: {
          '/': async () => {
            const { account: who } = await connect({ provider, scope: ['read'], ...request })
            text(`Reads as ${who.name}`)
            button('Look')
          },
          '/wider': async () => {
            const scope = ['read', 'write']
            const connection = await connect({ provider, scope, ...request })
            text(`Writes as ${connection.account.name}`)
            if (button('Fetch')) text(`Answer ${(await connection.fetch('/me')).status}`)
          },
          '/out': () => {
            if (button('Leave')) signOut()
          },
        },
      }),
  })
  const tab = await new Person(stage.program.fetch).open('/')
  await connectInTab(tab)
  assert.match(tab.text, /Reads as Ada/)
  return { ...stage, tab, person }
}

/** Goes to the wider page and comes back as another person. */
async function comeBackAs(tab: DocumentTab, person: { name: string }, name: string): Promise<void> {
  await tab.go('/wider')
  person.name = name
  await tab.go(await consent(await leave(tab)))
}

/** Presses the button with this label. */
async function answer(tab: DocumentTab, label: string): Promise<void> {
  const [, id] =
    new RegExp(
      `name="tl-press" value="([^"]+)"[^>]*>${label.replace('button: ', '').replace(/ as (.*)/, ' as <bdi>$1</bdi>')}<`,
    ).exec(tab.html) ?? assert.fail(tab.html)
  await tab.press((id ?? '').replaceAll('&amp;', '&'))
}

function revocations({ server }: { server: { requestsTo(path: string): readonly unknown[] } }) {
  return server.requestsTo('/revoke').length
}

describe('an account that comes where another is connected', () => {
  test('MX-12: is asked about, and nothing is overwritten, revoked or sent before the answer', async (t) => {
    const stage = await startTwo(t)
    const { program, tab, person } = stage
    const before = rowsOf(program, 'connections')

    await comeBackAs(tab, person, 'Bob')

    assert.match(tab.text, QUESTION)
    assert.doesNotMatch(tab.text, /Writes as/)
    assert.deepEqual(rowsOf(program, 'connections'), before)
    assert.equal(rowsOf(program, 'token_sets').length, 2)
    assert.equal(revocations(stage), 0)
  })

  test('MX-12: takes the place when the person says so', async (t) => {
    const stage = await startTwo(t)
    const { program, tab, person } = stage
    await comeBackAs(tab, person, 'Bob')

    await answer(tab, TAKE)

    assert.match(tab.text, /Successfully connected to your Acme account.*Writes as Bob/s)
    assert.doesNotMatch(tab.text, /come back as/)
    assert.equal(rowsOf(program, 'connections').length, 1)
    assert.deepEqual(rowsOf(program, 'newcomers'), [])
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
    assert.equal(revocations(stage), 0)
  })

  test('MX-12: is dropped and its access ended when the person stays who they were', async (t) => {
    const stage = await startTwo(t)
    const { server, program, tab, person } = stage
    const [ada] = rowsOf(program, 'token_sets')
    await comeBackAs(tab, person, 'Bob')

    await answer(tab, STAY)

    assert.doesNotMatch(tab.text, /come back as|Writes as/)
    assert.match(tab.text, /needs more access/)
    assert.deepEqual(rowsOf(program, 'token_sets'), [ada])
    assert.ok(revocations(stage) > 0)
    assert.deepEqual(rowsOf(program, 'newcomers'), [])
    assert.deepEqual(rowsOf(program, 'revocations'), [])
    await tab.go('/')
    assert.match(tab.text, /Reads as Ada/)
    assert.equal(
      server.requestsTo('/revoke').some(({ form }) => form.has('token')),
      true,
    )
  })

  test('MX-12 P1: the question outlives a reload, a restart and another node', async (t) => {
    const { app: theApp, program, tab, person } = await startTwo(t)
    await comeBackAs(tab, person, 'Bob')

    await tab.go('/wider')
    assert.match(tab.text, QUESTION)
    const other = program.another(theApp)
    await program.end()
    const elsewhere = new Person(other.fetch)
    for (const [name, value] of tab.person.jar) elsewhere.jar.set(name, value)
    const again = await elsewhere.open('/wider')
    assert.match(again.text, QUESTION)

    await answer(again, TAKE)
    assert.match(again.text, /Writes as Bob/)
  })

  test('MX-12 P2: a second tab asks too, is told by news, and of two answers the first counts', async (t) => {
    const stage = await startTwo(t)
    const { program, tab, person } = stage
    const second = await tab.person.open('/')
    assert.match(second.text, /Reads as Ada/)
    await comeBackAs(tab, person, 'Bob')
    const live = await tab.person.openLive('/')
    assert.match(live.text, QUESTION)
    await second.go('/')
    assert.match(second.text, QUESTION)

    await answer(tab, TAKE)
    await live.ask()
    assert.match(live.text, /Reads as Bob/)
    await answer(second, STAY)

    assert.match(second.text, /Reads as Bob/)
    assert.equal(rowsOf(program, 'connections').length, 1)
    assert.equal(revocations(stage), 0)
  })

  test('MX-12: keeps its access where another browser is connected to it', async (t) => {
    const stage = await startTwo(t)
    const { program, tab, person } = stage
    person.name = 'Bob'
    const bob = await new Person(program.fetch).open('/wider')
    await connectInTab(bob)
    await comeBackAs(tab, person, 'Bob')

    await answer(tab, STAY)

    assert.equal(revocations(stage), 0)
    await bob.press('button:Fetch')
    assert.match(bob.text, /Writes as Bob.*Answer 200/s)
  })

  test('RV-02: has its access ended where the session ends before anybody has chosen', async (t) => {
    const stage = await startTwo(t)
    const { program, tab, person } = stage
    const [ada] = rowsOf(program, 'token_sets')
    await comeBackAs(tab, person, 'Bob')
    await program.handler.tend()
    assert.equal(revocations(stage), 0)

    await tab.go('/out')
    await tab.press('button:Leave')
    await program.handler.tend()

    assert.ok(revocations(stage) > 0)
    assert.deepEqual(rowsOf(program, 'token_sets'), [ada])
    assert.deepEqual(rowsOf(program, 'newcomers'), [])
    assert.deepEqual(rowsOf(program, 'revocations'), [])
  })

  test('RV-02: keeps its access where the session ends and another browser is connected to it', async (t) => {
    const stage = await startTwo(t)
    const { program, tab, person } = stage
    person.name = 'Bob'
    const bob = await new Person(program.fetch).open('/wider')
    await connectInTab(bob)
    await comeBackAs(tab, person, 'Bob')

    await tab.go('/out')
    await tab.press('button:Leave')
    await program.handler.tend()

    assert.equal(revocations(stage), 0)
    assert.deepEqual(rowsOf(program, 'newcomers'), [])
    await bob.press('button:Fetch')
    assert.match(bob.text, /Writes as Bob.*Answer 200/s)
  })

  test('MX-12: several newcomers are asked about at once, and all but the chosen one are dropped', async (t) => {
    const stage = await startTwo(t)
    const { program, tab, person } = stage
    await tab.go('/wider')
    const ways = [await leave(tab), await leave(tab)]
    for (const [index, name] of ['Bob', 'Eve'].entries()) {
      person.name = name
      await tab.go(await consent(ways[index] ?? assert.fail()))
    }
    assert.match(tab.text, /as Ada, and have now come back as Eve, Bob\./)

    await answer(tab, 'button: Go on as Eve')

    assert.match(tab.text, /Writes as Eve/)
    assert.equal(rowsOf(program, 'token_sets').length, 2)
    assert.equal(revocations(stage) > 0, true)
  })

  test('MX-12: two accounts of one name are told apart', async (t) => {
    const { tab, person } = await startTwo(t)
    await tab.go('/wider')
    person.subject = '/users/2'
    await tab.go(await consent(await leave(tab)))
    assert.match(tab.text, /as Ada \(\/users\/Ada\), and have now come back as Ada \(\/users\/2\)/)
  })

  test('MX-12: takes the place unasked where nobody is left in it', async (t) => {
    const { program, tab, person } = await startTwo(t)
    await comeBackAs(tab, person, 'Bob')
    await tab.go('/')
    assert.match(tab.text, QUESTION)
    const [ada] = rowsOf(program, 'connections')
    assert.ok(ada)
    const stores = program.handler.program.connect
    const { provider, client_id, subject_index } = ada as Record<string, string>
    await stores.sessions.forgetAccount(provider ?? '', client_id ?? '', subject_index ?? '')

    await tab.go('/')
    assert.match(tab.text, /Reads as Bob/)
  })

  test('XS-06: a name that is written from right to left, or steers, turns nothing else about', async (t) => {
    const { tab, person } = await startTwo(t)
    await comeBackAs(tab, person, 'עדה\u202E\u2069 (5)')
    assert.match(tab.html, /come back as <bdi>עדה +\(5\)<\/bdi>\. Nothing/)
    assert.match(tab.html, /Go on as <bdi>עדה +\(5\)<\/bdi><\/button>/)
  })

  test('the same account again renews what is there, unasked', async (t) => {
    const { program, tab, person } = await startTwo(t)
    await comeBackAs(tab, person, 'Ada')
    assert.match(tab.text, /Writes as Ada/)
    assert.deepEqual(rowsOf(program, 'newcomers'), [])
  })

  test('MX-12: joins the list where the page has room for several', async (t) => {
    const stage = await startTwo(t, { several: true })
    const { program, tab, person } = stage
    await comeBackAs(tab, person, 'Bob')

    assert.match(tab.text, /Writes as Bob/)
    assert.match(tab.html, />Ada<.*>Bob</s)
    assert.equal(rowsOf(program, 'connections').length, 2)
    assert.equal(revocations(stage), 0)
  })
})

describe('connect({ onOtherAccount })', () => {
  test('MX-12: tells the script of both accounts before anything is overwritten', async (t) => {
    const told: string[] = []
    const onOtherAccount: ConnectRequest['onOtherAccount'] = ({ present, arrived }) => {
      told.push(`${present.name} ${arrived.name}`)
      return 'ask'
    }
    const { program, tab, person } = await startTwo(t, { onOtherAccount })
    const before = rowsOf(program, 'connections')
    await comeBackAs(tab, person, 'Bob')

    assert.deepEqual(told, ['Ada Bob'])
    assert.match(tab.text, QUESTION)
    assert.deepEqual(rowsOf(program, 'connections'), before)
  })

  test('MX-12: takes or drops the other account as the script decides, and asks nobody', async (t) => {
    const taking = await startTwo(t, { onOtherAccount: () => 'take' })
    await comeBackAs(taking.tab, taking.person, 'Bob')
    assert.match(taking.tab.text, /Writes as Bob/)
    assert.equal(revocations(taking), 0)

    const staying = await startTwo(t, { onOtherAccount: () => 'stay' })
    await comeBackAs(staying.tab, staying.person, 'Bob')
    const stays =
      /came back from Acme with another account, and this page stays with the one of Ada\./
    const why = /needs more access .* than it has\. At Acme, sign in as Ada first\./
    for (let times = 0; times < 2; times += 1) {
      assert.match(staying.tab.text, stays)
      assert.match(staying.tab.text, why)
      await staying.tab.go('/wider')
    }
    assert.ok(revocations(staying) > 0)
    await staying.tab.go('/')
    assert.match(staying.tab.text, /Reads as Ada/)
  })

  test('RF-05: says what is so where the script stays with an account whose access has ended', async (t) => {
    const { server, tab, person } = await startTwo(t, {
      onOtherAccount: ({ arrived }) => (arrived.name === 'Bob' ? 'stay' : 'ask'),
    })
    await tab.go('/wider')
    await tab.go(await consent(await leave(tab)))
    assert.match(tab.text, /Writes as Ada/)
    server.endGrants()
    server.endAccessTokens()
    await tab.press('button:Fetch')
    await tab.go('/wider')
    assert.match(tab.text, /no longer accepts this program's access to your account\. Please/)
    assert.doesNotMatch(tab.text, /another account/)

    person.name = 'Bob'
    await tab.go(await consent(await leave(tab)))
    assert.match(
      tab.text,
      /stays with the one of Ada\. Acme no longer accepts .* Please connect again\. At Acme, sign in as Ada first\./,
    )
    person.name = 'Ada'
    await tab.go(await consent(await leave(tab)))
    assert.match(tab.text, /Writes as Ada/)
  })
})
