/*
 * A request's hold on its tab in the session store: runs of a tab never overlap, on whatever node.
 *
 *   absent ──take, establish──→ held ──commit(ends)──→ ended
 *     │                          └──→ lost     the hold lapsed (the process stood still) and another run has the tab
 *     └──→ ended                               the session never got its row: nothing is written
 *
 * Invariants:
 *  1. The interaction's number is stored when the tab is taken, so that it acts at most once, whatever dies.
 *  2. A run that has lost its hold writes nothing more.
 */
import { sealNotice } from '../session/tab-notice.ts'
import type { StartedRun } from '../store/session-store.ts'
import type { SentInteraction, TabRequest } from './tab-request.ts'
import type { ScriptWorld } from './world.ts'

/** A run holds its tab this long between renewals; a process that dies frees it so late. */
const HOLD_MS = 3000
/** How often a held tab is asked for again. */
const ASK_AGAIN_MS = 20
/** After this long the person is told that the tab is busy. */
const GIVE_UP_MS = 60_000
/** Tabs kept of one session: each may hold as much as a form, and is made by opening a page. */
const MOST_TABS = 100

/** What one commit of a run writes, all or nothing. */
export interface HeldCommit {
  readonly state: readonly { readonly name: string; readonly sealed: string }[]
  /** Sealed widget values, where they changed. */
  readonly values: string | undefined
  /** What else is written, and the tab freed, when the run ends. */
  readonly end?: {
    /** A sentence to keep for the next run; `null` drops the one that was kept. */
    readonly notice: string | null | undefined
    readonly toldDownloads: readonly string[]
  }
}

/**
 * Takes the tab of a request, waiting for its turn among the nodes. A session without a row has no tab to take.
 *
 * @returns Undefined when others held the tab for too long, or nobody waits any more.
 */
export async function takeTab(
  world: ScriptWorld,
  request: TabRequest,
  interaction: SentInteraction | undefined,
): Promise<TabHold | undefined> {
  const hold = new TabHold(world, request, interaction)
  return !request.isStored || (await hold.take()) ? hold : undefined
}

/** One request's hold. */
export class TabHold {
  readonly #world: ScriptWorld
  readonly #request: TabRequest
  readonly #interaction: SentInteraction | undefined
  #started: StartedRun
  #status: 'absent' | 'held' | 'lost' | 'ended' = 'absent'
  /** From then on, by our own clock, only the store knows whose the tab is. */
  #heldUntil = 0
  #renewal: NodeJS.Timeout | undefined

  constructor(world: ScriptWorld, request: TabRequest, interaction: SentInteraction | undefined) {
    this.#world = world
    this.#request = request
    this.#interaction = interaction
    this.#started = unstoredRun(request)
  }

  /** What the run begins with. */
  get started(): StartedRun {
    return this.#started
  }

  /** Whether another run may have the tab by now. */
  get isLost(): boolean {
    return this.#status === 'lost'
  }

  /** Waits until the tab is free, and takes it; false when that takes too long or the session is no longer whose it was. */
  async take(): Promise<boolean> {
    const { kind, isGone } = this.#request
    // By a clock that nobody sets.
    const giveUpAt = performance.now() + GIVE_UP_MS
    for (;;) {
      if (!(await this.#isSessionInForce())) return false
      const started = await this.#ask()
      if (started !== undefined) {
        this.#started = started
        this.#status = 'held'
        this.#renewal = setInterval(() => void this.#renew(), HOLD_MS / 3).unref()
        return true
      }
      // A press is carried out whether or not anybody still looks.
      if (performance.now() >= giveUpAt || (kind !== 'press' && isGone())) return false
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    }
  }

  /**
   * Whoever waited may have lost the session meanwhile: its cookie id was replaced, or it was signed out. What runs
   * by then finishes; what has not begun comes again under the present cookie.
   */
  async #isSessionInForce(): Promise<boolean> {
    const { session, isStored } = this.#request
    if (!isStored) return true
    return (await this.#world.sessions.loadSession(session.cookieHash)) !== undefined
  }

  /** Gives a session its row, now that there is something to write; false when nothing can be written. */
  async establish(): Promise<boolean> {
    // The process may have stood still: what is written without a commit of this hold is not guarded by it.
    if (this.#status === 'held' && this.#world.clock() >= this.#heldUntil) await this.#renew()
    if (this.#status !== 'absent') return this.#status === 'held'
    if (!(await this.#request.establish())) return false
    const before = this.#started
    if (!(await this.take())) return false
    // The script has begun with what a session without a row has: only the number of the run is another.
    this.#started = { ...before, tab: { ...before.tab, run: this.#started.tab.run } }
    return true
  }

  /** Writes what a run has done so far; false (and nothing written) when the tab is no longer held. */
  async commit({ state, values, end }: HeldCommit): Promise<boolean> {
    if (this.#status === 'lost') return false
    if (this.#status !== 'held') return true
    if (end !== undefined) clearInterval(this.#renewal)
    const { sessions, owner, clock } = this.#world
    const { session, tabId } = this.#request
    const isCommitted = await sessions.commitRun({
      sessionKey: session.key,
      tabId,
      run: this.#started.tab.run,
      owner,
      now: clock(),
      ends: end !== undefined,
      state,
      ...(values === undefined ? {} : { values }),
      ...(end?.notice === undefined ? {} : { notice: this.#sealed(end.notice) }),
      ...(end === undefined ? {} : { toldDownloads: end.toldDownloads }),
    })
    if (!isCommitted) this.#status = 'lost'
    else if (end !== undefined) this.#status = 'ended'
    return isCommitted
  }

  #sealed(notice: string | null): string | null {
    const { session, tabId } = this.#request
    if (notice === null) return null
    return sealNotice(this.#world, { sessionKey: session.key, tabId }, notice)
  }

  /** Renews the hold no longer: what was not ended lapses by itself. */
  letGo(): void {
    clearInterval(this.#renewal)
  }

  #ask(): Promise<StartedRun | undefined> {
    const { sessions, owner, clock } = this.#world
    const { session, tabId, runAtLeast } = this.#request
    const now = clock()
    this.#heldUntil = now + HOLD_MS
    return sessions.startRun({
      sessionKey: session.key,
      tabId,
      owner,
      now,
      heldUntil: this.#heldUntil,
      runAtLeast,
      mostTabs: MOST_TABS,
      ...(this.#interaction === undefined ? {} : { number: this.#interaction.number }),
    })
  }

  async #renew(): Promise<void> {
    const { sessions, owner, clock } = this.#world
    const { session, tabId } = this.#request
    const { run } = this.#started.tab
    const heldUntil = clock() + HOLD_MS
    try {
      const isRenewed = await sessions.renewRun(session.key, tabId, run, owner, heldUntil)
      if (isRenewed) this.#heldUntil = heldUntil
      else if (this.#status === 'held') this.#status = 'lost'
    } catch {
      // The store can't be reached: the next renewal, or the commit, finds out whether the tab is still ours.
    }
  }
}

/** The run of a session that has no row: it reads defaults and writes nothing. */
function unstoredRun({ tabId, runAtLeast }: TabRequest): StartedRun {
  return {
    tab: { id: tabId, run: runAtLeast, number: 0, interrupted: false },
    acts: false,
    state: [],
    connections: [],
    endedDownloads: [],
    goingDownloads: [],
    outcomes: [],
    news: 0,
  }
}
