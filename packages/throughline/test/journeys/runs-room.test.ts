import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, sessionState, text } from '../../src/index.ts'
import type { ProgramLimits } from '../../src/server/program.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate } from './streamed.ts'

const WAIT = 'button:Wait'
const COUNT = 'button:Count'

/** A page with a button that waits at a gate, and one that counts. */
function start(t: TestContext, limits: Partial<ProgramLimits>) {
  const state = sessionState({ count: 0 })
  const gate = createGate()
  let waiting = 0
  const program = startProgram(
    app(async () => {
      if (button('Wait')) {
        waiting += 1
        await gate.opened
      }
      if (button('Count')) state.count += 1
      text(`Counted ${state.count}.`)
    }),
    { limits },
  )
  t.after(() => program.close())
  const open = (person = new Person(program.fetch)) => person.openLive('/')
  return { program, gate, open, waiting: () => waiting }
}

describe('runs under way at once', () => {
  test('DO-05: those of one session wait for one another, and nobody else waits for them', async (t) => {
    const { gate, open, waiting } = start(t, { runsOfSession: 2 })
    const one = await open()
    await one.press(COUNT)
    const more = [await open(one.person), await open(one.person)]
    const other = await open()

    const held = [one, more[0]!].map((tab) => tab.press(WAIT))
    while (waiting() < 2) await new Promise((resolve) => setTimeout(resolve, 1))
    let isCounted = false
    const third = more[1]!.press(COUNT).then(() => (isCounted = true))
    await other.press(COUNT)
    assert.match(other.text, /Counted 1\./)
    assert.equal(isCounted, false)

    gate.open()
    await Promise.all([...held, third])
    assert.match(more[1]!.text, /Counted 2\./)
  })

  test('DO-05: who waits too long is told in plain words, and may press again', async (t) => {
    const { gate, open, waiting, program } = start(t, { runs: 1, runWaitMs: 20 })
    const one = await open()
    const person = new Person(program.fetch)
    const other = await person.open('/')
    const held = one.press(WAIT)
    while (waiting() < 1) await new Promise((resolve) => setTimeout(resolve, 1))

    const init = other.pressInit(COUNT)
    const refused = await person.send('/', init)
    assert.equal(refused.status, 503)
    assert.match(await refused.text(), /too many people are at work just now\. Nothing is lost/)
    gate.open()
    await held
    await other.press(COUNT)
    assert.match(other.text, /Counted 1\./)
    assert.deepEqual(program.log, [])
  })
})
