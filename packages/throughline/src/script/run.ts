/*
 * One run of a page's script, from its first line to its end.
 *
 * States:      open ──→ ended          an ended run answers every call with its signal
 *              open ──→ sending ──→ ended   a run begun for a download stays open until the bytes are out
 *
 * Invariants:
 *  1. The first signal wins. It is recorded before it is thrown, and it decides how the run ended even where the
 *     script caught it (`signal`, `checkpoint`).
 *  2. A run appends to its own view only; what a view means for the document is the output's affair.
 *  3. A press is used up by the first widget that reads it; a rerun or another page does not see it.
 *  4. A run knows no HTTP, no store and no provider. What it remembers is handed in, and read off it at commits.
 */
import type { Download, DownloadOutcome, GoingDownload, Preparing } from '../context/download.ts'
import type { FileSet } from '../context/offered-file.ts'
import {
  currentRun,
  inRun,
  isCurrentRun,
  type ElementData,
  type PlacedElement,
  type RunContext,
  type Widget,
  type WidgetIdentity,
} from '../context/run-context.ts'
import { renderElement } from '../elements/kinds.ts'
import { widgetId } from '../elements/widget-id.ts'
import type { Html } from '../html/escape.ts'
import { TAB_PARAMETER } from '../protocol/fields.ts'
import type { SessionMemory } from '../session/memory.ts'
import { isEqual, type TabValues } from '../session/tab-values.ts'
import type { PageFunction } from './app.ts'
import { currentCallSite } from './call-site.ts'
import { duplicateWidget, type ClaimedWidget } from './claimed-widget.ts'
import { ControlSignal, type RunEnd } from './control-signal.ts'
import type { Declarations } from './declarations.ts'
import type { Pulse } from './pulse.ts'

/** Where a run's view goes while it grows. */
export interface RunOutput {
  appended(id: string, markup: Html): void
  replaced(id: string, markup: Html): void
  removed(id: string): void
}

/** A download of this tab that ended and was not yet told to the script. */
export interface EndedDownload {
  readonly idHash: string
  readonly widgetId: string
  readonly outcome: DownloadOutcome
}

/** A download of this tab that is under way; `stopped` where its sender is silent. */
export interface UnderWay {
  readonly widgetId: string
  readonly going: GoingDownload | 'stopped'
}

/** What a run is made of. */
export interface RunParts {
  readonly page: string
  readonly script: PageFunction
  /** Every page of the app, by its path. */
  readonly pages: ReadonlyMap<string, PageFunction>
  readonly declarations: Declarations
  readonly memory: SessionMemory
  /** Changes one remembered name atomically in the store. */
  readonly changeState: (
    name: string,
    initial: () => unknown,
    change: (value: unknown) => unknown,
  ) => Promise<unknown>
  readonly values: TabValues
  readonly output: RunOutput
  readonly endedDownloads: readonly EndedDownload[]
  readonly goingDownloads: readonly UnderWay[]
  /** Those of the ended ones that an earlier play of the same request has told the script. */
  readonly toldDownloads: ReadonlySet<string>
  /** The tab's id where links must carry it; absent: links stay clean. */
  readonly tabInLinks?: string
  /** The widget that was pressed. */
  readonly press?: string
  /** The widget whose file this run was begun to send. */
  readonly downloads?: string
  /** Hears of each call. */
  readonly pulse: Pulse
  /** Whether call sites are noted, for messages that name lines. */
  readonly development: boolean
  /** Whether a later interaction waits, or the person wants this run to stop. */
  readonly interruption: () => 'yield' | 'halt' | undefined
}

/** How long after its press a file may be asked for. */
const FILE_HOURS = 1
/** How long after its press a folder may be filled. */
const FOLDER_HOURS = 24

/** A run under way or ended. */
export class ScriptRun implements RunContext {
  readonly page: string
  readonly parts: RunParts
  readonly #claimed = new Map<string, ClaimedWidget>()
  readonly #told: string[] = []
  readonly #ordinals = new Map<string, number>()
  #press: string | undefined
  #signal: ControlSignal | undefined
  #ended = false

  constructor(parts: RunParts) {
    this.page = parts.page
    this.parts = parts
    this.#press = parts.press
  }

  /** Runs the script to its end. Never rejects. */
  async play(): Promise<RunEnd> {
    const { pulse } = this.parts
    let end: RunEnd = { kind: 'finished' }
    pulse.begin(this.page)
    try {
      await inRun(this, this.parts.script)
    } catch (thrown) {
      end = thrown instanceof ControlSignal ? thrown.end : { kind: 'failed', error: thrown }
    }
    pulse.end(this.page)
    end = this.#signal?.end ?? end
    this.#signal ??= new ControlSignal(end)
    if (!staysOpen(end)) this.#ended = true
    return end
  }

  /** Calls what belongs to a run that stayed open to send a file. */
  callInside<Result>(fn: () => Result): Result {
    return inRun(this, fn)
  }

  /** Closes a run that stayed open to send a file. */
  close(): void {
    this.#ended = true
  }

