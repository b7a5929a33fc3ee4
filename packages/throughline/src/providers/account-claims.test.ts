import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { toAccountClaims } from './account-claims.ts'
import { readOpenIdAccount } from './openid-account.ts'

const request = () => assert.fail('the API was asked')
const read = (claims?: Readonly<Record<string, unknown>>) =>
  readOpenIdAccount({ answer: {}, request, claims })

describe('toAccountClaims()', () => {
  test('ID-10 keeps the standard claims, and nothing else', () => {
    const kept = {
      email: 'ada@films.example',
      email_verified: true,
      name: 'Ada Example',
      given_name: 'Ada',
      locale: 'en',
      picture: 'https://films.example/ada.png',
    }

    assert.deepEqual(
      toAccountClaims({ ...kept, iss: 'a', nonce: 'b', at_hash: 'c', groups: ['d'], hd: 'e' }),
      kept,
    )
  })

  for (const verified of [false, undefined, 'true', 1, 'yes', null, {}]) {
    test(`MX-11 does not take ${JSON.stringify(verified)} for a verified address`, () => {
      const claims = toAccountClaims({ email: 'ada@films.example', email_verified: verified })

      assert.equal(claims.email, 'ada@films.example')
      assert.equal(claims.email_verified, false)
    })
  }

  for (const email of [
    `${'x'.repeat(250)}@films.example`,
    'ada',
    'ada@evil@films.example',
    'ada\u202E@films.example',
    'ada\uFF20evil.example@films.example',
    'ada@films\uFF0Eexample',
    'ada\uFF20films.example',
    'ada@films.example\n',
    '',
    5,
    ['ada@films.example'],
  ]) {
    test(`ID-10 XS-06 leaves out the address ${JSON.stringify(email).slice(0, 40)}, and that it is verified (GHSA-7rqj-j65f-68wh, GHSA-c5c4-8r6x-56w3)`, () => {
      assert.deepEqual(toAccountClaims({ email, email_verified: true }), {})
    })
  }

  for (const picture of [
    'javascript:alert(1)',
    'data:image/png;base64,AAAA',
    'http://films.example/ada.png',
    'https://ada@films.example/',
    'https://films.example/a b',
    `https://films.example/${'x'.repeat(2_000)}`,
    '/ada.png',
    5,
  ]) {
    test(`ID-10 leaves out the picture ${String(picture).slice(0, 30)}`, () => {
      assert.deepEqual(toAccountClaims({ picture }), {})
    })
  }

  test('ID-10 cleans and cuts texts, and keeps what looks like HTML as text', () => {
    const { name, nickname, locale } = toAccountClaims({
      name: '<b>Ada</b>\u202E',
      nickname: '🙅'.repeat(500),
      locale: ['en'],
    })

    assert.deepEqual([name, nickname, locale], ['<b>Ada</b>', '🙅'.repeat(200), undefined])
  })
})

describe('readOpenIdAccount()', () => {
  for (const [claims, name] of [
    [{ name: 'Ada Example', email: 'ada@films.example' }, 'Ada Example'],
    [{ preferred_username: 'ada', nickname: 'a' }, 'ada'],
    [{ nickname: 'a', email: 'ada@films.example' }, 'a'],
    [{ email: 'ada@films.example' }, 'ada@films.example'],
    [{ name: '\u200B' }, 'account-1'],
    [{}, 'account-1'],
  ] as const) {
    test(`names an account of ${JSON.stringify(claims)}`, async () => {
      assert.equal((await read({ sub: 'account-1', ...claims })).name, name)
    })
  }

  test('takes the subject as it is, whatever the address says', async () => {
    const account = await read({ sub: 'Account-1 ', email: 'ada@films.example' })

    assert.equal(account.subject, 'Account-1 ')
    assert.deepEqual(account.claims, { email: 'ada@films.example', email_verified: false })
  })

  test('reads nobody where nobody has signed in', async () => {
    await assert.rejects(read(), (thrown) =>
      isThroughlineError(thrown, 'providers.account-unreadable'),
    )
  })
})
