/*
 * Answers that are not the person's own, over every kind of provider, store and place: no option may switch a check
 * off. Each refusal has its twin: the person's own answer connects, after all that was tried.
 */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import type { DocumentTab } from '../../src/testing/person.ts'
import { ACCOUNT, consent, exchanges, leave, withParameters } from './consent.ts'
import {
  arriveAt,
  COMBINATIONS,
  OTHER,
  startForged,
  VALUES,
  wayBack,
  type Combination,
  type ForgedStage,
} from './forged-kinds.ts'

const CONNECTED = /Connected as Ada Example/
const TEN_MINUTES_MS = 10 * 60_000

/** What is tried, by the requirement that says that it does nothing. */
const attacks: Readonly<Record<string, (stage: ForgedStage) => Promise<void>>> = {
  async 'AT-01: an attacker’s code without a state does nothing'(stage) {
    const { victim, attacker } = stage
    const own = await wayBack(stage, victim)
    const forged = withParameters(await wayBack(stage, attacker), { state: undefined })
    assert.equal(await statusOf(victim, forged), 400)
    await assertUntouched(stage)
    await assertConnects(stage, victim, own)
  },

  async 'AT-02: an attacker’s code with the attacker’s own state does nothing'(stage) {
    const { victim, attacker } = stage
    const own = await wayBack(stage, victim)
    const forged = await wayBack(stage, attacker)
    assert.equal(await statusOf(victim, forged), 403)
    await assertUntouched(stage)
    await assertConnects(stage, victim, own)
    await assertConnects(stage, attacker, forged)
  },

  async 'AT-03: an attacker’s code with a used state is not exchanged'(stage) {
    const { server, victim, attacker } = stage
    const own = await wayBack(stage, victim)
    await assertConnects(stage, victim, own)
    await statusOf(victim, withParameters(own, { code: codeOf(await wayBack(stage, attacker)) }))
    assert.equal(exchanges(server), 1)
    await assertShows(victim, CONNECTED)
  },

  async 'AT-04: an attacker’s code with an expired state is not exchanged'(stage) {
    const { program, victim, attacker } = stage
    const own = await wayBack(stage, victim)
    const code = codeOf(await wayBack(stage, attacker))
    program.advance(TEN_MINUTES_MS + 1)
    await statusOf(victim, withParameters(own, { code }))
    await assertUntouched(stage)
    await assertShows(victim, /Connect your Acme account/)
    await assertConnects(stage, victim, await wayBack(stage, victim))
  },

  async 'AT-05: a state of another provider of the same session does nothing'(stage) {
    const { other, victim } = stage
    const own = await wayBack(stage, victim)
    const elsewhere = await victim.person.open(OTHER)
    const theirs = await consent(await leave(elsewhere, 'other'))
    const moved = theirs.replace('/oauth/callback/other', '/oauth/callback/acme')
    assert.notEqual(moved, theirs)
    assert.equal(await statusOf(victim, moved), 403)
    assert.equal(exchanges(other), 0)
    await assertUntouched(stage)
    await assertConnects(stage, victim, own)
  },

  async 'AT-06: a state from before signing out does nothing'(stage) {
    const { victim } = stage
    const own = await wayBack(stage, victim)
    await victim.press('button:Sign%20out')
    assert.equal(await statusOf(victim, own), 403)
    await assertUntouched(stage)
    await victim.go(ACCOUNT)
    await victim.press('button:Keep')
    await assertConnects(stage, victim, await wayBack(stage, victim))
  },

  async 'AT-07: leaving sets no cookie, and nothing of the request passes for the session’s'(
    stage,
  ) {
    const { victim, attacker } = stage
    const before = new Map(victim.person.jar)
    const url = await stage.depart(victim)
    assert.deepEqual(victim.person.jar, before)
    const own = await consent(url)
    const [name = ''] = before.keys()
    for (const parameter of ['state', 'code_challenge', 'nonce']) {
      const value = url.searchParams.get(parameter)
      if (value === null) continue
      const headers = { cookie: `${name}=${value}` }
      assert.equal((await attacker.person.send(own, { headers })).status, 403)
    }
    await assertUntouched(stage)
    await assertConnects(stage, victim, own)
  },

  async 'AT-08: no two departures have a state in common, and no state has what is known of the other'(
    stage,
  ) {
    const urls: URL[] = []
    for (const tab of [stage.victim, stage.attacker, stage.victim, stage.attacker]) {
      urls.push(await stage.depart(tab))
    }
    for (const parameter of ['state', 'code_challenge', 'nonce']) {
      const values = urls.map(({ searchParams }) => searchParams.get(parameter))
      if (parameter === 'nonce' && values[0] === null) continue
      assert.equal(new Set(values).size, urls.length)
      assert.ok(values.every((value) => /^[\w-]{43}$/.test(value ?? '')))
    }
    const guessed = withParameters(await consent(urls[0] as URL), { state: 'A'.repeat(43) })
    assert.equal(await statusOf(stage.victim, guessed), 403)
    await assertUntouched(stage)
    await assertConnects(stage, stage.victim, await consent(urls[2] as URL))
  },

  async 'MX-06: what an attacker began is not finished by whoever is lured to it'(stage) {
    const { victim, attacker, server } = stage
    const began = await wayBack(stage, attacker)
    const own = await wayBack(stage, victim)
    assert.equal(await statusOf(victim, began), 403)
    const stranger = await arriveAt(stage.program)
    assert.equal(await statusOf(stranger, began), 403)
    await assertUntouched(stage)
    await assertConnects(stage, attacker, began)
    await assertShows(victim, /Connect your Acme account/)
    await assertConnects(stage, victim, own)
    assert.equal(exchanges(server), 2)
  },
}

