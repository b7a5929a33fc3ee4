import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { findFaults, type Levels, type Sighting } from './history.ts'
import { openUntilAnswered, pressUntilAnswered, type AnyTab } from './patient.ts'
import { DocumentTab, LiveTab, Person } from '../../src/testing/person.ts'
import { startProcesses, type Processes } from './node-process.ts'

/** Kills are drawn from this; `THROUGHLINE_SEED` repeats another run's. */
const SEED = Number(process.env['THROUGHLINE_SEED'] ?? 20_261_123)
const KILLS = 16
/** A killed run holds its tab so long: each restart is as much later, so that nobody waits for that. */
const HOLD_MS = 3000
const NAME = 'text-input:Name'
const ADD = 'button:Add%20one'
const KEEP = 'button:Keep%20one'

/** One tab and what is pressed in it. Where several share a session they add atomically. */
interface Presser {
  readonly session: string
  readonly tab: AnyTab
  readonly id: string
  readonly button: string
}

/** What the people of a loop share. */
interface Loop {
  isOver: boolean
  /** Presses that were sent again because no answer came. */
  repeats: number
  readonly sightings: Sighting[]
  /** The highest count that each session's pages have shown. */
  readonly highest: Map<string, number>
}

/** What came of a loop. */
interface Outcome {
  readonly sightings: readonly Sighting[]
  readonly faults: readonly string[]
  readonly repeats: number
  readonly restarts: readonly number[]
}

test('P5 D1 D2 D3 D4 DU-02 what was shown as done is there after kill -9, once, and nothing goes back', async (t) => {
  const processes = await startProcesses(t, 'ledger.ts')
  const bystander = await begin(processes, 'bystander')
  const before = firstSessionOf(processes)

  const { sightings, faults, repeats, restarts } = await killInLoop(processes, KILLS)

  const told = sightings.filter((sighting) => sighting.isTold).length
  const newcomers = sightings.filter(({ name }) => name.endsWith('-first')).length
  const slowest = Math.max(...restarts).toFixed(0)
  t.diagnostic(
    `seed ${SEED}: ${restarts.length} kills, ${sightings.length} answers, ${repeats} repetitions, ` +
      `${newcomers} newcomers, ${told} presses cut short and told, slowest restart ${slowest} ms`,
  )
  assert.deepEqual(faults, [])
  assert.equal(restarts.length, KILLS)
  assert.ok(told > 0, 'no kill met a run: the loop proves nothing')
  assert.ok(repeats > 0, 'no kill met a press: the loop proves nothing')
  assert.deepEqual(firstSessionOf(processes), before)
  await bystander.go('/')
  assert.match(bystander.text, /Names: bystander-1\./)
  assert.equal(integrityOf(processes), 'ok')
})

test('P5 the loop finds out a server that answers before it stores', async (t) => {
  const env = () => ({ LEDGER_FORGETS: '1' })
  const processes = await startProcesses(t, 'ledger.ts', { env })
  await begin(processes, 'bystander')

  const { faults } = await killInLoop(processes, 2)

  assert.ok(faults.some((fault) => fault.startsWith('D1 lost')))
  assert.ok(faults.some((fault) => fault.startsWith('D4 count went back')))
})

test('D1 D2 D3 D4 the checker names each fault of a history, and none of a sound one', () => {
  const sound: Sighting = {
    ...{ session: 'a', tab: 'a1', name: 'a-1', isDone: true, isTold: false, cuts: 1 },
    ...{ run: 3, count: 1, floor: 0 },
  }
  const ledgers = new Map([['a', ['a-1']]])
  const faultsOf = (more: Partial<Sighting>) =>
    findFaults([sound, { ...sound, ...more }], ledgers, [])

  assert.deepEqual(faultsOf({ run: 4, count: 1, floor: 1 }), [])
  assert.deepEqual(faultsOf({ run: 4, name: 'a-2' }), ['D1 lost: a-2'])
  assert.deepEqual(faultsOf({ run: 4, isDone: false }), ['D1 dropped without a word: a-1'])
  assert.deepEqual(faultsOf({ run: 4, isDone: false, isTold: true }), [])
  assert.deepEqual(faultsOf({ run: 4, floor: 2 }), ['D4 count went back from 2 to 1: a-1'])
  assert.deepEqual(faultsOf({ run: 3 }), ['D4 run went back from 3 to 3: a-1'])
  assert.deepEqual(findFaults([sound], new Map([['a', ['a-1', 'a-1']]]), []), [
    'D3 counted twice: a-1',
  ])
  assert.deepEqual(findFaults([sound], new Map([['a', ['a-1', 'b-1']]]), []), [
    'D2 never asked for in a: b-1',
  ])
  assert.deepEqual(findFaults([], new Map(), [new Map([['news', 2]]), new Map([['news', 1]])]), [
    'D4 news went back from 2 to 1',
  ])
})

