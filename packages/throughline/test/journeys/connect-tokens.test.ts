import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import {
  app,
  button,
  cached,
  connect,
  sessionState,
  text,
  textInput,
  userRecord,
  type Connection,
} from '../../src/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { App } from '../../src/script/app.ts'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../../src/testing/authorization-server.ts'
import { TAB_COOKIE } from '../../src/protocol/fields.ts'
import { ACCOUNT, arrive, connectInTab, rowsOf, startStage, type Stage } from './consent.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'

/** An app that asks the API for whatever path is typed, so many times at once as asked. */
function fetchingApp(provider: Provider): App {
  const state = sessionState({ held: {} })
  return app({
    title: 'Fetching',
    providers: [provider],
    pages: {
      '/': async () => {
        const path = textInput('Path', { value: '/me' })
        const times = Number(textInput('Times', { value: '1' }))
        button('Look')
        const connection = await connect({ provider, scope: ['read'] })
        text(
          `Connected ${String(connection)} ${inspect(connection, { depth: 9, showHidden: true })}`,
        )
        text(JSON.stringify(connection))
        if (button('Hold')) state.held = connection
        if (!button('Fetch')) return
        const answers = await Promise.allSettled(
          Array.from({ length: times }, () => connection.fetch(path)),
        )
        const told = answers.map((answer) =>
          answer.status === 'fulfilled'
            ? String(answer.value.status)
            : ((answer.reason as { code?: string }).code ?? 'failed'),
        )
        text(`Answers ${[...new Set(told)].join(',')} x${told.length}`)
        const rejected = answers.find((answer) => answer.status === 'rejected')
        if (rejected !== undefined) throw rejected.reason
      },
    },
  })
}

async function fetchPath(tab: DocumentTab, path: string, times = 1): Promise<void> {
  tab.set('text-input:Path', path)
  tab.set('text-input:Times', String(times))
  await tab.press('button:Fetch')
}

async function connected(stage: Stage): Promise<DocumentTab> {
  const tab = await new Person(stage.program.fetch).open('/')
  await tab.press('button:Look')
  await connectInTab(tab)
  assert.match(tab.text, /Connected/)
  return tab
}

function refreshes({ requestsTo }: TestAuthorizationServer): number {
  return requestsTo('/token').filter(({ form }) => form.get('grant_type') === 'refresh_token')
    .length
}

/** An app whose script keeps a connection where everybody's runs find it. */
function forgetfulApp(provider: Provider): App {
  let kept: Connection | undefined
  const own = cached(async (connection: Connection) => (await connection.fetch('/me')).status, {
    name: 'own',
  })
  const uses: Record<string, () => Promise<unknown>> = {
    fetch: async () => (await kept?.fetch('/me'))?.status,
    record: async () => userRecord(kept as Connection, { note: '' }),
    cached: async () => own(kept as Connection),
    disconnect: async () => kept?.disconnect(),
    switch: async () => kept?.switchAccount(),
  }
  return app({
    title: 'Forgetful',
    providers: [provider],
    pages: {
      '/': async () => {
        button('Look')
        kept = await connect({ provider, scope: ['read'] })
        text('Connected')
      },
      '/use': async () => {
        for (const [name, use] of Object.entries(uses)) {
          if (!button(name)) continue
          try {
            text(`${name}: ${JSON.stringify(await use())}`)
          } catch (error) {
            text(`${name}: ${(error as { code?: string }).code ?? 'signal'}`)
          }
        }
      },
    },
  })
}

