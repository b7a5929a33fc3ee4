import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { findOverlaps, type RunNote } from './history.ts'
import { reloadUntil } from './patient.ts'
import { DocumentTab, LiveTab, Person } from '../../src/testing/person.ts'
import { startProcesses } from './node-process.ts'
import { Streamed } from './streamed.ts'

const WHO = 'text-input:Who'
const NAME = 'text-input:Name'
const WORK = 'button:Work'
const OUTDATED = 'This page was out of date'

const env = (folder: string) => ({ TOUR_NOTES: join(folder, 'notes') })
const processes = await startProcesses({ after }, 'tour.ts', { count: 3, env })
const { origin, nodes } = processes

/** A fetch that asks one process alone. */
const fetchOf = (at: number) => nodes[at % nodes.length]!.fetch

/** Several browsers' worth of requests from one: the same cookies and tab, whichever process is asked. */
function sameTab(tab: LiveTab, at: number): LiveTab {
  const person = new Person(fetchOf(at), origin)
  for (const [name, value] of tab.person.jar) person.jar.set(name, value)
  const same = new LiveTab(person)
  const { path, tab: id, token, run, number } = tab
  return Object.assign(same, { path, tab: id, token, run, number })
}

function notes(): readonly RunNote[] {
  const lines = readFileSync(join(processes.folder, 'notes'), 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as RunNote)
}

const notesOf = (who: string) => notes().filter((note) => note.who === who)

/** A tab on the page that works, whose session has its row. */
async function openWork(who: string, steps = 4): Promise<LiveTab> {
  const live = await new Person(processes.fetch, origin).openLive('/work')
  await live.change({ [WHO]: [who], 'number-input:Steps': [String(steps)] })
  return live
}

async function journey(fetch: (request: Request) => Promise<Response>) {
  let requests = 0
  const counted = (request: Request) => {
    requests += 1
    return fetch(request)
  }
  const live = await new Person(counted, origin).openLive('/')
  const shown: unknown[] = []
  const starts: (number | null)[] = []
  const look = () => {
    shown.push([live.path, live.elements.map(({ id, html }) => `${id} ${html.trim()}`)])
    for (const frame of live.frames) if (frame.type === 'run') starts.push(frame.from)
  }
  const steps = [
    () => live.change({ [NAME]: ['Ada'] }),
    () => live.change({ 'select:Colour': ['blue'] }),
    () => live.change({ 'checkbox:More': ['', '1'] }),
    () => live.change({ 'number-input:How%20many': ['5'] }),
    () => live.press('button:Add%20one'),
    () => live.press('button:Add%20one', { [NAME]: ['Eve'] }),
    () => live.press('button:Go%20on'),
    () => live.change({ 'text-input:Note': ['kept'] }),
    () => live.press('button:Go%20back'),
    () => live.ask(),
  ]
  look()
  for (const step of steps) {
    await step()
    look()
  }
  return { live, shown, starts, requests }
}

async function journeyInDocuments(fetch: (request: Request) => Promise<Response>) {
  const tab = await new Person(fetch, origin).open('/')
  const texts = [tab.text]
  const press = async (button: string) => {
    await tab.press(button)
    texts.push(`${tab.path.split('?')[0]} ${tab.text}`)
  }
  tab.set(NAME, 'Ada')
  tab.set('checkbox:More', 'on')
  await press('button:Add%20one')
  tab.set('select:Colour', 'green')
  await press('button:Add%20one')
  await press('button:Go%20on')
  tab.set('text-input:Note', 'kept')
  await press('button:Go%20back')
  return texts
}

describe('a journey whose requests go round three processes', () => {
  test('P9: shows at each step what one process shows, by whole views', async () => {
    const round = await journey(processes.fetch)
    const alone = await journey(fetchOf(0))

    assert.deepEqual(round.shown, alone.shown)
    assert.equal(round.requests, alone.requests, 'no answer made the tab ask for another')
    assert.equal(round.live.path, '/')
    assert.match(round.live.text, /More for Eve, 5 times/)
    assert.match(round.live.text, /Eve counted to 2 in blue/)
    assert.ok(
      round.starts.every((from) => from === null),
      'a node that lacks the view says so',
    )
    assert.ok(
      alone.starts.some((from) => from !== null),
      'the one that has it sends what changed',
    )
  })

  test('P9 P8: shows in documents what one process shows', async () => {
    const round = await journeyInDocuments(processes.fetch)

    assert.deepEqual(round, await journeyInDocuments(fetchOf(0)))
    assert.match(round.at(-1) ?? '', /^\/ .*Ada counted to 2 in green/)
  })

  test('P9: streams from each of them while the script still runs', async () => {
    const live = await openWork('streamer', 6)
    for (const at of [0, 1, 2]) {
      const tab = sameTab(live, at)
      const answer = new Streamed(
        await tab.post({ press: WORK, values: { [NAME]: [`s${at}`] }, number: live.number++ }),
      )
      await answer.until(/Step 1 for/)
      assert.doesNotMatch(answer.text, /Step 6 for|"type":"end"/)
      assert.match(await answer.toEnd(), /Step 6 for[^]*"type":"end"/)
    }
  })
})

