/*
 * A call under way that several wait for: whoever comes sees its newest step at once and each further one, and
 * whoever goes away ends it for nobody. Must never know what a step is.
 */

/** A call under way. */
export interface Flight {
  /**
   * The newest step, then further ones; a reader who is slower than the call passes steps over, never the last.
   * Throws what the call has thrown.
   */
  steps(): AsyncGenerator<unknown, void, void>
}

/** Lets each reader have a value of its own. */
type Step = () => unknown

/** Starts a call; `onEnd` is told when it is over, whichever way. */
export function startFlight(steps: AsyncIterable<Step>, onEnd: () => void): Flight {
  let newest: Step | undefined
  let count = 0
  let failure: { readonly error: unknown } | undefined
  let isOver = false
  let changed = Promise.withResolvers<void>()
  const tell = () => {
    changed.resolve()
    changed = Promise.withResolvers<void>()
  }

  async function fly(): Promise<void> {
    try {
      for await (const step of steps) {
        newest = step
        count += 1
        tell()
      }
    } catch (error) {
      failure = { error }
    }
    isOver = true
    onEnd()
    tell()
  }

  void fly()
  return {
    async *steps() {
      let seen = 0
      for (;;) {
        if (newest !== undefined && count > seen) {
          seen = count
          yield newest()
          continue
        }
        if (failure !== undefined) throw failure.error
        if (isOver) return
        await changed.promise
      }
    },
  }
}
