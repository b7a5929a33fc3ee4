/*
 * A tab's widget values: per page and widget, the form field's values as they were last sent.
 *
 * They are kept as they came: each widget reads and checks them anew in every run, against what it then offers.
 */
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'

/** Values of one page's widgets, by widget id. */
export type PageValues = Record<string, readonly string[]>

/** One tab's widget values, changed in place while a run lasts. */
export class TabValues {
  readonly #pages: Record<string, PageValues>
  /** Rises with each change. */
  #changes = 0
  #settled = 0

  private constructor(pages: Record<string, PageValues>) {
    this.#pages = pages
  }

  /** Values of a tab that has none. */
  static empty(): TabValues {
    return new TabValues({})
  }

  /** Opens what a store holds. */
  static open(ring: SealingKeys, sessionKey: string, tabId: string, sealed: string): TabValues {
    const text = open(ring, 'tab-values', [sessionKey, tabId], sealed)
    return new TabValues(JSON.parse(text) as Record<string, PageValues>)
  }

  /** Takes the values of one page alone. */
  static ofPage(page: string, values: PageValues): TabValues {
    return new TabValues({ [page]: values })
  }

  /** The same values, to be stored for another tab. */
  copy(): TabValues {
    const copied = new TabValues(structuredClone(this.#pages))
    copied.#changes = 1
    return copied
  }

  /** Reads a widget's values; undefined when it was never touched. */
  read(page: string, widgetId: string): readonly string[] | undefined {
    const values = this.#pages[page]
    return values !== undefined && Object.hasOwn(values, widgetId) ? values[widgetId] : undefined
  }

  /** Sets a widget's values. */
  write(page: string, widgetId: string, sent: readonly string[]): void {
    const present = this.read(page, widgetId)
    if (present !== undefined && isEqual(present, sent)) return
    const values = (this.#pages[page] ??= {})
    values[widgetId] = sent
    this.#changes += 1
  }

  /** Makes a widget one that was never touched. */
  forget(page: string, widgetId: string): void {
    const values = this.#pages[page]
    if (values === undefined || !Object.hasOwn(values, widgetId)) return
    delete values[widgetId]
    this.#changes += 1
  }

  /** The values of one page's widgets. */
  ofPage(page: string): PageValues {
    return this.#pages[page] ?? {}
  }

  /**
   * Seals the values for their tab, if they differ from what the store has; `settle` is to be called once it has
   * these.
   */
  changes(
    ring: SealingKeys,
    random: Random,
    sessionKey: string,
    tabId: string,
  ): { readonly sealed: string | undefined; settle(): void } {
    const taken = this.#changes
    const isChanged = taken !== this.#settled
    const sealed = isChanged
      ? seal(ring, 'tab-values', [sessionKey, tabId], JSON.stringify(this.#pages), random)
      : undefined
    return { sealed, settle: () => (this.#settled = taken) }
  }
}

/** Tells whether a form field's values are the same ones in the same order. */
export function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index])
}