describe('one tab at several processes at once', () => {
  test('P9 D3: its runs never overlap, and each press acts once or is told', async (t) => {
    const live = await openWork('racer', 2)
    const names: string[] = []
    let told = 0
    for (let round = 0; round < 5; round += 1) {
      const sent = [0, 1].map((more) => ({ number: live.number + more, name: `p${round}-${more}` }))
      live.number += 2
      names.push(...sent.map(({ name }) => name))
      const tabs = [0, 1, 2].map((more) => sameTab(live, round + more))
      // The first number goes to two processes, the second to a third.
      const [first, second] = sent
      const asked = [first, second, first].map(async (one, at) => {
        const answer = await tabs[at]!.post({
          press: WORK,
          values: { [NAME]: [one!.name] },
          number: one!.number,
        })
        await tabs[at]!.apply(answer)
        return tabs[at]!
      })
      const answered = await Promise.all(asked)
      live.run = Math.max(...answered.map((tab) => tab.run))
      told += answered.filter((tab) => tab.notices.some((text) => text.includes(OUTDATED))).length
    }
    await live.ask(0)

    const pressed = /Pressed: (.*?)\./.exec(live.text)?.[1]?.split(' ') ?? []
    const dropped = names.filter((name) => !pressed.includes(name))
    t.diagnostic(
      `${pressed.length} of ${names.length} presses acted, ${told} answers said "out of date"`,
    )
    assert.equal(new Set(pressed).size, pressed.length, 'none acted twice')
    assert.ok(pressed.every((name) => names.includes(name)))
    assert.ok(dropped.length <= told, 'none was dropped without a word')
    assert.deepEqual(findOverlaps(notesOf('racer')), [])
    assert.ok(new Set(notesOf('racer').map(({ run }) => run.split('-')[0])).size > 1)
  })

  test('the runs of two tabs do overlap, and the checker sees it', async () => {
    const live = await openWork('left')
    const other = await openWork('right')
    await Promise.all([
      sameTab(live, 0).press(WORK, { [NAME]: ['a'] }),
      sameTab(other, 1).press(WORK, { [NAME]: ['b'] }),
    ])

    const both = notes().filter(({ who }) => who === 'left' || who === 'right')
    assert.deepEqual(findOverlaps(both), [])
    assert.ok(findOverlaps(both.map((note) => ({ ...note, who: 'one' }))).length > 0)
  })

  test('D3: one number sent to three processes at once acts once, each time', async () => {
    const live = await openWork('doubler', 1)
    for (let round = 1; round <= 5; round += 1) {
      const number = live.number++
      const values = { [NAME]: [`n${round}`] }
      const tabs = [0, 1, 2].map((at) => sameTab(live, at))
      await Promise.all(
        tabs.map(async (tab) => tab.apply(await tab.post({ press: WORK, values, number }))),
      )
      for (const tab of tabs) {
        assert.match(tab.text, new RegExp(`n${round}\\.`))
        assert.deepEqual(tab.notices, [])
      }
      live.run = Math.max(...tabs.map((tab) => tab.run))
    }
    await live.ask(0)
    assert.match(live.text, /Pressed: n1 n2 n3 n4 n5\./)
  })

  test('a press follows the run of a change that another process has under way', async () => {
    const live = await openWork('follower', 10)
    const changed = sameTab(live, 0)
    const pressed = sameTab(live, 1)
    const change = new Streamed(
      await changed.post({ values: { [NAME]: ['typed'] }, number: live.number }),
    )
    await change.until(/Step 1 for typed/)

    await pressed.apply(
      await pressed.post({ press: WORK, values: { [NAME]: ['done'] }, number: live.number + 1 }),
    )
    await change.toEnd()

    assert.match(pressed.text, /Pressed: done\./)
    assert.deepEqual(findOverlaps(notesOf('follower')), [])
  })

  test('P9: of presses that wait at several processes each acts, or its person is told that it did not', async () => {
    const live = await openWork('presser', 3)
    const tabs = [0, 1, 0].map((node) => sameTab(live, node))
    await Promise.all(
      tabs.map(async (tab, at) => {
        const values = { [NAME]: [`q${at + 1}`] }
        await tab.apply(await tab.post({ press: WORK, values, number: live.number + at }))
      }),
    )

    await live.ask(0)
    const acted = /Pressed: ([^.]*)\./.exec(live.text)?.[1]?.split(' ') ?? []
    for (const [at, tab] of tabs.entries()) {
      const isTold = tab.notices.some((notice) => notice.includes('press again'))
      assert.notEqual(acted.includes(`q${at + 1}`), isTold, `q${at + 1}: ${acted.join(' ')}`)
    }
  })
})

test('P9: a file is asked for at one process, fetched at another, and told of at a third', async () => {
  const tab = await new Person(fetchOf(0), origin).open('/file')
  const press = await tab.person.send('/file', tab.pressInit('download-button:Fetch'))
  const path = press.headers.get('location') ?? ''
  const moved = (at: number) => {
    const person = new Person(fetchOf(at), origin)
    for (const [name, value] of tab.person.jar) person.jar.set(name, value)
    return person
  }

  assert.equal((await (await moved(1).send(path)).arrayBuffer()).byteLength, 60_000)
  const told = await moved(2).open(`/file?tab=${tab.field('tl-tab')}`)
  await reloadUntil(told, /Fetched 60000 bytes/)
})

test('a tab without JavaScript that reloads on another process finds its values', async () => {
  const person = new Person(processes.fetch, origin)
  const tab = new DocumentTab(person)
  await tab.go('/')
  tab.set(NAME, 'Ada')
  await tab.press('button:Add%20one')
  for (let reload = 0; reload < 3; reload += 1) {
    await tab.go(tab.path)
    assert.match(tab.text, /Ada counted to 1/)
  }
})
