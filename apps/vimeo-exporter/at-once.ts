/*
 * Work on several values at once.
 */

/**
 * Gives the results in the order of the values. The first rejection rejects the whole, and nothing more
 * is begun.
 */
export async function mapped<Value, Result>(
  values: readonly Value[],
  atOnce: number,
  toResult: (value: Value) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = entriesOf(values)
  const work = async (): Promise<void> => {
    for (const [index, value] of queue) results[index] = await toResult(value)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

/** A generator, because a loop that throws closes it for all who share it. */
function* entriesOf<Value>(values: readonly Value[]): Generator<[number, Value]> {
  yield* values.entries()
}