/** Where even the person's own state comes with somebody else's code: PKCE stops it, or the nonce does. */
async function injectCode(stage: ForgedStage): Promise<void> {
  const { victim, attacker, program } = stage
  const own = await wayBack(stage, victim)
  const code = codeOf(await wayBack(stage, attacker))
  await statusOf(victim, withParameters(own, { code }))
  assert.equal(program.log.length, 1)
  await assertShows(victim, /Acme could not be connected/)
  await assertConnects(stage, victim, await wayBack(stage, victim))
}

function codeOf(back: string): string {
  return new URL(back, 'http://x').searchParams.get('code') ?? ''
}

async function statusOf(tab: DocumentTab, path: string): Promise<number> {
  return (await tab.person.send(path)).status
}

async function assertShows(tab: DocumentTab, expected: RegExp): Promise<void> {
  await tab.go(ACCOUNT)
  assert.match(tab.text, expected)
}

/** Nothing was exchanged, and nobody is connected. */
async function assertUntouched({ server, victim, attacker }: ForgedStage): Promise<void> {
  assert.equal(exchanges(server), 0)
  for (const { person } of [victim, attacker]) {
    assert.doesNotMatch((await person.open(ACCOUNT)).text, /Connected/)
  }
}

async function assertConnects(stage: ForgedStage, tab: DocumentTab, back: string): Promise<void> {
  await stage.comeBack(tab, back)
  assert.match(tab.text, CONNECTED)
}

function nameOf({ kind, pkce, place, store }: Combination): string {
  return `${kind}, PKCE ${pkce}, ${place}, ${store}`
}

for (const combination of COMBINATIONS) {
  describe(`AT-09: an answer that is not the person’s own (${nameOf(combination)}; GHSA-wxw3-q3m9-c3jr, CVE-2023-27490)`, () => {
    for (const [name, attack] of Object.entries(attacks)) {
      test(name, async (t: TestContext) => attack(await startForged(t, combination)))
    }
    if (combination.pkce === 'ignored' && combination.kind !== 'OpenID') return
    const [id, what] = combination.pkce === 'checked' ? ['PK-06', 'verifier'] : ['ID-04', 'nonce']
    test(`${id}: an attacker’s code with the person’s own state does not fit the ${what}`, async (t) =>
      injectCode(await startForged(t, combination)))
  })
}

describe('the combinations', () => {
  test('AT-09: any two values of two of them stand together', () => {
    const names = Object.keys(VALUES) as (keyof Combination)[]
    for (const one of names) {
      for (const other of names.slice(names.indexOf(one) + 1)) {
        const pairs = VALUES[one].flatMap((a) => VALUES[other].map((b) => `${a}, ${b}`))
        const present = COMBINATIONS.map((each) => `${each[one]}, ${each[other]}`)
        assert.deepEqual(
          pairs.filter((pair) => !present.includes(pair)),
          [],
        )
      }
    }
  })
})
