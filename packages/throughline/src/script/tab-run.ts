/*
 * One request for a run, from its turn in the line to the last commit.
 *
 *   wait for the turn → hold the tab in the store → apply what was sent → play (again after rerun or switchPage)
 *   → commit, then let the output send → free the tab
 *
 * Invariants:
 *  1. Write before ack: the output is told to send only after everything written before is committed (`flush`).
 *  2. The interaction's number is stored when the tab is taken, so that it acts at most once, whatever dies.
 *  3. A run that has lost its hold writes nothing more.
 */
import { createId } from '../base/random.ts'
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import type { DownloadOutcome } from '../context/download.ts'
import { open } from '../crypto/seal.ts'
import { renderElement } from '../elements/kinds.ts'
import { SessionMemory } from '../session/memory.ts'
import { TabValues } from '../session/tab-values.ts'
import type { DownloadRecord, SessionRecord, StartedRun } from '../store/session-store.ts'
import type { RunEnd } from './control-signal.ts'
import { ScriptRun, type EndedDownload, type RunOutput } from './run.ts'
import { toScriptError } from './script-failure.ts'
import type { QueuedRun, Turn } from './tab-queue.ts'
import type { ScriptWorld } from './world.ts'

/** A run holds its tab this long between renewals; a process that dies frees it so late. */
const HOLD_MS = 3000
/** How often a held tab is asked for again. */
const ASK_AGAIN_MS = 20
/** After this long the person is told that the tab is busy. */
const GIVE_UP_MS = 60_000
/** Reruns and page switches of one answer. */
const MOST_PLAYS = 20

/** What the person's browser sent. */
export interface SentInteraction {
  readonly number: number
  readonly press?: string
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
  /** Whether a sentence to the person can be shown now; if not, it is kept for the next run. */
  readonly showsNotices: boolean
  /** Whether another page may follow in the same answer. */
  readonly canGo: boolean
  /** A play of a page begins, with an empty view. */
  begin(play: Play): RunOutput
  notice(text: string): void
  /** Everything so far is committed: it may be sent. */
  send(): void
}

/** One request for a run. */
export interface TabRequest {
  readonly session: SessionRecord
  /** Whether the session has its row; without one nothing is written unless `establish` gives it one. */
  readonly isStored: boolean
  /** Gives the session its row, for a run that has something to remember; false when it may not have one. */
  readonly establish: () => Promise<boolean>
  readonly tabId: string
  /** The tab whose values a new one starts with. */
  readonly copyOf?: string
  readonly page: string
  readonly kind: QueuedRun['kind']
  readonly interaction?: SentInteraction
  /** One more than the newest run that the document has shown. */
  readonly runAtLeast: number
  readonly tabInLinks?: string
  readonly output: TabOutput
  /** Whether nobody waits for the answer any more. */
  readonly isGone: () => boolean
}

/** What came of a request. */
export type TabAnswer =
  | ({ readonly kind: 'shown'; readonly hasInputs: boolean } & Play)
  | { readonly kind: 'switched'; readonly path: string }
  | { readonly kind: 'yielded'; readonly run: number; readonly news: number }
  | { readonly kind: 'folded' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'left'; readonly url: string; readonly providerTitle: string }
  | { readonly kind: 'offered'; readonly widgetId: string; readonly values: TabValues }
  | { readonly kind: 'signed-out' }

/** Runs a page for a request, when its turn has come. */
export async function runTab(world: ScriptWorld, request: TabRequest): Promise<TabAnswer> {
  const queued: QueuedRun = { kind: request.kind, values: request.interaction?.values ?? {} }
  const turn = await world.queue.enter(lineOf(request.session.key, request.tabId), queued)
  if (turn === undefined) return { kind: 'folded' }
  try {
    return await new TabRun(world, request, turn).answer(queued.values)
  } finally {
    turn.leave()
  }
}

/** Names a tab's line: a tab id alone opens nothing. */
export function lineOf(sessionKey: string, tabId: string): string {
  return `${sessionKey}/${tabId}`
}

