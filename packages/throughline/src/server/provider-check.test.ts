import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, text } from '../index.ts'
import { startAuthorizationServer, type Behaviour } from '../testing/authorization-server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { startProgram } from '../testing/program.ts'
import { checkProviders } from './provider-check.ts'

const PATH = '/.well-known/openid-configuration'

async function check(t: TestContext, behaviour?: Behaviour) {
  const server = await startAuthorizationServer({ openId: {} })
  t.after(() => server.close())
  if (behaviour !== undefined) server.next({ path: PATH, ...behaviour })
  const authorizationServer = { issuer: server.origin }
  const provider = { name: 'acme', title: 'Acme', authorizationServer }
  const registration = { clientId: 'the-client', clientSecret: 'not a real one' }
  const registrations = [{ provider, registration }]
  const program = startProgram(
    app(() => text('Hello')),
    { registrations },
  )
  t.after(() => program.close())
  await checkProviders(program.handler.program)
  return { server, program }
}

describe('checkProviders()', () => {
  test('MD-03 MD-04 reads the metadata before anybody comes, and only then', async (t) => {
    const { server, program } = await check(t)

    assert.equal(server.requestsTo(PATH).length, 1)
    await program.handler.program.connect.providers.get('acme')?.authorizationServer()
    assert.equal(server.requestsTo(PATH).length, 1)
    assert.deepEqual(program.log, [])
  })

  for (const [what, members, code] of [
    ['a missing token endpoint', { token_endpoint: undefined }, 'oauth.metadata-invalid'],
    ['another issuer', { issuer: 'https://evil.example' }, 'oauth.metadata-invalid'],
    ['no keys', { jwks_uri: undefined }, 'providers.record-invalid'],
    ['keys elsewhere', { jwks_uri: 'https://evil.example/k' }, 'oauth.endpoint-foreign'],
  ] as const) {
    test(`MD-04 MX-08 SS-02 does not start with ${what}`, async (t) => {
      assert.equal((await failureOf(check(t, { members }))).code, code)
    })
  }

  test('names the variables of a provider that the app brings and nobody has registered', async (t) => {
    const authorizationServer = { issuer: 'https://acme.example' }
    const acme = { name: 'acme-films', title: 'Acme', authorizationServer }
    const open = { ...acme, name: 'open', title: 'Open', clientAuthentication: 'none' } as const
    const program = startProgram(
      app({ title: 'Films', providers: [acme, open], pages: { '/': () => text('Hello') } }),
    )
    t.after(() => program.close())
    await checkProviders(program.handler.program)

    const [first, second, ...more] = program.log
    assert.match(
      first?.message ?? '',
      /^Nobody can connect to Acme yet: set ACME_FILMS_CLIENT_ID and ACME_FILMS_CLIENT_SECRET,/,
    )
    assert.match(second?.message ?? '', /^Nobody can connect to Open yet: set OPEN_CLIENT_ID,/)
    assert.deepEqual(more, [])
  })

  test('MD-03 starts while a provider is away, and tells the operator', async (t) => {
    const { program } = await check(t, { status: 503 })

    assert.match(program.log[0]?.message ?? '', /Acme could not be asked for its endpoints/)
    const registered = program.handler.program.connect.providers.get('acme')
    assert.ok(await registered?.authorizationServer())
  })
})
