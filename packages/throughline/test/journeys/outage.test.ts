import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ACCOUNT, arrive, connectInTab, leave, rowsOf, startStage } from './consent.ts'

const FETCH = 'button:Fetch'
const BUSY = { status: 503, headers: { 'retry-after': '120' } }
const CONNECT = 'connect-button:acme'

describe('a provider that says how long to wait', () => {
  test('TK-13 RF-08: is not asked for a fresh token before, and the old one is used while it lasts', async (t) => {
    const { program, server } = await startStage(t, { server: { expiresIn: 600 } })
    const tab = await arrive(program)
    await connectInTab(tab)
    const asked = () => server.requestsTo('/token').length
    const before = asked()
    program.advance(545_000)
    server.next({ isPlain: true, ...BUSY })
    await tab.press(FETCH)
    assert.match(tab.text, /Answer 200/)
    program.advance(10_000)
    await tab.press(FETCH)
    assert.match(tab.text, /Answer 200/)
    program.advance(60_000)
    await tab.press(FETCH)
    assert.match(tab.text, /Acme cannot be reached just now\. Nothing was lost/)
    assert.equal(asked(), before + 1)

    program.advance(70_000)
    await tab.press(FETCH)
    assert.match(tab.text, /Answer 200/)
    assert.equal(asked(), before + 2)
  })

  test('TK-13 RV-01: is told of a disconnect later, when it may be asked again', async (t) => {
    const { program, server } = await startStage(t, { server: { expiresIn: 3600 } })
    const tab = await arrive(program)
    await connectInTab(tab)
    server.next({ path: '/revoke', ...BUSY })
    await tab.press('button:Disconnect')
    await tab.go(ACCOUNT)
    // A code is sent all the same: it would be worth nothing later.
    await connectInTab(tab)
    assert.match(tab.text, /Connected as Ada/)
    await tab.press('button:Disconnect')

    assert.match(tab.text, /Disconnected, revoked false/)
    assert.equal(server.requestsTo('/revoke').length, 1)
    assert.equal(rowsOf(program, 'revocations').length, 1)
    program.advance(16 * 60_000)
    await program.handler.tend()
    assert.equal(server.requestsTo('/revoke').length, 3)
    assert.deepEqual(rowsOf(program, 'revocations'), [])
  })
})

describe('a provider that is down', () => {
  test('PF-04 P10: is not left for until it may be back, and whoever presses reads why', async (t) => {
    const { program, server } = await startStage(t)
    const tab = await arrive(program)
    for (let times = 0; times < 3; times += 1) {
      server.next({ drop: 'before-answer' })
      await connectInTab(tab)
      assert.match(tab.text, /Acme did not answer, so nothing was connected/)
    }
    const departures = rowsOf(program, 'pending_authorizations').length
    const other = await arrive(program, 'other')
    await other.press(CONNECT)
    assert.match(other.text, /Acme cannot be reached just now\. Nothing was lost/)
    assert.equal(rowsOf(program, 'pending_authorizations').length, departures)

    program.advance(15_000)
    await other.go(ACCOUNT)
    await connectInTab(other)
    assert.match(other.text, /Connected as Ada Example.*Kept "other"/)
    await tab.go(ACCOUNT)
    assert.ok((await leave(tab)).href.startsWith(server.origin))
  })
})
