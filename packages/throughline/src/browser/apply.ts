/*
 * Applies the frames of one answer to the document.
 *
 * Terms. An answer holds one run, or several where the script switched pages. A run *fits* when its patches start
 * from the view on display, or from nothing. The view is *torn* (page.shown is 0) between the first patch of a
 * run and its end: only the rest of that run, its successor in the same answer, or a whole view fits it then.
 * Invariants. 1 A patch of a run that does not fit is never applied. 2 No run older than the newest applied is
 * applied. 3 What a person has entered is changed only where `values.keeps` says no.
 */
import type { EndFrame, Frame, Patch, PutFrame, RunFrame } from '../protocol/frame.ts'
import { FIELD } from '../protocol/fields.ts'
import { loadFolderProgram, tellFiles } from './folder-program.ts'
import { confirmElement, finishRun, startRun } from './busy.ts'
import { morphElement, rememberOpen } from './morph.ts'
import { focusHeading, goTo, leaveTo, noteFocus, regainFocus } from './navigate.ts'
import { showNotice } from './notice.ts'
import { cleanLinks, forgetShown, writeField } from './page.ts'
import type { Page } from './page.ts'
import { findElement, parseElement, placeElement } from './place.ts'
import { readEntries } from './values.ts'
import type { Values } from './values.ts'

/** An answer as far as it was applied. */
export interface Answer {
  /** The newest interaction that had been sent when this was asked for. */
  readonly number: number
  /** Whether the person began it; a page that changes by itself leaves no step in the history. */
  readonly byPerson: boolean
  /** Ids that the present run has put, when it puts the whole view. */
  whole: Set<string> | undefined
  /** Whether the present run is passed over. */
  isDropped: boolean
  /** The run that did not fit, when none after it made up for it. */
  missed: number
  /** Whether a run was opened and whether it has ended. */
  state: 'empty' | 'open' | 'ended'
}

/** Starts an answer. */
export function createAnswer(number: number, byPerson: boolean): Answer {
  return {
    number,
    byPerson,
    whole: undefined,
    isDropped: false,
    missed: 0,
    state: 'empty',
  }
}

/** Applies one frame; `renameTab` is called when the server gave the tab another id. */
export function applyFrame(
  page: Page,
  values: Values,
  answer: Answer,
  frame: Frame,
  renameTab: (id: string) => void,
): void {
  switch (frame.type) {
    case 'run':
      if (frame.tab !== undefined) renameTab(frame.tab)
      return openRun(page, answer, frame)
    case 'put':
    case 'move':
    case 'remove':
      if (!answer.isDropped) applyPatch(page, values, answer, frame)
      return
    case 'go':
      if (frame.away !== true) return goTo(page, frame.url, answer.byPerson)
      answer.state = 'ended'
      return leaveTo(frame.url, answer.byPerson)
    case 'files':
      answer.state = 'ended'
      return tellFiles(frame.url)
    case 'notice':
      return showNotice(frame.text)
    case 'end':
      return endRun(page, answer, frame)
    case 'token':
      break
  }
}

/** Closes an answer that will bring no more frames, whether it has ended or was cut. */
export function closeAnswer(page: Page): void {
  page.streaming = 0
  finishRun(page.view)
}

function openRun(page: Page, answer: Answer, frame: RunFrame): void {
  answer.state = 'open'
  answer.whole = frame.from === null ? new Set() : undefined
  const isOld = frame.run < page.newest
  const fits = frame.from === null || frame.from === page.shown || frame.from === page.streaming
  answer.isDropped = isOld || !fits
  answer.missed = !isOld && !fits ? frame.run : 0
  if (answer.isDropped) return
  page.newest = frame.run
  page.streaming = frame.run
  startRun(page.view)
  noteFocus()
}

function applyPatch(page: Page, values: Values, answer: Answer, patch: Patch): void {
  page.shown = 0
  if (patch.type === 'put') return putElement(page, values, answer, patch)
  if (patch.type === 'remove') {
    for (const id of patch.ids) findElement(page.view, id)?.remove()
    return
  }
  const element = findElement(page.view, patch.id)
  if (element === undefined) return
  answer.whole?.add(patch.id)
  placeElement(page.view, element, patch.after)
  confirmElement(element)
}

function putElement(page: Page, values: Values, answer: Answer, frame: PutFrame): void {
  const fresh = parseElement(frame.html)
  if (fresh === undefined) return
  answer.whole?.add(frame.id)
  const rendered = readEntries(fresh)
  const existing = findElement(page.view, frame.id)
  if (existing === undefined) {
    placeElement(page.view, fresh, frame.after)
    values.settle(rendered, Infinity)
  } else {
    if (frame.after !== undefined) placeElement(page.view, existing, frame.after)
    const names = [...rendered.keys()]
    const kept = new Set(names.filter((name) => values.keeps(name, existing, fresh, answer.number)))
    morphElement(existing, fresh, (name) => kept.has(name))
    values.settle(rendered, answer.number)
  }
  const element = existing ?? fresh
  rememberOpen(element)
  cleanLinks(element)
  loadFolderProgram(element)
  confirmElement(element)
  focusHeading(element)
}

function endRun(page: Page, answer: Answer, frame: EndFrame): void {
  answer.state = 'ended'
  if (answer.isDropped) return
  page.streaming = 0
  finishRun(page.view)
  if (frame.yielded === true) return
  if (answer.whole !== undefined) removeOthers(page.view, answer.whole)
  page.shown = frame.run
  page.news = Math.max(page.news, frame.news)
  writeField(page, FIELD.run, String(frame.run))
  document.title = frame.title
  regainFocus(page.view)
}

function removeOthers(view: Element, put: ReadonlySet<string>): void {
  for (const element of [...view.children]) if (!put.has(element.id)) element.remove()
}

/** Forgets the runs of another tab: their numbers mean nothing in this one. */
export function forgetRuns(page: Page): void {
  forgetShown(page)
  page.newest = 0
}
