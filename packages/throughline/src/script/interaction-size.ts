/*
 * How much a tab may keep, and how much of it one interaction brings: names count as values do.
 */
import type { SentInteraction } from './tab-request.ts'

/** What one tab may keep, in characters: each press opens and seals all of it. */
export const MOST_CHARACTERS = 3_000_000

/** Counts the characters of what was sent. */
export function sizeOf({ values }: Pick<SentInteraction, 'values'>): number {
  let characters = 0
  for (const [name, fields] of Object.entries(values)) {
    characters += name.length
    for (const field of fields) characters += field.length
  }
  return characters
}
