import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { app, button, connect, text } from '../../src/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { App } from '../../src/script/app.ts'
import { consent, rowsOf, startStage, withParameters } from './consent.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'

/** An app whose button switches, and whose second page switches unasked. */
function switchApp(provider: Provider): App {
  return app({
    title: 'Switch',
    providers: [provider],
    pages: {
      '/': async () => {
        const connection = await connect({ provider, scope: ['read'], optionalScope: ['write'] })
        text(`Connected as ${connection.account.name}`)
        if (button('Another')) await connection.switchAccount()
        text('Stayed')
      },
      '/unasked': async () => {
        const connection = await connect({ provider, scope: ['read'] })
        await connection.switchAccount()
      },
    },
  })
}

/** Presses a button of the tab, and reads where the page leaves to. */
async function leaveBy(tab: DocumentTab, id: string): Promise<URL> {
  const answer = await tab.person.send('/', tab.pressInit(id))
  const [, url] = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(await answer.text()) ?? []
  return new URL((url ?? '').replaceAll('&amp;', '&'))
}

/** A stage whose provider lets another person consent each time. */
async function startSwitching(t: Parameters<typeof startStage>[0]) {
  let people = 0
  const account = async () => {
    people += 1
    return { subject: `/users/${people}`, name: `Person ${people}`, claims: {} }
  }
  const stage = await startStage(t, { app: switchApp, provider: { account } })
  const tab = await new Person(stage.program.fetch).open('/')
  await tab.go(await consent(await leaveBy(tab, 'connect-button:acme')))
  assert.match(tab.text, /Connected as Person 1/)
  return { ...stage, tab }
}

describe('switchAccount()', () => {
  test('MX-11: another account takes the place, its access asked for as this one has it', async (t) => {
    const { program, tab } = await startSwitching(t)
    const url = await leaveBy(tab, 'button:Another')
    assert.equal(url.searchParams.get('scope'), 'read write')
    await tab.go('/')
    assert.match(tab.text, /Connected as Person 1.*Stayed/s)

    await tab.go(await consent(url))
    assert.match(tab.text, /Connected as Person 2/)
    assert.equal(rowsOf(program, 'connections').length, 1)
  })

  test('P1: who declines there keeps the account that was connected', async (t) => {
    const { program, tab } = await startSwitching(t)
    const back = await consent(await leaveBy(tab, 'button:Another'))
    await tab.go(withParameters(back, { code: undefined, error: 'access_denied' }))
    assert.match(tab.text, /You did not give access at Acme\..* You go on as Person 1\./)
    assert.match(tab.text, /Connected as Person 1/)
    assert.equal(rowsOf(program, 'connections').length, 1)

    await tab.go('/')
    assert.doesNotMatch(tab.text, /You did not give access/)
    const again = await consent(await leaveBy(tab, 'button:Another'))
    await tab.go(again)
    assert.match(tab.text, /Connected as Person 2/)
    assert.doesNotMatch(tab.text, /You did not give access/)
  })

  test('a run without a press sends nobody away, and says what to write', async (t) => {
    const { program, tab } = await startSwitching(t)
    await tab.go('/unasked')
    assert.match(tab.text, /Something went wrong/)
    assert.match(String(program.log.at(-1)?.error), /Call it behind a button/)
    assert.equal(rowsOf(program, 'pending_authorizations').length, 1)
  })
})
