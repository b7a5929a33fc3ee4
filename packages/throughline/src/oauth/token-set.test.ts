import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { isThroughlineError } from '../base/error.ts'
import {
  createTokenSet,
  isScopeWithin,
  parseTokenSet,
  serializeTokenSet,
  splitScope,
} from './token-set.ts'

const tokens = { accessToken: 'planted-access', refreshToken: 'planted-refresh' }

describe('createTokenSet()', () => {
  const tokenSet = createTokenSet({ ...tokens, scope: ['a', 'b', 'a'], expiresAt: 5 })

  test('gives its members to code that asks for them by name', () => {
    const { accessToken, refreshToken, scope, expiresAt } = tokenSet

    assert.deepEqual({ accessToken, refreshToken }, tokens)
    assert.deepEqual(scope, ['a', 'b'])
    assert.equal(expiresAt, 5)
  })

  const presentations: Readonly<Record<string, (value: unknown) => string>> = {
    'util.inspect, deep': (value) => inspect(value, { depth: Infinity, showHidden: true }),
    'util.inspect without custom inspection': (value) => inspect(value, { customInspect: false }),
    'util.format': (value) => format('%o %O %s %j', value, value, value, value),
    'JSON.stringify': (value) => JSON.stringify(value),
    String: (value) => String(value),
    'a template': (value) => `${value}`,
    spreading: (value) => JSON.stringify({ ...(value as object) }),
    structuredClone: (value) => inspect(structuredClone({ ...(value as object) })),
    'Object.values': (value) => inspect(Object.values(value as object)),
  }
  for (const [name, present] of Object.entries(presentations)) {
    test(`TU-02 LG-02 shows no token through ${name}`, () => {
      assert.doesNotMatch(present(tokenSet), /planted/)
    })
  }

  test('shows [redacted] in place of each token, and the rest as it is', () => {
    assert.equal(
      JSON.stringify(tokenSet),
      '{"scope":["a","b"],"expiresAt":5,"accessToken":"[redacted]","refreshToken":"[redacted]"}',
    )
    assert.match(inspect({ tokenSet }), /\[redacted\]/)
    assert.match(`${tokenSet}`, /\[redacted\]/)
  })

  test('has no refreshToken and no expiresAt where there is none', () => {
    const bare = createTokenSet({ accessToken: 'planted-access', scope: [] })

    assert.equal(bare.refreshToken, undefined)
    assert.equal('expiresAt' in bare, false)
    assert.equal(JSON.stringify(bare), '{"scope":[],"accessToken":"[redacted]"}')
  })

  test('cannot be changed', () => {
    assert.throws(() => Object.assign(tokenSet, { accessToken: 'other' }), TypeError)
    assert.throws(() => (tokenSet.scope as string[]).push('c'), TypeError)
  })
})

describe('parseTokenSet()', () => {
  test('reads back what serializeTokenSet() wrote, whatever the tokens hold', () => {
    const text = fc.string({ minLength: 1 })
    const shape = fc.record(
      {
        accessToken: text,
        refreshToken: text,
        scope: fc.uniqueArray(text),
        expiresAt: fc.integer({ min: 0 }),
      },
      { requiredKeys: ['accessToken', 'scope'] },
    )
    fc.assert(
      fc.property(shape, (fields) => {
        const written = serializeTokenSet(createTokenSet(fields))
        assert.equal(serializeTokenSet(parseTokenSet(written)), written)
        assert.deepEqual(JSON.parse(written), { ...fields })
      }),
    )
  })

  const bad = [
    '',
    'planted',
    'null',
    '"planted"',
    '[]',
    '{}',
    '{"accessToken":"","scope":[]}',
    '{"accessToken":1,"scope":[]}',
    '{"accessToken":"planted"}',
    '{"accessToken":"planted","scope":"a b"}',
    '{"accessToken":"planted","scope":[1]}',
    '{"accessToken":"planted","scope":[],"refreshToken":null}',
    '{"accessToken":"planted","scope":[],"expiresAt":"5"}',
    '{"accessToken":"planted","scope":[],"expiresAt":1.5}',
  ]
  for (const text of bad) {
    test(`refuses ${text || 'the empty text'} without quoting it`, () => {
      assert.throws(
        () => parseTokenSet(text),
        (thrown) =>
          isThroughlineError(thrown, 'oauth.token-set-unreadable') &&
          !inspect(thrown).includes('planted'),
      )
    })
  }
})

describe('isScopeWithin()', () => {
  test('TK-09 compares as sets: order and repetition do not count', () => {
    assert.equal(isScopeWithin(['public', 'private'], ['private', 'video_files', 'public']), true)
    assert.equal(isScopeWithin(['public', 'public'], ['public']), true)
    assert.equal(isScopeWithin([], []), true)
  })

  test('TK-09 sees that something asked was not granted', () => {
    assert.equal(isScopeWithin(['public', 'private'], ['public']), false)
    assert.equal(isScopeWithin(['public'], []), false)
    assert.equal(isScopeWithin(['public'], ['Public']), false)
  })
})

describe('splitScope()', () => {
  test('splits at spaces, and also at the separator of the provider', () => {
    assert.deepEqual(splitScope('public  private public '), ['public', 'private'])
    assert.deepEqual(splitScope('repo,gist user', ','), ['repo', 'gist', 'user'])
    assert.deepEqual(splitScope('repo,gist'), ['repo,gist'])
    assert.deepEqual(splitScope(''), [])
  })

  test('TK-09 leaves out what no request could ask for', () => {
    assert.deepEqual(splitScope('public we"ird a\\b ünï tab\there a:b/c'), ['public', 'a:b/c'])
  })
})
