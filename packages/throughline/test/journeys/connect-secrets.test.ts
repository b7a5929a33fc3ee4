import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { app, button, connect } from '../../src/index.ts'
import { createKeyRing, createSealingKeys } from '../../src/crypto/key-ring.ts'
import type { LogEntry, ProviderRegistration } from '../../src/server/program.ts'
import type { Behaviour } from '../../src/testing/misbehaviour.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { ACCOUNT, accountApp, connectInTab, consent, leave, withParameters } from './consent.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram, type TestProgram } from '../../src/testing/program.ts'
import { providerAt } from '../../src/testing/provider-at.ts'

/** A secret in every form in which it might be written down. */
function formsOf(secret: string | Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret)
  const text = typeof secret === 'string' ? secret : bytes.toString('base64')
  const inner = (encoding: 'base64' | 'base64url') =>
    // Wherever it starts within three bytes, its middle is written alike.
    [0, 1, 2].map((skip) => {
      const encoded = Buffer.concat([Buffer.alloc(skip), bytes]).toString(encoding)
      return encoded.slice(4, encoded.length - 4)
    })
  return [
    text,
    encodeURIComponent(text),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    JSON.stringify(text).slice(1, -1),
    ...inner('base64'),
    ...inner('base64url'),
  ].filter((form) => form.length >= 12)
}

/** Names the secrets that stand in a text, in whatever form. */
function findSecrets(
  text: string,
  secrets: ReadonlyMap<string, string | Uint8Array>,
): readonly string[] {
  return [...secrets]
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name)
}

function printed(value: unknown): string {
  const errors: string[] = []
  for (let error = value; error instanceof Error; error = error.cause) {
    errors.push(String(error), error.stack ?? '', JSON.stringify(error))
  }
  return [
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    JSON.stringify(value) ?? '',
    String(value),
    ...errors,
  ].join('\n')
}

function printedLog(log: readonly LogEntry[]): string {
  return log.flatMap((entry) => [printed(entry), printed(entry.error)]).join('\n')
}

/** Every byte of every file beside the database: the file itself, its log and its shared memory. */
function filesOf(program: TestProgram): readonly (readonly [string, string])[] {
  const folder = dirname(program.databaseFile)
  return readdirSync(folder).map((name) => [
    name,
    readFileSync(join(folder, name)).toString('latin1'),
  ])
}

