import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, connect, text } from '../../src/index.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import {
  ACCOUNT,
  accountApp,
  arrive,
  connectInTab,
  consent,
  exchanges,
  leave,
  registrationOf,
  rowsOf,
  startStage,
} from './consent.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { providerAt } from '../../src/testing/provider-at.ts'

describe('two providers in one program', () => {
  test('MX-03 AT-05 CORF: the answer of one at the path of the other is refused and unharmed (GHSA-x445-f3h2-j279)', async (t) => {
    const { program, evil, honestTab: tab } = await startTwo(t)
    const honestBack = await consent(await leave(tab, 'honest'))
    const moved = honestBack.replace('/oauth/callback/honest', '/oauth/callback/evil')
    assert.notEqual(moved, honestBack)

    assert.equal((await tab.person.send(moved)).status, 403)
    assert.equal(evil.requestsTo('/token').length, 0)
    assert.equal(rowsOf(program, 'pending_authorizations')[0]?.['status'], 'waiting')
    await tab.go(honestBack)
    assert.equal(rowsOf(program, 'connections').length, 1)
  })

  test('MX-04 COAT: a code of the honest server never goes to the server that lured the person there', async (t) => {
    const { program, honest, evil, honestTab, evilTab } = await startTwo(t)
    // The evil server answers its authorization request with a redirect to the honest one, under the same state.
    const evilUrl = await leave(evilTab, 'evil')
    const honestUrl = await leave(honestTab, 'honest')
    const lured = new URL(honestUrl)
    lured.searchParams.set('state', evilUrl.searchParams.get('state') ?? '')
    lured.searchParams.set('code_challenge', evilUrl.searchParams.get('code_challenge') ?? '')
    const back = await consent(lured)

    assert.equal((await evilTab.person.send(back)).status, 403)
    assert.equal(evil.requestsTo('/token').length, 0)
    assert.equal(honest.requestsTo('/token').length, 0)
    assert.deepEqual(rowsOf(program, 'connections'), [])
    await honestTab.go(await consent(honestUrl))
    assert.match(honestTab.text, /Account Ada Example/)
    assert.equal(honest.requestsTo('/token').length, 1)
  })

  test('MX-01: a flow ends when the registration it was begun under is another by now', async (t) => {
    const other = await startAuthorizationServer()
    t.after(() => other.close())
    const stage = await startStage(t)
    const same = registrationOf(stage.provider)
    const moved = { ...stage.provider, authorizationServer: other.metadata }
    const { metadata } = stage.server
    const { token_endpoint } = other.metadata
    const leaking = { ...stage.provider, authorizationServer: { ...metadata, token_endpoint } }
    const renamed = { clientId: 'client-of-later', clientSecret: 'another' }
    for (const [name, registration] of [
      ['other endpoints', { ...same, provider: moved }],
      ['other token endpoint', { ...same, provider: leaking }],
      ['other client', { ...same, registration: renamed }],
      ['other redirect URI', { ...same, redirectPath: '/' }],
    ] as const) {
      const tab = await arrive(stage.program)
      const back = await consent(await leave(tab))
      const later = stage.program.another(stage.app, { registrations: [registration] })
      const person = new Person(later.fetch)
      for (const [cookie, value] of tab.person.jar) person.jar.set(cookie, value)
      const at = 'redirectPath' in registration ? back.replace(/^[^?]+/, '/') : back

      const page = await person.open(at)
      assert.match(page.text, /could not be connected\. Please connect again/, name)
      assert.equal(exchanges(stage.server) + exchanges(other), 0, name)
      assert.match(String(later.log[0]?.error), /registration with Acme was changed/, name)
    }
    const tab = await arrive(stage.program)
    const back = await consent(await leave(tab))
    const later = stage.program.another(stage.app, { registrations: [same] })
    const person = new Person(later.fetch)
    for (const [cookie, value] of tab.person.jar) person.jar.set(cookie, value)
    assert.match((await person.open(back)).text, /Connected as Ada Example/)
  })

  test('TU-01 MX-10: what was connected at one issuer is another’s neither to use nor to know', async (t) => {
    const stage = await startStage(t)
    const tab = await arrive(stage.program)
    await connectInTab(tab)
    const other = await startAuthorizationServer()
    t.after(() => other.close())
    const moved = providerAt(other)
    const later = stage.program.another(accountApp(moved), {
      registrations: [registrationOf(moved)],
    })
    const person = new Person(later.fetch)
    for (const [cookie, value] of tab.person.jar) person.jar.set(cookie, value)

    const page = await person.open(ACCOUNT)
    assert.match(page.html, /connect-button:acme/)
    assert.equal(other.requests.length, 0)
    // The same subject there is somebody else.
    await connectInTab(page)
    assert.match(page.text, /Connected as Ada Example \(public\), new true/)
    assert.equal(rowsOf(later, 'users').length, 2)
  })

  test('TU-01 RV-01: a token that could not be ended at one issuer is sent to no other', async (t) => {
    const stage = await startStage(t)
    const tab = await arrive(stage.program)
    await connectInTab(tab)
    stage.server.next({ path: '/revoke', status: 503 })
    await tab.press('button:Disconnect')
    assert.equal(rowsOf(stage.program, 'revocations').length, 1)
    const other = await startAuthorizationServer()
    t.after(() => other.close())
    const moved = providerAt(other)
    const later = stage.program.another(stage.app, { registrations: [registrationOf(moved)] })

    later.advance(16 * 60_000)
    await later.handler.tend()
    assert.equal(other.requests.length, 0)
    assert.deepEqual(rowsOf(later, 'revocations'), [])
  })

  test('MX-03: two providers cannot come back to one page', async (t) => {
    const stage = await startStage(t)
    const other = { ...stage.provider, name: 'other', title: 'Other' }
    const register = (...paths: readonly [string, string]) =>
      stage.program.another(stage.app, {
        registrations: [registrationOf(stage.provider, paths[0]), registrationOf(other, paths[1])],
      })
    assert.throws(() => register('/', '/'), /redirect URI of both Acme and Other/)
    assert.ok(register('/', ACCOUNT).handler)
  })

  async function startTwo(t: TestContext) {
    const honest = await startAuthorizationServer()
    const evil = await startAuthorizationServer()
    const providers = [
      providerAt(honest, { name: 'honest', title: 'Honest' }),
      providerAt(evil, { name: 'evil', title: 'Evil' }),
    ] as const
    const pages = Object.fromEntries(
      providers.map((provider) => [
        `/${provider.name}`,
        async () => {
          button('Look')
          text(`Account ${(await connect(provider)).account.name}`)
        },
      ]),
    )
    const program = startProgram(app({ title: 'Two', providers, pages }), {
      registrations: providers.map((provider) => registrationOf(provider)),
    })
    t.after(async () => {
      await program.close()
      await honest.close()
      await evil.close()
    })
    const person = new Person(program.fetch)
    const honestTab = await person.open('/honest')
    await honestTab.press('button:Look')
    return { program, honest, evil, honestTab, evilTab: await person.open('/evil') }
  }
})
