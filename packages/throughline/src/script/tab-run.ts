/*
 * One request for a run, from its turn in the line to the last commit.
 *
 *   wait for the turn (tab-queue) and for room (run-room) → hold the tab in the store (tab-hold) → open its values and
 *   apply what was sent (tab-arrival) → play, again after rerun or switchPage → commit (tab-writes) → the tab is free
 *
 * Invariants:
 *  1. A press acts in the first play alone; a rerun or another page does not see it.
 *  2. A sentence to the person is shown by this answer or kept for the tab's next run, never dropped.
 *  3. What a play that was broken off has been told of ended downloads is told again.
 */
import { createRequestId } from '../base/random.ts'
import { renderElement } from '../elements/kinds.ts'
import type { RunEnd } from './control-signal.ts'
import { withinLimit } from './play-limit.ts'
import { ScriptRun, type RunOutput } from './run.ts'
import { toScriptError } from './script-failure.ts'
import { readArrival, type Arrival } from './tab-arrival.ts'
import { takeTab, type TabHold } from './tab-hold.ts'
import type { Turn } from './tab-queue.ts'
import { lineOf, type Play, type TabAnswer, type TabRequest } from './tab-request.ts'
import { TabWrites } from './tab-writes.ts'
import type { ScriptWorld } from './world.ts'

/** Runs a page for a request, when its turn has come. */
export async function runTab(world: ScriptWorld, request: TabRequest): Promise<TabAnswer> {
  const { session, tabId } = request
  const line = lineOf(session.key, tabId)
  if (world.queue.isFull(line)) return { kind: 'busy' }
  const turn = await world.queue.enter(line, request)
  if (turn === undefined) return { kind: 'folded' }
  const leave = await world.room.enter(session.key)
  try {
    if (leave === undefined) return { kind: 'busy' }
    const hold = await takeTab(world, request, turn.interaction)
    if (hold === undefined) return { kind: 'busy' }
    try {
      const arrival = await readArrival(world, request, hold.started, turn.interaction)
      return await new TabRun(world, request, turn, hold, arrival).answer()
    } finally {
      hold.letGo()
    }
  } finally {
    leave?.()
    turn.leave()
  }
}

