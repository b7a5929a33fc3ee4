/*
 * A run without a script engine, for the tests of elements: it takes what an element does and keeps it.
 */
import { inRun } from '../context/run-context.ts'
import type { ElementData, RunContext, Widget, WidgetIdentity } from '../context/run-context.ts'
import type { DownloadOutcome, GoingDownload } from '../context/download.ts'
import { renderElement } from './kinds.ts'
import { widgetId } from './widget-id.ts'

/** What the person did before the run, by the id of the widget. */
export interface TestInteraction {
  readonly sent?: Readonly<Record<string, readonly string[]>>
  readonly pressed?: string
  readonly outcome?: DownloadOutcome
  readonly going?: GoingDownload | 'stopped'
  /** Thrown at every checkpoint. */
  readonly signal?: Error
}

/** What a run left behind. */
export interface TestRun<Result> {
  readonly result: Result
  /** The elements in order, as they are at the end. */
  readonly elements: readonly (readonly [id: string, element: ElementData])[]
  /** All that was appended, replaced and removed, in order. */
  readonly log: readonly string[]
  readonly kept: ReadonlyMap<string, readonly string[]>
  readonly untouched: ReadonlyMap<string, readonly string[]>
  readonly offered: readonly string[]
  /** Whether the press was used up. */
  readonly pressUsed: boolean
  /** The view as HTML. */
  readonly html: string
}

/** Runs a script whose elements belong to a run of its own. */
export function testRun<Result>(
  script: () => Result,
  interaction: TestInteraction = {},
): TestRun<Result> {
  const { sent = {}, pressed, outcome } = interaction
  const elements = new Map<string, ElementData>()
  const log: string[] = []
  const kept = new Map<string, readonly string[]>()
  const untouched = new Map<string, readonly string[]>()
  const offered: string[] = []
  let count = 0
  let pressUsed = false

  function widget(identity: WidgetIdentity, values: readonly string[]): Widget {
    const id = widgetId(identity)
    untouched.set(id, values)
    return {
      id,
      sent: Object.hasOwn(sent, id) ? sent[id] : undefined,
      get pressed() {
        if (pressed !== id || pressUsed) return false
        pressUsed = true
        return true
      },
      keep: (newValues) => void kept.set(id, newValues),
    }
  }

  const context: RunContext = {
    page: '/',
    checkpoint() {
      if (interaction.signal !== undefined) throw interaction.signal
    },
    append(element, id = `${element.kind}:${++count}`) {
      elements.set(id, element)
      log.push(`append ${id}`)
      return {
        id,
        replace(other) {
          elements.set(id, other)
          log.push(`replace ${id}`)
        },
        remove() {
          elements.delete(id)
          log.push(`remove ${id}`)
        },
      }
    },
    widget,
    offerFiles(_widget: Widget, set) {
      offered.push(set.use === 'links' ? set.list : set.use)
      return outcome
    },
    offerDownload(_widget, file) {
      offered.push(file)
      return outcome
    },
    goingDownload: () => interaction.going,
    pageUrl: (path) => `${path}${path.includes('?') ? '&' : '?'}tab=t1`,
  }
  const result = inRun(context, script)
  return {
    result,
    get elements() {
      return [...elements]
    },
    log,
    kept,
    untouched,
    offered,
    get pressUsed() {
      return pressUsed
    },
    get html() {
      return [...elements].map(([id, element]) => renderElement(element, id).toString()).join('')
    },
  }
}
