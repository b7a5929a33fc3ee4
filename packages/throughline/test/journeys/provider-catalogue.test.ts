/*
 * One and the same journey at every provider of the catalogue, each as its vendor behaves.
 */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, connect, heading, text } from '../../src/index.ts'
import { catalogue } from '../../src/providers/catalogue.ts'
import { toOAuthClient, type Provider } from '../../src/providers/provider.ts'
import {
  startAuthorizationServer,
  startTest,
  type AuthorizationServerSettings,
  type Consent,
} from '../../src/testing.ts'

/** What a journey expects of one provider. */
interface Expected {
  /** What the script asks for, and what it then has. */
  readonly scope: readonly string[]
  readonly granted?: string
  readonly subject: string
  /** A call of the API: `GET /me`. */
  readonly call: string
  readonly renewal: 'by its end' | 'by a refusal' | 'by the person'
  /** Whether PKCE is asked for (yes). */
  readonly pkce?: false
  /** The request by which the program ends the grant; absent where there is no way. */
  readonly revocation?: string
}

const expectations: Readonly<Record<string, Expected>> = {
  discord: {
    scope: ['guilds'],
    subject: '80351101',
    call: 'GET /users/@me',
    renewal: 'by its end',
    revocation: 'POST /api/oauth2/token/revoke',
  },
  dropbox: {
    scope: ['files.content.read'],
    subject: 'dbid:AA1',
    call: 'POST /users/get_current_account',
    renewal: 'by its end',
    revocation: 'POST /2/auth/token/revoke',
  },
  github: {
    scope: ['gist', 'user', 'user:email'],
    granted: 'gist user read:user user:email user:follow',
    subject: '1',
    call: 'GET /user',
    renewal: 'by the person',
    revocation: 'DELETE /applications/test-client/grant',
  },
  google: {
    scope: ['email', 'https://www.googleapis.com/auth/drive.readonly'],
    subject: '/users/1',
    call: 'GET /v1/userinfo',
    renewal: 'by its end',
    revocation: 'POST /revoke',
  },
  linkedin: {
    scope: ['email', 'w_member_social'],
    pkce: false,
    subject: 'aB-1',
    call: 'GET /v2/userinfo',
    renewal: 'by the person',
  },
  microsoft: {
    scope: ['Mail.Read', 'https://graph.microsoft.com/Files.Read'],
    subject: '0000-1',
    call: 'GET /me',
    renewal: 'by its end',
  },
  notion: {
    scope: ['read_content'],
    subject: 'ws-1/user-1',
    call: 'GET /users/me',
    renewal: 'by a refusal',
    revocation: 'POST /v1/oauth/revoke',
  },
  slack: {
    scope: ['search:read', 'chat:write'],
    pkce: false,
    subject: 'T1/U1',
    call: 'GET /users.profile.get',
    renewal: 'by its end',
    revocation: 'POST /api/auth.revoke',
  },
  spotify: {
    scope: ['playlist-read-private'],
    subject: 'ada-example',
    call: 'GET /me',
    renewal: 'by its end',
  },
  strava: {
    scope: ['activity:read'],
    subject: '134816',
    call: 'GET /athlete',
    renewal: 'by its end',
    revocation: 'POST /oauth/deauthorize',
  },
  vimeo: {
    scope: ['private'],
    subject: '/users/1',
    call: 'GET /me?fields=uri,name',
    renewal: 'by the person',
    revocation: 'DELETE /tokens',
  },
  zoom: {
    scope: ['user:read:user'],
    granted: 'user:read:user meeting:read:meeting',
    subject: 'KDcu-1',
    call: 'GET /users/me',
    renewal: 'by its end',
    revocation: 'POST /oauth/revoke',
  },
}

function scriptFor(provider: Provider, { scope, call }: Expected) {
  const [method = '', path = ''] = call.split(' ')
  return app(async () => {
    const connection = await connect({ provider, scope })
    heading(`Hello ${connection.account.name}`)
    text(`subject ${connection.account.subject}`)
    text(`scope ${connection.scope.join(' ')} end`)
    if (button('Call')) {
      const response = await connection.fetch(path, { method })
      text(`status ${response.status}, ${(await response.text()).includes('Ada') ? 'Ada' : 'dead'}`)
    }
    if (button('Leave')) text(`revoked ${(await connection.disconnect()).revoked}`)
  })
}

