/*
 * The MAC key: drawn once for a database, kept in its user store, sealed like all else by the sealing key of now.
 */
import { ThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import { createKeyRing, KEY_BYTES, type KeyRing, type SealingKeys } from '../crypto/key-ring.ts'
import { open, prefixOf, seal } from '../crypto/seal.ts'
import type { UserStore } from '../store/user-store.ts'

/** Names the MAC key among the secrets of a user store. */
export const MAC_KEY = 'mac-key'

/**
 * Opens the key ring of a program: its sealing keys and the MAC key, which is made where there is none. Of processes
 * that start at the same time one makes it, and all open the same. An older key's envelope is sealed anew.
 *
 * @throws `crypto.unknown-key` when the sealing keys lack the one that the MAC key is sealed by, named in
 *   `details.keyId`: these are not the keys of this database; the other codes of `open`; `store.retired-key`;
 *   `keys.mac-key-lost` when people are kept there and the MAC key is not: with a new one nobody would be found.
 */
export async function openKeyRing(
  users: Pick<UserStore, 'loadSecret' | 'saveSecret' | 'listAccounts'>,
  sealing: SealingKeys,
  random: Random,
): Promise<KeyRing> {
  for (;;) {
    const sealed = await users.loadSecret(MAC_KEY)
    if (sealed === undefined && (await isLost(users))) throw lostMacKey()
    const text =
      sealed === undefined
        ? Buffer.from(random(KEY_BYTES)).toString('base64url')
        : openMacKey(sealing, sealed)
    const isSettled =
      sealed?.startsWith(prefixOf(sealing.primary.id)) === true ||
      (await users.saveSecret(MAC_KEY, seal(sealing, 'mac-key', [MAC_KEY], text, random), sealed))
    // Another process was first where it is not: what that one has written counts.
    if (isSettled) return createKeyRing(sealing, Buffer.from(text, 'base64url'))
  }
}

/**
 * Opens a MAC key, as text, without writing anything.
 *
 * @throws The codes of `open`.
 */
export function openMacKey(sealing: SealingKeys, sealed: string): string {
  return open(sealing, 'mac-key', [MAC_KEY], sealed)
}

async function isLost(users: Pick<UserStore, 'loadSecret' | 'listAccounts'>): Promise<boolean> {
  const [someone] = await users.listAccounts(undefined, 1)
  // Another process may have made it, and the first account, a moment ago.
  return someone !== undefined && (await users.loadSecret(MAC_KEY)) === undefined
}

function lostMacKey(): ThroughlineError {
  return new ThroughlineError(
    'keys.mac-key-lost',
    'The store keeps people, and no longer the secret that they are found with ("mac-key"; in a Google Sheet a row of ' +
      'the hidden tab "throughline"). A new one would find nobody, so none is made: bring it back from a backup, or by ' +
      '"Version history" in the sheet.',
    { attribution: 'operator' },
  )
}
