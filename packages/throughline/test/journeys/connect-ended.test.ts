import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Person } from '../../src/testing/person.ts'
import { ACCOUNT, arrive, connectInTab, consent, leave, rowsOf, startStage } from './consent.ts'

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

      assert.match(one.text, new RegExp(`Disconnected, revoked ${behaviour === undefined}`))
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

  test('RV-01: tokens that another browser was granted while the account is disconnected are ended as well', async (t) => {
    const granted: unknown[] = []
    const spy: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      if (String(input).endsWith('/token')) granted.push(await answer.clone().json())
      return answer
    }
    const { program, server, app } = await startStage(t, { fetch: spy })
    const one = await arrive(program)
    await connectInTab(one)
    const two = await arrive(program)
    const callback = await consent(await leave(two))
    const stores = () => {
      const { sessions, users } = program.handler.program.connect
      const close = async () => {}
      const forgetTokenSet: typeof users.forgetTokenSet = async (...asked) => {
        if (granted.length === 1) await two.go(callback)
        return users.forgetTokenSet(...asked)
      }
      return { sessions: { ...sessions, close }, users: { ...users, close, forgetTokenSet } }
    }
    const node = program.another(app, { stores })
    const person = new Person(node.fetch)
    for (const [name, value] of one.person.jar) person.jar.set(name, value)
    const tab = await person.open(ACCOUNT)
    await tab.press('button:Disconnect')

    assert.match(tab.text, /Disconnected, revoked true/)
    const tokens = granted.map((answer) => (answer as { access_token: string }).access_token)
    assert.equal(tokens.length, 2)
    assert.deepEqual(
      server.requestsTo('/revoke').map(({ form }) => form.get('token')),
      tokens,
    )
    assert.deepEqual([...rowsOf(program, 'token_sets'), ...rowsOf(program, 'revocations')], [])
  })

  test('RV-01: where a token had to be renewed before it could be ended, the next attempt ends the new one', async (t) => {
    const revokesOnce = { token: 'access_token', reason: 'The endpoint knows no other.' } as const
    const { program, server } = await startStage(t, {
      server: { expiresIn: 600 },
      provider: { quirks: { revokesOnce } },
    })
    const tab = await arrive(program)
    await connectInTab(tab)
    program.advance(601_000)
    server.next({ path: '/revoke', isPlain: true, status: 503 })
    await tab.press('button:Disconnect')
    assert.match(tab.text, /Disconnected, revoked false/)
    assert.equal(rowsOf(program, 'revocations').length, 1)

    program.advance(16 * 60_000)
    await program.handler.tend()
    assert.deepEqual(rowsOf(program, 'revocations'), [])
    const presented = server.requestsTo('/token').map(({ form }) => form.get('refresh_token'))
    assert.equal(presented.length, 3)
    assert.equal(new Set(presented).size, 3)
    assert.equal(server.requestsTo('/revoke').length, 2)
  })

  test('RV-01: a provider that was down is told again, after a restart as well, until it confirms', async (t) => {
    const { program, server, app: same } = await startStage(t, { server: { expiresIn: 3600 } })
    const tab = await arrive(program)
    await connectInTab(tab)
    server.next({ path: '/revoke', status: 503 })
    await tab.press('button:Disconnect')
    assert.match(tab.text, /Disconnected, revoked false/)
    assert.equal(rowsOf(program, 'revocations').length, 1)
    const told = () => server.requestsTo('/revoke').length
    const before = told()
    await program.handler.tend()
    assert.equal(told(), before)

    const restarted = program.another(same)
    program.advance(16 * 60_000)
    server.next({ path: '/revoke', drop: 'before-answer' })
    await restarted.handler.tend()
    assert.equal(rowsOf(program, 'revocations').length, 1)
    program.advance(16 * 60_000)
    await restarted.handler.tend()
    assert.deepEqual(rowsOf(program, 'revocations'), [])
    const after = told()
    assert.ok(after > before)
    program.advance(16 * 60_000)
    await restarted.handler.tend()
    assert.equal(told(), after)
  })

  test('RV-01: who has connected again meanwhile is left alone', async (t) => {
    const { program, server } = await startStage(t)
    const tab = await arrive(program)
    await connectInTab(tab)
    server.next({ path: '/revoke', status: 503 })
    await tab.press('button:Disconnect')
    await tab.go(ACCOUNT)
    await connectInTab(tab)
    assert.deepEqual(rowsOf(program, 'revocations'), [])
    program.advance(16 * 60_000)
    await program.handler.tend()
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
  })

  test('RV-01: a provider that is down for a day is told no more, and nothing is kept', async (t) => {
    const { program, server } = await startStage(t)
    const tab = await arrive(program)
    await connectInTab(tab)
    server.next({ path: '/revoke', status: 503 })
    await tab.press('button:Disconnect')
    program.advance(25 * 3_600_000)
    const before = server.requestsTo('/revoke').length
    await program.handler.tend()
    assert.equal(server.requestsTo('/revoke').length, before)
    assert.deepEqual(rowsOf(program, 'revocations'), [])
  })

  test('RV-01 P5: killed before it could tell the provider, the program tells it later', async (t) => {
    const { program, server, app: same } = await startStage(t)
    const tab = await arrive(program)
    await connectInTab(tab)
    server.next({ path: '/revoke', delayMilliseconds: 20_000 })
    const pressed = tab.press('button:Disconnect').catch(() => undefined)
    while (server.requestsTo('/revoke').length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(rowsOf(program, 'token_sets'), [])
    const next = program.another(same)
    program.advance(16 * 60_000)
    await next.handler.tend()
    assert.equal(server.requestsTo('/revoke').length, 2)
    assert.deepEqual(rowsOf(program, 'revocations'), [])
    void pressed
  })
})
