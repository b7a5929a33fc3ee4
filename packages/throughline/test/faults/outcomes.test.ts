import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { app, button, connect, text, isThroughlineError } from '../../src/index.ts'
import type { ThroughlineError } from '../../src/base/error.ts'
import { Person } from '../../src/testing/person.ts'
import { connectInTab, startStage } from '../journeys/consent.ts'
import { ASKING, startFaultyProvider, type FaultyProvider } from './asking.ts'
import { ENDPOINTS, FAULT_ROWS, OUTCOMES, type Endpoint } from './outcomes.ts'

const nameOf = ({ status, body, drop }: (typeof FAULT_ROWS)[number]['behaviours'][number]) =>
  `${status ?? ''} ${drop ?? ''} ${typeof body === 'string' ? body : ''}`.trim()

describe('what an answer comes to', () => {
  let provider: FaultyProvider
  before(async () => {
    provider = await startFaultyProvider()
  })
  after(() => provider.close())

  for (const [endpoint, ask] of Object.entries(ASKING)) {
    const column = ENDPOINTS.indexOf(endpoint as Endpoint)
    for (const { answers, behaviours, outcomes } of FAULT_ROWS) {
      const outcome = outcomes[column] ?? assert.fail()
      const [code] = OUTCOMES[outcome]
      test(`PF-02 TK-06: ${endpoint}, ${answers}: ${outcome}`, async () => {
        for (const behaviour of behaviours) {
          provider.behave(behaviour)
          const came = await ask(provider.origin).catch((thrown: unknown) => thrown)
          const found = isThroughlineError(came) ? came.code : came
          assert.equal(found, code ?? outcome, nameOf(behaviour))
          if (isThroughlineError(came)) assertClean(came)
        }
      })
    }
  }
})

describe('what an answer of the API comes to', () => {
  const column = ENDPOINTS.indexOf('API')
  for (const { answers, behaviours, outcomes } of FAULT_ROWS) {
    const outcome = outcomes[column] ?? assert.fail()
    test(`PF-02 RF-06: API, ${answers}: ${outcome}`, async (t) => {
      const { program, server } = await startStage(t, {
        server: { expiresIn: 3600 },
        app: (provider) =>
          app(async () => {
            const connection = await connect({ provider, scope: ['public'] })
            if (!button('Ask')) return
            try {
              const response = await connection.fetch('/films', { redirect: 'manual' })
              const read = await response.text().catch(() => 'broken')
              text(`Answer ${read === 'broken' ? read : response.status}.`)
            } catch (error) {
              text(`Answer ${isThroughlineError(error) ? error.code : String(error)}.`)
            }
          }),
      })
      const tab = await new Person(program.fetch).open('/')
      await connectInTab(tab)
      for (const behaviour of behaviours) {
        const before = server.requests.length
        server.next({ path: '/films', ...behaviour })
        await tab.press('button:Ask')

        const expected = {
          passed: `Answer ${behaviour.status}.`,
          // What the server says to the second request: it has no such page.
          renewed: 'Answer 404.',
          unreachable: 'Answer connect.unreachable.',
          broken: 'Answer broken.',
        }[outcome as string]
        assert.ok(tab.text.includes(expected ?? assert.fail()), `${nameOf(behaviour)}: ${tab.text}`)
        const paths = server.requests.slice(before).map(({ path }) => path)
        assert.deepEqual(paths, outcome === 'renewed' ? ['/films', '/token', '/films'] : ['/films'])
      }
    })
  }
})

describe('the table', () => {
  test('PF-02: has an outcome for each endpoint in each row, and uses each one that it explains', () => {
    const used = new Set(FAULT_ROWS.flatMap(({ outcomes }) => outcomes))

    for (const { outcomes } of FAULT_ROWS) assert.equal(outcomes.length, ENDPOINTS.length)
    assert.deepEqual([...used].toSorted(), Object.keys(OUTCOMES).toSorted())
  })
})

/** Nothing that was sent stands in an error. */
function assertClean(error: ThroughlineError): void {
  assert.doesNotMatch(JSON.stringify([error.message, error.details, error.stack]), /planted/)
}
