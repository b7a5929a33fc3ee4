import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { createSealingKeys } from '../crypto/key-ring.ts'
import { Outage } from '../oauth/outage.ts'
import { requestFreshTokenSet, requestTokenSet } from '../oauth/token-request.ts'
import { createTokenSet, type TokenSet } from '../oauth/token-set.ts'
import { createMemorySessionStore } from '../store/memory-sessions.ts'
import { createMemoryUserStore } from '../store/memory-users.ts'
import type { TokenSetRecord } from '../store/user-store.ts'
import { authorizeAt } from '../testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { freshTokenSet, type RefreshGrant, type RefreshOutcome } from './fresh-token-set.ts'
import { loadTokenSet, saveConsent, type OpenedTokenSet, type Vault } from './token-vault.ts'

const key = { provider: 'acme', clientId: 'the-client', subjectIndex: 'index-1' }

let server: TestAuthorizationServer
let time: { now: number }
/** The generation that the person consented to. */
const FIRST = 1_000_000
let vault: Vault
let grant: RefreshGrant
/** What each refresh has come to. */
let told: RefreshOutcome[]
/** What came for an account that was disconnected meanwhile. */
let orphans: TokenSet[]

before(async () => {
  server = await startAuthorizationServer({ expiresIn: 600 })
})
after(() => server.close())
beforeEach(async () => {
  time = { now: FIRST }
  vault = {
    users: createMemoryUserStore(),
    sessions: createMemorySessionStore(),
    ring: createSealingKeys([{ id: 'k1', bytes: randomBytes(32) }]),
    random: systemRandom,
    clock: () => time.now,
    owner: 'one',
    refreshes: new Map(),
    unsaved: new Map(),
  }
  const request = await authorizeAt(server)
  const { tokenSet } = await requestTokenSet({ ...request, now: vault.clock })
  await saveConsent(vault, key, tokenSet)
  const { authorizationServer, client } = request
  told = []
  orphans = []
  grant = {
    title: 'Acme',
    authorizationServer: async () => authorizationServer,
    client,
    fetch,
    outage: new Outage(vault.clock, systemRandom),
    report: (error) => assert.fail(String(error)),
    endOrphan: async (tokenSet) => void orphans.push(tokenSet),
    note: (outcome) => told.push(outcome),
  }
})

function refreshes(): number {
  return server
    .requestsTo('/token')
    .filter(({ form }) => form.get('grant_type') === 'refresh_token').length
}

/** Presents a refresh token behind the vault's back, as a process that was killed has done. */
async function useUp(opened: OpenedTokenSet | undefined): Promise<void> {
  const { tokenSet } = opened ?? assert.fail()
  await requestFreshTokenSet({
    client: grant.client,
    fetch,
    authorizationServer: await grant.authorizationServer(),
    tokenSet,
    now: vault.clock,
  })
}

/** Drops the token set, as a disconnect does. */
async function forget(): Promise<void> {
  const { generation } = (await loadTokenSet(vault, key)) ?? assert.fail()
  assert.equal(await vault.users.forgetTokenSet(key, generation), true)
}

const hasCode = (code: string) => (thrown: unknown) => isThroughlineError(thrown, code)

