/*
 * What a method of the API is, and how it reads its query.
 */
import { invalidField } from './api-error.ts'
import type { Shape } from './body-shape.ts'
import type { Draft } from './change-kind.ts'
import type { Spreadsheet } from './spreadsheet.ts'
import type { GoogleSwitches } from './switches.ts'

/** One call of a method. */
export interface Call {
  /** The spreadsheet: a copy that may be changed where the method writes. */
  readonly draft: Draft
  /** What the path names beside the spreadsheet. */
  readonly part: string
  readonly query: URLSearchParams
  /** The body, of the shape that the method says. */
  readonly body: unknown
  /** The mask that the answer is cut by afterwards. */
  readonly mask: string | undefined
  /** What an append has found before it waited. */
  readonly found?: unknown
  /** Changes another spreadsheet that the caller may write to. */
  readonly changeOther: <Result>(id: string, change: (draft: Draft) => Result) => Result
}

/** One method. */
export interface Method {
  readonly kind: 'read' | 'write'
  /** The query parameters that it knows beside those of every method. */
  readonly parameters?: readonly string[]
  readonly body?: Shape
  /** How errors call the body. */
  readonly bodyName?: string
  /** The members of its answer, one of which each path of a mask must begin with. */
  readonly answers: readonly string[]
  /** Looks for what a write needs, some time before it where a switch says so. */
  readonly find?: (spreadsheet: Spreadsheet, call: Omit<Call, 'draft'>) => unknown
  /** How long that is, in milliseconds. */
  readonly pause?: (call: Omit<Call, 'draft'>, switches: GoogleSwitches) => number
  /** Does it, and returns the body of the answer. */
  readonly run: (call: Call) => unknown
}

/**
 * Reads a query parameter that is one of a few names; the first where it is missing.
 *
 * @throws `GoogleError` 400 for another name.
 */
export function readChoice<const Name extends string>(
  query: URLSearchParams,
  parameter: string,
  { type, names }: { readonly type: string; readonly names: readonly [Name, ...Name[]] },
): Name {
  const text = query.get(parameter)
  if (text === null || text === '') return names[0]
  const found = names.find((name) => name === text)
  if (found !== undefined) return found
  const field = parameter.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  throw invalidField(
    field,
    `Invalid value at '${field}' (type.googleapis.com/google.apps.sheets.v4.${type}), ${JSON.stringify(text)}`,
  )
}

/** Reads a query parameter that is true or false; false where it is missing. */
export function readFlag(query: URLSearchParams, parameter: string): boolean {
  return query.get(parameter) === 'true'
}
