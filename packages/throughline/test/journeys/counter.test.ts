import assert from 'node:assert/strict'
import { test } from 'node:test'
import { app, button, checkbox, sessionState, text, textInput } from '../../src/index.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'

function counter() {
  const state = sessionState({ count: 0 })
  return app(() => {
    if (button('Add one')) state.count += 1
    const name = textInput('Name')
    const shouts = checkbox('Shout')
    text(`${shouts ? name.toUpperCase() : name} counted to ${state.count}`)
  })
}

test('a press changes session state, with the browser program and without', async (t) => {
  const program = startProgram(counter())
  t.after(() => program.close())
  const person = new Person(program.fetch)

  const live = await person.openLive('/')
  await live.press('button:Add%20one', { 'text-input:Name': ['Ada'] })
  const still = await person.open('/')
  await still.press('button:Add%20one')

  assert.match(live.text, /Ada counted to 1/)
  assert.match(still.text, /counted to 2/)
})

test('a change that one text shows is one patch', async (t) => {
  const program = startProgram(counter())
  t.after(() => program.close())
  const live = await new Person(program.fetch).openLive('/')

  await live.press('button:Add%20one')
  await live.press('button:Add%20one')

  assert.deepEqual(
    live.frames.map((frame) => frame.type),
    ['run', 'put', 'end'],
  )
})
