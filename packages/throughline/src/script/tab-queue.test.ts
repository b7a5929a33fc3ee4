import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { MOST_CHARACTERS, sizeOf } from './interaction-size.ts'
import { TabQueue, type QueuedRun, type Turn } from './tab-queue.ts'
import type { SentInteraction } from './tab-request.ts'

const change = (number: number, values: SentInteraction['values'] = {}): QueuedRun => ({
  kind: 'change',
  page: '/',
  interaction: { number, values },
})
const press = (number: number, values: SentInteraction['values'] = {}): QueuedRun => ({
  kind: 'press',
  page: '/',
  interaction: { number, press: `button:${number}`, values },
})
const question: QueuedRun = { kind: 'change', page: '/' }
const document: QueuedRun = { kind: 'document', page: '/' }

async function running(queue: TabQueue, run: QueuedRun): Promise<Turn> {
  const turn = await queue.enter('t', run)
  assert.ok(turn)
  return turn
}

describe('TabQueue', () => {
  test('gives one turn at a time, in the order of arrival', async () => {
    const queue = new TabQueue()
    const order: number[] = []
    const first = await running(queue, press(1))
    const waiting = [press(2), press(3), press(4)].map(async (run) => {
      const turn = await queue.enter('t', run)
      order.push(turn?.interaction?.number ?? 0)
      turn?.leave()
    })
    order.push(1)

    first.leave()
    await Promise.all(waiting)

    assert.deepEqual(order, [1, 2, 3, 4])
  })

  test('lets the tabs of others run at the same time', async () => {
    const queue = new TabQueue()
    await queue.enter('one', press(1))

    assert.ok(await queue.enter('other', press(1)))
  })

  test('folds changes that wait into the newest, with all that they brought', async () => {
    const queue = new TabQueue()
    const first = await running(queue, press(1))
    const older = queue.enter('t', change(2, { 'a:': ['old'], 'b:': ['b'] }))
    const newer = queue.enter('t', change(3, { 'a:': ['new'] }))

    first.leave()

    assert.equal(await older, undefined)
    assert.deepEqual((await newer)?.interaction, {
      number: 3,
      values: { 'a:': ['new'], 'b:': ['b'] },
    })
  })

  test('folds a change into the press behind it, which still is that press', async () => {
    const queue = new TabQueue()
    const first = await running(queue, press(1))
    const older = queue.enter('t', change(2, { 'a:': ['a'] }))
    const newer = queue.enter('t', press(3))

    first.leave()

    assert.equal(await older, undefined)
    assert.deepEqual((await newer)?.interaction, {
      number: 3,
      press: 'button:3',
      values: { 'a:': ['a'] },
    })
  })

  test('folds a change into a question, which then brings its values', async () => {
    const queue = new TabQueue()
    const first = await running(queue, press(1))
    void queue.enter('t', change(2, { 'a:': ['a'] }))
    const asked = queue.enter('t', question)

    first.leave()

    assert.deepEqual((await asked)?.interaction, { number: 2, values: { 'a:': ['a'] } })
  })

  test('keeps a press and the higher number when a change has overtaken it on the way', async () => {
    const queue = new TabQueue()
    const first = await running(queue, press(1))
    void queue.enter('t', change(3, { 'a:': ['newer'] }))
    const overtaken = queue.enter('t', press(2, { 'a:': ['older'], 'b:': ['b'] }))

    first.leave()

    assert.deepEqual((await overtaken)?.interaction, {
      number: 3,
      press: 'button:2',
      values: { 'a:': ['newer'], 'b:': ['b'] },
    })
  })

  test('folds no change of one page into a question for another', async () => {
    const queue = new TabQueue()
    const first = await running(queue, press(1))
    const here = queue.enter('t', change(2))
    void queue.enter('t', { ...question, page: '/other' })

    first.leave()

    assert.equal((await here)?.interaction?.number, 2)
  })

  test('never folds a press or a document away', async () => {
    const queue = new TabQueue()
    const first = await running(queue, press(1))
    const kept = [press(2), document, press(3)].map((run) => queue.enter('t', run))

    first.leave()
    for (const turn of kept) (await turn)?.leave()

    assert.equal((await Promise.all(kept)).includes(undefined), false)
  })

  for (const [now, later, wanted] of [
    ['press', 'press', false],
    ['press', 'change', false],
    ['press', 'document', false],
    ['change', 'press', true],
    ['change', 'change', true],
    ['change', 'document', true],
    ['document', 'press', true],
    ['document', 'change', true],
    ['document', 'document', false],
  ] as const) {
    test(`a ${now} ${wanted ? 'yields' : 'does not yield'} to a ${later}`, async () => {
      const queue = new TabQueue()
      const turn = await running(queue, { kind: now, page: '/' })
      const before = turn.isYieldWanted()
      void queue.enter('t', { kind: later, page: '/' })

      assert.equal(before, false)
      assert.equal(turn.isYieldWanted(), wanted)
    })
  }

  test('a change that had to wait yields at once to what came meanwhile', async () => {
    const queue = new TabQueue()
    const first = await running(queue, press(1))
    const waiting = queue.enter('t', change(2))
    void queue.enter('t', document)

    first.leave()

    assert.equal((await waiting)?.isYieldWanted(), true)
  })

  test('halts the run under way, and none after it', async () => {
    const queue = new TabQueue()
    const first = await running(queue, press(1))
    const second = queue.enter('t', press(2))

    const isHalted = queue.halt('t')
    first.leave()

    assert.equal(isHalted, true)
    assert.equal(first.isHaltWanted(), true)
    assert.equal((await second)?.isHaltWanted(), false)
  })

  test('has nothing to halt where nothing runs', async () => {
    const queue = new TabQueue()
    const turn = await running(queue, press(1))
    turn.leave()

    assert.equal(queue.halt('t'), false)
  })

  test('a turn that is left twice frees the line once', async () => {
    const queue = new TabQueue()
    const first = await running(queue, press(1))
    const second = queue.enter('t', press(2))
    first.leave()
    await second
    let isThirdIn = false
    void queue.enter('t', press(3)).then(() => (isThirdIn = true))

    first.leave()
    await Promise.resolve()

    assert.equal(isThirdIn, false)
  })

  for (const [what, values] of [
    ['values', (at: number) => ({ [`w:${at}`]: ['x'.repeat(1_000_000)] })],
    ['names', (at: number) => ({ [`w:${at}:${'x'.repeat(1_000_000)}`]: [''] })],
  ] as const) {
    test(`DO-01: ${what} that wait grow no further than what is refused when its turn comes`, async () => {
      const queue = new TabQueue()
      const first = await running(queue, press(1))
      const waiting = Array.from({ length: 40 }, (_, at) =>
        queue.enter('t', change(at + 2, values(at))),
      )
      const last = queue.enter('t', press(100))
      first.leave()
      const folded = await Promise.all(waiting)
      const turn = await last

      assert.ok(folded.every((one) => one === undefined))
      const size = sizeOf(turn?.interaction ?? { values: {} })
      assert.ok(size > MOST_CHARACTERS && size < 2 * MOST_CHARACTERS, String(size))
      assert.equal(turn?.interaction?.press, 'button:100')
    })
  }

  test('loses neither a press nor a value, whatever arrives while it is busy', async () => {
    const kinds = fc.constantFrom('press' as const, 'change' as const, 'document' as const)
    await fc.assert(
      fc.asyncProperty(fc.array(kinds, { maxLength: 12 }), async (arrivals) => {
        const queue = new TabQueue()
        const first = await running(queue, press(0))
        const runs = arrivals.map((kind, index): QueuedRun => {
          if (kind === 'document') return document
          return (kind === 'press' ? press : change)(index + 1, { [`w:${index}`]: ['1'] })
        })
        const seen: SentInteraction[] = []
        const waiting = runs.map(async (run) => {
          const turn = await queue.enter('t', run)
          if (turn?.interaction !== undefined) seen.push(turn.interaction)
          turn?.leave()
        })
        first.leave()
        await Promise.all(waiting)

        const sent = runs.flatMap(({ interaction }) => interaction ?? [])
        const presses = (all: SentInteraction[]) => all.flatMap((one) => one.press ?? [])
        const names = (all: SentInteraction[]) => all.flatMap(({ values }) => Object.keys(values))
        assert.deepEqual(presses(seen), presses(sent))
        assert.deepEqual(names(seen).toSorted(), names(sent).toSorted())
      }),
      { numRuns: 100 },
    )
  })
})
