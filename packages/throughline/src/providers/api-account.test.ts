import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { isThroughlineError } from '../base/error.ts'
import { memberOf } from '../oauth/plain-json.ts'
import { accountAt, accountInAnswer, joinIds } from './api-account.ts'

const hasCode = (code: string) => (thrown: unknown) => isThroughlineError(thrown, code)
const read = (body: string | null, status = 200) =>
  accountAt('Acme', '/me', ({ id, name, email }) => ({ subject: id, name, claims: { email } }))({
    answer: {},
    request: async () => new Response(body, { status }),
  })

describe('accountAt()', () => {
  test('reads subject, name and claims, a number as its digits', async () => {
    const body = JSON.stringify({ id: 42, name: ' Ada\u202EExample ', email: 'ada@a.example' })
    assert.deepEqual(await read(body), {
      subject: '42',
      name: 'Ada Example',
      claims: { email: 'ada@a.example', email_verified: false },
    })
  })

  test('calls somebody without a name by their id', async () => {
    assert.equal((await read('{"id":"a-1","name":null}')).name, 'a-1')
  })

  for (const id of ['', 'a b', 'ä', 'x'.repeat(256), 1.5, 2 ** 53, null, {}, ['a'], true]) {
    test(`refuses the subject ${inspect(id).slice(0, 12)}`, async () => {
      const failing = read(JSON.stringify({ id, name: 'Ada' }))
      await assert.rejects(failing, hasCode('providers.account-unreadable'))
    })
  }

  for (const [what, body, status] of [
    ['a status that is no success', '{"id":"1"}', 403],
    ['no JSON', '<h1>hello', 200],
    ['a list', '[]', 200],
    ['nothing', null, 204],
  ] as const) {
    test(`refuses ${what}`, async () => {
      await assert.rejects(read(body, status), hasCode('providers.account-unreadable'))
    })
  }
})

describe('accountInAnswer()', () => {
  test('asks nobody', async () => {
    const account = accountInAnswer('Acme', ({ user }) => ({
      subject: memberOf(user, 'id'),
      name: memberOf(user, 'name'),
    }))
    const request = () => assert.fail('the API was asked')
    const answer = { user: { id: 7, name: 'Ada' } }

    assert.equal((await account({ answer, request })).subject, '7')
    await assert.rejects(
      account({ answer: { user: null }, request }),
      hasCode('providers.account-unreadable'),
    )
  })
})

describe('joinIds()', () => {
  test('names an account only by ids that are all there', () => {
    assert.equal(joinIds('T1', 'U1'), 'T1/U1')
    assert.equal(joinIds('T1', undefined), undefined)
    assert.equal(joinIds('', 'U1'), undefined)
  })
})
