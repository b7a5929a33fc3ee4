/*
 * Two views → patches, while the second is still being made.
 *
 * Terms. *old*: the elements of the view that the page shows, in order. *placed*: stands where the new view wants
 * it. *waiting*: an old element that the run has not named yet. *p*: the cursor in old.
 *
 * Invariants, on the page as it is after each patch:
 *   1. What is placed stands in the order of the new view.
 *   2. Every waiting element at or behind p stands behind everything that is placed.
 * So an old element at or behind p need not be moved, and one before p must be. Whoever waits until the end goes.
 *
 * `after` always names the element that is the last of the new view so far, or '' where there is none.
 */
import { hash } from 'node:crypto'
import type { Html } from '../html/escape.ts'
import type { Patch, PutFrame } from '../protocol/frame.ts'

/** What is kept of an element of a view: enough to see whether it changed. */
export interface ViewEntry {
  readonly id: string
  readonly hash: string
}

/** A comparison that goes on while a run appends, replaces and removes elements. */
export interface Diff {
  /** Takes the next element of the new view, in its wrapper. An id that stands in the new view already is replaced. */
  append(id: string, markup: Html): readonly Patch[]
  /** Takes other markup for an element of the new view. */
  replace(id: string, markup: Html): readonly Patch[]
  /** Takes an element out of the new view. */
  remove(id: string): readonly Patch[]
  /** Ends the new view: what still waits goes. */
  finish(): readonly Patch[]
  /** The new view so far, in order. */
  view(): readonly ViewEntry[]
}

const HASH_CHARACTERS = 24

/** Hashes an element's markup (96 bits of SHA-256). Two that fell together would leave one element out of date. */
export function hashMarkup(markup: string): string {
  return hash('sha256', markup, 'hex').slice(0, HASH_CHARACTERS)
}

/**
 * Starts to compare a new view with the one that the page shows.
 *
 * @param before The view that the page shows; undefined when that is not known: every element is then put with its
 *   place, and the browser clears what was not put.
 */
export function createDiff(before: readonly ViewEntry[] | undefined): Diff {
  const old = before ?? []
  const placed = new Map<string, string>()
  /** By place in old: those that are placed or gone wait no longer. */
  const isSettled = new Uint8Array(old.length)
  let cursor = 0

  let oldPlaces: Map<string, number> | undefined
  /** Where in old an element waits. Mostly it is the next one; only else are the places of all looked up. */
  function waitingPlace(id: string): number | undefined {
    if (old[cursor]?.id === id) return cursor
    oldPlaces ??= new Map(old.map((entry, place) => [entry.id, place]))
    const place = oldPlaces.get(id)
    return place === undefined || isSettled[place] === 1 ? undefined : place
  }

  /** Ids in the order of the new view; one that was removed is dropped when it comes to the top. */
  const order: string[] = []

  function lastPlaced(): string {
    let last = order.at(-1)
    while (last !== undefined && !placed.has(last)) {
      order.pop()
      last = order.at(-1)
    }
    return last ?? ''
  }

  function append(id: string, markup: Html): readonly Patch[] {
    if (placed.has(id)) return replace(id, markup)
    const text = markup.toString()
    const newHash = hashMarkup(text)
    const place = waitingPlace(id)
    const isChanged = place === undefined || old[place]?.hash !== newHash
    const isBehind = place !== undefined && place >= cursor
    const after = isBehind ? '' : lastPlaced()
    placed.set(id, newHash)
    order.push(id)
    if (place !== undefined) isSettled[place] = 1
    if (isBehind) {
      cursor = place + 1
      return isChanged ? [put(id, text)] : UNCHANGED
    }
    return [isChanged ? put(id, text, after) : { type: 'move', id, after }]
  }

  function replace(id: string, markup: Html): readonly Patch[] {
    const text = markup.toString()
    const newHash = hashMarkup(text)
    if (!placed.has(id) || placed.get(id) === newHash) return []
    placed.set(id, newHash)
    return [put(id, text)]
  }

  function remove(id: string): readonly Patch[] {
    return placed.delete(id) ? [{ type: 'remove', ids: [id] }] : []
  }

  function finish(): readonly Patch[] {
    const ids = old.filter((_, place) => isSettled[place] === 0).map(({ id }) => id)
    isSettled.fill(1)
    return ids.length === 0 ? [] : [{ type: 'remove', ids }]
  }

  return {
    append,
    replace,
    remove,
    finish,
    view: () => Array.from(placed, ([id, newHash]) => ({ id, hash: newHash })),
  }
}

const UNCHANGED: readonly Patch[] = []

function put(id: string, html: string, after?: string): PutFrame {
  return after === undefined ? { type: 'put', id, html } : { type: 'put', id, html, after }
}
