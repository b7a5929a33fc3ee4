/*
 * What every user store must do. Run by one file per store.
 */
import assert from 'node:assert/strict'
import type { TokenSetRecord, UserRow, UserStore } from '../../src/store/user-store.ts'
import { runContract, type Cases, type Subject } from './contract.ts'

const TOKEN_SET: TokenSetRecord = {
  provider: 'vimeo',
  clientId: 'client',
  subjectIndex: 'index-1',
  generation: 1,
  sealed: 'sealed tokens',
  scope: ['public', 'private'],
  status: 'good',
  cause: null,
  savedAt: 1_000_000,
}

const USER: UserRow = {
  provider: 'vimeo',
  subjectIndex: 'index-1',
  version: 1,
  sealed: 'sealed record',
  createdAt: 1_000_000,
  savedAt: 1_000_000,
}

const CASES: Cases<UserStore> = {
  'keeps a token set as it was given': async (store) => {
    assert.equal(await store.loadTokenSet(TOKEN_SET), undefined)

    assert.equal(await store.saveTokenSet(TOKEN_SET), true)

    assert.deepEqual(await store.loadTokenSet(TOKEN_SET), TOKEN_SET)
  },

  'D6 writes a generation only over the one before it': async (store) => {
    const second: TokenSetRecord = {
      ...TOKEN_SET,
      ...{
        generation: 2,
        sealed: 'second',
        scope: [],
        status: 'needs-reconnect',
        cause: 'refused',
        savedAt: 2,
      },
    }

    assert.equal(await store.saveTokenSet(second, 1), false)
    assert.equal(await store.saveTokenSet(TOKEN_SET), true)
    assert.equal(await store.saveTokenSet({ ...TOKEN_SET, sealed: 'again' }), false)
    assert.equal(await store.saveTokenSet({ ...TOKEN_SET, generation: 1 }, 0), false)
    assert.equal(await store.saveTokenSet(second, 1), true)
    assert.equal(await store.saveTokenSet({ ...second, sealed: 'late' }, 1), false)
    assert.equal(await store.saveTokenSet({ ...second, generation: 4 }, 3), false)

    assert.deepEqual(await store.loadTokenSet(TOKEN_SET), second)
  },

  'lets one of sixteen simultaneous writers of a generation win': async (store) => {
    await store.saveTokenSet(TOKEN_SET)

    const won = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        store.saveTokenSet({ ...TOKEN_SET, generation: 2, sealed: `writer ${i}` }, 1),
      ),
    )

    assert.equal(won.filter((isWon) => isWon).length, 1)
    const stored = await store.loadTokenSet(TOKEN_SET)
    assert.equal(stored?.sealed, `writer ${won.indexOf(true)}`)
  },

  'RF-02 answers with the present token set where a copy will not do': async (store) => {
    await store.saveTokenSet(TOKEN_SET)
    const second = { ...TOKEN_SET, generation: 2, sealed: 'second' }
    await store.loadTokenSet(TOKEN_SET)

    await store.saveTokenSet(second, 1)

    assert.deepEqual(await store.loadTokenSet(TOKEN_SET, { fresh: true }), second)
    assert.deepEqual(await store.loadTokenSet(TOKEN_SET), second)
  },

  'keeps token sets apart by provider, client and account': async (store) => {
    const others = [{ provider: 'google' }, { clientId: 'other' }, { subjectIndex: 'index-2' }]
    await store.saveTokenSet(TOKEN_SET)

    for (const other of others) {
      assert.equal(await store.loadTokenSet({ ...TOKEN_SET, ...other }), undefined)
      assert.equal(await store.saveTokenSet({ ...TOKEN_SET, ...other }), true)
    }
    assert.equal(await store.forgetTokenSet(TOKEN_SET, TOKEN_SET.generation), true)

    assert.equal(await store.loadTokenSet(TOKEN_SET), undefined)
    for (const other of others) {
      assert.ok(await store.loadTokenSet({ ...TOKEN_SET, ...other }))
    }
  },

  'RV-01 forgets a token set of one generation, and none that came after it': async (store) => {
    await store.saveTokenSet(TOKEN_SET)
    const { generation } = TOKEN_SET
    await store.saveTokenSet({ ...TOKEN_SET, generation: generation + 1 }, generation)

    assert.equal(await store.forgetTokenSet(TOKEN_SET, generation), false)
    assert.equal((await store.loadTokenSet(TOKEN_SET))?.generation, generation + 1)
    assert.equal(await store.forgetTokenSet(TOKEN_SET, generation + 1), true)
    assert.equal(await store.forgetTokenSet(TOKEN_SET, generation + 1), false)
  },

  'D7 begins anew at any generation once a token set is forgotten': async (store) => {
    await store.saveTokenSet(TOKEN_SET)
    await store.forgetTokenSet(TOKEN_SET, TOKEN_SET.generation)
    const anew = { ...TOKEN_SET, generation: 1_795_000_000_000, sealed: 'new' }

    assert.equal(await store.saveTokenSet({ ...TOKEN_SET, generation: 2 }, 1), false)
    assert.equal(await store.saveTokenSet(anew), true)
    assert.equal(await store.saveTokenSet({ ...TOKEN_SET, generation: 2 }, 1), false)

    assert.deepEqual(await store.loadTokenSet(TOKEN_SET), anew)
  },

  'keeps a user record as it was given, apart from those of other accounts': async (store) => {
    const others = [{ provider: 'google' }, { subjectIndex: 'index-2' }]

    assert.equal(await store.saveUser(USER), true)

    assert.deepEqual(await store.loadUser(USER), USER)
    for (const other of others) {
      assert.equal(await store.loadUser({ ...USER, ...other }), undefined)
      assert.equal(await store.saveUser({ ...USER, ...other }), true)
    }
    await store.forgetUser(USER)
    assert.equal(await store.loadUser(USER), undefined)
    assert.ok(await store.loadUser({ ...USER, provider: 'google' }))
  },

  'writes a version of a user record only over the one before it': async (store) => {
    const second = { ...USER, version: 2, sealed: 'second', savedAt: 2 }

    assert.equal(await store.saveUser(second, 1), false)
    assert.equal(await store.saveUser(USER), true)
    assert.equal(await store.saveUser({ ...USER, sealed: 'again' }), false)
    assert.equal(await store.saveUser(second, 1), true)
    assert.equal(await store.saveUser({ ...second, sealed: 'late' }, 1), false)

    assert.deepEqual(await store.loadUser(USER), second)
  },

  'D7 writes no version of a forgotten user record over a new one': async (store) => {
    await store.saveUser(USER)
    await store.forgetUser(USER)
    const anew = { ...USER, version: 1_795_000_000_000, sealed: 'new' }

    assert.equal(await store.saveUser(anew), true)
    assert.equal(await store.saveUser({ ...USER, version: 2 }, 1), false)

    assert.deepEqual(await store.loadUser(USER), anew)
  },

  'lists what is kept by account, page by page, in an order that stays': async (store) => {
    const record = { ...USER, subjectIndex: 'index-3' }
    await store.saveTokenSet({ ...TOKEN_SET, clientId: 'other' })
    await store.saveUser(record)
    await store.saveUser(USER)
    await store.saveTokenSet(TOKEN_SET)
    await store.saveTokenSet({ ...TOKEN_SET, provider: 'google', subjectIndex: 'index-9' })

    const first = await store.listAccounts(undefined, 2)
    await store.saveUser({ ...USER, provider: 'acme' })
    const rest = await store.listAccounts(first.at(-1), 2)

    assert.deepEqual(first, [
      {
        provider: 'google',
        subjectIndex: 'index-9',
        tokenSets: [{ ...TOKEN_SET, provider: 'google', subjectIndex: 'index-9' }],
      },
      {
        provider: 'vimeo',
        subjectIndex: 'index-1',
        user: USER,
        tokenSets: [TOKEN_SET, { ...TOKEN_SET, clientId: 'other' }],
      },
    ])
    assert.deepEqual(rest, [
      { provider: 'vimeo', subjectIndex: 'index-3', user: record, tokenSets: [] },
    ])
    assert.deepEqual(await store.listAccounts(rest.at(-1), 2), [])
  },

  'CR-07 gives one of those who keep a secret at once the word, and writes only over what is there':
    async (store) => {
      assert.equal(await store.loadSecret('mac-key'), undefined)
      assert.equal(await store.saveSecret('mac-key', 'early', 'nothing'), false)

      const written = await Promise.all(
        ['a', 'b', 'c'].map((sealed) => store.saveSecret('mac-key', sealed)),
      )

      assert.equal(written.filter(Boolean).length, 1)
      const first = ['a', 'b', 'c'][written.indexOf(true)]
      assert.equal(await store.loadSecret('mac-key'), first)
      assert.equal(await store.saveSecret('mac-key', 'late', 'other'), false)
      assert.equal(await store.saveSecret('mac-key', 'anew', first), true)
      assert.equal(await store.loadSecret('mac-key'), 'anew')
      assert.equal(await store.loadSecret('other'), undefined)
    },

  'gives each caller a copy of its own': async (store) => {
    const scope = ['public']
    await store.saveTokenSet({ ...TOKEN_SET, scope })

    scope.push('private')
    const first = await store.loadTokenSet(TOKEN_SET)
    Object.assign(first ?? {}, { sealed: 'changed' })

    assert.deepEqual(await store.loadTokenSet(TOKEN_SET), { ...TOKEN_SET, scope: ['public'] })
  },
}

/** Defines the tests of a user store. */
export function userStoreContract(subject: Subject<UserStore>): void {
  runContract(subject, CASES)
}
