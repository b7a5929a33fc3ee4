/*
 * What one session remembers, as one run sees it: opened on first use, compared at each commit.
 *
 * Every name is sealed by itself and bound to its session and name. A value may be changed in place (an array
 * pushed to, a Map set): what counts is whether its text differs from the one that was last stored.
 */
import { ThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import { parseValue, serializeValue } from '../base/value.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'
import type { SessionStore, StateEntry } from '../store/session-store.ts'

interface Remembered {
  value: unknown
  /** The text that the store holds; undefined when it holds none. */
  stored: string | undefined
}

/** Attempts of an atomic change before it is given up. */
const CHANGE_ATTEMPTS = 100

/** One run's view of what its session remembers. */
export class SessionMemory {
  readonly #ring: SealingKeys
  readonly #random: Random
  readonly #sessionKey: string
  readonly #sealed: Map<string, string>
  readonly #opened = new Map<string, Remembered>()

  constructor(
    ring: SealingKeys,
    random: Random,
    sessionKey: string,
    entries: readonly StateEntry[],
  ) {
    this.#ring = ring
    this.#random = random
    this.#sessionKey = sessionKey
    this.#sealed = new Map(entries.map((entry) => [entry.name, entry.sealed]))
  }

  /** Reads a name; `initial` makes its value where nothing is remembered. */
  read(name: string, initial: () => unknown): unknown {
    return this.#remembered(name, initial).value
  }

  /** Sets a name for this run; stored with the next commit, unless it is what `initial` makes and none is stored. */
  write(name: string, value: unknown, initial?: () => unknown): void {
    const known = this.#opened.get(name)
    if (known !== undefined) known.value = value
    else this.#opened.set(name, { value, stored: this.#baseline(name, initial) })
  }

  /** Notes that the store has dropped a name. */
  forget(name: string): void {
    this.#opened.delete(name)
    this.#sealed.delete(name)
  }

  /** Whether a name differs from what the store holds. */
  hasChanged(name: string): boolean {
    const known = this.#opened.get(name)
    return known !== undefined && toText(name, known.value) !== known.stored
  }

  /** Lists what differs from the store, sealed; `settle` is to be called once it is stored. */
  changes(): { readonly entries: { name: string; sealed: string }[]; settle(): void } {
    const entries: { name: string; sealed: string }[] = []
    const texts = new Map<Remembered, string>()
    for (const [name, remembered] of this.#opened) {
      const text = toText(name, remembered.value)
      if (text === remembered.stored) continue
      texts.set(remembered, text)
      entries.push({ name, sealed: this.#seal(name, text) })
    }
    const settle = () => {
      for (const [remembered, text] of texts) remembered.stored = text
    }
    return { entries, settle }
  }

  /** Puts back what the store holds wherever a value can't be kept, so that the rest can be stored. */
  dropUnkeepable(): void {
    for (const [name, remembered] of this.#opened) {
      try {
        toText(name, remembered.value)
      } catch {
        if (remembered.stored === undefined) this.#opened.delete(name)
        else remembered.value = parseValue(remembered.stored)
      }
    }
  }

  /**
   * Changes one name atomically, whoever else writes it: `change` may be called more than once.
   *
   * @throws `session.too-contended` when others win a hundred times in a row.
   */
  async change(
    store: SessionStore,
    name: string,
    initial: () => unknown,
    change: (value: unknown) => unknown,
  ): Promise<unknown> {
    for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt += 1) {
      const entry = (await store.loadState(this.#sessionKey)).find((one) => one.name === name)
      const before = entry === undefined ? initial() : parseValue(this.#open(name, entry.sealed))
      const value = change(before)
      const text = toText(name, value)
      const expected = entry?.version ?? 0
      if (await store.replaceState(this.#sessionKey, name, expected, this.#seal(name, text))) {
        this.#opened.set(name, { value, stored: text })
        return value
      }
    }
    throw new ThroughlineError(
      'session.too-contended',
      `"${stateName(name)}" was changed by others ${CHANGE_ATTEMPTS} times while it was being updated. ` +
        'Keep less in one name, or update it less often.',
      { attribution: 'script' },
    )
  }

  /** Changes one name for this run alone, where the session has nothing in the store to change. */
  changeHere(name: string, initial: () => unknown, change: (value: unknown) => unknown): unknown {
    const value = change(this.read(name, initial))
    this.write(name, value)
    return value
  }

  #remembered(name: string, initial: () => unknown): Remembered {
    const known = this.#opened.get(name)
    if (known !== undefined) return known
    const stored = this.#storedText(name)
    const value = stored === undefined ? initial() : parseValue(stored)
    const remembered = { value, stored: stored ?? toText(name, value) }
    this.#opened.set(name, remembered)
    return remembered
  }

  /** What a name is compared with: one at its default need not be stored before the script has changed it. */
  #baseline(name: string, initial: (() => unknown) | undefined): string | undefined {
    const stored = this.#storedText(name)
    return stored ?? (initial === undefined ? undefined : toText(name, initial()))
  }

  #storedText(name: string): string | undefined {
    const sealed = this.#sealed.get(name)
    return sealed === undefined ? undefined : this.#open(name, sealed)
  }

  #seal(name: string, text: string): string {
    return seal(this.#ring, 'session-state', [this.#sessionKey, name], text, this.#random)
  }

  #open(name: string, sealed: string): string {
    return open(this.#ring, 'session-state', [this.#sessionKey, name], sealed)
  }
}

function toText(name: string, value: unknown): string {
  return serializeValue(value, 'Session state', stateName(name))
}

/** The author's names stand behind `state:`; ours do not. */
function stateName(name: string): string {
  return name.replace(/^state:/, '')
}
