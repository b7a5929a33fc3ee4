import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PENDING_MS } from '../../src/connect/pending-authorization.ts'
import { arrive, connectInTab, consent, leave, startStage, withParameters } from './consent.ts'

const DECLINED = /You did not give access at Acme/
const UNAVAILABLE = /Acme did not answer, so nothing was connected\. Please connect again/
const MISREGISTERED = /Acme does not accept this program\. That is no fault of yours/

describe('what became of an authorization', () => {
  for (const [what, behaviour] of [
    ['resets the connection', { drop: 'before-answer' }],
    ['breaks off', { drop: 'within-body' }],
    ['answers 503', { status: 503, body: '' }],
    ['answers server_error', { status: 400, body: '{"error":"temporarily_unavailable"}' }],
  ] as const) {
    test(`P10: a provider that ${what} at the exchange is said to have not answered`, async (t) => {
      const { program, server } = await startStage(t)
      const tab = await arrive(program)
      server.next({ path: '/token', ...behaviour })
      await connectInTab(tab)

      assert.match(tab.text, UNAVAILABLE)
      assert.match(tab.html, /tl-tone-warning/)
      assert.equal(program.log.length, 1)
      await connectInTab(tab)
      assert.match(tab.text, /Connected as Ada Example/)
      assert.doesNotMatch(tab.text, UNAVAILABLE)
    })
  }

  test('P10: a program that the provider does not take is said to be its operator’s to mend', async (t) => {
    const { program, server } = await startStage(t)
    const tab = await arrive(program)
    server.next({ path: '/token', status: 401, body: '{"error":"invalid_client"}' })
    await connectInTab(tab)

    assert.match(tab.text, MISREGISTERED)
    assert.match(tab.html, /tl-tone-error/)
    assert.match(String(program.log[0]?.error), /client/)
    assert.match(tab.html, /connect-button:acme/)
  })

  test('P10: declined and expired are told apart, and neither is a failure to report', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const back = await consent(await leave(tab))
    await tab.go(withParameters(back, { code: undefined, error: 'access_denied' }))
    assert.match(tab.text, DECLINED)

    const late = await consent(await leave(tab))
    program.advance(PENDING_MS + 1)
    await tab.go(late)
    assert.match(tab.text, /That took too long/)
    assert.doesNotMatch(tab.text, DECLINED)
    assert.match(tab.html, /connect-button:acme/)
    assert.deepEqual(program.log, [])
  })
})

describe('connection.fetch() without an answer', () => {
  test('P10: says plainly that the provider cannot be reached, and goes on later', async (t) => {
    const { program, server } = await startStage(t)
    const tab = await arrive(program)
    await connectInTab(tab)
    server.next({ path: '/me', drop: 'before-answer' })
    await tab.press('button:Fetch')

    assert.match(tab.text, /Acme cannot be reached just now\. Nothing was lost/)
    assert.doesNotMatch(tab.text, /Something went wrong/)
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
  })

  test('P10: says the same where the access is to be renewed first', async (t) => {
    const { program, server } = await startStage(t, { server: { expiresIn: 30 } })
    const tab = await arrive(program)
    await connectInTab(tab)
    server.endAccessTokens()
    server.next({ path: '/token', isPlain: true, status: 503, body: '' })
    server.next({ path: '/token', isPlain: true, status: 503, body: '' })
    await tab.press('button:Fetch')

    assert.match(tab.text, /Acme cannot be reached just now/)
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
  })
})
