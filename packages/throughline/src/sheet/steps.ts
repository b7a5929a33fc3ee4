/*
 * A long list in steps that one request to Google Sheets carries.
 */

/** Before it is sealed once more: some 2 MB of a request are advised at most. */
const MOST_CHARACTERS = 1_000_000

/**
 * Divides a list; what is larger than a step by itself is one.
 *
 * @param most Of one step.
 * @param sizeOf In characters.
 */
export function* stepsOf<Element>(
  list: readonly Element[],
  most: number,
  sizeOf: (element: Element) => number,
): Generator<readonly Element[]> {
  let step: Element[] = []
  let characters = 0
  for (const element of list) {
    const size = sizeOf(element)
    if (step.length === most || (step.length > 0 && characters + size > MOST_CHARACTERS)) {
      yield step
      step = []
      characters = 0
    }
    step.push(element)
    characters += size
  }
  if (step.length > 0) yield step
}