class TabRun {
  readonly #world: ScriptWorld
  readonly #request: TabRequest
  readonly #turn: Turn
  readonly #hold: TabHold
  readonly #arrival: Arrival
  readonly #writes: TabWrites
  /** Ended downloads that the script was told by plays that were not broken off. */
  readonly #toldDownloads = new Set<string>()
  /** Sentences to the person. */
  readonly #told: string[]
  #view: RunOutput | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(
    world: ScriptWorld,
    request: TabRequest,
    turn: Turn,
    hold: TabHold,
    arrival: Arrival,
  ) {
    this.#world = world
    this.#request = request
    this.#turn = turn
    this.#hold = hold
    this.#arrival = arrival
    this.#writes = new TabWrites(world, request, hold, arrival.values)
    this.#told = [...arrival.told]
  }

  async answer(): Promise<TabAnswer> {
    let { page } = this.#request
    let { press } = this.#arrival
    try {
      for (let plays = 1; ; plays += 1) {
        const run = this.#begin(page, press)
        const end = withinLimit(await run.play(), plays, page)
        if (this.#hold.isLost) return this.#yielded()
        this.#note(run, end)
        press = undefined
        if (end.kind === 'switched' && this.#request.output.canGo) page = end.path
        else if (end.kind !== 'rerun') return await this.#close(run, end)
      }
    } finally {
      clearTimeout(this.#timer)
    }
  }

  #begin(page: string, press: string | undefined): ScriptRun {
    const world = this.#world
    const { session, tabId, tabInLinks, output } = this.#request
    const { connections, outcomes } = this.#hold.started
    const script = world.app.pages.get(page)
    if (script === undefined) throw new TypeError(`No page ${page}`)
    this.#view = output.begin(this.#playOf(page))
    const run = new ScriptRun({
      page,
      script,
      pages: world.app.pages,
      declarations: world.declarations,
      memory: this.#writes.memory,
      changeState: (name, initial, change) => this.#writes.changeState(name, initial, change),
      values: this.#writes.values,
      output: this.#watched(this.#view),
      endedDownloads: this.#arrival.endedDownloads,
      goingDownloads: this.#arrival.goingDownloads,
      toldDownloads: this.#toldDownloads,
      pulse: world.pulse,
      development: world.development,
      interruption: () => this.#interruption(),
      ...(tabInLinks === undefined ? {} : { tabInLinks }),
      ...(press === undefined ? {} : { press }),
    })
    const { key: sessionKey, cookieHash } = session
    world.prepare(run, {
      sessionKey,
      cookieHash,
      tabId,
      network: this.#request.caller.network,
      connections,
      outcomes,
    })
    return run
  }

  #playOf(page: string): Play {
    const { tab, news, acts } = this.#hold.started
    const number = acts ? (this.#turn.interaction?.number ?? tab.number) : tab.number
    return { run: tab.run, page, nextNumber: number + 1, news }
  }

  #interruption(): 'yield' | 'halt' | undefined {
    if (this.#hold.isLost) return 'yield'
    if (this.#turn.isHaltWanted()) return 'halt'
    if (this.#request.kind === 'press') return undefined
    return this.#turn.isYieldWanted() || this.#request.isGone() ? 'yield' : undefined
  }

  /** Sees to it that what a run puts on the page is sent before long. */
  #watched(inner: RunOutput): RunOutput {
    const soon = () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        void this.#writes.flush()
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

  /** Notes what a play has used up, and what the person or the author must hear of it. */
  #note(run: ScriptRun, end: RunEnd): void {
    if (end.kind !== 'yielded' && end.kind !== 'halted') {
      for (const idHash of run.toldDownloads) this.#toldDownloads.add(idHash)
    }
    if (end.kind === 'halted') this.#told.push(HALTED)
    const isOver = end.kind === 'finished' || end.kind === 'rerun' || end.kind === 'switched'
    if (isOver && run.unclaimedPress !== undefined) this.#told.push(UNREACHED)
    if (end.kind === 'finished') this.#dropStrays(run)
    if (end.kind === 'finished' && this.#world.development) this.#told.push(...this.#lost(run))
  }

  /** A page that ran to its end has no widget for these: whatever sent them, they are not kept. */
  #dropStrays(run: ScriptRun): void {
    if (run.page !== this.#request.page) return
    for (const id of Object.keys(this.#turn.interaction?.values ?? {})) {
      if (!run.claimedWidgets.has(id)) this.#writes.values.forget(run.page, id)
    }
  }

  /** What the author must hear: values that are lost because a label changed. */
  #lost(run: ScriptRun): readonly string[] {
    const { session, tabId } = this.#request
    const line = lineOf(session.key, tabId)
    const isTouched = (id: string) => this.#writes.values.read(run.page, id) !== undefined
    return this.#world.labels.compare(line, run.page, run.claimedWidgets, isTouched)
  }

  async #close(run: ScriptRun, end: RunEnd): Promise<TabAnswer> {
    clearTimeout(this.#timer)
    if (end.kind === 'failed') this.#showFailure(end.error)
    let answer = this.#toAnswer(run, end)
    const refuse = (error: unknown) => {
      this.#showFailure(error)
      answer = this.#toAnswer(run, { kind: 'failed', error })
    }
    const isOurs = await this.#writes.finish(refuse, () => ({
      notice: this.#tell(answer),
      toldDownloads: [...this.#toldDownloads],
    }))
    return isOurs ? answer : this.#yielded()
  }

  #showFailure(error: unknown): void {
    const id = this.#request.caller.requestId
    this.#world.report(error, id)
    const shown = toScriptError(error, id, this.#world.development)
    const elementId = `script-error-${createRequestId(this.#world.random)}`
    this.#view?.appended(elementId, renderElement(shown, elementId))
  }

  #toAnswer(run: ScriptRun, end: RunEnd): TabAnswer {
    switch (end.kind) {
      case 'switched':
        return { kind: 'switched', path: end.path }
      case 'yielded':
        return this.#yielded()
      case 'left':
        return { kind: 'left', url: end.url, providerTitle: end.providerTitle }
      case 'offered':
        return { ...end, values: this.#writes.values }
      case 'signed-out':
        return end
      default: {
        const hasInputs = [...run.claimedWidgets.values()].some((widget) => widget.hasInput)
        return { kind: 'shown', ...this.#playOf(run.page), hasInputs }
      }
    }
  }

  #yielded(): TabAnswer {
    const { tab, news } = this.#hold.started
    return { kind: 'yielded', run: tab.run, news }
  }

  /** Tells the person, if the answer shows a page; returns what is to be kept for the next run. */
  #tell(answer: TabAnswer): string | null | undefined {
    if (answer.kind !== 'shown') return this.#told.length === 0 ? undefined : this.#told.join(' ')
    for (const text of this.#told) this.#request.output.notice(text)
    return this.#hold.started.tab.notice === undefined ? undefined : null
  }
}

const UNREACHED = 'That button is no longer on the page, so nothing was done.'
const HALTED = 'Stopped.'
