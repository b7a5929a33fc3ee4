/*
 * Whole journeys against `oidc-provider`: found by its issuer alone, over real HTTP on both sides.
 */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import type { DocumentTab } from '../../src/testing/person.ts'
import { leave, rowsOf, withParameters } from '../journeys/consent.ts'
import { startOpenIdPeer, type OpenIdPeer, type OpenIdPeerOptions } from './openid-peer.ts'
import {
  bringCodeOfAnother,
  connectAt,
  startPeerProgram,
  statusOfFetch,
  type PeerProgram,
} from './peer-program.ts'

type Authentication = OpenIdPeerOptions['authentication'] & string

/** How we call what a client's registration there calls so. */
const methods: Readonly<Record<Authentication, 'basic' | 'body' | 'none'>> = {
  client_secret_basic: 'basic',
  client_secret_post: 'body',
  none: 'none',
}

/** Long enough that an access token is due, and not so long that it is over. */
const UNTIL_DUE_MS = 90_000

interface Stage extends PeerProgram {
  readonly peer: OpenIdPeer
  readonly tab: DocumentTab
}

async function start(
  t: TestContext,
  options: Omit<OpenIdPeerOptions, 'redirectUri'> = {},
): Promise<Stage> {
  let peer: OpenIdPeer | undefined
  const running = await startPeerProgram(t, async (redirectUri) => {
    peer = await startOpenIdPeer(t, { redirectUri, ...options })
    const { origin, clientId, clientSecret } = peer
    const clientAuthentication = methods[options.authentication ?? 'client_secret_basic']
    const isPublic = clientAuthentication === 'none'
    return {
      registration: { clientId, ...(isPublic ? {} : { clientSecret }) },
      record: {
        name: 'acme',
        title: 'Acme',
        authorizationServer: { issuer: origin },
        clientAuthentication,
        alwaysScope: ['profile', 'offline_access'],
        authorizationParameters: { prompt: 'consent' },
      },
    }
  })
  assert.ok(peer)
  return { ...running, peer, tab: await running.arrive() }
}

async function connected(t: TestContext): Promise<Stage> {
  const stage = await start(t)
  await connectAt(stage.tab, stage.peer.visit)
  assert.match(stage.tab.text, /Connected as Ada Example/)
  return stage
}

/** Presents something at the token endpoint as whoever stole it, and the client's secret. */
async function steal({ peer, exchanges }: Stage, form: Readonly<Record<string, string>>) {
  const authorization = exchanges[0]?.headers.get('authorization') ?? ''
  const body = new URLSearchParams(form)
  const answer = await fetch(`${peer.origin}/token`, {
    method: 'POST',
    headers: { authorization },
    body,
  })
  return { status: answer.status, ...((await answer.json()) as { error?: string }) }
}

