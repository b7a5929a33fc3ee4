import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { Person } from '../../src/testing/person.ts'
import { createSigningKey } from '../../src/testing/signed-token.ts'
import { consent, exchanges, leave, rowsOf, withParameters } from './consent.ts'
import { arriveAt, registered, signInWith, startSignIn } from './openid-person.ts'

const PATH = '/.well-known/openid-configuration'

describe('signing in by an issuer alone', () => {
  test('ID-01 ID-04: the person is asked for openid, comes back, and is known by claims', async (t) => {
    const { server, program } = await startSignIn(t)
    const tab = await arriveAt(program)
    const url = await leave(tab)
    assert.equal(url.searchParams.get('scope'), 'openid email profile')
    assert.match(url.searchParams.get('nonce') ?? '', /^[A-Za-z0-9_-]{43}$/)

    await tab.go(await consent(url))
    assert.match(tab.text, /Signed in as Ada Example \(account-1\)/)
    assert.match(tab.text, /"email":"ada@films\.example","email_verified":true/)
    assert.match(tab.text, /"picture":"https:\/\/films\.example\/ada\.png"/)
    assert.match(tab.text, /New true/)
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
    await tab.press('button:Disconnect')
    assert.match(tab.text, /Revoked true/)
    assert.equal(server.requestsTo(PATH).length, 1)
  })

  test('MX-11: who comes from another browser is the same by subject, not by address (GHSA-g38m-r43w-p2q7)', async (t) => {
    const people = [
      { sub: 'account-2', name: 'Eve', email: 'ada@films.example', email_verified: true },
    ]
    const { server, program } = await startSignIn(t, { people })
    await signInWith(await arriveAt(program))

    const again = await arriveAt(program)
    await signInWith(again)
    assert.match(again.text, /account-1.*New false/s)
    const other = await arriveAt(program)
    const back = await server.consent(await leave(other), { as: 'Eve' })
    await other.go(back.pathname + back.search)
    assert.match(other.text, /account-2.*New true/s)
  })

  test('MX-11: subjects that no UTF-8 tells apart sign nobody in', async (t) => {
    const { server, program } = await startSignIn(t)
    for (const sub of ['\ud800', '\udbff']) {
      const tab = await arriveAt(program)
      server.nextIdToken({ claims: { sub } })
      server.next({ path: '/userinfo', status: 403 })
      await signInWith(tab)
      assert.match(tab.text, /Acme could not be connected/)
    }
    assert.deepEqual([...rowsOf(program, 'token_sets'), ...rowsOf(program, 'users')], [])
  })

  test('ID-10: claims are shown as text, whatever they hold', async (t) => {
    const name = '<img src=x onerror=alert(1)>'
    const account = { sub: 'account-1', name, picture: 'javascript:alert(1)', email: '<b>@x' }
    const { program } = await startSignIn(t, { account })
    const tab = await arriveAt(program)
    await signInWith(tab)

    assert.ok(tab.text.includes(`Signed in as ${name}`))
    assert.doesNotMatch(tab.html, /<img src=x|<b>@x/)
    assert.doesNotMatch(tab.html, /javascript:/)
  })

  const stranger = createSigningKey('RS256', 'key-1')
  for (const [what, bent, reason] of [
    ['signed by a stranger', { key: stranger }, /signature is not that of the issuer/],
    ['for another program', { claims: { aud: 'other' } }, /"aud" is not this program/],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }, /"iss" is another issuer/],
    ['for another request', { claims: { nonce: 'other' } }, /"nonce" is not that/],
    ['that is over', { claims: { exp: 1 } }, /"exp" is over/],
    ['for another access token', { claims: { at_hash: 'other' } }, /"at_hash" belongs/],
    ['with crit', { header: { crit: ['x'] } }, /its header has "crit"/],
  ] as const) {
    test(`ID-02 ID-03 ID-05: an ID token ${what} connects nobody, and the next one does`, async (t) => {
      const { server, program } = await startSignIn(t)
      const tab = await arriveAt(program)
      server.nextIdToken(bent)
      await signInWith(tab)

      assert.match(tab.text, /Acme could not be connected\. Please connect again/)
      assert.deepEqual(rowsOf(program, 'connections'), [])
      assert.deepEqual(rowsOf(program, 'token_sets'), [])
      assert.match(String(program.log[0]?.error), reason)
      await signInWith(tab)
      assert.match(tab.text, /Signed in as Ada Example/)
    })
  }

  test('ID-06: another account’s UserInfo connects nobody', async (t) => {
    const { server, program } = await startSignIn(t)
    const tab = await arriveAt(program)
    server.next({ path: '/userinfo', members: { sub: 'account-2' } })
    await signInWith(tab)

    assert.match(tab.text, /Acme could not be connected/)
    assert.deepEqual(rowsOf(program, 'token_sets'), [])
    await signInWith(tab)
    assert.match(tab.text, /Signed in as Ada Example/)
  })

  test('MD-03: a key that is new at the issuer is found', async (t) => {
    const { server, program } = await startSignIn(t)
    await signInWith(await arriveAt(program))
    server.rotateKeys()
    program.advance(60_000)

    const tab = await arriveAt(program)
    await signInWith(tab)
    assert.match(tab.text, /Signed in as Ada Example/)
    assert.equal(server.requestsTo('/jwks').length, 2)
  })

  test('CB-06: where the metadata promises iss, no answer without it is believed, not even a refusal', async (t) => {
    const { server, program } = await startSignIn(t, { iss: true })
    const tab = await arriveAt(program)
    const back = await consent(await leave(tab))
    for (const changes of [
      { iss: 'https://evil.example' },
      { iss: undefined },
      { iss: `${server.metadata.issuer}/`, code: undefined, error: 'access_denied' },
    ]) {
      const other = await arriveAt(program)
      await other.go(withParameters(await consent(await leave(other)), changes))
      assert.match(other.text, /could not be connected/)
      assert.doesNotMatch(other.text, /did not give access/)
      assert.match(String(program.log.at(-1)?.error), /unexpected server/)
    }
    assert.equal(exchanges(server), 0)
    await tab.go(back)
    assert.match(tab.text, /Signed in as Ada Example/)
  })

  test('LG-01 ID-04: no ID token and no nonce is in a log, a page or a row', async (t) => {
    const { server, program } = await startSignIn(t)
    const tab = await arriveAt(program)
    const url = await leave(tab)
    const nonce = url.searchParams.get('nonce') ?? assert.fail()
    const bent = { claims: { aud: 'other' } }
    server.nextIdToken(bent)
    await tab.go(await consent(url))
    await signInWith(tab)

    const tables = ['pending_authorizations', 'connections', 'token_sets', 'session_state']
    const kept = tables.map((table) => JSON.stringify(rowsOf(program, table))).join('')
    assert.ok(kept.length > 500)
    for (const text of [kept, tab.html, inspect(program.log, { depth: 20 })]) {
      assert.ok(!text.includes(nonce))
      assert.doesNotMatch(text, /eyJ[A-Za-z0-9_-]{10,}\./)
      assert.doesNotMatch(text, /"account-1"/)
    }
  })
})

