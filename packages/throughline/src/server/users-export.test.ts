import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { serializeValue } from '../base/value.ts'
import { createSealingKeys } from '../crypto/key-ring.ts'
import { seal } from '../crypto/seal.ts'
import { userContextOf, type UserRow } from '../store/user-store.ts'
import { openUsers, writeUsers } from './users-export.ts'

const sealing = createSealingKeys([{ id: 'k1', bytes: systemRandom(32) }])

function userOf(name: string, fields: unknown, by = sealing): UserRow {
  const row = { provider: 'vimeo', subjectIndex: `index-${name}`, version: 7 }
  const text = serializeValue(fields, 'A user record', 'user')
  const sealed = seal(by, 'user-record', userContextOf(row), text, systemRandom)
  return { ...row, sealed, createdAt: 0, savedAt: 60_000 }
}

const loaded = (...users: readonly UserRow[]) => ({
  accounts: users.map((user) => ({ ...user, user, tokenSets: [] })),
  faults: ['told before'],
  macKey: undefined,
})

const written = (format: 'csv' | 'json', ...fields: readonly object[]) =>
  writeUsers(
    openUsers(loaded(...fields.map((one, at) => userOf(String(at), one))), sealing).users,
    format,
  )

const OWN = 'vimeo,index-0,1970-01-01T00:00:00.000Z,1970-01-01T00:01:00.000Z'

describe('writeUsers()', () => {
  test('gives each field of all records a column, and leaves open what a record lacks', () => {
    assert.equal(
      written('csv', { name: 'Ann', n: 1 }, { name: 'Bob', city: 'Rome' }),
      [
        'provider,account,created,saved,name,n,city\r\n',
        `${OWN},Ann,1,\r\n`,
        `${OWN.replace('index-0', 'index-1')},Bob,,Rome\r\n`,
      ].join(''),
    )
  })

  test('SH-01 keeps what a spreadsheet would take for a formula a text, headers too, and quotes by RFC 4180', () => {
    assert.equal(
      written('csv', {
        '=a': '=HYPERLINK("x")',
        b: '@SUM(1)',
        c: '\t=1',
        d: 'one,\r\n"two"',
        e: -5,
        provider: '-5',
      }),
      [
        `provider,account,created,saved,'=a,b,c,d,e,fields.provider\r\n`,
        `${OWN},"'=HYPERLINK(""x"")",'@SUM(1),'\t=1,"one,\r\n""two""",-5,'-5\r\n`,
      ].join(''),
    )
  })

  test('writes whatever a record may hold, nested values as JSON', () => {
    const circle: { self?: unknown; at: Date } = { at: new Date(5) }
    circle.self = circle
    const fields = {
      list: [1, 'two', { three: undefined }],
      map: new Map([['key', new Set([1n])]]),
      bytes: new Uint8Array([1, 2]),
      when: new Date(0),
      big: 10n ** 20n,
      odd: Number.NaN,
      no: null,
      yes: true,
      circle,
    }
    const [, row = ''] = written('csv', fields).split('\r\n')
    assert.equal(
      row.slice(OWN.length),
      [
        ',"[1,""two"",{""three"":null}]","[[""key"",[""1""]]]","[1,2]",1970-01-01T00:00:00.000Z,100000000000000000000,',
        'NaN,,true,"{""at"":""1970-01-01T00:00:00.005Z"",""self"":null}"',
      ].join(''),
    )
    const [user] = JSON.parse(written('json', fields)) as readonly Record<string, unknown>[]
    assert.deepEqual(user?.['fields'], {
      ...{ list: [1, 'two', { three: null }], map: [['key', ['1']]], bytes: [1, 2] },
      ...{ when: '1970-01-01T00:00:00.000Z', big: '100000000000000000000', odd: 'NaN' },
      ...{ no: null, yes: true, circle: { at: '1970-01-01T00:00:00.005Z', self: null } },
    })
  })

  test('of nobody is an empty table, and an empty array', () => {
    assert.equal(writeUsers([], 'csv'), 'provider,account,created,saved\r\n')
    assert.deepEqual(JSON.parse(writeUsers([], 'json')), [])
  })
})

describe('openUsers()', () => {
  test('CR-06 names each record that does not open, and opens the others', () => {
    const other = createSealingKeys([{ id: 'gone', bytes: systemRandom(32) }])
    const rows = [userOf('ann', { name: 'Ann' }), userOf('bob', {}, other)]

    const { users, faults } = openUsers(loaded(...rows), sealing)

    assert.deepEqual(
      users.map(({ fields }) => fields),
      [{ name: 'Ann' }],
    )
    assert.equal(faults[0], 'told before')
    assert.match(faults[1] ?? '', /^The record of vimeo, account index-bob: .*`gone`/)
  })
})
