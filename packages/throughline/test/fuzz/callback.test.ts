import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import { ACCOUNT, arrive, consent, exchanges, leave, startStage } from '../journeys/consent.ts'
import { DEADLINE_MS, runs } from './runs.ts'

/** Stands for the value that the provider gave. */
const GENUINE = Symbol('genuine')

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.base64String({ maxLength: 60 }),
  fc.constantFrom('', '[object Object]', '__proto__', '%00', '\r\nset-cookie: a=b', '../..'),
)
const value = fc.oneof({ weight: 3, arbitrary: fc.constant(GENUINE) }, text)
const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('state', 'code', 'iss', 'error', 'error_description') },
  fc.constantFrom('scope', 'tab', 'state[]', 'STATE', 'tl-popup', '__proto__', 'redirect_uri'),
  text,
)
const query = fc.array(fc.tuple(name, value), { maxLength: 6 })
const GENUINE_QUERY: [string, string | typeof GENUINE][] = [
  ['code', GENUINE],
  ['state', GENUINE],
]
const browser = fc.constantFrom('own', 'own', 'own', 'none', 'other', 'broken')

test(
  'CB-01 MX-07 HB-10: whatever comes back, no answer fails, and only the genuine state in its own browser is exchanged, once (CVE-2022-31093)',
  { timeout: DEADLINE_MS },
  async (t) => {
    const limits = {
      rate: { atOnce: 1e9, perSecond: 1 },
      departures: { atOnce: 1e9, perSecond: 1 },
      departuresOfSession: { atOnce: 1e9, perSecond: 1 },
    }
    const stage = await startStage(t, { limits })
    const { program, server } = stage
    const other = (await arrive(program)).person
    let tab: DocumentTab | undefined
    let back = ''
    const depart = async () => {
      tab ??= await arrive(program)
      back = await consent(await leave(tab))
    }
    await depart()

    await fc.assert(
      fc.asyncProperty(query, browser, async (pairs, who) => {
        const given = new URL(back, program.handler.program.publicUrl)
        const sent = new URLSearchParams()
        for (const [key, one] of pairs) {
          sent.append(key, one === GENUINE ? (given.searchParams.get(key) ?? 'x') : String(one))
        }
        const people = { own: tab?.person, other, none: undefined, broken: undefined }
        const person = people[who] ?? new Person(program.fetch)
        const init = who === 'broken' ? { headers: { cookie: 'tl-session-3000=%; =; ;;' } } : {}
        const before = exchanges(server)
        const answer = await person.send(`${given.pathname}?${sent}`, init)
        const body = await answer.text()

        assert.ok([303, 400, 403].includes(answer.status), String(answer.status))
        assert.ok(body.length < 10_000)
        assert.equal(answer.headers.get('cache-control'), 'no-store')
        assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
        if (answer.status === 303) assert.equal(answer.headers.get('location'), ACCOUNT)

        const states = sent.getAll('state')
        const isGenuine = states.length === 1 && states[0] === given.searchParams.get('state')
        const times = exchanges(server) - before
        assert.ok(times === 0 || (times === 1 && isGenuine && who === 'own'))
        // It used the flow up, whatever came of it; a connected person is done with this page.
        if (!isGenuine || who !== 'own') return
        await tab?.go(ACCOUNT)
        if (tab?.html.includes('connect-button:acme') === false) tab = undefined
        await depart()
      }),
      { ...runs(250), examples: [[GENUINE_QUERY, 'own']] },
    )
    assert.ok(exchanges(server) > 0, 'the genuine one was exchanged')
    assert.deepEqual(
      program.log.filter(({ level }) => level === 'error'),
      [],
    )
  },
)
