import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { requestTokenSet } from '../../src/oauth/token-request.ts'
import { authorizeAt } from '../../src/testing/authorization-journey.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { ACCOUNT, arrive, connectInTab, consent, leave, startStage } from './consent.ts'

const TEN_MINUTES = 600_000
const KEEP = 'button:Keep'
const FETCH = 'button:Fetch'

describe('clocks that differ', () => {
  for (const ahead of [TEN_MINUTES, -TEN_MINUTES]) {
    test(`PF-05: a token ends by the clock of this program, whatever the server's Date says: ${ahead} ms`, async (t) => {
      const server = await startAuthorizationServer({ expiresIn: 300 })
      t.after(() => server.close())
      const request = await authorizeAt(server)
      server.next({ headers: { date: new Date(Date.now() + ahead).toUTCString() } })

      const { tokenSet } = await requestTokenSet({ ...request, now: () => 5_000_000 })

      assert.equal(tokenSet.expiresAt, 5_300)
    })
  }
})

for (const jump of [TEN_MINUTES, -TEN_MINUTES]) {
  describe(`a clock that is set ${jump > 0 ? 'forward' : 'back'} by ten minutes`, () => {
    test('PF-05: costs nobody their session, their connection or a press', async (t) => {
      const { program, server } = await startStage(t, { server: { expiresIn: 900 } })
      const tab = await arrive(program)
      await connectInTab(tab)
      program.advance(jump)

      tab.set('text-input:Note', 'later')
      await tab.press(KEEP)
      assert.match(tab.text, /Kept "later"/)
      await tab.press(FETCH)
      assert.match(tab.text, /Answer 200/)
      // By its own clock the provider has ended the token meanwhile.
      server.endAccessTokens()
      await tab.press(FETCH)
      assert.match(tab.text, /Answer 200/)
      program.advance(-jump)
      await tab.press(FETCH)
      assert.match(tab.text, /Answer 200/)
      await tab.press('button:Disconnect')
      assert.match(tab.text, /Disconnected, revoked true/)
      await tab.go(ACCOUNT)
      await connectInTab(tab)
      assert.match(tab.text, /Connected as Ada Example.*Kept "later"/)
      assert.deepEqual(program.log, [])
    })

    test('PF-05: while somebody is at the provider, they come back connected, or are told to press again', async (t) => {
      const { program } = await startStage(t)
      const tab = await arrive(program)
      const back = await consent(await leave(tab))
      program.advance(jump)
      await tab.go(back)
      if (jump > 0) {
        assert.match(tab.text, /That took too long/)
        await connectInTab(tab)
      }
      assert.match(tab.text, /Connected as Ada Example.*Kept "n1"/)
    })
  })
}
