/*
 * What is sealed within a sealed cell: records as every user store keeps them, each with an envelope of its own.
 */
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'
import {
  tokenSetContextOf,
  userContextOf,
  type AccountKey,
  type TokenSetRecord,
  type UserRow,
} from '../store/user-store.ts'
import type { SealedCellColumn } from './sealed-cell.ts'

/** What a cell `record` holds. */
export type RecordContent = UserRow

/** What a cell `tokens` holds. */
export interface TokensContent extends AccountKey {
  readonly sets: readonly TokenSetRecord[]
}

/** The envelopes within a cell, whatever they are sealed by; none where nothing is kept. */
export function envelopesIn(column: SealedCellColumn, content: unknown): readonly string[] {
  if (content === undefined) return []
  if (column === 'record') return [(content as RecordContent).sealed]
  return (content as TokensContent).sets.map(({ sealed }) => sealed)
}

/**
 * Seals the envelopes within a cell anew by the first key, each for the place that it had.
 *
 * @throws The codes of `open`.
 */
export function sealContentAnew(
  column: SealedCellColumn,
  content: unknown,
  sealing: SealingKeys,
  random: Random,
): RecordContent | TokensContent {
  if (column === 'record') {
    const record = content as RecordContent
    const context = userContextOf(record)
    const text = open(sealing, 'user-record', context, record.sealed)
    return { ...record, sealed: seal(sealing, 'user-record', context, text, random) }
  }
  const tokens = content as TokensContent
  const sets = tokens.sets.map((set) => {
    const context = tokenSetContextOf(set)
    const text = open(sealing, 'token-set', context, set.sealed)
    return { ...set, sealed: seal(sealing, 'token-set', context, text, random) }
  })
  return { ...tokens, sets }
}
