import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { SECURITY_EVENTS } from '../../src/connect/security-event.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { Person } from '../../src/testing/person.ts'
import { ACCOUNT, arrive, connectInTab, consent, leave, startStage } from './consent.ts'
import { withParameters, type Stage, type StageOptions } from './consent.ts'
import { startProcesses } from './node-process.ts'

/** A stage, and what has happened there since it was last asked: names with reasons. */
async function start(t: TestContext, options: StageOptions = {}) {
  const stage = await startStage(t, options)
  const tab = await arrive(stage.program)
  return { ...stage, tab, happened: () => happened(stage) }
}

function happened({ program: { events } }: Stage): string[] {
  return events
    .splice(0)
    .map(({ event, reason }) => (reason === undefined ? event : `${event} ${reason}`))
}

describe('what an operator can follow', () => {
  test('LG-04: a connection, its refresh, its end at the provider and here, and signing out', async (t) => {
    const { server, program, tab, happened } = await start(t, { server: { expiresIn: 600 } })
    await connectInTab(tab)
    assert.deepEqual(happened(), ['connection.started', 'connection.finished'])

    program.advance(600_000)
    await tab.press('button:Fetch')
    assert.deepEqual(happened(), ['grant.refreshed'])
    program.advance(570_000)
    server.next({ status: 500, isPlain: true })
    await tab.press('button:Fetch')
    assert.deepEqual(happened(), ['grant.refresh-failed'])
    await tab.press('button:Disconnect')
    assert.deepEqual(happened(), ['grant.disconnected', 'grant.revoked'])

    await tab.go(ACCOUNT)
    await connectInTab(tab)
    server.endGrants()
    program.advance(600_000)
    await tab.press('button:Fetch')
    assert.deepEqual(happened(), ['connection.started', 'connection.finished', 'grant.ended'])
    await tab.press('button:Sign%20out')
    assert.deepEqual(happened(), ['session.ended'])
  })

  test('LG-04: each reason for which nothing was connected', async (t) => {
    const { program, tab, happened } = await start(t)
    const attempt = async (changes: Parameters<typeof withParameters>[1]) => {
      const back = await consent(await leave(tab))
      await tab.go(withParameters(back, changes))
      await tab.go(ACCOUNT)
      return happened().slice(1)
    }
    assert.deepEqual(await attempt({ code: undefined, error: 'access_denied' }), [
      'connection.failed declined',
    ])
    assert.deepEqual(await attempt({ code: undefined, error: 'server_error' }), [
      'connection.failed oauth.authorization-refused',
    ])
    assert.deepEqual(await attempt({ code: 'of-nobody' }), [
      'connection.failed oauth.code-rejected',
    ])
    assert.deepEqual(await attempt({ state: 'short' }), ['connection.refused malformed'])
    assert.deepEqual(await attempt({ state: 'a'.repeat(43) }), ['connection.refused unknown'])

    const back = await consent(await leave(tab))
    await new Person(program.fetch).send(back)
    program.advance(10 * 60_000 + 1)
    await tab.go(back)
    assert.deepEqual(happened(), [
      'connection.started',
      'connection.refused other-browser',
      'connection.failed expired',
    ])
  })

  test('LG-04: a provider that does not confirm an end, and people who are too many', async (t) => {
    const limits = { departures: { atOnce: 1, perSecond: 0 } }
    const { server, tab, happened } = await start(t, { limits })
    await connectInTab(tab)
    server.next({ path: '/revoke', status: 503, isPlain: true })
    await tab.press('button:Disconnect')
    assert.deepEqual(happened().slice(2), ['grant.disconnected', 'grant.revocation-open'])
    await tab.go(ACCOUNT)
    await tab.press('connect-button:acme')
    assert.deepEqual(happened(), ['connection.limited'])
  })

  test('LG-04: events of one session and account belong together, by ids that are no secret', async (t) => {
    const { program, tab } = await start(t)
    await connectInTab(tab)
    await tab.press('button:Disconnect')
    const other = await arrive(program)
    await connectInTab(other)
    const { events } = program
    const [mine, , , , theirs] = events
    assert.equal(events.length, 6)
    assert.ok(mine?.session !== undefined && mine.session.length === 12)
    assert.deepEqual(
      events.map(({ session = mine.session }) => session === mine.session),
      [true, true, true, true, false, false],
    )
    assert.notEqual(theirs?.session, mine.session)
    const accounts = new Set(events.flatMap(({ account }) => account ?? []))
    assert.equal(accounts.size, 1)
    for (const { event } of events) assert.ok(event in SECURITY_EVENTS)
  })

  test('LG-04: in production they are lines of JSON of level info, without a secret', async (t) => {
    const server = await startAuthorizationServer()
    t.after(() => server.close())
    const env = () => ({
      ACME_CLIENT_ID: 'client',
      ACME_CLIENT_SECRET: 'not a real one',
      ACME_ORIGIN: server.origin,
    })
    const { nodes, origin } = await startProcesses(t, 'tour.ts', { env })
    const [node = assert.fail()] = nodes
    const tab = await new Person(node.fetch, origin).open(ACCOUNT)
    tab.set('text-input:Note', 'n')
    await tab.press()
    await tab.go(await consent(await leave(tab)))
    assert.match(tab.text, /Connected as/)
    await node.stop()

    const lines = node.errors().trim().split('\n')
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const shown = entries.map(({ level, event, provider }) => ({ level, event, provider }))
    assert.deepEqual(shown, [
      { level: 30, event: 'connection.started', provider: 'acme' },
      { level: 30, event: 'connection.finished', provider: 'acme' },
    ])
  })
})
