/*
 * One request for a run of a tab: what is asked, where the view goes, what is answered. Types alone, for those who
 * ask (`server/`) and those who answer (`tab-run.ts` and what it reads).
 */
import type { Caller } from '../session/caller.ts'
import type { TabValues } from '../session/tab-values.ts'
import type { SessionRecord } from '../store/session-store.ts'
import type { Offer } from './control-signal.ts'
import type { RunOutput } from './run.ts'

/** `press`: a button; `change`: values only, or just the question what is there; `document`: a whole page. */
export type RunKind = 'press' | 'change' | 'document'

/** What the person's browser sent. */
export interface SentInteraction {
  /** Rises with each interaction of a tab; one number acts once. */
  readonly number: number
  /** The widget that was pressed. */
  readonly press?: string
  /** Form fields by widget id, as they were changed since the last interaction. */
  readonly values: Readonly<Record<string, readonly string[]>>
}

/** One play of a page's script within a request. */
export interface Play {
  readonly run: number
  readonly page: string
  /** The number that the next interaction may carry. */
  readonly nextNumber: number
  /** The session's news number that this run takes into account. */
  readonly news: number
}

/** Where the view of a request goes. */
export interface TabOutput {
  /** How long elements may wait for company before they are sent. */
  readonly patienceMs: number
  /** Whether another page may follow in the same answer. */
  readonly canGo: boolean
  /** A play of a page begins, with an empty view. */
  begin(play: Play): RunOutput
  /** Takes a sentence to the person, when the last play has ended. */
  notice(text: string): void
  /**
   * Takes what the view holds now.
   *
   * @returns Lets exactly that leave: to be called once everything written before is committed, or never.
   */
  collect(): () => void
}

/** One request for a run. */
export interface TabRequest {
  readonly session: SessionRecord
  readonly caller: Caller
  /** Whether the session has its row; without one nothing is written unless `establish` gives it one. */
  readonly isStored: boolean
  /** Gives the session its row, for a run that has something to remember; false when it may not have one. */
  readonly establish: () => Promise<boolean>
  readonly tabId: string
  /** The tab whose values a new one starts with. */
  readonly copyOf?: string
  readonly page: string
  readonly kind: RunKind
  readonly interaction?: SentInteraction
  /** A sentence to the person that this run shows beside its own. */
  readonly notice?: string
  /** One more than the newest run that the document has shown. */
  readonly runAtLeast: number
  /** The tab's id where links must carry it; absent: links stay clean. */
  readonly tabInLinks?: string
  readonly output: TabOutput
  /** Whether nobody waits for the answer any more. */
  readonly isGone: () => boolean
}

/** What came of a request. */
export type TabAnswer =
  | ({ readonly kind: 'shown'; readonly hasInputs: boolean } & Play)
  | { readonly kind: 'switched'; readonly path: string }
  /** A later request took over, or another node: its answer completes the view. */
  | { readonly kind: 'yielded'; readonly run: number; readonly news: number }
  /** A later request of this process brings what this one brought. */
  | { readonly kind: 'folded' }
  /** The tab was held by others for too long, or there was no room for a run; nothing has been done. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'left'; readonly url: string; readonly providerTitle: string }
  | ({
      readonly kind: 'offered'
      readonly widgetId: string
      readonly values: TabValues
    } & Offer)
  | { readonly kind: 'signed-out'; readonly everywhere: boolean }

/** Names a tab's line: a tab id alone opens nothing. */
export function lineOf(sessionKey: string, tabId: string): string {
  return `${sessionKey}/${tabId}`
}
