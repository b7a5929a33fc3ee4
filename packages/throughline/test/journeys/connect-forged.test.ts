import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  assertNothingHappened,
  assertStillWorks,
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  exchanges,
  leave,
  rowsOf,
  startStage,
  withParameters,
  type StageOptions,
} from './consent.ts'
import { Person } from '../../src/testing/person.ts'

/** Every way in which a provider can be registered here; a check must not depend on it (AT-09). */
const kinds: Readonly<Record<string, StageOptions>> = {
  'own path, secret': {},
  'own path, public client': { provider: { clientAuthentication: 'none' } },
  'first page, secret in the body': {
    redirectPath: '/',
    provider: { clientAuthentication: 'body' },
  },
  'page that was left, iss': { redirectPath: ACCOUNT, server: { iss: true } },
  'own path, a server that ignores PKCE': {
    server: { pkce: 'ignored' },
    provider: { quirks: { pkceUnconfirmed: { reason: 'not documented' } } },
  },
}

/** How another site makes a browser send a GET; only the first carries the Lax cookie. */
const deliveries: Readonly<
  Record<string, { readonly lax: boolean; headers: Record<string, string> }>
> = {
  'top-level link': {
    lax: true,
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  },
  'hidden frame': {
    lax: false,
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' },
  },
  'fetch without CORS': {
    lax: false,
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  },
}

/** Delivers a path to a browser in every way; returns the statuses. */
async function deliver(person: Person, path: string): Promise<number[]> {
  const statuses = []
  for (const { lax, headers } of Object.values(deliveries)) {
    const sent = new Headers(headers)
    if (!lax) sent.set('cookie', '')
    const before = new Map(person.jar)
    statuses.push((await person.send(path, { headers: sent })).status)
    if (!lax) for (const [name, value] of before) person.jar.set(name, value)
  }
  const init = { method: 'POST', headers: { origin: 'https://evil.example' }, body: '' }
  statuses.push((await person.send(path, init)).status)
  return statuses
}

for (const [kind, options] of Object.entries(kinds)) {
  describe(`AT-09 PK-05: an answer that is not the person’s own (${kind})`, () => {
    test('AT-01: a code without a state does nothing (CVE-2026-81888, GHSA-xc49-mgwh-9pjv, CVE-2026-12746)', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      const attackers = await consent(await leave(await arrive(stage.program)))

      const statuses = await deliver(
        victim.person,
        withParameters(attackers, { state: undefined, iss: undefined }),
      )
      // On a page of the app a query without a state is the script's own.
      assert.equal(statuses[0], options.redirectPath === undefined ? 400 : 200)
      await assertNothingHappened(stage)
      await assertStillWorks(victim, back)
    })

    test('AT-02 MX-05: an attacker’s code does nothing, with the attacker’s state (CVE-2025-68481, CVE-2025-14546, CVE-2025-65107)', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      const attacker = await arrive(stage.program)
      const attackers = await consent(await leave(attacker))

      const [first, ...others] = await deliver(victim.person, attackers)
      assert.equal(first, 403)
      assert.ok(others.every((status) => status === 403 || status === 405))
      await assertNothingHappened(stage)
      await assertStillWorks(victim, back)
      await assertStillWorks(attacker, attackers)
    })

    test('AT-03 CB-03: a used state exchanges nothing, and the account stays', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      await assertStillWorks(victim, back)
      const code = new URL(await consent(await leave(await arrive(stage.program))), 'http://x')
      const forged = withParameters(back, { code: code.searchParams.get('code') ?? '' })
      const kept = rowsOf(stage.program, 'connections')

      await deliver(victim.person, forged)
      assert.equal(exchanges(stage.server), 1)
      assert.deepEqual(rowsOf(stage.program, 'connections'), kept)
    })

    test('AT-04 CB-12: an expired state exchanges nothing; the page says so and one press mends it', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      stage.program.advance(10 * 60_000 + 1)

      await victim.go(back)
      assert.match(victim.text, /took too long.*Please connect again/)
      assert.equal(victim.path, ACCOUNT)
      await assertNothingHappened(stage)
      await connectInTab(victim)
      assert.match(victim.text, /Connected as Ada Example/)
    })

    test('AT-06: a state from before signing out does nothing', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      await victim.press('button:Sign%20out')

      await victim.go(back)
      assert.equal(victim.status, 403)
      await assertNothingHappened(stage)
      await victim.go(ACCOUNT)
      await victim.press('button:Keep')
      await connectInTab(victim)
      assert.match(victim.text, /Connected as Ada Example/)
    })

    test('MX-06 MX-07: what an attacker began cannot be finished in another browser, nor burnt there (CVE-2025-68158, CVE-2026-41425)', async (t) => {
      const stage = await startStage(t, options)
      const attacker = await arrive(stage.program)
      const back = await consent(await leave(attacker))
      const victim = await arrive(stage.program)

      const [withSession] = await deliver(victim.person, back)
      assert.equal(withSession, 403)
      const stranger = new Person(stage.program.fetch)
      assert.equal((await stranger.send(back)).status, 403)
      assert.equal(stranger.jar.size, 0)
      await assertNothingHappened(stage)
      await attacker.go(ACCOUNT)
      assert.doesNotMatch(attacker.text, /Connected/)
      await assertStillWorks(attacker, back)
    })

    test('CB-08: an error with another browser’s state cancels nothing', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      const attacker = await arrive(stage.program)

      const cancelled = withParameters(back, { code: undefined, error: 'access_denied' })
      assert.equal((await attacker.person.send(cancelled)).status, 403)
      await assertNothingHappened(stage)
      await assertStillWorks(victim, back)
    })

    // What such a server does not look at, no client can make it look at.
    if (options.server?.pkce === 'ignored') return
    test('PK-06: a code of another flow is refused by the provider and connects nothing', async (t) => {
      const stage = await startStage(t, options)
      const victim = await arrive(stage.program)
      const back = await consent(await leave(victim))
      const stolen = new URL(await consent(await leave(await arrive(stage.program))), 'http://x')

      await victim.go(withParameters(back, { code: stolen.searchParams.get('code') ?? '' }))
      assert.match(victim.text, /Acme could not be connected\. Please connect again/)
      assert.equal(exchanges(stage.server), 1)
      assert.deepEqual(rowsOf(stage.program, 'connections'), [])
      assert.deepEqual(rowsOf(stage.program, 'token_sets'), [])
      await connectInTab(victim)
      assert.match(victim.text, /Connected as Ada Example/)
    })
  })
}