describe('secrets of a whole journey', () => {
  test('LG-01 LG-02 PK-03 TU-02 CR-01: stand in no answer, no log and no file', async (t) => {
    const secrets = new Map<string, string | Uint8Array>()
    const server = await startAuthorizationServer({ expiresIn: 600 })
    t.after(() => server.close())
    const provider = providerAt(server)
    const clientSecret = randomBytes(24).toString('base64')
    secrets.set('client secret', clientSecret)
    const registration: ProviderRegistration = {
      provider,
      registration: { clientId: 'the-client', clientSecret },
    }
    const [key, macKey] = [randomBytes(32), randomBytes(32)]
    secrets.set('master key', key)
    secrets.set('MAC key', macKey)
    const answers: string[] = []
    const cookies = new Set<string>()
    const program = startProgram(accountApp(provider), {
      registrations: [registration],
      ring: createKeyRing(createSealingKeys([{ id: 'k1', bytes: key }]), macKey),
      development: true,
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        const copy = await response
          .clone()
          .text()
          .catch(() => '')
        for (const [token] of copy.matchAll(/\b(?:access|refresh)-[0-9a-f]{32}\b/g)) {
          secrets.set(`token ${secrets.size}`, token)
        }
        return response
      },
    })
    t.after(() => program.close())

    /** A browser whose every answer is kept; its session cookies and states are noted as secrets. */
    const recorded = (fetchOf: TestProgram) =>
      new Person(async (request: Request) => {
        const response = await fetchOf.fetch(request)
        const headers = [...response.headers].filter(([name]) => name !== 'set-cookie')
        for (const line of response.headers.getSetCookie()) {
          const value = line.slice(line.indexOf('=') + 1, line.indexOf(';'))
          if (line.startsWith('tl-session-3000=')) cookies.add(value)
          else answers.push(line)
        }
        const isStream = response.headers.get('content-type') === 'text/event-stream'
        const body = isStream ? '' : await response.clone().text()
        // A state leaves in the address that the person is sent to, and nowhere else.
        const away = body.replaceAll(/state=[A-Za-z0-9_-]{43}/g, 'state=')
        answers.push(JSON.stringify(headers), away)
        return response
      })

    const tab = await recorded(program).open(ACCOUNT)
    tab.set('text-input:Note', 'the person’s own note')
    await tab.press('button:Keep')
    const attempt = async (behaviour: Behaviour, changes: Parameters<typeof withParameters>[1]) => {
      const url = await leave(tab)
      const back = await consent(url)
      const code = new URL(back, 'http://x').searchParams.get('code') ?? ''
      const state = url.searchParams.get('state') ?? ''
      secrets.set(`code ${secrets.size}`, code)
      secrets.set(`state ${secrets.size}`, state)
      // What a server can echo of a request is scrubbed, in the spellings in which it was sent.
      const form = encodeURIComponent(clientSecret)
      const sent = server.requestsTo('/token').at(-1)?.headers.authorization ?? ''
      const echo = `bad ${code} ${clientSecret} ${form} ${sent}`
      server.next({ ...behaviour, members: { ...behaviour.members, error_description: echo } })
      const said = { error_description: `planted ${state} ${code}`, ...changes }
      await tab.go(withParameters(back, changes['error'] === undefined ? changes : said))
      if (tab.path !== ACCOUNT) await tab.go(ACCOUNT)
    }
    const html = { 'content-type': 'text/html' }
    await attempt({ status: 400, members: { error: 'invalid_grant' } }, {})
    await attempt({ status: 401, members: { error: 'invalid_client' } }, {})
    await attempt({ status: 500 }, {})
    await attempt({ members: { token_type: 'mac' } }, {})
    await attempt({ members: { expires_in: 'soon' } }, {})
    await attempt({ body: '{"access_token": ' }, {})
    await attempt({ headers: html }, {})
    await attempt({ drop: 'before-answer' }, {})
    await attempt({ redirectTo: 'http://127.0.0.1:9/' }, {})
    await attempt({ path: '/me', isPlain: true, status: 500 }, {})
    await attempt({ path: '/none' }, { error: 'server_error' })
    await attempt({ path: '/none' }, { error: 'access_denied', error_description: 'no' })
    await attempt({ path: '/none' }, { iss: 'https://evil.example' })
    await attempt({ path: '/none' }, { code: undefined, error: 'x', state: 'short' })
    await attempt({ path: '/none' }, { code: 'c'.repeat(5_000) })

    await connectInTab(tab)
    const [request] = server.requestsTo('/me').slice(-1)
    assert.match(request?.headers.authorization ?? '', /^Bearer access-/)
    await tab.press('button:Fetch')
    program.advance(600_000)
    await tab.press('button:Fetch')
    assert.match(tab.text, /Answer 200/)
    const live = await tab.person.openLive(ACCOUNT)
    await live.press('button:Fetch')
    server.next({ path: '/me', isPlain: true, status: 401 })
    await live.press('button:Fetch')
    await live.press('button:Disconnect')
    await tab.go(ACCOUNT)
    await connectInTab(tab)
    server.endGrants()
    await tab.press('button:Fetch')
    const stranger = recorded(program)
    await stranger.open(await consent(await leave(tab)))
    await connectInTab(tab)
    await tab.press('button:Keep')

    for (const { form } of server.requestsTo('/token')) {
      for (const name of ['code', 'code_verifier', 'refresh_token', 'client_secret']) {
        const value = form.get(name)
        if (value !== null && value !== 'c'.repeat(5_000))
          secrets.set(`${name} ${secrets.size}`, value)
      }
    }
    const kinds = [...secrets.keys()].map((name) => name.replace(/ \d+$/, ''))
    for (const kind of ['token', 'code', 'state', 'code_verifier', 'refresh_token']) {
      assert.ok(kinds.includes(kind), kind)
    }
    assert.ok(secrets.size > 60 && cookies.size === 4, `${secrets.size} ${cookies.size}`)

    const inAnswers = new Map(secrets)
    const everywhere = new Map<string, string | Uint8Array>(secrets)
    for (const cookie of cookies) {
      const [, unguessable = '', proof = ''] = cookie.split('.')
      everywhere.set(`cookie ${everywhere.size}`, unguessable)
      everywhere.set(`cookie proof ${everywhere.size}`, proof)
      inAnswers.set(`cookie ${inAnswers.size}`, unguessable)
    }
    everywhere.set('what the person wrote', 'the person’s own note')

    // First the scan itself: it finds whatever is planted, in each form, in each sink.
    for (const [name, secret] of everywhere) {
      for (const form of formsOf(secret)) {
        assert.ok(findSecrets(`before ${form} after`, everywhere).includes(name), name)
      }
    }
    const planted = new Map([['planted', `canary-${randomBytes(16).toString('hex')}`]])
    const [canary = ''] = planted.values()
    const error = new Error('outer', {
      cause: Object.assign(new Error('inner'), { body: { canary } }),
    })
    assert.deepEqual(findSecrets(printedLog([{ level: 'warn', message: 'x', error }]), planted), [
      'planted',
    ])
    assert.deepEqual(findSecrets([...answers, `<p>${canary}</p>`].join('\n'), planted), ['planted'])
    assert.deepEqual(findSecrets(answers.join('\n'), planted), [])
    const { sessions, clock } = program.handler.program.identity
    const record = { key: canary, cookieHash: canary, createdAt: clock(), seenAt: clock() }
    await sessions.createSession(record)
    const found = filesOf(program).filter(([, bytes]) => findSecrets(bytes, planted).length > 0)
    assert.ok(found.length > 0)
    assert.ok(filesOf(program).some(([name]) => name.endsWith('-wal')))

    // Then the journey.
    assert.ok(program.log.length >= 12)
    assert.deepEqual(findSecrets(printedLog(program.log), everywhere), [])
    assert.deepEqual(findSecrets(answers.join('\n'), inAnswers), [])
    for (const [name, bytes] of filesOf(program)) {
      assert.deepEqual(findSecrets(bytes, everywhere), [], name)
    }
    assert.ok(answers.length > 100)
  })

  test('LG-02: what a script may catch shows no secret', async (t) => {
    const server = await startAuthorizationServer({ expiresIn: 600 })
    t.after(() => server.close())
    const provider = providerAt(server)
    const thrown: unknown[] = []
    const program = startProgram(
      app({
        title: 'Catching',
        providers: [provider],
        pages: {
          [ACCOUNT]: async () => {
            button('Keep')
            const connection = await connect(provider)
            for (const path of ['/me', 'https://evil.example/']) {
              try {
                await connection.fetch(path)
              } catch (error) {
                thrown.push(error)
              }
            }
          },
        },
      }),
      {
        registrations: [
          { provider, registration: { clientId: 'c', clientSecret: 'planted-client-secret' } },
        ],
      },
    )
    t.after(() => program.close())
    const person = new Person(program.fetch)
    const tab = await person.open(ACCOUNT)
    await tab.press('button:Keep')
    await connectInTab(tab)
    for (const behaviour of [
      { status: 500, isPlain: true },
      {
        status: 400,
        isPlain: true,
        members: { error: 'temporarily_unavailable', error_description: 'access-1' },
      },
      { isPlain: true, body: '[]' },
      { isPlain: true, status: 400, members: { error: 'invalid_grant' } },
    ] as const) {
      program.advance(600_000)
      server.next(behaviour)
      await tab.go(ACCOUNT)
    }
    assert.ok(thrown.length >= 8)
    const refreshTokens = server
      .requestsTo('/token')
      .flatMap(({ form }) => form.get('refresh_token') ?? [])
    const secrets = new Map(refreshTokens.map((token, index) => [`refresh ${index}`, token]))
    for (const { headers } of server.requestsTo('/me')) {
      secrets.set(`access ${secrets.size}`, headers.authorization?.slice(7) ?? '')
    }
    secrets.set('client secret', 'planted-client-secret')
    assert.ok(secrets.size >= 4)
    assert.deepEqual(findSecrets(thrown.map(printed).join('\n'), secrets), [])
    assert.deepEqual(findSecrets(printedLog(program.log), secrets), [])
  })
})
