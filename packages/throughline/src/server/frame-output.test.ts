import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { html } from '../html/escape.ts'
import { parseFrame, type Frame } from '../protocol/frame.ts'
import type { Play } from '../script/tab-request.ts'
import { FrameOutput } from './frame-output.ts'
import { Views } from './views.ts'

const play = (run: number, page = '/'): Play => ({ run, page, nextNumber: 1, news: 0 })

function answer(views = new Views(), shownRun = 0) {
  const sent: Frame[] = []
  const output = new FrameOutput({
    ...{ line: 'l', views, page: '/', shownRun, title: 'T' },
    write: (text) => sent.push(...text.trim().split('\n').map(parseFrame)),
  })
  return { output, sent }
}

/** A run that put two texts on the page. */
function show(views: Views, run: number, ...texts: string[]): void {
  const { output } = answer(views)
  const view = output.begin(play(run))
  for (const [n, text] of texts.entries()) view.appended(`text-${n}`, html`${text}`)
  output.close({ kind: 'shown', hasInputs: false, ...play(run) })
}

const kinds = (frames: readonly Frame[]) => frames.map(({ type }) => type)

describe('FrameOutput', () => {
  test('lets leave what it held when it was collected, and nothing that came after', () => {
    const { output, sent } = answer()
    const view = output.begin(play(1))
    view.appended('a', html`a`)
    const letGo = output.collect()
    view.appended('b', html`b`)

    letGo()

    assert.deepEqual(kinds(sent), ['run', 'put'])
  })

  test('lets nothing leave of a play that another has replaced', () => {
    const { output, sent } = answer()
    output.begin(play(1)).appended('a', html`a`)
    const letGo = output.collect()
    output.begin(play(1))

    letGo()

    assert.deepEqual(sent, [])
  })

  test('starts from the view that is shown when its turn comes, not when it was asked for', () => {
    const views = new Views()
    const { output, sent } = answer(views, 1)
    show(views, 1, 'one', 'two')
    const view = output.begin(play(2))
    view.appended('text-0', html`one`)
    view.appended('text-1', html`other`)
    output.close({ kind: 'shown', hasInputs: false, ...play(2) })

    assert.deepEqual(sent[0], { type: 'run', run: 2, from: 1 })
    assert.deepEqual(kinds(sent), ['run', 'put', 'end'])
  })

  test('starts from nothing where the document shows a newer run, of another node', () => {
    const views = new Views()
    show(views, 1, 'one')
    const { output, sent } = answer(views, 5)
    output.begin(play(6))
    output.close({ kind: 'shown', hasInputs: false, ...play(6) })

    assert.deepEqual(sent[0], { type: 'run', run: 6, from: null })
  })

  test('starts from nothing where the document is older than one that this tab was given since', () => {
    const views = new Views()
    views.show('l', { page: '/', run: 8, since: 8, entries: [] })
    const first = answer(views, 7)
    first.output.begin(play(9)).appended('a', html`a`)
    first.output.close({ kind: 'shown', hasInputs: false, ...play(9) })
    // What was sent then may still be on its way.
    const second = answer(views, 7)
    second.output.begin(play(10)).appended('a', html`a`)
    second.output.close({ kind: 'shown', hasInputs: false, ...play(10) })

    assert.deepEqual(first.sent[0], { type: 'run', run: 9, from: null })
    assert.deepEqual(second.sent[0], { type: 'run', run: 10, from: 9 })
  })

  test('starts from nothing once a play has begun anew after bytes had left', () => {
    const views = new Views()
    show(views, 1, 'one')
    const { output, sent } = answer(views, 1)
    output.begin(play(2)).appended('text-0', html`other`)
    output.collect()()
    output.begin(play(2)).appended('text-0', html`one`)
    output.close({ kind: 'shown', hasInputs: false, ...play(2) })

    assert.deepEqual(
      sent.map((frame) => (frame.type === 'run' ? frame.from : frame.type)),
      [1, 'put', null, 'put', 'end'],
    )
  })

  test('a run that yielded before bytes left changes nothing, and the next starts from the same view', () => {
    const views = new Views()
    show(views, 1, 'one')
    const yielding = answer(views, 1)
    yielding.output.begin(play(2)).appended('text-0', html`not shown`)
    yielding.output.close({ kind: 'yielded', run: 2, news: 0 })
    const next = answer(views, 1)
    next.output.begin(play(3)).appended('text-0', html`two`)
    next.output.close({ kind: 'shown', hasInputs: false, ...play(3) })

    assert.deepEqual(kinds(yielding.sent), ['run', 'end'])
    assert.deepEqual(next.sent[0], { type: 'run', run: 3, from: 1 })
  })

  test('after a run that yielded in the middle, the next starts from nothing', () => {
    const views = new Views()
    show(views, 1, 'one')
    const yielding = answer(views, 1)
    yielding.output.begin(play(2)).appended('text-0', html`shown`)
    yielding.output.collect()()
    yielding.output.close({ kind: 'yielded', run: 2, news: 0 })
    const next = answer(views, 1)
    next.output.begin(play(3))
    next.output.close({ kind: 'shown', hasInputs: false, ...play(3) })

    assert.deepEqual(kinds(yielding.sent), ['run', 'put', 'end'])
    assert.deepEqual(next.sent[0], { type: 'run', run: 3, from: null })
  })

  test('says once where the document goes, whatever is played before bytes leave', () => {
    const { output, sent } = answer()
    output.begin(play(1))
    output.begin(play(1, '/two'))
    output.begin(play(1, '/two')).appended('a', html`a`)
    output.close({ kind: 'shown', hasInputs: false, ...play(1, '/two') })

    assert.deepEqual(kinds(sent), ['go', 'run', 'put', 'end'])
  })

  test('does not go again where the document has gone already', () => {
    const { output, sent } = answer()
    output.begin(play(1, '/two')).appended('a', html`a`)
    output.collect()()
    output.begin(play(1, '/two'))
    output.close({ kind: 'shown', hasInputs: false, ...play(1, '/two') })

    assert.deepEqual(kinds(sent), ['go', 'run', 'put', 'run', 'end'])
  })

  test('goes nowhere where the script came back to the page it began at', () => {
    const { output, sent } = answer()
    output.begin(play(1))
    output.begin(play(1, '/two'))
    output.begin(play(1, '/'))
    output.close({ kind: 'shown', hasInputs: false, ...play(1, '/') })

    assert.deepEqual(kinds(sent), ['run', 'end'])
  })
})
