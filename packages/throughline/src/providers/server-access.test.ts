import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { completeProvider, type ProviderRecord } from './provider-record.ts'
import { createServerAccess } from './server-access.ts'

const HOUR = 3_600_000
const PATH = '/.well-known/openid-configuration'

let server: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer({ openId: {} })
})
after(() => server.close())

const readings = (path = PATH) => server.requestsTo(path).length

function access(record: Partial<ProviderRecord> = {}, time = { now: 0 }) {
  const authorizationServer = { issuer: server.origin }
  const provider = completeProvider({
    name: 'acme',
    title: 'Acme',
    authorizationServer,
    ...record,
  })
  return { time, ...createServerAccess(provider, fetch, () => time.now, systemRandom) }
}

describe('createServerAccess()', () => {
  test('MD-03 asks an issuer once in a process, and again after an hour', async () => {
    const { time, authorizationServer } = access()
    const before = readings()

    const found = await Promise.all(Array.from({ length: 50 }, () => authorizationServer()))
    assert.deepEqual(new Set(found).size, 1)
    assert.equal(found[0]?.jwks_uri, `${server.origin}/jwks`)
    time.now = HOUR - 1
    await authorizationServer()
    assert.equal(readings(), before + 1)
    time.now = HOUR
    await authorizationServer()
    assert.equal(readings(), before + 2)
  })

  for (const behaviour of [
    { status: 503 },
    { drop: 'before-answer' },
    { body: 'hello' },
    { members: { issuer: 'https://evil.example' } },
    { members: { token_endpoint: 'https://evil.example/token' } },
  ] as const) {
    test(`MD-03 goes on with what it knows where the metadata has become ${JSON.stringify(behaviour)}`, async () => {
      const { time, authorizationServer } = access()
      const good = await authorizationServer()

      time.now = HOUR
      server.next({ path: PATH, ...behaviour })
      assert.deepEqual(await authorizationServer(), good)
      const fresh = access()
      server.next({ path: PATH, ...behaviour })
      await assert.rejects(fresh.authorizationServer(), (thrown) => isThroughlineError(thrown))
      assert.deepEqual(await fresh.authorizationServer(), good)
    })
  }

  test('MX-10 shares neither metadata nor keys between two providers of one issuer', async () => {
    const one = access({ name: 'one' })
    const other = access({ name: 'other' })
    const before = readings()

    const server1 = await one.authorizationServer()
    const server2 = await other.authorizationServer()
    assert.equal(readings(), before + 2)
    const keys = one.keysOf(server1) ?? assert.fail()
    assert.notEqual(other.keysOf(server2), keys)
    assert.equal(one.keysOf(server1), keys)
    const fetches = readings('/jwks')
    await keys.get()
    await other.keysOf(server2)?.get()
    assert.equal(readings('/jwks'), fetches + 2)
  })

  test('asks nobody where the record states its endpoints', async () => {
    const before = server.requests.length
    const { authorizationServer, keysOf } = access({ authorizationServer: server.metadata })

    assert.equal(await authorizationServer(), server.metadata)
    assert.ok(keysOf(server.metadata))
    assert.equal(server.requests.length, before)
  })

  test('MD-04 says where nobody can sign in, unless the record reads the account itself', async () => {
    const keyless = { path: PATH, members: { jwks_uri: undefined } }
    server.next(keyless)
    const failure = await failureOf(access().authorizationServer())
    assert.equal(failure.code, 'providers.record-invalid')
    assert.match(failure.message, /names no "jwks_uri".*Give the record a function "account"/)

    server.next(keyless)
    const account = async () => ({ subject: '1', name: 'Ada', claims: {} })
    const { authorizationServer, keysOf } = access({ account })
    assert.equal(keysOf(await authorizationServer()), undefined)
  })
})