describe('the catalogue', () => {
  test('is known by this test, whole', () => {
    assert.deepEqual(
      catalogue.map(({ name }) => name),
      Object.keys(expectations),
    )
  })
})

for (const provider of catalogue) {
  const expected = expectations[provider.name] ?? assert.fail()
  const { scope, granted, subject, renewal, revocation } = expected

  describe(`a journey at ${provider.title}`, () => {
    const start = async (t: TestContext, settings: AuthorizationServerSettings) => {
      const started = await startTest(scriptFor(provider, expected), {
        providers: { [provider.name]: settings },
      })
      t.after(() => started.close())
      const tab = await started.person('Ada Example').open('/')
      return { started, tab, server: started.provider }
    }

    test('PF-06 TK-09 connects, calls, renews, disconnects and connects again', async (t) => {
      const ends = renewal === 'by its end' ? { expiresIn: 3_600 } : {}
      const { started, tab, server } = await start(t, ends)
      await tab.connect()
      assert.equal(tab.heading, 'Hello Ada Example')
      assert.match(tab.text, new RegExp(`subject ${subject}(\\s|$)`))
      const has = /scope (.*?) end/.exec(tab.text)?.[1]?.split(' ') ?? []
      for (const name of granted?.split(' ') ?? [...scope, ...(provider.alwaysScope ?? [])]) {
        assert.ok(has.includes(name), `${name} in ${has.join(' ')}`)
      }
      const [{ query } = assert.fail()] = server.requests
      assert.equal(query.has('code_challenge'), expected.pkce !== false)
      await tab.press('Call')
      assert.match(tab.text, /status 200, Ada/)

      const exchanges = server.requests.filter(({ path }) => path.includes('oauth')).length
      if (renewal === 'by its end') started.passTime({ hours: 1 })
      else server.endAccessTokens()
      await tab.press('Call')
      if (renewal === 'by the person') await tab.connect()
      else {
        assert.match(tab.text, /status 200, Ada/)
        assert.ok(server.requests.length > exchanges)
        // Once more, with whatever refresh token the first refresh has left.
        if (renewal === 'by its end') started.passTime({ hours: 1 })
        else server.endAccessTokens()
        await tab.press('Call')
        assert.match(tab.text, /status 200, Ada/)
      }

      const before = server.requests.length
      await tab.press('Leave')
      assert.match(tab.text, new RegExp(`revoked ${revocation !== undefined}`))
      const seen = server.requests.slice(before).map(({ method, path }) => `${method} ${path}`)
      assert.deepEqual(seen, revocation === undefined ? [] : [revocation])

      await tab.go('/')
      await tab.connect()
      assert.equal(tab.heading, 'Hello Ada Example')
    })

    test('CB-07 says so where the person declines, and connects then', async (t) => {
      const { tab } = await start(t, {})
      await tab.connect({ deny: true })
      assert.match(tab.notices.join(), /did not give access/)
      await tab.connect()
      assert.equal(tab.heading, 'Hello Ada Example')
    })

    if (!provider.quirks.scopeOfRegistration) {
      test('TK-09 asks again where the person allows less than was asked', async (t) => {
        const { tab } = await start(t, {})
        await tab.connect({ scope: provider.alwaysScope ?? [] })
        assert.match(tab.notices.join(), /needs more access/)
        await tab.connect()
        assert.equal(tab.heading, 'Hello Ada Example')
      })
    }

    test('CB-03 TK-05 keeps nothing of a wrong code, and connects then', async (t) => {
      const server = await startAuthorizationServer({ provider })
      t.after(() => server.close())
      let isBent = true
      const consent: Consent = async (url, choice) => {
        const back = await server.consent(url, choice)
        if (isBent) back.searchParams.set('code', 'a-code-that-nobody-gave')
        return back
      }
      const client = { clientId: 'test-client', clientSecret: 'test-secret' }
      assert.ok(toOAuthClient(provider, client))
      const started = await startTest(scriptFor(provider, expected), {
        providers: { [provider.name]: { origin: server.origin, ...client, consent } },
      })
      t.after(() => started.close())
      const tab = await started.person('Ada Example').open('/')

      await tab.connect()
      assert.equal(tab.heading, '')
      assert.match(tab.notices.join(), /could not be connected. Please connect again/)
      isBent = false
      await tab.connect()
      assert.equal(tab.heading, 'Hello Ada Example')
    })
  })
}
