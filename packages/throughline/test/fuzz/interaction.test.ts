import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  app,
  button,
  checkbox,
  dataGrid,
  numberInput,
  select,
  sessionState,
  textInput,
} from '../../src/index.ts'
import { FRAMES_TYPE } from '../../src/protocol/fields.ts'
import { Person } from '../../src/testing/person.ts'
import { ORIGIN, startProgram } from '../../src/testing/program.ts'
import { DEADLINE_MS, runs } from './runs.ts'

const COLOURS = ['red', 'green', '__proto__'] as const
const rows = Array.from({ length: 30 }, (_, index) => ({ id: `r${index}`, name: `Row ${index}` }))

const name = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom(
      ...['checkbox:On', 'select:Colour', 'number-input:Count', 'text-input:Name'],
      ...['data-grid:rows', 'data-grid:one', 'data-grid:rows:page', 'data-grid:rows:order'],
    ),
  },
  fc.constantFrom('button:Go', 'select:None', '__proto__:x', 'constructor:', ':', 'a:b:c'),
  fc.constantFrom('tl-stop', 'tl-tab', 'tl-number', 'tl-run', 'tl-token', 'tl-press', 'tl-other'),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const value = fc.oneof(
  fc.constantFrom('', 'on', 'red', 'blue', '1', '-1', '11', '1e400', 'NaN', '0x1', '9'.repeat(300)),
  fc.constantFrom(
    'r1',
    'r29',
    'r30',
    '["r1"]',
    '["r1","r30"]',
    '[',
    'null',
    '{"a":1}',
    '__proto__',
  ),
  fc.json({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('x'.repeat(20_000)),
)
const fields = fc.array(fc.tuple(name, value), { maxLength: 12 })
const press = fc.constantFrom(undefined, 'button:Go', 'button:None', 'select:Colour', '__proto__')

test(
  'HB-10 SE-10 DO-01: whatever a form holds, it is answered, and a script sees nothing that is not on offer',
  { timeout: DEADLINE_MS },
  async (t) => {
    const kept = sessionState({ presses: 0 })
    let plays = 0
    const check = (isRight: boolean, what: unknown) => {
      if (!isRight) seen.push(what)
    }
    const seen: unknown[] = []
    const program = startProgram(
      app(() => {
        plays += 1
        const on: unknown = checkbox('On')
        check(typeof on === 'boolean', on)
        const colour = select('Colour', COLOURS)
        check(COLOURS.includes(colour), colour)
        const count = numberInput('Count', { min: 0, max: 10, value: 1 })
        check(count === undefined || (count >= 0 && count <= 10), count)
        const text = textInput('Name', { maxLength: 50 })
        check(text.length <= 50 && !/[\r\n]/.test(text), text)
        const many = dataGrid(rows, { key: 'rows', select: 'many', rowKey: 'id', pageSize: 10 })
        check(many.every((row) => rows.includes(row)) && new Set(many).size === many.length, many)
        const one = dataGrid(rows, { key: 'one', select: 'one', rowKey: 'id' })
        check(one.length <= 1 && one.every((row) => rows.includes(row)), one)
        if (button('Go')) kept.presses += 1
      }),
    )
    t.after(() => program.close())
    const tab = await new Person(program.fetch).open('/')
    await tab.press('button:Go')

    await fc.assert(
      fc.asyncProperty(fields, press, fc.boolean(), async (pairs, pressed, isLive) => {
        const body = new URLSearchParams({
          'tl-token': tab.field('tl-token') ?? '',
          'tl-tab': tab.field('tl-tab') ?? '',
          'tl-number': tab.field('tl-number') ?? '',
          ...(pressed === undefined ? {} : { 'tl-press': pressed }),
        })
        for (const [key, one] of pairs) body.append(key, one)
        const answer = await tab.person.send('/', {
          method: 'POST',
          body,
          headers: { origin: ORIGIN, accept: isLive ? FRAMES_TYPE : 'text/html' },
        })
        await answer.text()
        assert.ok([200, 204, 303, 413].includes(answer.status), String(answer.status))
        assert.match(answer.headers.get('cache-control') ?? '', /^no-store/)
        await tab.go(tab.path)
        assert.equal(tab.status, 200)
        assert.deepEqual(seen, [])
      }),
      runs(150),
    )
    assert.ok(plays > 150)
    assert.deepEqual(program.log, [])
    assert.deepEqual(Object.keys(Object.prototype), [])
  },
)
