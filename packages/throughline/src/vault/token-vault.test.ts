import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { createSealingKeys } from '../crypto/key-ring.ts'
import { createTokenSet } from '../oauth/token-set.ts'
import { createMemorySessionStore } from '../store/memory-sessions.ts'
import { createMemoryUserStore } from '../store/memory-users.ts'
import type { TokenSetKey } from '../store/user-store.ts'
import { loadStanding, loadTokenSet, markDead, saveConsent, type Vault } from './token-vault.ts'

const key: TokenSetKey = { provider: 'acme', clientId: 'client', subjectIndex: 'index-1' }

function createVault(ids = ['k1']): Vault {
  return {
    users: createMemoryUserStore(),
    sessions: createMemorySessionStore(),
    ring: createSealingKeys(ids.map((id) => ({ id, bytes: randomBytes(32) }))),
    random: systemRandom,
    clock: () => 1_000_000,
    owner: 'one',
    refreshes: new Map(),
    unsaved: new Map(),
  }
}

const tokens = (scope: readonly string[], name = scope.join('-')) =>
  createTokenSet({ accessToken: `access-${name}`, refreshToken: `refresh-${name}`, scope })

describe('saveConsent()', () => {
  for (const [present, next, kept] of [
    [['a'], ['a'], 'next'],
    [['a'], ['b', 'a'], 'next'],
    [['a', 'b'], ['a'], 'present'],
    [['a'], ['b'], 'present'],
    [['a'], [], 'present'],
    [[], [], 'next'],
    [[], ['a'], 'next'],
  ] as const) {
    test(`keeps [${present.join()}] or takes [${next.join()}]: the ${kept} one`, async () => {
      const vault = createVault()
      assert.deepEqual(await saveConsent(vault, key, tokens(present, 'first')), present)
      const granted = await saveConsent(vault, key, tokens(next, 'second'))
      const opened = await loadTokenSet(vault, key)
      assert.deepEqual(granted, kept === 'next' ? next : present)
      assert.equal(opened?.tokenSet.accessToken, kept === 'next' ? 'access-second' : 'access-first')
      assert.equal(opened?.generation, vault.clock() + (kept === 'next' ? 1 : 0))
      assert.deepEqual((await loadStanding(vault, key))?.scope, granted)
    })
  }

  test('replaces a dead token set by whatever is granted, and keeps none of its tokens', async () => {
    const vault = createVault()
    await saveConsent(vault, key, tokens(['a', 'b']))
    await markDead(vault, key, (await loadTokenSet(vault, key)) ?? assert.fail(), 'refused')
    const dead = await loadTokenSet(vault, key)
    assert.equal(dead?.status, 'needs-reconnect')
    assert.equal(dead?.tokenSet.refreshToken, undefined)
    assert.doesNotMatch(dead?.tokenSet.accessToken ?? '', /access/)
    assert.deepEqual((await loadStanding(vault, key))?.scope, ['a', 'b'])
    assert.deepEqual(await saveConsent(vault, key, tokens(['a'])), ['a'])
    assert.equal((await loadTokenSet(vault, key))?.status, 'good')
  })

  test('of many at once, each is compared with what is there then', async () => {
    const vault = createVault()
    const scopes = [['a'], ['a', 'b'], ['b'], ['a', 'b', 'c'], ['c'], ['a']]
    await Promise.all(scopes.map((scope) => saveConsent(vault, key, tokens(scope))))
    assert.deepEqual((await loadTokenSet(vault, key))?.tokenSet.scope, ['a', 'b', 'c'])
  })
})

describe('markDead()', () => {
  test('RF-04: leaves a newer generation alone', async () => {
    const vault = createVault()
    await saveConsent(vault, key, tokens(['a'], 'old'))
    const old = (await loadTokenSet(vault, key)) ?? assert.fail()
    await saveConsent(vault, key, tokens(['a'], 'new'))
    await markDead(vault, key, old, 'refused')
    const opened = await loadTokenSet(vault, key)
    assert.equal(opened?.status, 'good')
    assert.equal(opened?.tokenSet.accessToken, 'access-new')
  })
})

describe('a sealed token set', () => {
  test('CR-03: opens at its own place and generation, and at no other', async () => {
    const vault = createVault()
    const places: readonly TokenSetKey[] = [
      key,
      { ...key, subjectIndex: 'index-2' },
      { ...key, clientId: 'other' },
      { ...key, provider: 'other' },
    ]
    for (const place of places) await saveConsent(vault, place, tokens(['a'], place.provider))
    for (const from of places) {
      const record = (await vault.users.loadTokenSet(from)) ?? assert.fail()
      assert.doesNotMatch(record.sealed, /access|refresh/)
      for (const to of places) {
        const swapped = createVault()
        const users = swapped.users
        await users.saveTokenSet({ ...record, ...to })
        const opening = loadTokenSet({ ...vault, users }, to)
        if (from === to) assert.equal((await opening)?.generation, vault.clock())
        else await assert.rejects(opening, (thrown) => isThroughlineError(thrown))
      }
    }
    const replayed = createMemoryUserStore()
    const record = (await vault.users.loadTokenSet(key)) ?? assert.fail()
    await replayed.saveTokenSet(record)
    await replayed.saveTokenSet({ ...record, generation: 2 }, record.generation)
    await assert.rejects(loadTokenSet({ ...vault, users: replayed }, key))
  })

  test('CR-05 CR-06: neither clear text nor another installation’s key is taken for it', async () => {
    const vault = createVault()
    await saveConsent(vault, key, tokens(['a']))
    const other = { ...vault, ring: createVault(['k2']).ring }
    await assert.rejects(loadTokenSet(other, key), (thrown) => {
      return isThroughlineError(thrown) && /k1/.test(thrown.message)
    })
    assert.equal((await loadTokenSet(vault, key))?.tokenSet.accessToken, 'access-a')
    const plain = createMemoryUserStore()
    const record = (await vault.users.loadTokenSet(key)) ?? assert.fail()
    await plain.saveTokenSet({ ...record, sealed: '{"accessToken":"a","scope":[]}' })
    await assert.rejects(loadTokenSet({ ...vault, users: plain }, key))
  })
})