/** Shows that the person is asked again, and that this helps. */
async function assertReconnects({ tab, peer }: Stage): Promise<void> {
  await tab.press('button:Fetch')
  assert.match(tab.text, /no longer accepts this program's access to your account/)
  await connectAt(tab, peer.visit)
  assert.match(tab.text, /Connected as Ada Example/)
  assert.equal(await statusOfFetch(tab), '200')
}

describe('oidc-provider', () => {
  for (const authentication of Object.keys(methods) as Authentication[]) {
    test(`TK-02 LB-06: connects, and refreshes, a client that it knows by ${authentication}`, async (t) => {
      const { tab, peer, program, exchanges } = await start(t, { authentication })
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

  for (const algorithm of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
    test(`ID-02: signs ID tokens by ${algorithm}, which are believed with each refresh as well`, async (t) => {
      const { tab, peer, program, exchanges } = await start(t, { algorithm })
      await connectAt(tab, peer.visit)
      program.advance(UNTIL_DUE_MS)
      assert.equal(await statusOfFetch(tab), '200')
      for (const { answer } of exchanges) {
        const [header = ''] = String(answer['id_token']).split('.')
        assert.match(
          Buffer.from(header, 'base64url').toString(),
          new RegExp(`"alg":"${algorithm}"`),
        )
      }
    })
  }

  test('RF-01 RV-01: account, refresh with rotation, revocation, and connecting again', async (t) => {
    const { tab, peer, program, exchangesOf } = await connected(t)
    assert.equal(await statusOfFetch(tab), '200')
    program.advance(UNTIL_DUE_MS)
    assert.equal(await statusOfFetch(tab), '200')
    const [first] = exchangesOf('authorization_code')
    const [refresh, ...more] = exchangesOf('refresh_token')
    assert.equal(more.length, 0)
    assert.equal(refresh?.form.get('refresh_token'), first?.answer['refresh_token'])
    assert.notEqual(refresh?.answer['refresh_token'], first?.answer['refresh_token'])

    await tab.press('button:Disconnect')
    assert.match(tab.text, /Disconnected, revoked true/)
    const authorization = `Bearer ${String(refresh?.answer['access_token'])}`
    const answer = await fetch(`${peer.origin}/me`, { headers: { authorization } })
    assert.equal(answer.status, 401)
    assert.deepEqual(rowsOf(program, 'token_sets'), [])
    await tab.go(tab.path)
    await connectAt(tab, peer.visit)
    assert.match(tab.text, /Connected as Ada Example/)
    assert.equal(await statusOfFetch(tab), '200')
  })

  test('RF-02: two browsers of one account refresh once, or the grant would be dead', async (t) => {
    const stage = await connected(t)
    const other = await stage.arrive()
    await connectAt(other, stage.peer.visit)
    for (let round = 1; round <= 3; round += 1) {
      stage.program.advance(UNTIL_DUE_MS)
      const statuses = await Promise.all([statusOfFetch(stage.tab), statusOfFetch(other)])
      assert.deepEqual(statuses, ['200', '200'])
      assert.equal(stage.exchangesOf('refresh_token').length, round)
    }
  })

  test('RF-05: a refresh token that a thief presents again ends the grant; the person connects anew', async (t) => {
    const stage = await connected(t)
    stage.program.advance(UNTIL_DUE_MS)
    assert.equal(await statusOfFetch(stage.tab), '200')
    const [used] = stage.exchangesOf('refresh_token')
    const refresh_token = used?.form.get('refresh_token') ?? ''

    const theft = await steal(stage, { grant_type: 'refresh_token', refresh_token })
    assert.deepEqual([theft.status, theft.error], [400, 'invalid_grant'])
    await assertReconnects(stage)
  })

  test('CB-03 RV-03: a code is exchanged once; one that a thief presents again ends the grant', async (t) => {
    const stage = await start(t)
    const back = await stage.peer.visit(await leave(stage.tab))
    await stage.tab.go(back)
    for (let again = 0; again < 3; again += 1) await stage.tab.go(back)
    assert.match(stage.tab.text, /Connected as Ada Example/)
    assert.equal(await statusOfFetch(stage.tab), '200')
    assert.equal(stage.exchanges.length, 1)

    const form = Object.fromEntries(stage.exchanges[0]?.form ?? [])
    const theft = await steal(stage, form)
    assert.deepEqual([theft.status, theft.error], [400, 'invalid_grant'])
    await assertReconnects(stage)
  })

  test('PK-06: the code of another flow does not fit the verifier, and connects nothing', async (t) => {
    const { tab, peer, ...running } = await start(t)
    await bringCodeOfAnother(running, tab, peer.visit)
    await connectAt(tab, peer.visit)
    assert.match(tab.text, /Connected as Ada Example/)
  })

  for (const [how, iss] of [
    ['another', 'https://evil.example'],
    ['no', undefined],
  ] as const) {
    test(`MX-02: it names itself in every response; ${how} name is refused before any token request`, async (t) => {
      const { tab, peer, exchanges, refusals } = await start(t)
      const back = await peer.visit(await leave(tab))
      assert.equal(new URL(back, peer.origin).searchParams.get('iss'), peer.origin)

      await tab.go(withParameters(back, { iss }))
      assert.match(tab.text, /Acme could not be connected/)
      assert.deepEqual(refusals(), ['oauth.issuer-mismatch'])
      assert.equal(exchanges.length, 0)
      await connectAt(tab, peer.visit)
      assert.match(tab.text, /Connected as Ada Example/)
    })
  }

  test('CB-07: who cancels at its page is told so, and may connect all the same', async (t) => {
    const { tab, peer, exchanges, refusals } = await start(t)
    await connectAt(tab, (url) => peer.visit(url, { declines: true }))
    assert.match(tab.text, /You did not give access at Acme/)
    assert.equal(exchanges.length, 0)
    assert.deepEqual(refusals(), [])
    await connectAt(tab, peer.visit)
    assert.match(tab.text, /Connected as Ada Example/)
  })

  test('ID-06: another account there is another account here', async (t) => {
    const { tab, peer, program, arrive } = await start(t)
    const other = await arrive()
    await connectAt(tab, peer.visit)
    await connectAt(other, (url) => peer.visit(url, { name: 'Grace' }))
    assert.match(tab.text, /Connected as Ada Example .*new true/)
    assert.match(other.text, /Connected as Grace Example .*new true/)
    assert.equal(rowsOf(program, 'token_sets').length, 2)
  })
})
