/*
 * Numbers of things in a sentence.
 */

/** Begins a sentence about so many things: `1 account is`, `1,200 accounts are`. */
export function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun} is` : `${count.toLocaleString('en')} ${noun}s are`
}
