/*
 * kill -9 at every step of a refresh, at providers that treat a used refresh token in each way that there is.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { createOAuthClient } from '../../src/oauth/oauth-client.ts'
import { requestTokenSet } from '../../src/oauth/token-request.ts'
import { authorizeAt } from '../../src/testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type AuthorizationServerSettings,
} from '../../src/testing/authorization-server.ts'
import { saveConsent } from '../../src/vault/token-vault.ts'
import {
  openVault,
  type FailPoint,
  type RefreshChildAnswer,
  type RefreshChildOptions,
} from './refresh-child.ts'

const NOW = 1_000_000
const CHILD = join(import.meta.dirname, 'refresh-child.ts')
const doomed = { provider: 'acme', clientId: 'the-client', subjectIndex: 'doomed' }
const other = { ...doomed, subjectIndex: 'other' }

/** Two accounts in the vault, and their server. */
async function start(t: TestContext, rotation: AuthorizationServerSettings['rotation'] & string) {
  const server = await startAuthorizationServer({ expiresIn: 600, rotation })
  t.after(() => server.close())
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const base = {
    databaseFile: join(folder, 'throughline.sqlite'),
    ringKey: randomBytes(32).toString('base64url'),
    server: server.origin,
  }
  const vault = openVault({ ...base, now: NOW })
  const client = createOAuthClient({ clientId: 'the-client', authentication: 'none' })
  for (const key of [doomed, other]) {
    const request = await authorizeAt(server, client)
    const { tokenSet } = await requestTokenSet({ ...request, now: vault.clock })
    await saveConsent(vault, key, tokenSet)
  }
  await vault.users.close()
  await vault.sessions.close()
  const refreshes = () =>
    server.requestsTo('/token').filter(({ form }) => form.get('grant_type') === 'refresh_token')
      .length
  return { base, server, refreshes }
}

function run(options: RefreshChildOptions) {
  const child = spawn(
    process.execPath,
    ['--conditions=throughline-source', CHILD, JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'], timeout: 30_000, killSignal: 'SIGKILL' },
  )
  const ended = Promise.all([text(child.stdout), once(child, 'exit')]).then(
    ([out, [, signal]]) => ({
      signal: signal as string | null,
      answers: out === '' ? [] : (JSON.parse(out) as RefreshChildAnswer[]),
    }),
  )
  return { child, ended }
}

const IN_FLIGHT = 'while the answer is on its way'

for (const rotation of ['none', 'grace', 'strict'] as const) {
  describe(`a refresh at a provider with rotation: ${rotation}`, () => {
    for (const [point, requests, isLost] of [
      ['after notePresented', 1, false],
      [IN_FLIGHT, 2, rotation === 'strict'],
      ['before saveTokenSet', 2, rotation === 'strict'],
      ['after saveTokenSet', 1, false],
      ['before releaseLease', 1, false],
    ] as const) {
      const end = isLost ? 'asks the person to connect again' : 'goes on'
      test(`RF-09 RF-01 D6 D8: killed ${point}, ${end}`, async (t) => {
        const { base, server, refreshes } = await start(t, rotation)
        const due = { ...base, now: NOW + 600_000 }
        if (point === IN_FLIGHT) server.next({ delayMilliseconds: 20_000 })
        const failing: { failAt?: FailPoint } = point === IN_FLIGHT ? {} : { failAt: point }
        const { child, ended } = run({ ...due, accounts: [doomed], ...failing })
        if (point === IN_FLIGHT) {
          while (refreshes() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
          child.kill('SIGKILL')
        }
        assert.equal((await ended).signal, 'SIGKILL')

        // The lease of the dead process has lapsed by then.
        const next = run({ ...due, now: due.now + 16_000, accounts: [doomed, other, doomed] })
        const { answers } = await next.ended
        const fate = isLost ? { refused: 'interrupted' } : { generation: NOW + 1 }
        assert.deepEqual(answers, [fate, { generation: NOW + 1 }, fate])
        assert.equal(refreshes(), requests + 1)
      })
    }
  })
}