class TabRun {
  readonly #world: ScriptWorld
  readonly #request: TabRequest
  readonly #turn: Turn
  #started!: StartedRun
  #memory!: SessionMemory
  #values!: TabValues
  #isHeld = false
  #isLost = false
  #notice: string | null | undefined
  #play: ScriptRun | undefined
  readonly #told = new Set<string>()
  #flushing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(world: ScriptWorld, request: TabRequest, turn: Turn) {
    this.#world = world
    this.#request = request
    this.#turn = turn
  }

  async answer(values: Readonly<Record<string, readonly string[]>>): Promise<TabAnswer> {
    const { session, tabId, isStored } = this.#request
    if (isStored) {
      const started = await this.#hold()
      if (started === undefined) return { kind: 'busy' }
      this.#started = started
    } else {
      this.#started = unstoredRun(this.#request)
    }
    const renewal = setInterval(() => void this.#renew(), HOLD_MS / 3)
    renewal.unref()
    try {
      const { ring, random } = this.#world
      this.#memory = new SessionMemory(ring, random, session.key, this.#started.state)
      this.#values = await this.#openValues(tabId)
      const press = this.#apply(values)
      return await this.#playAll(press)
    } finally {
      clearInterval(renewal)
      clearTimeout(this.#timer)
    }
  }

  async #hold(): Promise<StartedRun | undefined> {
    const { sessions, owner, clock } = this.#world
    const { session, tabId, interaction, runAtLeast } = this.#request
    const giveUpAt = clock() + GIVE_UP_MS
    for (;;) {
      const now = clock()
      const started = await sessions.startRun({
        sessionKey: session.key,
        tabId,
        owner,
        now,
        heldUntil: now + HOLD_MS,
        runAtLeast,
        ...(interaction === undefined ? {} : { number: interaction.number }),
      })
      if (started !== undefined) {
        this.#isHeld = true
        return started
      }
      if (clock() >= giveUpAt || this.#request.isGone()) return undefined
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    }
  }

  async #renew(): Promise<void> {
    if (!this.#isHeld) return
    const { sessions, owner, clock } = this.#world
    const { session, tabId } = this.#request
    const run = this.#started.tab.run
    if (!(await sessions.renewRun(session.key, tabId, run, owner, clock() + HOLD_MS))) {
      this.#isLost = true
    }
  }

  async #openValues(tabId: string): Promise<TabValues> {
    const { ring, sessions } = this.#world
    const { session, copyOf } = this.#request
    const own = this.#started.tab.values
    if (own !== undefined) return TabValues.open(ring, session.key, tabId, own)
    if (copyOf === undefined) return TabValues.empty()
    const other = await sessions.loadTab(session.key, copyOf)
    if (other?.values === undefined) return TabValues.empty()
    return TabValues.open(ring, session.key, copyOf, other.values).copy()
  }

  /** Applies what was sent, once; returns the press that acts. */
  #apply(values: Readonly<Record<string, readonly string[]>>): string | undefined {
    const { interaction, page } = this.#request
    const { tab, acts } = this.#started
    if (tab.notice !== undefined) {
      this.#tell(tab.notice)
      this.#notice ??= null
    }
    if (interaction === undefined) {
      if (tab.interrupted) this.#tell(INTERRUPTED)
      return undefined
    }
    const wasCutShort = !acts && tab.interrupted && interaction.number === tab.number
    if (acts || wasCutShort) {
      for (const [id, sent] of Object.entries(values)) this.#values.write(page, id, sent)
    }
    if (acts) return interaction.press
    if (wasCutShort && interaction.press !== undefined) this.#tell(INTERRUPTED)
    else if (interaction.number < tab.number) this.#tell(OUTDATED)
    return undefined
  }

  async #playAll(firstPress: string | undefined): Promise<TabAnswer> {
    const { output } = this.#request
    let page = this.#request.page
    let press = firstPress
    for (let plays = 1; ; plays += 1) {
      const run = this.#begin(page, press)
      let end = await run.play()
      if (this.#isLost) return { kind: 'yielded', run: this.#run, news: this.#started.news }
      if (end.kind === 'failed' && isThroughlineError(end.error, 'vault.needs-reconnect')) {
        end = { kind: 'rerun' }
      }
      if (plays >= MOST_PLAYS && (end.kind === 'rerun' || end.kind === 'switched')) {
        end = { kind: 'failed', error: tooManyPlays(page) }
      }
      if (end.kind === 'finished' && run.unclaimedPress !== undefined) this.#tell(UNREACHED)
      press = undefined
      if (end.kind === 'rerun') continue
      if (end.kind === 'switched' && output.canGo) {
        page = end.path
        continue
      }
      return this.#close(run, end, page)
    }
  }

  #begin(page: string, press: string | undefined): ScriptRun {
    const { world, request } = { world: this.#world, request: this.#request }
    const script = world.app.pages.get(page)
    if (script === undefined) throw new TypeError(`No page ${page}`)
    const run = new ScriptRun({
      page,
      script,
      paths: new Set(world.app.pages.keys()),
      declarations: world.declarations,
      memory: this.#memory,
      changeState: (name, initial, change) => this.#changeState(name, initial, change),
      values: this.#values,
      output: this.#watched(request.output.begin(this.#playOf(page))),
      endedDownloads: this.#started.endedDownloads.map((one) => this.#openEnded(one)),
      toldDownloads: this.#told,
      development: world.development,
      interruption: () => this.#interruption(),
      ...(request.tabInLinks === undefined ? {} : { tabInLinks: request.tabInLinks }),
      ...(press === undefined ? {} : { press }),
    })
    this.#play = run
    world.prepare(run, {
      sessionKey: request.session.key,
      cookieHash: request.session.cookieHash,
      tabId: request.tabId,
      connections: this.#started.connections,
      outcomes: this.#started.outcomes,
    })
    return run
  }

  #playOf(page: string): Play {
    const { tab, news, acts } = this.#started
    const number = acts ? (this.#request.interaction?.number ?? tab.number) : tab.number
    return { run: tab.run, page, nextNumber: number + 1, news }
  }

  get #run(): number {
    return this.#started.tab.run
  }

  #interruption(): 'yield' | 'halt' | undefined {
    if (this.#isLost) return 'yield'
    if (this.#turn.isHaltWanted()) return 'halt'
    if (this.#request.kind === 'press') return undefined
    return this.#turn.isYieldWanted() || this.#request.isGone() ? 'yield' : undefined
  }

  /** Sees to it that what a run puts on the page is sent before long. */
  #watched(inner: RunOutput): RunOutput {
    const soon = () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#flushing = this.#flush()
      }, this.#request.output.patienceMs)
    }
    return {
      appended(id, markup) {
        inner.appended(id, markup)
        soon()
      },
      replaced(id, markup) {
        inner.replaced(id, markup)
        soon()
      },
      removed(id) {
        inner.removed(id)
        soon()
      },
    }
  }

  async #flush(): Promise<void> {
    if (this.#isLost) return
    try {
      await this.#commit(false)
      this.#request.output.send()
    } catch {
      // A value that can't be kept is shown when the run ends; until then nothing is acked.
    }
  }

  async #close(run: ScriptRun, end: RunEnd, page: string): Promise<TabAnswer> {
    clearTimeout(this.#timer)
    await this.#flushing
    let failure = end.kind === 'failed' ? { error: end.error } : undefined
    if (end.kind === 'halted') this.#tell(HALTED)
    try {
      this.#memory.changes()
    } catch (error) {
      failure ??= { error }
      this.#memory.dropUnkeepable()
    }
    if (failure !== undefined) {
      const id = createId(this.#world.random).slice(0, 8)
      this.#world.report(failure.error, id)
      const shown = toScriptError(failure.error, id, this.#world.development)
      this.#play?.parts.output.appended(
        `script-error-${id}`,
        renderElement(shown, `script-error-${id}`),
      )
    }
    if (!(await this.#commit(true))) {
      return { kind: 'yielded', run: this.#run, news: this.#started.news }
    }
    return this.#toAnswer(run, end, page)
  }

  #toAnswer(run: ScriptRun, end: RunEnd, page: string): TabAnswer {
    const { news } = this.#started
    switch (end.kind) {
      case 'switched':
        return { kind: 'switched', path: end.path }
      case 'yielded':
        return { kind: 'yielded', run: this.#run, news }
      case 'left':
        return { kind: 'left', url: end.url, providerTitle: end.providerTitle }
      case 'offered':
        return { kind: 'offered', widgetId: end.widgetId, values: this.#values }
      case 'signed-out':
        return { kind: 'signed-out' }
      default: {
        const hasInputs = [...run.claimedWidgets.keys()].some((id) => !IS_BUTTON.test(id))
        return { kind: 'shown', ...this.#playOf(page), hasInputs }
      }
    }
  }

  /** Writes what has come about; false when the tab is no longer ours. */
  async #commit(ends: boolean): Promise<boolean> {
    const { world, request } = { world: this.#world, request: this.#request }
    const changes = this.#memory.changes()
    if (!this.#isHeld) {
      if (changes.entries.length === 0 || !(await request.establish())) return true
      const started = await this.#hold()
      if (started === undefined) return true
      this.#started = { ...this.#started, tab: { ...this.#started.tab, run: started.tab.run } }
    }
    const { ring, random, sessions, owner, clock } = world
    const { session, tabId } = request
    const values = this.#values.sealChanged(ring, random, session.key, tabId)
    const isEmpty = changes.entries.length === 0 && values === undefined
    if (isEmpty && !ends) return true
    const isCommitted = await sessions.commitRun({
      sessionKey: session.key,
      tabId,
      run: this.#run,
      owner,
      now: clock(),
      ends,
      state: changes.entries,
      ...(values === undefined ? {} : { values }),
      ...(this.#notice === undefined ? {} : { notice: this.#notice }),
      ...(ends ? { toldDownloads: [...this.#told] } : {}),
    })
    if (isCommitted) changes.settle()
    else this.#isLost = true
    if (ends) this.#isHeld = false
    return isCommitted
  }

  async #changeState(
    name: string,
    initial: () => unknown,
    change: (value: unknown) => unknown,
  ): Promise<unknown> {
    if (!this.#isHeld && (await this.#request.establish())) {
      const started = await this.#hold()
      if (started !== undefined) {
        this.#started = { ...this.#started, tab: { ...this.#started.tab, run: started.tab.run } }
      }
    }
    if (this.#isHeld) {
      return this.#memory.change(this.#world.sessions, name, initial, change)
    }
    const value = change(this.#memory.read(name, initial))
    this.#memory.write(name, value)
    return value
  }

  #tell(text: string): void {
    if (this.#request.output.showsNotices) this.#request.output.notice(text)
    else this.#notice = text
  }

  #openEnded(record: DownloadRecord): EndedDownload {
    const context = [record.sessionKey, record.idHash, 'outcome']
    const text = open(this.#world.ring, 'download', context, record.outcome ?? '')
    return {
      idHash: record.idHash,
      widgetId: record.widget,
      outcome: JSON.parse(text) as DownloadOutcome,
    }
  }
}

const IS_BUTTON = /^(?:button|connect-button|download-button|data-grid-all):/
const INTERRUPTED =
  'The server stopped while it was working on your last press. Nothing that was shown as done is lost. ' +
  'Please look, and press again if need be.'
const OUTDATED = 'This page was out of date. Here is the present one; please press again.'
const UNREACHED = 'That button is no longer on the page, so nothing was done.'
const HALTED = 'Stopped.'

/** The run of a session that has no row: it reads defaults and writes nothing. */
function unstoredRun({ tabId, runAtLeast }: TabRequest): StartedRun {
  return {
    tab: { id: tabId, run: runAtLeast, number: 0, interrupted: false },
    acts: false,
    state: [],
    connections: [],
    endedDownloads: [],
    outcomes: [],
    news: 0,
  }
}

function tooManyPlays(page: string): ThroughlineError {
  return new ThroughlineError(
    'script.too-many-reruns',
    `Page "${page}" asked to run again ${MOST_PLAYS} times in a row. Put rerun() or switchPage() behind a condition ` +
      'that the next run no longer meets.',
    { attribution: 'script' },
  )
}
