/*
 * What a kind of change of `spreadsheets:batchUpdate` is: the shape that it is sent in, and what it does to a draft.
 */
import { message, type Shape } from './body-shape.ts'
import type { Limits } from './limits.ts'
import type { Spreadsheet } from './spreadsheet.ts'

/** A spreadsheet that is being changed; dropped whole where a change fails. */
export interface Draft {
  readonly spreadsheet: Spreadsheet
  readonly limits: Limits & {
    /** Most characters that `findReplace` looks for; null for any number. */
    readonly findCharacters: number | null
  }
  /** Makes an id that nothing has yet, as far as chance can tell. */
  readonly newId: () => number
}

/** What a change answers; without members it is `{}`. */
export type Reply = Readonly<Record<string, unknown>>

/** One kind. */
export interface ChangeKind {
  readonly shape: Shape
  /** Changes the draft; fails with a `GoogleError` whose message the caller prefixes. */
  readonly apply: (draft: Draft, request: unknown) => Reply | undefined
}

/** Makes a kind of requests that have these members. */
export function changeKind<Request>(
  members: Readonly<Record<string, Shape>>,
  apply: (draft: Draft, request: Request) => Reply | void,
): ChangeKind {
  return {
    shape: message(members),
    // The shape was asserted before, so the request is one.
    apply: (draft, request) => apply(draft, request as Request) ?? undefined,
  }
}
