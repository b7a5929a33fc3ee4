import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, connect, text, userRecord } from '../../src/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { App } from '../../src/script/app.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import { TAB_COOKIE } from '../../src/protocol/fields.ts'
import { consent, leave, rowsOf, startStage, withParameters } from './consent.ts'

function severalApp(provider: Provider): App {
  return app({
    title: 'Several',
    providers: [provider],
    pages: {
      '/': async () => {
        button('Look')
        const connection = await connect({ provider, scope: ['read'], several: true })
        const user = await userRecord(connection, { note: '' })
        text(`Chosen ${connection.account.name}, ${user.note}`)
        if (button('Note')) await user.save({ note: `noted by ${connection.account.name}` })
        if (button('Fetch')) text(`Answer ${(await connection.fetch('/me')).status}`)
        if (button('Disconnect')) await connection.disconnect()
      },
    },
  })
}

const FIRST = 'acme'
const SECOND = 'acme/account-2'
const THIRD = 'acme/account-3'

async function start(t: TestContext, nameOf = (number: number) => `Person ${number}`) {
  let person = 1
  const account = async () => ({
    subject: `/users/${person}`,
    name: nameOf(person),
    claims: {},
  })
  const stage = await startStage(t, { app: severalApp, provider: { account } })
  const tab = await new Person(stage.program.fetch).open('/')
  await tab.press('button:Look')
  const consentAs = async (number: number, at: DocumentTab, away: URL) => {
    person = number
    await at.go(await consent(away))
  }
  const connectAs = async (number: number, slot: string) =>
    consentAs(number, tab, await leave(tab, encodeURIComponent(slot)))
  return { ...stage, tab, connectAs, consentAs }
}

/** The select's options as they are shown, and which one is chosen. */
function accountsOn(tab: DocumentTab): string[] {
  return [...tab.html.matchAll(/<option[^>]*>([^<]*)<\/option>/g)].map(([, name = '']) => name)
}

async function choose(tab: DocumentTab, value: string): Promise<void> {
  const name = [...tab.fields.keys()].find((one) => one.startsWith('select:')) ?? assert.fail()
  tab.set(name, value)
  await tab.press()
}

describe('connect() with several', () => {
  test('MX-11: a person adds accounts and chooses among them; each has its own record', async (t) => {
    const { tab, connectAs } = await start(t)
    assert.deepEqual(accountsOn(tab), [])
    await connectAs(1, FIRST)
    assert.match(tab.text, /Chosen Person 1/)
    await tab.press('button:Note')

    await connectAs(2, SECOND)
    assert.match(tab.text, /Chosen Person 2/)
    assert.deepEqual(accountsOn(tab), ['Person 1', 'Person 2'])
    assert.doesNotMatch(tab.text, /noted by/)

    await choose(tab, '')
    assert.match(tab.text, /Chosen Person 1, noted by Person 1/)
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
    await tab.go('/')
    assert.match(tab.text, /Chosen Person 1, noted by Person 1/)
  })

  test('two accounts of one name are told apart in the list', async (t) => {
    const { tab, connectAs } = await start(t, () => 'Ada')
    await connectAs(1, FIRST)
    assert.deepEqual(accountsOn(tab), ['Ada'])

    await connectAs(2, SECOND)

    assert.deepEqual(accountsOn(tab), ['Ada (/users/1)', 'Ada (/users/2)'])
  })

  test('an account that is connected again is listed once, and chosen', async (t) => {
    const { tab, connectAs } = await start(t)
    await connectAs(1, FIRST)
    await connectAs(2, SECOND)
    await connectAs(1, THIRD)
    assert.deepEqual(accountsOn(tab), ['Person 2', 'Person 1'])
    assert.match(tab.text, /Chosen Person 1/)
  })

  test('disconnecting one leaves the others; the last one leaves the button', async (t) => {
    const { tab, connectAs } = await start(t)
    await connectAs(1, FIRST)
    await connectAs(2, SECOND)
    await tab.press('button:Disconnect')
    await tab.go('/')
    assert.match(tab.text, /Chosen Person 1/)
    assert.deepEqual(accountsOn(tab), ['Person 1'])
    await tab.press('button:Disconnect')
    await tab.go('/')
    assert.doesNotMatch(tab.text, /Chosen/)
    assert.match(tab.html, /Connect your Acme account/)
  })

  for (const [how, first, slot] of [
    ['the first', undefined, FIRST],
    ['one more', 1, SECOND],
  ] as const) {
    test(`MX-11: two tabs that each add ${how} at once lose neither`, async (t) => {
      const { tab, program, connectAs, consentAs } = await start(t)
      if (first !== undefined) await connectAs(first, FIRST)
      tab.person.jar.delete(TAB_COOKIE)
      const other = await tab.person.open('/')
      const away = await leave(tab, encodeURIComponent(slot))
      const awayToo = await leave(other, encodeURIComponent(slot))

      await consentAs(2, tab, away)
      await consentAs(3, other, awayToo)
      const all = [...(first === undefined ? [] : ['Person 1']), 'Person 2', 'Person 3']
      assert.deepEqual(accountsOn(other), all)
      assert.match(other.text, /Chosen Person 3/)
      assert.equal(rowsOf(program, 'connections').length, all.length)
    })
  }

  test('who declines to add one keeps what is there, and is told so', async (t) => {
    const { tab, connectAs } = await start(t)
    await connectAs(1, FIRST)
    const back = await consent(await leave(tab, encodeURIComponent(SECOND)))
    await tab.go(withParameters(back, { code: undefined, error: 'access_denied' }))
    assert.match(tab.text, /You did not give access at Acme.*Chosen Person 1/)
  })
})
