import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, dataGrid, text, textInput, type PageFunction } from '../../src/index.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate, Streamed } from './streamed.ts'

const GRID = 'data-grid:rows'
const TOTAL = 120
const rows = Array.from({ length: TOTAL }, (_, index) => ({
  id: `r${index}`,
  name: `Row ${index}`,
  size: (index * 37) % 101,
}))

const page: PageFunction = () => {
  const word = textInput('Search')
  const chosen = dataGrid(rows, {
    key: 'rows',
    select: 'many',
    pageSize: 50,
    shown: ({ name }) => name.includes(word),
  })
  text(`Chosen: ${chosen.map(({ id }) => id).join(' ') || 'none'}.`)
}

function start(t: TestContext, script: PageFunction = page) {
  const program = startProgram(app(script))
  t.after(() => program.close())
  return { program, person: new Person(program.fetch) }
}

/** What the grid's form field holds on a page. */
const field = (first: number, last: number, ...chosen: number[]) => ({
  [GRID]: [
    JSON.stringify(rows.slice(first, last).map(({ id }) => id)),
    ...chosen.map((index) => `r${index}`),
  ],
})

describe('dataGrid() of several pages', () => {
  test('keeps what was chosen over pages, sorting and filtering', async (t) => {
    const { person } = start(t)
    const live = await person.openLive('/')
    assert.match(live.text, /0 of 120 selected/)
    assert.match(live.text, /1–50 of 120/)
    assert.doesNotMatch(live.text, /Row 50/)

    await live.change(field(0, 50, 3))
    await live.press('data-grid-next:rows')
    assert.match(live.text, /51–100 of 120/)
    await live.change(field(50, 100, 60))
    assert.match(live.text, /Chosen: r3 r60\./)

    await live.press('data-grid-sort:rows%2Fsize')
    assert.match(live.text, /1–50 of 120/)
    assert.match(live.html, /aria-sort="ascending"/)
    assert.match(live.text, /Row 0 0 r101 Row 101 0/)
    await live.change({ 'text-input:Search': ['Row 11'] })
    assert.match(live.text, /2 of 120 selected, 11 shown/)
    await live.press('data-grid-all:rows')
    assert.match(live.text, /13 of 120 selected, 11 shown/)
    assert.match(live.text, /Chosen: r3 r11 r60 r110 r111/)
    await live.press('data-grid-none:rows')
    assert.match(live.text, /Chosen: none\./)
  })

  test('works without JavaScript, also by a form of a page that was left', async (t) => {
    const { person } = start(t)
    const tab = await person.open('/')
    tab.set(GRID, 'r3')
    await tab.press('data-grid-next:rows')
    assert.match(tab.text, /51–100 of 120/)
    assert.match(tab.text, /Chosen: r3\./)
    tab.set(GRID, 'r60')
    await tab.press('data-grid-last:rows')
    assert.match(tab.text, /101–120 of 120/)
    assert.match(tab.text, /Chosen: r3 r60\./)

    const earlier = JSON.stringify(rows.slice(0, 50).map(({ id }) => id))
    tab.fields.set(GRID, [earlier, 'r4'])
    await tab.press('data-grid-last:rows')
    assert.match(tab.text, /Chosen: r4 r60\./)
  })

  test('shows the rows that have come while others are on their way', async (t) => {
    const gate = createGate()
    const { person } = start(t, async () => {
      async function* arriving() {
        yield rows.slice(0, 10)
        await gate.opened
        yield rows
      }
      const chosen = await dataGrid(arriving(), { key: 'rows', select: 'many', pageSize: 50 })
      text(`Whole, ${chosen.length} chosen.`)
    })
    const streamed = new Streamed(await person.send('/'))
    const first = await streamed.until(/more on the way/)
    assert.match(first, /Row 9/)
    assert.doesNotMatch(first, /Row 10|Whole/)

    gate.open()
    assert.match(await streamed.toEnd(), /1–50 of 120[\s\S]*Whole, 0 chosen\./)
  })
})
