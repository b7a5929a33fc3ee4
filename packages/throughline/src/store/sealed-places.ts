/*
 * Where envelopes rest, as whoever changes keys sees it: which key each place needs, sealing anew, and refusing a key
 * that was dropped. Every store of envelopes has it; a database and a sheet can be gone over together.
 */
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'

/** A kind of rows in words: `token set`, `token sets`. */
export type RowNames = readonly [one: string, many: string]

/** So many rows of a kind, all sealed by one key. */
export interface SealedRows {
  /** Empty where a value is no envelope. */
  readonly keyId: string
  readonly rows: RowNames
  readonly count: number
}

/** What a rotation is told of, step by step. */
export interface RotationProgress {
  readonly rows: RowNames
  /** Sealed anew so far, of this kind and in this pass. */
  readonly count: number
}

/** What a rotation has done. */
export interface Rotated {
  readonly count: number
  /** Rows that do not open, and why: they stay as they are. */
  readonly failures: readonly { readonly rows: string; readonly error: Error }[]
  /** Where ciphertext of before still is, as a sentence; undefined where it is nowhere. */
  readonly remains: string | undefined
}

/** All places of one store, while programs use it. */
export interface SealedPlaces {
  /** Counts what is there now, by key and kind. */
  count(): Promise<readonly SealedRows[]>
  /** Seals anew by the first key what another has sealed, in steps of which any may be the last. */
  rotate(
    sealing: SealingKeys,
    random: Random,
    report: (progress: RotationProgress) => void,
  ): Promise<Rotated>
  /** The ids of the keys that nothing may be sealed by any more. */
  retired(): Promise<readonly string[]>
  /** Refuses from now on, with `store.retired-key`, what a key has sealed, whichever process writes it. */
  retire(id: string): Promise<void>
  /** Takes {@link retire} back. */
  reinstate(id: string): Promise<void>
}
