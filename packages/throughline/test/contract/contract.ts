/*
 * Runs one list of cases against every implementation of an interface.
 *
 * A case that an implementation cannot pass is skipped by name and with a reason; a skip that names no case fails, so
 * that the list of what a store cannot do stays true.
 */
import { describe, test } from 'node:test'

/** Cases that one implementation cannot pass. */
export interface Skip {
  /** Why, in a sentence; shown by the test runner. */
  readonly reason: string
  readonly tests: readonly string[]
}

/** One implementation under test. */
export interface Subject<Store> {
  readonly name: string
  /** Makes an empty store. It is closed after each case. */
  readonly create: () => Promise<Store>
  readonly skip: readonly Skip[]
}

/** What must hold, by the name of the test. Each case gets an empty store. */
export type Cases<Store> = Readonly<Record<string, (store: Store) => Promise<void>>>

/** Defines a test for each case. */
export function runContract<Store extends { close(): Promise<void> }>(
  subject: Subject<Store>,
  cases: Cases<Store>,
): void {
  const reasons = toReasons(subject.skip, cases)
  describe(subject.name, () => {
    for (const [name, run] of Object.entries(cases)) {
      test(name, { skip: reasons.get(name) ?? false }, async () => {
        const store = await subject.create()
        try {
          await run(store)
        } finally {
          await store.close()
        }
      })
    }
  })
}

/** Maps the skipped names to their reasons. Throws when a name is no case or a reason is empty. */
export function toReasons(skip: readonly Skip[], cases: object): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>()
  for (const { reason, tests } of skip) {
    if (reason.trim() === '') throw new TypeError('A skip must say why: its "reason" is empty.')
    for (const name of tests) {
      if (!Object.hasOwn(cases, name)) {
        throw new TypeError(`A skip names the test "${name}", which the contract does not have.`)
      }
      reasons.set(name, reason)
    }
  }
  return reasons
}
