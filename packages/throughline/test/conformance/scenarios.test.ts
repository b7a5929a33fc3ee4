/*
 * What servers do wrong, by the names of the OpenID conformance suite: each scenario is a whole journey, and each
 * refusal has its twin, in which the same person connects at the same server once it is right again.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test, type TestContext } from 'node:test'
import type { DocumentTab } from '../../src/testing/person.ts'
import { ACCOUNT, leave, rowsOf } from '../journeys/consent.ts'
import { startBentIssuer, type BentIssuer } from './bent-issuer.ts'
import { MODULES } from './modules.ts'
import { NOT_APPLICABLE, UNUSED_REASONS } from './not-applicable.ts'
import { connectAt, startPeerProgram, statusOfFetch, type PeerProgram } from './peer-program.ts'
import type { Expected, Scenario } from './scenario.ts'
import { FAPI_SCENARIOS } from './scenarios-fapi.ts'
import { OPENID_SCENARIOS } from './scenarios-openid.ts'

const SCENARIOS = [...OPENID_SCENARIOS, ...FAPI_SCENARIOS]
const CONNECTED = /Connected as Ada Example/
/** Long enough that an access token is due, and that keys may be asked for again. */
const LATER_MS = 90_000

async function start(t: TestContext): Promise<{ stage: PeerProgram; issuer: BentIssuer }> {
  const clientSecret = randomBytes(32).toString('base64url')
  const issuer = await startBentIssuer(t, clientSecret)
  const stage = await startPeerProgram(t, async () => ({
    registration: { clientId: 'throughline', clientSecret },
    record: {
      name: 'acme',
      title: 'Acme',
      authorizationServer: { issuer: issuer.origin },
      alwaysScope: ['profile'],
    },
  }))
  // What the account page asks the API for.
  issuer.service.addRoute('GET', '/me', (_, response) => void response.end('{}'))
  return { stage, issuer }
}

/** Goes to the provider and comes back, as far as that leads. */
async function attempt(tab: DocumentTab, { visit }: BentIssuer): Promise<void> {
  // Where the metadata cannot be used, nobody is sent away.
  const url = await leave(tab).catch(() => undefined)
  await tab.go(url === undefined ? ACCOUNT : await visit(url))
}

async function goOn(
  onceConnected: Scenario['onceConnected'],
  tab: DocumentTab,
  { program, arrive }: PeerProgram,
  { addKey, visit }: BentIssuer,
): Promise<void> {
  if (onceConnected === undefined) return
  assert.match(tab.text, CONNECTED)
  program.advance(LATER_MS)
  if (onceConnected === 'refresh') {
    await tab.press('button:Fetch')
    return
  }
  await addKey()
  const other = await arrive()
  await connectAt(other, visit)
  assert.match(other.text, CONNECTED)
}

function assertOutcome(expected: Expected, tab: DocumentTab, stage: PeerProgram): void {
  const { program, refusals, exchanges } = stage
  if (expected.outcome === 'succeeds') {
    assert.match(tab.text, expected.shows ?? CONNECTED)
    assert.deepEqual(refusals(), [])
    return
  }
  assert.doesNotMatch(tab.text, /Connected as/)
  if (expected.outcome === 'turned-away') {
    assert.equal(tab.status, expected.status)
    assert.deepEqual(exchanges, [])
  } else {
    assert.deepEqual(refusals(), [expected.code])
    assert.match(String(program.log[0]?.error), expected.about)
  }
  if (expected.outcome === 'asked-again') {
    assert.match(tab.text, /no longer accepts this program's access to your account/)
    return
  }
  assert.deepEqual(rowsOf(program, 'connections'), [])
  assert.deepEqual(rowsOf(program, 'token_sets'), [])
}

describe('what servers do wrong', () => {
  for (const { name, bent, bend, expected, onceConnected, check } of SCENARIOS) {
    test(`${name} (bent: ${bent}) ${outcomeOf(expected)}`, async (t) => {
      const { stage, issuer } = await start(t)
      const tab = await stage.arrive()
      await bend(issuer)
      await attempt(tab, issuer)
      await goOn(onceConnected, tab, stage, issuer)
      assertOutcome(expected, tab, stage)
      check?.(stage, issuer)

      issuer.straighten()
      if (expected.outcome === 'succeeds') {
        assert.equal(await statusOfFetch(tab), '200')
        return
      }
      // Whoever has believed that the issuer names itself goes on to expect it.
      issuer.redirect((parameters) => parameters.set('iss', issuer.origin))
      const twin = expected.outcome === 'turned-away' ? await stage.arrive() : tab
      await connectAt(twin, issuer.visit)
      assert.match(twin.text, CONNECTED)
    })
  }
})

function outcomeOf(expected: Expected): string {
  switch (expected.outcome) {
    case 'succeeds':
      return 'succeeds'
    case 'turned-away':
      return `is turned away with ${expected.status}`
    default:
      return `is refused with ${expected.code} about ${expected.about.source}`
  }
}

describe('the modules of the conformance suite', () => {
  test('have a scenario each, or a reason why they need none', () => {
    const handled = [...SCENARIOS.map(({ name }) => name), ...NOT_APPLICABLE.keys()]
    assert.deepEqual(handled.toSorted(), MODULES.toSorted())
    assert.equal(new Set(MODULES).size, MODULES.length)
    assert.deepEqual(UNUSED_REASONS, [])
  })
})
