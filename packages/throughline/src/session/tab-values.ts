/*
 * A tab's widget values: per page and widget, the form field's values as they were last sent.
 *
 * They are kept as they came: each widget reads and checks them anew in every run, against what it then offers.
 */
import type { Random } from '../base/random.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'

/** Values of one page's widgets, by widget id. */
export type PageValues = Record<string, readonly string[]>

/** One tab's widget values, changed in place while a run lasts. */
export class TabValues {
  readonly #pages: Record<string, PageValues>
  #changed = false

  private constructor(pages: Record<string, PageValues>) {
    this.#pages = pages
  }

  /** Values of a tab that has none. */
  static empty(): TabValues {
    return new TabValues({})
  }

  /** Opens what a store holds. */
  static open(ring: KeyRing, sessionKey: string, tabId: string, sealed: string): TabValues {
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
    copied.#changed = true
    return copied
  }

  read(page: string, widgetId: string): readonly string[] | undefined {
    const values = this.#pages[page]
    return values !== undefined && Object.hasOwn(values, widgetId) ? values[widgetId] : undefined
  }

  write(page: string, widgetId: string, sent: readonly string[]): void {
    const values = (this.#pages[page] ??= {})
    values[widgetId] = sent
    this.#changed = true
  }

  forget(page: string, widgetId: string): void {
    const values = this.#pages[page]
    if (values === undefined || !Object.hasOwn(values, widgetId)) return
    delete values[widgetId]
    this.#changed = true
  }

  ofPage(page: string): PageValues {
    return this.#pages[page] ?? {}
  }

  /** Seals the values for their tab if they changed since the last time. */
  sealChanged(
    ring: KeyRing,
    random: Random,
    sessionKey: string,
    tabId: string,
  ): string | undefined {
    if (!this.#changed) return undefined
    this.#changed = false
    return seal(ring, 'tab-values', [sessionKey, tabId], JSON.stringify(this.#pages), random)
  }
}