/** A server that no token may reach; it keeps what arrives. */
async function startCanary(t: TestContext) {
  const seen: string[] = []
  const server = createServer((incoming, outgoing) => {
    seen.push(JSON.stringify([incoming.url, incoming.headers]))
    outgoing.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

describe('where a token goes', () => {
  test('TU-01: to the API’s origins and nowhere else, whatever path a script or an answer names', async (t) => {
    const stage = await startStage(t, { app: fetchingApp })
    const { server } = stage
    const canary = await startCanary(t)
    const tab = await connected(stage)
    const host = new URL(canary.origin).host
    for (const path of [
      canary.origin,
      `${canary.origin}/me`,
      `//${host}/me`,
      `http:${host}`,
      `${server.origin}@${host}/`,
      `http://user:word@${new URL(server.origin).host}/me`,
      `${server.origin}.evil.example/`,
      'javascript:alert(1)',
      'data:application/json,{}',
      'file:///etc/passwd',
      'me',
      '',
      'https://127.0.0.1/',
    ]) {
      const before = server.requests.length
      await fetchPath(tab, path)
      assert.match(tab.text, /Answers providers\.origin-refused x1/, path)
      assert.equal(server.requests.length, before, path)
    }
    for (const path of [`/\\${host}/me`, `/../${host}`, `/%2f%2f${host}`, '/@evil.example']) {
      await fetchPath(tab, path)
      assert.equal(server.requests.at(-1)?.headers.host, new URL(server.origin).host)
    }
    for (const path of ['/me', '/me?page=2', `${server.origin}/me`]) {
      await fetchPath(tab, path)
      assert.match(tab.text, /Answers 200/)
      const request = server.requests.at(-1)
      assert.match(request?.headers.authorization ?? '', /^Bearer access-[0-9a-f]{32}$/)
      assert.doesNotMatch(JSON.stringify([...(request?.query ?? [])]), /access-/)
    }
    assert.deepEqual(canary.seen, [])
  })

  test('TU-01: a redirect of the API to another origin arrives there without the token', async (t) => {
    const stage = await startStage(t, { app: fetchingApp })
    const canary = await startCanary(t)
    const tab = await connected(stage)
    for (const status of [301, 302, 303, 307, 308]) {
      stage.server.next({ path: '/me', status, redirectTo: `${canary.origin}/stolen` })
      await fetchPath(tab, '/me')
    }
    assert.equal(canary.seen.length, 5)
    assert.doesNotMatch(canary.seen.join('\n'), /access-|authorization|Bearer/i)
    stage.server.next({ path: '/first', isPlain: true, status: 302, redirectTo: '/me' })
    await fetchPath(tab, '/first')
    assert.match(stage.server.requests.at(-1)?.headers.authorization ?? '', /^Bearer access-/)
  })

  test('TU-01: a 401 of whoever the API redirects to does not end the access, and one of the API does', async (t) => {
    const stage = await startStage(t, { app: fetchingApp })
    const canary = await startAuthorizationServer()
    t.after(() => canary.close())
    const tab = await connected(stage)
    const statusOf = () => rowsOf(stage.program, 'token_sets')[0]?.['status']
    for (const headers of [{}, { 'www-authenticate': 'Bearer error="invalid_token"' }]) {
      canary.next({ path: '/theirs', isPlain: true, status: 401, headers })
      stage.server.next({ path: '/me', redirectTo: `${canary.origin}/theirs` })
      await fetchPath(tab, '/me')
      assert.match(tab.text, /Answers 401/)
      assert.equal(statusOf(), 'good')
    }
    // Back to the API, by then without the token.
    canary.next({ path: '/theirs', isPlain: true, redirectTo: `${stage.server.origin}/bare` })
    stage.server.next({ path: '/bare', isPlain: true, status: 401 })
    stage.server.next({ path: '/me', redirectTo: `${canary.origin}/theirs` })
    await fetchPath(tab, '/me')
    assert.match(tab.text, /Answers 401/)
    assert.equal(statusOf(), 'good')

    stage.server.endAccessTokens()
    stage.server.next({ path: '/first', isPlain: true, redirectTo: '/me' })
    await fetchPath(tab, '/first')
    assert.equal(statusOf(), 'needs-reconnect')
  })

  test('TU-02: a connection shows no token however it is printed, and is not kept as data (CVE-2026-70478)', async (t) => {
    const stage = await startStage(t, { app: fetchingApp })
    const tab = await connected(stage)
    assert.match(tab.text, /Connection \{ acme, Ada Example, scope: read \}/)
    assert.match(tab.text, /"provider":"acme","account":\{"subject":"\/users\/1"/)
    await tab.press('button:Hold')
    assert.match(JSON.stringify(stage.program.log), /base\.value-not-plain/)
    assert.deepEqual(
      rowsOf(stage.program, 'session_state').filter(({ name }) => name === 'state:held'),
      [],
    )
    const token = stage.server.requestsTo('/me')[0]?.headers.authorization?.slice('Bearer '.length)
    assert.ok(token !== undefined && token.length > 20)
    assert.ok(!tab.html.includes(token))
    assert.ok(!inspect(stage.program.log, { depth: 20 }).includes(token))
  })

  test('TU-03: in its own session alone, wherever a script has kept the connection', async (t) => {
    const stage = await startStage(t, { app: forgetfulApp })
    const own = await connected(stage)
    await own.go('/use')
    await own.press('button:fetch')
    assert.match(own.text, /fetch: 200/)
    const calls = stage.server.requestsTo('/me').length

    const stranger = await new Person(stage.program.fetch).open('/use')
    for (const name of ['fetch', 'record', 'cached', 'disconnect', 'switch']) {
      await stranger.press(`button:${name}`)
      assert.match(stranger.text, new RegExp(`${name}: connect\\.foreign-connection`))
    }
    assert.equal(stage.server.requestsTo('/me').length, calls)
    await own.press('button:fetch')
    assert.match(own.text, /fetch: 200/)
  })
})

describe('a token that ends', () => {
  test('RF-02: 16 callers at once make one refresh request, and all get their answer', async (t) => {
    const stage = await startStage(t, { app: fetchingApp, server: { expiresIn: 600 } })
    const tab = await connected(stage)
    const generation = () => Number(rowsOf(stage.program, 'token_sets')[0]?.['generation'])
    const first = generation()
    for (let expiry = 1; expiry <= 3; expiry += 1) {
      stage.program.advance(600_000)
      await fetchPath(tab, '/me', 16)
      assert.match(tab.text, /Answers 200 x16/)
      assert.equal(refreshes(stage.server), expiry)
    }
    await fetchPath(tab, '/me', 16)
    assert.equal(refreshes(stage.server), 3)
    assert.equal(generation() - first, 3)
  })

  test('RF-02 RF-03: on two nodes too, with a provider that is slow', async (t) => {
    const stage = await startStage(t, { app: fetchingApp, server: { expiresIn: 600 } })
    const other = stage.program.another(stage.app)
    const one = await connected(stage)
    const two = await connected({ ...stage, program: other })
    stage.program.advance(600_000)
    stage.server.next({ delayMilliseconds: 400 })
    await Promise.all([fetchPath(one, '/me', 16), fetchPath(two, '/me', 16)])
    for (const tab of [one, two]) assert.match(tab.text, /Answers 200 x16/)
    assert.equal(refreshes(stage.server), 1)
  })

  test('RF-06: a token that the API refuses is refreshed once for all who were refused', async (t) => {
    const stage = await startStage(t, { app: fetchingApp, server: { expiresIn: 600 } })
    const tab = await connected(stage)
    stage.server.endAccessTokens()
    await fetchPath(tab, '/me', 16)
    assert.match(tab.text, /Answers 200 x16/)
    assert.equal(refreshes(stage.server), 1)
    stage.server.next({ path: '/me', isPlain: true, status: 403 })
    await fetchPath(tab, '/me')
    assert.match(tab.text, /Answers 403/)
    assert.equal(refreshes(stage.server), 1)
  })

  test('RF-05 RF-08: a provider that is down is not asked again and again, and the grant stays', async (t) => {
    const stage = await startStage(t, { app: fetchingApp, server: { expiresIn: 600 } })
    const tab = await connected(stage)
    stage.program.advance(550_000)
    stage.server.next({ isPlain: true, status: 503 })
    await fetchPath(tab, '/me', 16)
    // Within the margin the old token still works.
    assert.match(tab.text, /Answers 200 x16/)
    assert.equal(refreshes(stage.server), 1)
    stage.program.advance(100_000)
    stage.server.next({ isPlain: true, status: 503 })
    await fetchPath(tab, '/me', 16)
    assert.match(tab.text, /Answers connect\.unreachable x16/)
    assert.equal(refreshes(stage.server), 2)
    await fetchPath(tab, '/me', 16)
    assert.match(tab.text, /Answers 200 x16/)
    assert.equal(refreshes(stage.server), 3)
  })

  test('RV-02: disconnecting while a refresh is under way leaves no token set behind', async (t) => {
    const stage = await startStage(t, { app: fetchingApp, server: { expiresIn: 600 } })
    const tab = await connected(stage)
    stage.program.advance(600_000)
    stage.server.next({ delayMilliseconds: 150 })
    const fetching = fetchPath(tab, '/me')
    while (refreshes(stage.server) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const { users, sessions } = stage.program.handler.program.connect
    const [row] = rowsOf(stage.program, 'connections')
    const key = {
      provider: 'acme',
      clientId: String(row?.['client_id']),
      subjectIndex: String(row?.['subject_index']),
    }
    const { generation } = (await users.loadTokenSet(key)) ?? assert.fail()
    await users.forgetTokenSet(key, generation)
    await sessions.forgetAccount(key.provider, key.clientId, key.subjectIndex)
    await fetching
    assert.deepEqual(rowsOf(stage.program, 'token_sets'), [])
    assert.equal(stage.server.requestsTo('/me').length, 1)
    await tab.go('/')
    assert.match(tab.html, /connect-button:acme/)
  })

  test('RV-02: what a refresh brings after its account was disconnected is ended at the provider too', async (t) => {
    const brought: unknown[] = []
    const spy: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      if (String(input).endsWith('/token')) brought.push(await answer.clone().json())
      return answer
    }
    const { server, program } = await startStage(t, { server: { expiresIn: 600 }, fetch: spy })
    const tab = await arrive(program)
    await connectInTab(tab)
    tab.person.jar.delete(TAB_COOKIE)
    const other = await tab.person.open(ACCOUNT)
    program.advance(600_000)
    server.next({ delayMilliseconds: 150 })
    const fetching = tab.press('button:Fetch')
    while (refreshes(server) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await other.press('button:Disconnect')
    assert.match(other.text, /Disconnected/)
    await fetching

    const ended = server.requestsTo('/revoke').map(({ form }) => form.get('token'))
    const tokens = brought.flatMap((one) => {
      const { refresh_token, access_token } = one as Readonly<Record<string, unknown>>
      return [refresh_token, access_token]
    })
    assert.equal(tokens.length, 4)
    assert.deepEqual(ended, tokens)
    assert.deepEqual(rowsOf(program, 'revocations'), [])
  })
})
