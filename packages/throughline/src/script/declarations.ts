/*
 * Which names of session state an app's scripts have declared, and where: two that are alike are an error.
 */
import { ThroughlineError } from '../base/error.ts'
import { placeOf, type CallSite } from './call-site.ts'

/** One call of `sessionState()`; told from others by being this object. */
export interface Declaration {
  /** Where it stands; undefined when the line is not known. */
  readonly site: CallSite | undefined
}

/** The names that an app's scripts have declared, as far as runs have met them. */
export class Declarations {
  readonly #names = new Map<string, Declaration>()

  /**
   * Notes who declared a name.
   *
   * @throws `script.duplicate-state-name` when another call declares it too; both lines are named.
   */
  claim(name: string, declaration: Declaration): void {
    const known = this.#names.get(name)
    if (known === declaration) return
    if (known === undefined) {
      this.#names.set(name, declaration)
      return
    }
    throw new ThroughlineError(
      'script.duplicate-state-name',
      `Session state has the name "${name}" twice (${placeOf(known.site)} and ${placeOf(declaration.site)}). ` +
        'All calls of sessionState() share one space of names: rename one, or declare it once and import it.',
      { attribution: 'script' },
    )
  }
}