describe('freshTokenSet()', () => {
  test('RF-06: asks nobody while the token is good, and refreshes a minute before it ends', async () => {
    const before = refreshes()
    time.now += 539_000
    assert.equal((await freshTokenSet(vault, key, grant)).generation, FIRST)
    assert.equal(refreshes(), before)
    time.now += 2_000
    assert.equal((await freshTokenSet(vault, key, grant)).generation, FIRST + 1)
    assert.equal(refreshes(), before + 1)
  })

  test('RF-02: 64 callers in three processes make one request; all get the same generation (GHSA-392p-2q2v-4372)', async () => {
    const before = refreshes()
    const processes = ['one', 'two', 'three'].map((owner): Vault => ({
      ...vault,
      owner,
      refreshes: new Map(),
      unsaved: new Map(),
    }))
    time.now += 600_000
    const fresh = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        freshTokenSet(processes[index % 3] ?? vault, key, grant),
      ),
    )
    assert.equal(refreshes(), before + 1)
    assert.deepEqual(new Set(fresh.map(({ generation }) => generation)), new Set([FIRST + 1]))
    assert.equal(new Set(fresh.map(({ tokenSet }) => tokenSet.accessToken)).size, 1)
    assert.equal(vault.refreshes.size, 0)
  })

  test('RF-05: what came and could not be kept is kept by the next who asks, and not asked for again', async () => {
    const before = refreshes()
    const { users } = vault
    let isAway = true
    const saveTokenSet: typeof users.saveTokenSet = async (record, over) => {
      if (isAway) throw new Error('Nobody may write.')
      return users.saveTokenSet(record, over)
    }
    vault = { ...vault, users: { ...users, saveTokenSet } }
    time.now += 600_000
    for (let times = 0; times < 4; times += 1) {
      await assert.rejects(freshTokenSet(vault, key, grant), /Nobody may write/)
    }
    isAway = false

    assert.equal((await freshTokenSet(vault, key, grant)).generation, FIRST + 1)
    assert.equal(refreshes(), before + 1)
    time.now += 600_000
    assert.equal((await freshTokenSet(vault, key, grant)).generation, FIRST + 2)
  })

  test('RF-03: a provider slower than the lease is asked once, for its holder prolongs it', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const before = refreshes()
    const other: Vault = { ...vault, owner: 'two', refreshes: new Map(), unsaved: new Map() }
    time.now += 600_000
    server.next({ delayMilliseconds: 300 })
    const first = freshTokenSet(vault, key, grant)
    while (refreshes() === before) await new Promise((resolve) => setTimeout(resolve, 5))
    const second = freshTokenSet(other, key, grant)
    for (let seconds = 0; seconds < 35; seconds += 5) {
      time.now += 5_000
      t.mock.timers.tick(5_000)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    assert.equal((await first).generation, FIRST + 1)
    assert.equal((await second).generation, FIRST + 1)
    assert.equal(refreshes(), before + 1)
  })

  test('PF-05: whoever waits for a lease gives up in time, also where the clock is set back meanwhile', async (t) => {
    const name = `refresh/${key.provider}/${key.clientId}/${key.subjectIndex}`
    time.now += 600_000
    assert.ok(await vault.sessions.takeLease(name, 'two', time.now, time.now + 60_000))
    const waiting = freshTokenSet(vault, key, grant)
    await new Promise((resolve) => setTimeout(resolve, 1))
    time.now -= 600_000
    const passed = performance.now() + 46_000
    t.mock.method(performance, 'now', () => passed)

    await assert.rejects(waiting, hasCode('vault.refresh-busy'))
  })

  test('RF-03: whoever was slower than its lease overwrites nothing, and frees nobody else’s', async () => {
    const name = `refresh/${key.provider}/${key.clientId}/${key.subjectIndex}`
    time.now += 600_000
    server.next({ delayMilliseconds: 80 })
    const before = refreshes()
    const late = freshTokenSet(vault, key, grant)
    while (refreshes() === before) await new Promise((resolve) => setTimeout(resolve, 5))
    time.now += 16_000
    const until = time.now + 60_000
    const lease = await vault.sessions.takeLease(name, 'two', time.now, until)
    assert.ok(lease)
    const opened = (await loadTokenSet(vault, key)) ?? assert.fail()
    const { scope } = opened.tokenSet
    const expiresAt = time.now / 1000 + 600
    await saveConsent(vault, key, createTokenSet({ accessToken: 'access-two', scope, expiresAt }))
    assert.equal((await late).tokenSet.accessToken, 'access-two')
    assert.equal(await vault.sessions.renewLease(lease, until), true)
  })

  test('RF-03: whoever was held up before it noted presents nothing that another has used', async () => {
    const other: Vault = { ...vault, owner: 'two', refreshes: new Map(), unsaved: new Map() }
    const { notePresented } = vault.sessions
    const heldUp: Vault = {
      ...vault,
      sessions: {
        ...vault.sessions,
        notePresented: async (...what) => {
          time.now += 16_000
          await freshTokenSet(other, key, grant)
          return notePresented(...what)
        },
      },
    }
    time.now += 600_000
    const before = refreshes()
    assert.equal((await freshTokenSet(heldUp, key, grant)).generation, FIRST + 1)
    assert.equal(refreshes(), before + 1)
  })

  test('RF-02: a store that keeps copies is asked for the present one before a token is presented', async () => {
    let copy: Promise<TokenSetRecord | undefined> | undefined
    let answered = 0
    const { users } = vault
    const copying: Vault = {
      ...vault,
      owner: 'two',
      refreshes: new Map(),
      unsaved: new Map(),
      users: {
        ...users,
        loadTokenSet: (asked, how) => {
          assert.ok((answered += 1) < 9, 'the copy is asked for again and again')
          if (how?.fresh === true) copy = undefined
          return (copy ??= users.loadTokenSet(asked))
        },
      },
    }
    await freshTokenSet(copying, key, grant)
    time.now += 600_000
    await freshTokenSet(vault, key, grant)
    const before = refreshes()
    assert.equal((await freshTokenSet(copying, key, grant)).generation, FIRST + 1)
    assert.equal(refreshes(), before)
  })

  test('RF-04 RF-05: a dead grant wipes the tokens, tells everybody, and is not asked about again', async () => {
    server.endGrants()
    time.now += 600_000
    const before = refreshes()
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => freshTokenSet(vault, key, grant)),
    )
    for (const answer of answers) {
      assert.equal(answer.status, 'rejected')
      assert.ok(isThroughlineError(answer.reason, 'vault.needs-reconnect'))
    }
    await assert.rejects(freshTokenSet(vault, key, grant), hasCode('vault.needs-reconnect'))
    assert.equal(refreshes(), before + 1)
    assert.equal((await loadTokenSet(vault, key))?.tokenSet.refreshToken, undefined)
  })

  test('RF-04: what another process has refreshed meanwhile is used, not declared dead', async () => {
    time.now += 600_000
    // This process has used the refresh token up, and is about to be told so.
    const opened = (await loadTokenSet(vault, key)) ?? assert.fail()
    server.next({
      isPlain: true,
      status: 400,
      members: { error: 'invalid_grant' },
      delayMilliseconds: 60,
    })
    const before = refreshes()
    const late = freshTokenSet(vault, key, grant)
    while (refreshes() === before) await new Promise((resolve) => setTimeout(resolve, 5))
    const expiresAt = time.now / 1000 + 600
    const newer = createTokenSet({
      ...opened.tokenSet,
      accessToken: 'access-newer',
      refreshToken: 'r',
      expiresAt,
    })
    await saveConsent(vault, key, newer)
    assert.equal((await late).tokenSet.accessToken, 'access-newer')
    assert.equal((await loadTokenSet(vault, key))?.status, 'good')
  })

  for (const [how, behaviour, code] of [
    ['is down', { isPlain: true, status: 503 }, 'oauth.unavailable'],
    ['hangs up', { isPlain: true, drop: 'before-answer' }, undefined],
    [
      'wants another client',
      { isPlain: true, status: 401, members: { error: 'invalid_client' } },
      'oauth.client-rejected',
    ],
    ['answers nonsense', { isPlain: true, body: '[]' }, 'oauth.answer-invalid'],
  ] as const) {
    test(`RF-05 RF-08: a provider that ${how} costs no token, and the old one is used while it lasts`, async () => {
      time.now += 545_000
      server.next(behaviour)
      assert.equal((await freshTokenSet(vault, key, grant)).generation, FIRST)
      time.now += 60_000
      server.next(behaviour)
      await assert.rejects(freshTokenSet(vault, key, grant), (thrown) =>
        isThroughlineError(thrown, code),
      )
      assert.equal((await freshTokenSet(vault, key, grant)).generation, FIRST + 1)
    })
  }

  for (const [what, isStrict] of [
    ['takes a refresh token once', true],
    ['has not seen it yet', false],
  ] as const) {
    test(`RF-09: after a process was killed while it refreshed, a provider that ${what} is asked once more`, async () => {
      time.now += 600_000
      const killed = vault.sessions.notePresented(key, FIRST, time.now)
      if (isStrict) await useUp(await loadTokenSet(vault, key))
      await killed
      const before = refreshes()
      if (isStrict) {
        await assert.rejects(
          freshTokenSet(vault, key, grant),
          /being renewed when this program was stopped, and Acme does not give it out twice/,
        )
        assert.equal((await loadTokenSet(vault, key))?.cause, 'interrupted')
      } else {
        assert.equal((await freshTokenSet(vault, key, grant)).generation, FIRST + 1)
      }
      assert.equal(refreshes(), before + 1)
    })
  }

  test('RF-09: whose retry was killed as well is asked about no more', async () => {
    time.now += 600_000
    await vault.sessions.notePresented(key, FIRST, time.now)
    await vault.sessions.notePresented(key, FIRST, time.now)
    const before = refreshes()
    await assert.rejects(freshTokenSet(vault, key, grant), hasCode('vault.needs-reconnect'))
    assert.equal(refreshes(), before)
    assert.equal((await loadTokenSet(vault, key))?.cause, 'interrupted')
  })

  test('RF-05 RF-09: any number of answers that pass leave the generation as good as before', async () => {
    time.now += 600_000
    for (let times = 0; times < 5; times += 1) {
      server.next({ isPlain: true, status: 503 })
      await assert.rejects(freshTokenSet(vault, key, grant), hasCode('oauth.unavailable'))
    }
    assert.equal((await freshTokenSet(vault, key, grant)).generation, FIRST + 1)
  })

  test('RF-09: a store that is away costs no count', async () => {
    time.now += 600_000
    const away = new Error('the store is away')
    const { users } = vault
    const broken: Vault = {
      ...vault,
      refreshes: new Map(),
      unsaved: new Map(),
      users: {
        ...users,
        loadTokenSet: (asked, how) =>
          how?.fresh === true ? Promise.reject(away) : users.loadTokenSet(asked),
      },
    }
    for (const _ of [1, 2, 3]) await assert.rejects(freshTokenSet(broken, key, grant), away)
    assert.equal((await freshTokenSet(vault, key, grant)).generation, FIRST + 1)
  })

  test('RF-09: a refresh that was written leaves no note', async () => {
    time.now += 600_000
    await freshTokenSet(vault, key, grant)
    assert.equal(await vault.sessions.notePresented(key, FIRST, time.now), 1)
  })

  test('RF-01 RF-09: an answer that could not be written counts as none', async () => {
    time.now += 600_000
    const full = new Error('the disk is full')
    const broken: Vault = {
      ...vault,
      refreshes: new Map(),
      unsaved: new Map(),
      users: { ...vault.users, saveTokenSet: () => Promise.reject(full) },
    }
    await assert.rejects(freshTokenSet(broken, key, grant), full)
    assert.equal(await vault.sessions.notePresented(key, FIRST, time.now), 2)
  })

  test('RV-02: a token set that was dropped meanwhile stays dropped', async () => {
    time.now += 600_000
    server.next({ delayMilliseconds: 60 })
    const before = refreshes()
    const late = freshTokenSet(vault, key, grant)
    while (refreshes() === before) await new Promise((resolve) => setTimeout(resolve, 5))
    await forget()
    await assert.rejects(late, hasCode('vault.needs-reconnect'))
    assert.equal(await loadTokenSet(vault, key), undefined)
    assert.deepEqual([orphans.length, told], [1, []])
  })

  for (const isTaken of [true, false]) {
    const what = isTaken ? 'brings nothing back' : 'ends nothing'
    test(`D7: a refresh that is slower than a disconnect ${what} where the person has consented anew`, async () => {
      time.now += 600_000
      const refused = { isPlain: true, status: 400, members: { error: 'invalid_grant' } } as const
      server.next({ delayMilliseconds: 60, ...(!isTaken && refused) })
      const before = refreshes()
      const late = freshTokenSet(vault, key, grant)
      while (refreshes() === before) await new Promise((resolve) => setTimeout(resolve, 5))
      await forget()
      const expiresAt = time.now / 1000 + 600
      const narrower = createTokenSet({ accessToken: 'access-anew', scope: [], expiresAt })
      await saveConsent(vault, key, narrower)

      assert.equal((await late).tokenSet.accessToken, 'access-anew')
      const stored = await loadTokenSet(vault, key)
      assert.deepEqual([stored?.tokenSet.accessToken, stored?.status], ['access-anew', 'good'])
      assert.deepEqual(orphans, [])
    })
  }

  test('D7: a token that the API refuses late does not end what the person has consented to since', async () => {
    const opened = (await loadTokenSet(vault, key)) ?? assert.fail()
    await vault.users.forgetTokenSet(key, opened.generation)
    time.now += 1000
    await saveConsent(vault, key, createTokenSet({ accessToken: 'access-anew', scope: [] }))

    const fresh = await freshTokenSet(vault, key, grant, opened.generation)

    assert.equal(fresh.tokenSet.accessToken, 'access-anew')
  })

  test('RF-05: without a refresh token, only the person can give a new one', async () => {
    const other = { ...key, subjectIndex: 'index-2' }
    await saveConsent(vault, other, createTokenSet({ accessToken: 'a', scope: [] }))
    assert.equal((await freshTokenSet(vault, other, grant)).tokenSet.accessToken, 'a')
    await assert.rejects(
      freshTokenSet(vault, other, grant, FIRST),
      hasCode('vault.needs-reconnect'),
    )
    assert.equal((await loadTokenSet(vault, other))?.status, 'needs-reconnect')
  })
})
