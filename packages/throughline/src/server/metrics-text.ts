/*
 * Numbers as Prometheus reads them: counters, histograms, gauges, each as lines of text.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4, read on 25 November 2026)
 */

/** The media type of the text. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The labels of a series, in the order of their names. Never an id, an address or a path: each value is one of a few. */
type Labels = readonly string[]

/** Something that only rises, by its labels. */
export class Counter {
  readonly #head: string
  readonly #name: string
  readonly #labels: Labels
  readonly #counts = new Map<string, number>()

  constructor(name: string, help: string, labels: Labels = []) {
    this.#head = headOf(name, help, 'counter')
    this.#name = name
    this.#labels = labels
    if (labels.length === 0) this.#counts.set('', 0)
  }

  /** Adds one. */
  add(...values: Labels): void {
    const series = seriesOf(this.#labels, values)
    this.#counts.set(series, (this.#counts.get(series) ?? 0) + 1)
  }

  toString(): string {
    const lines = Array.from(this.#counts, ([series, count]) => `${this.#name}${series} ${count}\n`)
    return this.#head + lines.join('')
  }
}

/** How long something took, by its labels: how often it took at most so many seconds. */
export class Histogram {
  readonly #head: string
  readonly #name: string
  readonly #labels: Labels
  readonly #bounds: readonly number[]
  readonly #known = new Map<
    string,
    { readonly values: Labels; readonly within: number[]; sum: number; count: number }
  >()

  constructor(name: string, help: string, labels: Labels, bounds: readonly number[]) {
    this.#head = headOf(name, help, 'histogram')
    this.#name = name
    this.#labels = labels
    this.#bounds = bounds
  }

  /** Notes one, in seconds. */
  note(seconds: number, ...values: Labels): void {
    const series = seriesOf(this.#labels, values)
    const known = this.#known.get(series) ?? {
      values,
      within: this.#bounds.map(() => 0),
      sum: 0,
      count: 0,
    }
    this.#known.set(series, known)
    for (const [place, bound] of this.#bounds.entries()) {
      if (seconds <= bound) known.within[place] = (known.within[place] ?? 0) + 1
    }
    known.sum += seconds
    known.count += 1
  }

  toString(): string {
    const lines = Array.from(this.#known, ([series, { values, within, sum, count }]) => {
      const bounds = [...this.#bounds.map(String), '+Inf']
      const buckets = bounds.map((bound, place) => {
        const labels = seriesOf([...this.#labels, 'le'], [...values, bound])
        return `${this.#name}_bucket${labels} ${within[place] ?? count}\n`
      })
      return [
        ...buckets,
        `${this.#name}_sum${series} ${sum}\n`,
        `${this.#name}_count${series} ${count}\n`,
      ].join('')
    })
    return this.#head + lines.join('')
  }
}

/** Writes what rises and falls, as it is now. */
export function gauge(name: string, help: string, value: number): string {
  return `${headOf(name, help, 'gauge')}${name} ${value}\n`
}

/** Writes what only rises, where somebody else counts it. */
export function total(name: string, help: string, value: number): string {
  return `${headOf(name, help, 'counter')}${name} ${value}\n`
}

function headOf(name: string, help: string, type: 'counter' | 'gauge' | 'histogram'): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function seriesOf(names: Labels, values: Labels): string {
  if (names.length === 0) return ''
  const pairs = names.map((name, place) => `${name}="${escaped(values[place] ?? '')}"`)
  return `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