  /** The press that no widget has claimed, if any. */
  get unclaimedPress(): string | undefined {
    return this.#press
  }

  /** The widgets that the run has reached, by id, in order. */
  get claimedWidgets(): ReadonlyMap<string, ClaimedWidget> {
    return this.#claimed
  }

  /** The ended downloads that this run has told the script. */
  get toldDownloads(): readonly string[] {
    return this.#told
  }

  /** Records a signal and throws it. */
  signal(end: RunEnd): never {
    this.#signal ??= new ControlSignal(end)
    throw this.#signal
  }

  checkpoint(): void {
    this.parts.pulse.sign(this.page)
    if (this.#signal !== undefined && (this.#ended || !staysOpen(this.#signal.end))) {
      if (this.#ended && this.parts.development) this.#signal.lateSite = currentCallSite()
      throw this.#signal
    }
    const interruption = this.parts.interruption()
    if (interruption === 'halt') this.signal({ kind: 'halted' })
    if (interruption === 'yield') this.signal({ kind: 'yielded' })
  }

  /** Like `checkpoint`, for what may also be called outside this run (by a cached function, by a download). */
  checkpointIfInside(): void {
    if (isCurrentRun(this)) this.checkpoint()
  }

  append(element: ElementData, id?: string): PlacedElement {
    this.checkpoint()
    const placed = id ?? this.#nextId(element.kind)
    this.parts.output.appended(placed, renderElement(element, placed))
    return {
      id: placed,
      replace: (next) => {
        this.checkpoint()
        this.parts.output.replaced(placed, renderElement(next, placed))
      },
      remove: () => {
        if (!this.#ended) this.parts.output.removed(placed)
      },
    }
  }

  widget(identity: WidgetIdentity, untouched: readonly string[]): Widget {
    this.checkpoint()
    const id = widgetId(identity)
    const site = this.parts.development ? currentCallSite() : undefined
    const claimed = { ...identity, site, hasInput: untouched.length > 0 }
    const first = this.#claimed.get(id)
    if (first !== undefined) throw duplicateWidget(first, claimed)
    this.#claimed.set(id, claimed)

    const { values } = this.parts
    const sent = values.read(this.page, id)
    const isTouched = sent !== undefined && !isEqual(sent, untouched)
    if (sent !== undefined && !isTouched) values.forget(this.page, id)
    const usePress = () => {
      if (this.#press !== id) return false
      this.#press = undefined
      return true
    }
    return {
      id,
      sent: isTouched ? sent : undefined,
      get pressed() {
        return usePress()
      },
      keep: (next) => values.write(this.page, id, next),
    }
  }

  offerDownload(
    widget: Widget,
    file: string,
    from: (preparing: Preparing) => Download | Promise<Download>,
  ): DownloadOutcome | undefined {
    this.checkpoint()
    if (this.parts.downloads === widget.id) {
      this.signal({ kind: 'found', file, from })
    }
    if (widget.pressed) {
      this.signal({ kind: 'offered', widgetId: widget.id, use: 'file', hours: FILE_HOURS })
    }
    return this.#tellOutcome(widget)
  }

  offerFiles(widget: Widget, set: FileSet): DownloadOutcome | undefined {
    this.checkpoint()
    if (this.parts.downloads === widget.id) this.signal({ kind: 'found-files', set })
    if (widget.pressed) {
      const hours = set.use === 'links' ? set.hours : FOLDER_HOURS
      this.signal({ kind: 'offered', widgetId: widget.id, use: set.use, hours })
    }
    return this.#tellOutcome(widget)
  }

  #tellOutcome(widget: Widget): DownloadOutcome | undefined {
    const ended = this.parts.endedDownloads.find(
      ({ idHash, widgetId: of }) =>
        of === widget.id && !this.parts.toldDownloads.has(idHash) && !this.#told.includes(idHash),
    )
    if (ended === undefined) return undefined
    this.#told.push(ended.idHash)
    return ended.outcome
  }

  goingDownload(widget: Widget): GoingDownload | 'stopped' | undefined {
    return this.parts.goingDownloads.find(({ widgetId: of }) => of === widget.id)?.going
  }

  pageUrl(path: string): string {
    const tab = this.parts.tabInLinks
    if (tab === undefined) return path
    const [beforeHash = '', ...fragment] = path.split('#')
    const joint = beforeHash.includes('?') ? '&' : '?'
    return [`${beforeHash}${joint}${TAB_PARAMETER}=${encodeURIComponent(tab)}`, ...fragment].join(
      '#',
    )
  }

  #nextId(kind: string): string {
    const ordinal = (this.#ordinals.get(kind) ?? 0) + 1
    this.#ordinals.set(kind, ordinal)
    return `${kind}-${ordinal}`
  }
}

/** Whether what the script offered is still to be sent, by calls that belong to its run. */
function staysOpen({ kind }: RunEnd): boolean {
  return kind === 'found' || kind === 'found-files'
}

/**
 * Finds the run that the caller belongs to.
 *
 * @throws `context.outside-run`
 */
export function currentScriptRun(call: string): ScriptRun {
  return currentRun(call) as ScriptRun
}
