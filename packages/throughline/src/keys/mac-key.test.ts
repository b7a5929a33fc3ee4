import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealingKeys } from '../crypto/key-ring.ts'
import { mac } from '../crypto/mac.ts'
import { createMemoryUserStore } from '../store/memory-users.ts'
import { openKeyRing } from './mac-key.ts'

const newKey = (id: string) => ({ id, bytes: systemRandom(32) })
const [k1, k2] = [newKey('k1'), newKey('k2')]

describe('openKeyRing()', () => {
  test('CR-07 of sixteen that start at once one makes the MAC key, and all have the same', async () => {
    const users = createMemoryUserStore()
    const sealing = createSealingKeys([k1])

    const rings = await Promise.all(
      Array.from({ length: 16 }, () => openKeyRing(users, sealing, systemRandom)),
    )

    const macs = rings.map((ring) => mac(ring, 'cookie', 'value'))
    assert.equal(new Set(macs).size, 1)
    const other = await openKeyRing(createMemoryUserStore(), sealing, systemRandom)
    assert.notEqual(mac(other, 'cookie', 'value'), macs[0])
  })

  test('CR-07 a start with a new key in front seals it anew, so that the older key can go', async () => {
    const users = createMemoryUserStore()
    const first = await openKeyRing(users, createSealingKeys([k1]), systemRandom)

    await openKeyRing(users, createSealingKeys([k2, k1]), systemRandom)
    const alone = await openKeyRing(users, createSealingKeys([k2]), systemRandom)

    assert.deepEqual(alone.macKey, first.macKey)
    assert.equal(mac(alone, 'session-key', 'value'), mac(first, 'session-key', 'value'))
    await assert.rejects(openKeyRing(users, createSealingKeys([k1]), systemRandom), {
      code: 'crypto.unknown-key',
    })
  })

  test('CR-06 names the key that is missing, or says that another has its id, and writes nothing', async () => {
    const users = createMemoryUserStore()
    await openKeyRing(users, createSealingKeys([k1]), systemRandom)
    const before = await users.loadSecret('mac-key')

    await assert.rejects(openKeyRing(users, createSealingKeys([k2]), systemRandom), {
      code: 'crypto.unknown-key',
      details: { keyId: 'k1' },
    })
    await assert.rejects(openKeyRing(users, createSealingKeys([newKey('k1')]), systemRandom), {
      code: 'crypto.cannot-open',
    })

    assert.equal(await users.loadSecret('mac-key'), before)
  })
})
