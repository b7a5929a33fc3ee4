/*
 * `throughline users export`: what an app keeps about people, opened, as CSV or JSON. Tokens are not read.
 */
import { isThroughlineError } from '../base/error.ts'
import { parseValue } from '../base/value.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { open } from '../crypto/seal.ts'
import { toSafeText } from '../sheet/safe-text.ts'
import { userContextOf, type UserRow } from '../store/user-store.ts'
import type { LoadedUsers } from './user-home.ts'

/** What a user record can be written as. */
export type ExportFormat = 'csv' | 'json'

/** One user record, opened. */
export interface ExportedUser {
  readonly provider: string
  /** The blind index of the account: the same in every export, and nobody's name. */
  readonly account: string
  /** ISO 8601. */
  readonly created: string
  readonly saved: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** All that opens, and a sentence for each that does not. */
export interface ExportedUsers {
  readonly users: readonly ExportedUser[]
  readonly faults: readonly string[]
}

const OWN = ['provider', 'account', 'created', 'saved'] as const

/** Opens every user record. */
export function openUsers({ accounts, faults }: LoadedUsers, sealing: SealingKeys): ExportedUsers {
  const closed = [...faults]
  const users = accounts.flatMap(({ user }) => {
    if (user === undefined) return []
    try {
      return [toExported(user, sealing)]
    } catch (error) {
      if (!isThroughlineError(error)) throw error
      const { provider, subjectIndex } = user
      closed.push(`The record of ${provider}, account ${subjectIndex}: ${error.message}`)
      return []
    }
  })
  return { users, faults: closed }
}

/**
 * Opens the fields of a user record.
 *
 * @throws The codes of `open`.
 */
export function openFields(user: UserRow, sealing: SealingKeys): Readonly<Record<string, unknown>> {
  const text = open(sealing, 'user-record', userContextOf(user), user.sealed)
  return parseValue(text) as Readonly<Record<string, unknown>>
}

/** Writes users in a format; the text ends with a line break. */
export function writeUsers(users: readonly ExportedUser[], format: ExportFormat): string {
  return format === 'csv' ? toCsv(users) : toJson(users)
}

function toExported(user: UserRow, sealing: SealingKeys): ExportedUser {
  return {
    provider: user.provider,
    account: user.subjectIndex,
    created: new Date(user.createdAt).toISOString(),
    saved: new Date(user.savedAt).toISOString(),
    fields: openFields(user, sealing),
  }
}

/** One array, and one line for each. */
function toJson(users: readonly ExportedUser[]): string {
  const lines = users.map((user) => JSON.stringify(toPlain(user, [])))
  return `[\n${lines.join(',\n')}\n]\n`
}

/** @see RFC 4180 */
function toCsv(users: readonly ExportedUser[]): string {
  const names = [...new Set(users.flatMap(({ fields }) => Object.keys(fields)))]
  const own: readonly string[] = OWN
  const header = [...own, ...names.map((name) => (own.includes(name) ? `fields.${name}` : name))]
  const rows = users.map((user) => [
    ...OWN.map((name) => user[name]),
    ...names.map((name) => (Object.hasOwn(user.fields, name) ? user.fields[name] : undefined)),
  ])
  return [header, ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`).join('')
}

function toCell(value: unknown): string {
  const text = toText(value)
  // A number is none of somebody's words, and stays one.
  const safe = typeof value === 'number' || typeof value === 'bigint' ? text : toSafeText(text)
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function toText(value: unknown): string {
  const plain = toPlain(value, [])
  if (plain === null) return ''
  return typeof plain === 'string' ? plain : JSON.stringify(plain)
}

/** Makes JSON of what a record may hold; what holds itself ends there. */
function toPlain(value: unknown, within: readonly unknown[]): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object') return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (within.includes(value)) return null
  const inner = [...within, value]
  const list = (items: Iterable<unknown>) => [...items].map((one) => toPlain(one, inner))
  if (value instanceof ArrayBuffer) return list(new Uint8Array(value))
  if (value instanceof DataView) return list(new Uint8Array(value.buffer))
  const isList = Array.isArray(value) || value instanceof Set || value instanceof Map
  if (isList || ArrayBuffer.isView(value)) return list(value as Iterable<unknown>)
  const entries = Object.entries(value).map(([name, one]) => [name, toPlain(one, inner)])
  return Object.fromEntries(entries)
}
