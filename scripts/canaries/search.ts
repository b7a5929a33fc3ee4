/*
 * Finds any of very many secrets, in any of their forms, in bytes: one pass, whatever their number (Rabin and Karp).
 */
import { formsOf, SHORTEST_FORM } from './forms.ts'

/** A secret to look for. */
export interface Canary {
  /** What it is: `access_token`. */
  readonly name: string
  readonly secret: Uint8Array
}

/** Names the secrets that stand in bytes, each once. */
export type Search = (bytes: Uint8Array) => readonly string[]

interface Form {
  readonly name: string
  readonly bytes: Buffer
}

const BASE = 257
/** Bits of the table that tells whether a hash may be one of ours. */
const TABLE_BITS = 24

/** Prepares a search. Looks at the end of each form first, for beginnings are often alike. */
export function prepareSearch(canaries: Iterable<Canary>): Search {
  const byHash = new Map<number, Form[]>()
  const table = new Uint8Array(1 << (TABLE_BITS - 3))
  for (const { name, secret } of canaries) {
    for (const bytes of new Map(
      [...formsOf(secret).values()].map((form) => [form.toString('latin1'), form]),
    ).values()) {
      if (bytes.length < SHORTEST_FORM) continue
      const hash = hashOf(bytes.subarray(-SHORTEST_FORM))
      const forms = byHash.get(hash)
      if (forms === undefined) byHash.set(hash, [{ name, bytes }])
      else forms.push({ name, bytes })
      const at = hash >>> (32 - TABLE_BITS)
      table[at >>> 3] = (table[at >>> 3] ?? 0) | (1 << (at & 7))
    }
  }

  return (bytes) => {
    const found = new Set<string>()
    let hash = 0
    for (let at = 0; at < bytes.length; at += 1) {
      hash = (Math.imul(hash, BASE) + (bytes[at] ?? 0)) >>> 0
      const left = at < SHORTEST_FORM ? 0 : (bytes[at - SHORTEST_FORM] ?? 0)
      hash = (hash - Math.imul(POWER, left)) >>> 0
      const bit = hash >>> (32 - TABLE_BITS)
      if (((table[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) continue
      for (const form of byHash.get(hash) ?? []) {
        const from = at + 1 - form.bytes.length
        if (from >= 0 && form.bytes.equals(bytes.subarray(from, at + 1))) found.add(form.name)
      }
    }
    return [...found]
  }
}

/** What the byte that leaves the window is worth by then. */
const POWER = Array.from({ length: SHORTEST_FORM }).reduce<number>(
  (power) => Math.imul(power, BASE),
  1,
)

function hashOf(window: Uint8Array): number {
  return window.reduce((hash, byte) => (Math.imul(hash, BASE) + byte) >>> 0, 0)
}
