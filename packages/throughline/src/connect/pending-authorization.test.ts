import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { createKeyRing, createSealingKeys } from '../crypto/key-ring.ts'
import { seal } from '../crypto/seal.ts'
import { openDeparture, sealDeparture, type Departure } from './pending-authorization.ts'

const world = {
  ring: createKeyRing(createSealingKeys([{ id: 'k1', bytes: randomBytes(32) }]), randomBytes(32)),
  random: systemRandom,
}

const departure: Departure = {
  state: randomBytes(32).toString('base64url'),
  codeVerifier: randomBytes(32).toString('base64url'),
  authorizationServer: {
    issuer: 'https://login.example',
    authorization_endpoint: 'https://login.example/authorize',
    token_endpoint: 'https://login.example/token',
  },
  clientId: 'client',
  redirectUri: 'https://app.example/oauth/callback/acme',
  scope: ['a'],
  slot: '',
  hasOptional: false,
  isSwitch: false,
  inPopup: false,
  page: '/account',
  tabId: 'A'.repeat(22),
}

describe('a sealed departure', () => {
  test('CR-03 PK-03: opens for its own session and state, shows nothing, and comes back whole', () => {
    const sealed = sealDeparture(world, 'state', 'session', departure)
    assert.deepEqual(openDeparture(world, 'state', 'session', sealed), departure)
    for (const text of [departure.state, departure.codeVerifier, 'login.example', '/account']) {
      assert.ok(!sealed.includes(text))
      assert.ok(!Buffer.from(sealed, 'base64url').toString('latin1').includes(text))
    }
    for (const [stateHash, sessionKey] of [
      ['other', 'session'],
      ['state', 'other'],
      ['session', 'state'],
    ] as const) {
      assert.throws(
        () => openDeparture(world, stateHash, sessionKey, sealed),
        (thrown) => isThroughlineError(thrown),
      )
    }
  })

  test('CR-03: what was sealed for another purpose is no departure', () => {
    const text = JSON.stringify(departure)
    const context = ['session', 'state']
    assert.ok(
      openDeparture(
        world,
        'state',
        'session',
        seal(world.ring, 'pending-authorization', context, text, systemRandom),
      ),
    )
    for (const purpose of [
      'token-set',
      'session-state',
      'tab-values',
      'account',
      'cache',
    ] as const) {
      const other = seal(world.ring, purpose, context, text, systemRandom)
      assert.throws(() => openDeparture(world, 'state', 'session', other))
    }
  })
})
