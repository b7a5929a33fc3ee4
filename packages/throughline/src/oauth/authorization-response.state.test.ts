import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readState } from './authorization-response.ts'

const state = 'S'.repeat(43)

describe('readState()', () => {
  test('CB-01 reads the one well-formed state, whatever else there is', () => {
    assert.equal(readState(new URLSearchParams({ state })), state)
    assert.equal(readState(new URLSearchParams({ code: 'x', state, other: '1' })), state)
    assert.equal(
      readState(new URLSearchParams({ state: '-_09azAZ'.padEnd(43, 'x') })),
      '-_09azAZ'.padEnd(43, 'x'),
    )
  })

  const malformed: string[] = [
    '',
    'code=x',
    'state',
    'state=',
    'State=' + state,
    'STATE=' + state,
    'state[]=' + state,
    'state%5B%5D=' + state,
    'state[0]=' + state,
    'state.a=' + state,
    '%20state=' + state,
    'state%00=' + state,
    ';state=' + state,
    `state=${state}&state=${state}`,
    `state=${state}&state=`,
    `state=&state=${state}`,
    `state=${state}&st%61te=${state}`,
    `state=${'S'.repeat(1)}`,
    `state=${'S'.repeat(21)}`,
    `state=${'S'.repeat(22)}`,
    `state=${'S'.repeat(42)}`,
    `state=${'S'.repeat(44)}`,
    `state=${'S'.repeat(64)}`,
    `state=${'S'.repeat(1_000_000)}`,
    ...[
      ...[
        '%00',
        '%0A',
        '%0D',
        '%09',
        '%20',
        '+',
        '%2B',
        '/',
        '%2F',
        '%3D',
        '.',
        '~',
        '!',
        '*',
        "'",
        '(',
        ')',
      ],
      ...[
        ',',
        ';',
        ':',
        '@',
        '%26',
        '%23',
        '%25',
        '%5C',
        '%22',
        '%3C',
        '%3E',
        '%7B',
        '%7D',
        '%5B',
        '%5D',
      ],
      ...['%C3%A9', '%E2%80%8B', '%EF%BC%A1', '%FF', '%ED%A0%80', '%'],
    ].map((piece) => `state=${'S'.repeat(42)}${piece}`),
    `state=${state}%0A`,
    `state=%0A${state}`,
    `state=${encodeURIComponent(JSON.stringify({ state }))}`,
  ]
  for (const query of malformed) {
    test(`CB-01 reads nothing from ${JSON.stringify(query.slice(0, 70))} (${query.length})`, () => {
      assert.equal(readState(new URLSearchParams(query)), undefined)
    })
  }

  test('CB-01 has at least 60 cases', () => {
    assert.ok(malformed.length >= 60, String(malformed.length))
  })
})