/** Lets people press while the one process is killed and started again. */
async function killInLoop(processes: Processes, kills: number): Promise<Outcome> {
  const [node] = processes.nodes
  assert.ok(node)
  const random = createRandom(SEED)
  const loop: Loop = { isOver: false, repeats: 0, sightings: [], highest: new Map() }
  const pressers = await openTabs(processes)
  const levels: Levels[] = []
  const restarts: number[] = []
  const pressing = Promise.all([
    ...pressers.map((presser) => pressOn(presser, loop)),
    arriveOn(processes, loop),
  ])
  // A press that is refused ends the loop at once.
  pressing.catch(() => (loop.isOver = true))

  for (let kill = 0; kill < kills && !loop.isOver; kill += 1) {
    await pause(40 + random() * 260)
    await node.kill()
    levels.push(levelsOf(processes))
    restarts.push(await node.start({ ahead: HOLD_MS * (kill + 1) }))
  }
  loop.isOver = true
  const arrived = (await pressing).flat().filter((presser) => presser !== undefined)
  levels.push(levelsOf(processes))

  const ledgers = new Map<string, readonly string[]>()
  for (const { session, tab } of [...pressers, ...arrived]) {
    if (ledgers.has(session)) continue
    const [, names = ''] = /Names: (.*?)\./.exec((await tab.person.open('/')).text) ?? []
    ledgers.set(session, names.split(' '))
  }
  const { sightings, repeats } = loop
  return { sightings, faults: findFaults(sightings, ledgers, levels), repeats, restarts }
}

/** Two sessions of three tabs each, and two of one tab. */
async function openTabs(processes: Processes): Promise<readonly Presser[]> {
  const pressers: Presser[] = []
  for (const session of ['a', 'b', 'c', 'd']) {
    const person = new Person(processes.fetch, processes.origin)
    const isShared = session === 'a' || session === 'b'
    const live = session === 'd' ? [] : [new LiveTab(person)]
    const more = isShared ? [new LiveTab(person), new DocumentTab(person)] : []
    const tabs = [...live, ...more, ...(session === 'd' ? [new DocumentTab(person)] : [])]
    for (const [at, tab] of tabs.entries()) {
      await openUntilAnswered(tab, '/')
      pressers.push({ session, tab, id: `${session}${at}`, button: isShared ? ADD : KEEP })
    }
  }
  return pressers
}

/** Presses one name after another; one that was not done is pressed again, as the page asks. */
async function pressOn(presser: Presser, loop: Loop): Promise<void> {
  for (let at = 1; !loop.isOver; at += 1) {
    await pressUntilDone(presser, `${presser.session}-${presser.id}-${at}`, loop)
    await pause(10)
  }
}

/** Lets one person after another arrive and press for the first time. */
async function arriveOn(processes: Processes, loop: Loop): Promise<readonly Presser[]> {
  const arrived: Presser[] = []
  while (!loop.isOver) {
    const session = `n${arrived.length}`
    const tab = new LiveTab(new Person(processes.fetch, processes.origin))
    await openUntilAnswered(tab, '/')
    const presser = { session, tab, id: session, button: ADD }
    arrived.push(presser)
    await pressUntilDone(presser, `${session}-first`, loop)
    await pause(20)
  }
  return arrived
}

async function pressUntilDone(presser: Presser, name: string, loop: Loop): Promise<void> {
  const { session, tab, id, button } = presser
  for (;;) {
    const floor = loop.highest.get(session) ?? 0
    const noticesBefore = tab instanceof LiveTab ? tab.notices.length : 0
    const { times, cuts } = await pressUntilAnswered(tab, button, { [NAME]: name })
    loop.repeats += times - 1
    const told = tab instanceof LiveTab ? tab.notices.slice(noticesBefore).join(' ') : tab.text
    const count = Number(/Counted (\d+)/.exec(tab.text)?.[1] ?? Number.NaN)
    const isDone = tab.text.includes(`Done: ${name}.`)
    const isTold = told.includes('Please look, and press again')
    const run = tab instanceof LiveTab ? tab.run : Number(tab.field('tl-run'))
    loop.highest.set(session, Math.max(loop.highest.get(session) ?? 0, count))
    loop.sightings.push({ session, tab: id, name, isDone, isTold, cuts, run, count, floor })
    if (isDone) return
  }
}

/** A session that presses once and then looks on. */
async function begin(processes: Processes, session: string): Promise<DocumentTab> {
  const tab = await new Person(processes.fetch, processes.origin).open('/')
  await pressUntilAnswered(tab, ADD, { [NAME]: `${session}-1` })
  assert.match(tab.text, new RegExp(`Done: ${session}-1\\.`))
  return tab
}

function query(processes: Processes, sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(processes.databaseFile, { readOnly: true, timeout: 1000 })
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}

/** Every number that may only rise, as it stands in the database. */
function levelsOf(processes: Processes): Levels {
  const rows = query(
    processes,
    `SELECT 'run of ' || id AS of, run AS level FROM tabs
     UNION ALL SELECT 'number of ' || id, number FROM tabs
     UNION ALL SELECT 'news of ' || key, news FROM sessions
     UNION ALL SELECT 'version of ' || session_key || name, version FROM session_state`,
  )
  return new Map(rows.map(({ of, level }) => [String(of), Number(level)]))
}

/** What is kept of the first session that ever was, which is the bystander's. */
function firstSessionOf(processes: Processes): readonly unknown[] {
  const [first] = query(processes, 'SELECT key FROM sessions ORDER BY rowid LIMIT 1')
  const key = String(first?.['key'])
  return [
    ...query(processes, `SELECT * FROM session_state WHERE session_key = '${key}'`),
    ...query(processes, `SELECT * FROM tabs WHERE session_key = '${key}'`),
  ]
}

function integrityOf(processes: Processes): unknown {
  return query(processes, 'PRAGMA integrity_check')[0]?.['integrity_check']
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