describe('metadata that changes or fails', () => {
  test('MX-01: the code goes where the metadata said at departure, on a node that knows nothing yet', async (t) => {
    const stage = await startSignIn(t)
    const { server, record } = stage
    const tab = await arriveAt(stage.program)
    const back = await consent(await leave(tab))
    server.next({ path: PATH, members: { token_endpoint: `${server.origin}/elsewhere` } })
    const later = stage.program.another(stage.app, { registrations: [registered(record)] })
    const person = new Person(later.fetch)
    for (const [cookie, value] of tab.person.jar) person.jar.set(cookie, value)

    assert.match((await person.open(back)).text, /Signed in as Ada Example/)
    assert.equal(server.requestsTo('/elsewhere').length, 0)
    assert.equal(exchanges(server), 1)
  })

  test('MX-01: a flow ends where the record names another issuer by now', async (t) => {
    const stage = await startSignIn(t)
    const tab = await arriveAt(stage.program)
    const back = await consent(await leave(tab))
    const moved = { ...stage.record, authorizationServer: { issuer: 'https://other.example' } }
    const later = stage.program.another(stage.app, { registrations: [registered(moved)] })
    const person = new Person(later.fetch)
    for (const [cookie, value] of tab.person.jar) person.jar.set(cookie, value)

    assert.match((await person.open(back)).text, /could not be connected/)
    assert.equal(exchanges(stage.server), 0)
    assert.match(String(later.log[0]?.error), /registration with Acme was changed/)
  })

  test('MD-03: an issuer that is away is said so, and the next press leaves', async (t) => {
    const { server, program } = await startSignIn(t)
    const tab = await arriveAt(program)
    server.next({ path: PATH, status: 503 })

    await tab.press('connect-button:acme')
    assert.match(tab.text, /Acme cannot be reached just now\. Nothing was lost/)
    await tab.go('/')
    await signInWith(tab)
    assert.match(tab.text, /Signed in as Ada Example/)
  })

  test('MX-08 SS-02: metadata of another issuer, or that leads elsewhere, sends nobody anywhere', async (t) => {
    const { server, program } = await startSignIn(t)
    const tab = await arriveAt(program)
    for (const members of [
      { issuer: 'https://evil.example' },
      { authorization_endpoint: 'https://evil.example/authorize' },
      { token_endpoint: 'https://10.0.0.1/token' },
    ]) {
      server.next({ path: PATH, members })
      await tab.press('connect-button:acme')
      assert.doesNotMatch(tab.html, /http-equiv="refresh"|evil\.example/)
      assert.match(inspect(program.log.at(-1)?.error), /oauth\.(metadata-invalid|endpoint-foreign)/)
      await tab.go('/')
    }
    assert.deepEqual(rowsOf(program, 'pending_authorizations'), [])
    await signInWith(tab)
    assert.match(tab.text, /Signed in as Ada Example/)
  })
})

describe('an ID token that comes with a refresh', () => {
  test('ID-07: one of the same account changes nothing; of another, the person connects again', async (t) => {
    const { server, program } = await startSignIn(t, { expiresIn: 600 })
    const tab = await arriveAt(program)
    await signInWith(tab)
    program.advance(600_000)
    server.nextIdToken({ claims: { email: 'new@films.example' } })
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
    assert.match(tab.text, /ada@films\.example/)

    program.advance(600_000)
    server.nextIdToken({ claims: { sub: 'account-2', email: 'eve@films.example' } })
    await tab.press('button:Fetch')
    await tab.go('/')
    assert.match(tab.text, /no longer accepts this program's access.*connect again/s)
    assert.doesNotMatch(tab.text, /account-2|eve@/)
    await signInWith(tab)
    assert.match(tab.text, /Signed in as Ada Example \(account-1\)/)
  })
})
