/*
 * Points out, to the author, a label that changed between two runs of a tab: without a key the widget is then
 * another one, and what was entered in it is lost.
 *
 * A widget is taken for the same when it is of the same kind and was made by the same line, for as many a time.
 */
import { placeOf } from './call-site.ts'
import type { ClaimedWidget } from './claimed-widget.ts'

/** Tabs that are watched, those that ran longest ago going first. */
const MOST_TABS = 1000

/** What each tab's last run had on each page. */
export class LabelWatch {
  readonly #tabs = new Map<string, Map<string, ReadonlyMap<string, ClaimedWidget>>>()

  /**
   * Compares a run that has finished with the one before it, of the same tab and page.
   *
   * @param isTouched Whether the tab holds a value for a widget's id.
   * @returns One sentence for each label that changed.
   */
  compare(
    line: string,
    page: string,
    widgets: ReadonlyMap<string, ClaimedWidget>,
    isTouched: (id: string) => boolean,
  ): readonly string[] {
    const pages = this.#tabs.get(line) ?? new Map<string, ReadonlyMap<string, ClaimedWidget>>()
    const before = pages.get(page) ?? new Map<string, ClaimedWidget>()
    this.#tabs.delete(line)
    this.#tabs.set(line, pages.set(page, widgets))
    const [oldest] = this.#tabs.keys()
    if (this.#tabs.size > MOST_TABS && oldest !== undefined) this.#tabs.delete(oldest)

    const places = placesOf(widgets)
    const sentences: string[] = []
    for (const [place, id] of placesOf(before)) {
      const now = places.get(place)
      if (widgets.has(id) || now === undefined || before.has(now) || !isTouched(id)) continue
      sentences.push(toSentence(before.get(id), widgets.get(now)))
    }
    return sentences
  }
}

/** Ids of the widgets that are known by their label, by kind, line and how many of them the line had made. */
function placesOf(widgets: ReadonlyMap<string, ClaimedWidget>): ReadonlyMap<string, string> {
  const places = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const [id, { kind, key, site }] of widgets) {
    if (site === undefined) continue
    const line = `${kind} ${site.file}:${site.line}`
    const count = (counts.get(line) ?? 0) + 1
    counts.set(line, count)
    if (key === undefined) places.set(`${line} ${count}`, id)
  }
  return places
}

function toSentence(old: ClaimedWidget | undefined, now: ClaimedWidget | undefined): string {
  return (
    `The label of the ${now?.kind} at ${placeOf(now?.site)} changed from "${old?.label}" to "${now?.label}", so what ` +
    'was entered in it is lost. Pass { key: … } to keep it the same widget.'
  )
}
