/*
 * Whole journeys against `@node-oauth/oauth2-server`: a record that states its endpoints, over real HTTP on both sides.
 */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import type { Provider } from '../../src/providers/provider.ts'
import type { DocumentTab } from '../../src/testing/person.ts'
import { leave, rowsOf } from '../journeys/consent.ts'
import { startOAuthPeer, type OAuthPeer } from './oauth-peer.ts'
import {
  bringCodeOfAnother,
  connectAt,
  startPeerProgram,
  statusOfFetch,
  type PeerProgram,
} from './peer-program.ts'

/** Long enough that an access token is due. */
const UNTIL_DUE_MS = 90_000

/**
 * It does not decode what Basic carries, against RFC 6749 §2.3.1: by `basic` it takes the secrets whose characters
 * encode as themselves, by `basic-raw` all of them.
 */
const methods = ['basic', 'basic-raw', 'body', 'none'] as const

interface Stage extends PeerProgram {
  readonly peer: OAuthPeer
  readonly tab: DocumentTab
}

async function start(
  t: TestContext,
  clientAuthentication: Provider['clientAuthentication'] = 'basic',
): Promise<Stage> {
  const isPublic = clientAuthentication === 'none'
  let peer: OAuthPeer | undefined
  const running = await startPeerProgram(t, async (redirectUri) => {
    const secretPrefix = clientAuthentication === 'basic' ? '' : ': % + & = /'
    peer = await startOAuthPeer(t, { redirectUri, isPublic, secretPrefix })
    const { origin, clientId, clientSecret } = peer
    return {
      registration: { clientId, ...(isPublic ? {} : { clientSecret }) },
      record: {
        name: 'acme',
        title: 'Acme',
        authorizationServer: {
          issuer: origin,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: `${origin}/token`,
        },
        clientAuthentication,
        alwaysScope: ['account'],
        async account({ request }) {
          const me = (await (await request('/me')).json()) as { id: string; name: string }
          return { subject: me.id, name: me.name, claims: {} }
        },
      },
    }
  })
  assert.ok(peer)
  return { ...running, peer, tab: await running.arrive() }
}

async function connected(t: TestContext): Promise<Stage> {
  const stage = await start(t)
  await connectAt(stage.tab, stage.peer.visit)
  assert.match(stage.tab.text, /Connected as Ada Example \(account\)/)
  return stage
}

/** Presents something at the token endpoint as whoever stole it, and the client's secret. */
async function steal({ peer, exchanges }: Stage, form: Readonly<Record<string, string>>) {
  const authorization = exchanges[0]?.headers.get('authorization') ?? ''
  const body = new URLSearchParams(form)
  const init = { method: 'POST', headers: { authorization }, body }
  const answer = await fetch(`${peer.origin}/token`, init)
  return [answer.status, ((await answer.json()) as { error?: string }).error]
}

describe('@node-oauth/oauth2-server', () => {
  for (const authentication of methods) {
    test(`TK-02 LB-06: connects, and refreshes, a client that proves itself by ${authentication}`, async (t) => {
      const { tab, peer, program, exchanges } = await start(t, authentication)
      await connectAt(tab, peer.visit)
      assert.match(tab.text, /Connected as Ada Example/)
      assert.match(tab.text, /Kept "mine", note "mine", arrivals 1/)
      program.advance(UNTIL_DUE_MS)
      assert.equal(await statusOfFetch(tab), '200')
      assert.deepEqual(
        exchanges.map(({ status }) => status),
        [200, 200],
      )
    })
  }

  test('RF-01 RV-01: account, refresh with rotation, and connecting again where nothing can be revoked', async (t) => {
    const stage = await connected(t)
    const { tab, peer, program, exchangesOf } = stage
    assert.equal(await statusOfFetch(tab), '200')
    program.advance(UNTIL_DUE_MS)
    assert.equal(await statusOfFetch(tab), '200')
    const [refresh] = exchangesOf('refresh_token')
    const presented = refresh?.form.get('refresh_token') ?? ''
    assert.notEqual(refresh?.answer['refresh_token'], presented)
    const replay = { grant_type: 'refresh_token', refresh_token: presented }
    assert.deepEqual(await steal(stage, replay), [400, 'invalid_grant'])
    assert.equal(await statusOfFetch(tab), '200')

    await tab.press('button:Disconnect')
    assert.match(tab.text, /Disconnected, revoked false/)
    assert.deepEqual(rowsOf(program, 'token_sets'), [])
    await tab.go(tab.path)
    await connectAt(tab, peer.visit)
    assert.match(tab.text, /Connected as Ada Example/)
    assert.equal(await statusOfFetch(tab), '200')
  })

  test('RF-02: two browsers of one account refresh once, or the second would be refused', async (t) => {
    const stage = await connected(t)
    const other = await stage.arrive()
    await connectAt(other, stage.peer.visit)
    stage.program.advance(UNTIL_DUE_MS)
    const statuses = await Promise.all([statusOfFetch(stage.tab), statusOfFetch(other)])
    assert.deepEqual(statuses, ['200', '200'])
    assert.equal(stage.exchangesOf('refresh_token').length, 1)
  })

  test('CB-03: a code is exchanged once, and is good for nobody else', async (t) => {
    const stage = await start(t)
    const back = await stage.peer.visit(await leave(stage.tab))
    for (let again = 0; again < 4; again += 1) await stage.tab.go(back)
    assert.match(stage.tab.text, /Connected as Ada Example/)
    assert.equal(stage.exchanges.length, 1)
    const replay = Object.fromEntries(stage.exchanges[0]?.form ?? [])
    assert.deepEqual(await steal(stage, replay), [400, 'invalid_grant'])
    assert.equal(await statusOfFetch(stage.tab), '200')
  })

  test('PK-06: the code of another flow does not fit the verifier, and connects nothing', async (t) => {
    const { tab, peer, ...running } = await start(t)
    await bringCodeOfAnother(running, tab, peer.visit)
    await connectAt(tab, peer.visit)
    assert.match(tab.text, /Connected as Ada Example/)
  })

  test('CB-07: who declines at its page is told so, and may connect all the same', async (t) => {
    const { tab, peer, exchanges } = await start(t)
    await connectAt(tab, (url) => peer.visit(url, { declines: true }))
    assert.match(tab.text, /You did not give access at Acme/)
    assert.equal(exchanges.length, 0)
    await connectAt(tab, peer.visit)
    assert.match(tab.text, /Connected as Ada Example/)
  })
})
