import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FRAMES_TYPE, HEADER } from '../../src/protocol/fields.ts'
import { reloadUntil } from './patient.ts'
import { Person, type LiveTab } from '../../src/testing/person.ts'
import { startProcesses } from './node-process.ts'
import { Streamed } from './streamed.ts'

const WHO = 'text-input:Who'
const NAME = 'text-input:Name'
const STEPS = 'number-input:Steps'
const WORK = 'button:Work'
const LATE = 'button:Work%20late'

/** How long a run holds its tab without renewing it (tab-hold.ts), and what a slow machine may add. */
const HOLD_MS = 3000
const SLACK_MS = 400

/** A tab on the page that works, whose session has its row. */
async function openWork(person: Person): Promise<LiveTab> {
  const live = await person.openLive('/work')
  await live.change({ [WHO]: ['w'], [STEPS]: ['1'] })
  return live
}

/** Presses for so many steps of 20 ms, and waits until one of them is shown. */
async function beginWork(
  live: LiveTab,
  name: string,
  steps: number,
  until: number,
  button: string = WORK,
): Promise<Streamed> {
  const values = { [NAME]: [name], [STEPS]: [String(steps)] }
  const press = new Streamed(await live.post({ press: button, values, number: live.number++ }))
  await press.until(new RegExp(`Step ${until} for ${name}`))
  return press
}

test('D1 D3: SIGTERM finishes a press and a download under way, closes event streams, and ends with 0', async (t) => {
  const registration = { ACME_CLIENT_ID: 'client', ACME_CLIENT_SECRET: 'not a real one' }
  const processes = await startProcesses(t, 'tour.ts', { env: () => registration })
  const [node] = processes.nodes
  assert.ok(node)
  const person = new Person(processes.fetch, processes.origin)
  const live = await openWork(person)
  const files = await person.open('/file')
  const pressedFile = await person.send('/file', files.pressInit('download-button:Fetch'))
  const headers = {
    accept: 'text/event-stream',
    'sec-fetch-site': 'same-origin',
    ...{ [HEADER.tab]: live.tab, [HEADER.token]: live.token },
  }
  const stream = new Streamed(await person.send('/-/news', { headers }))
  await stream.until(/data: 0/)
  const download = new Streamed(await person.send(pressedFile.headers.get('location') ?? ''))
  const press = await beginWork(live, 'last', 15, 1)
  await download.until(/0/)

  const stopping = node.stop()
  await stream.toEnd()
  const streamEnded = press.text
  assert.match(stream.text, /retry: \d+\n/)
  const ask = (path: string, headers = {}) =>
    node.fetch(new Request(`${processes.origin}${path}`, { headers }))
  const health = await ask('/healthz')
  assert.deepEqual([health.status, await health.text()], [503, 'draining\n'])
  assert.equal(health.headers.get('connection'), 'close')
  const late = await ask('/work')
  assert.deepEqual([late.status, late.headers.get('retry-after')], [503, '1'])
  assert.match(await late.text(), /just being started anew/)
  assert.equal((await ask('/work', { accept: FRAMES_TYPE })).status, 202)
  const [answer, bytes, end] = await Promise.all([press.toEnd(), download.toEnd(), stopping])

  t.diagnostic(`ended ${end.milliseconds.toFixed(0)} ms after SIGTERM`)
  assert.doesNotMatch(streamEnded, /"type":"end"/)
  assert.match(answer, /Step 15 for last[^]*Pressed: last\.[^]*"type":"end"/)
  assert.equal(bytes.length, 60_000)
  assert.equal(end.code, 0)
  assert.ok(end.milliseconds < 5000, `${end.milliseconds} ms`)
  assert.equal(node.errors(), '')
  await assert.rejects(
    ask('/healthz'),
    (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
  )

  await node.start()
  await reloadUntil(files, /Fetched 60000 bytes/)
  await live.ask(0)
  assert.match(live.text, /Pressed: last\./)
  assert.deepEqual(live.notices, [])
})

test('SIGTERM ends an idle process at once, whatever connections stand open', async (t) => {
  const processes = await startProcesses(t, 'tour.ts')
  const [node] = processes.nodes
  assert.ok(node)
  const live = await openWork(new Person(processes.fetch, processes.origin))
  await live.press(WORK)

  const end = await node.stop()

  assert.equal(end.code, 0)
  assert.ok(end.milliseconds < 1000, `${end.milliseconds} ms`)
})

test('P5: SIGTERM cuts a file that takes longer than THROUGHLINE_GRACE_SECONDS, and the next process goes on with it', async (t) => {
  const env = () => ({ THROUGHLINE_GRACE_SECONDS: '1' })
  const processes = await startProcesses(t, 'endless-file.ts', { env })
  const [node] = processes.nodes
  assert.ok(node)
  const live = await new Person(processes.fetch, processes.origin).openLive('/')
  await live.press('link-list-button:Links')
  const list = await (await live.person.send(live.away ?? '/none')).text()
  const [link = ''] = /http:\S+long\.txt/.exec(list) ?? []
  const ask = (headers = {}) => processes.fetch(new Request(link, { headers }))
  const cut = new Streamed(await ask())
  await cut.until(/0000/)

  const broken = assert.rejects(cut.toEnd())
  const end = await node.stop()
  await broken
  assert.equal(end.code, 0)
  assert.ok(end.milliseconds >= 900 && end.milliseconds < 3000, `${end.milliseconds} ms`)
  assert.ok(cut.text.length < 200_000)

  await node.start()
  const rest = await ask({ range: 'bytes=199000-' })
  assert.equal(rest.status, 206)
  assert.equal(rest.headers.get('content-range'), 'bytes 199000-199999/200000')
  assert.equal((await rest.text()).length, 1000)
})

test('a press whose browser has gone is finished before SIGTERM ends the process', async (t) => {
  const processes = await startProcesses(t, 'tour.ts')
  const [node] = processes.nodes
  assert.ok(node)
  const live = await openWork(new Person(processes.fetch, processes.origin))
  const press = await beginWork(live, 'left', 15, 1)
  await press.cancel()

  const end = await node.stop()
  await node.start()
  const begun = performance.now()
  await live.ask(0)

  t.diagnostic(
    `ended after ${end.milliseconds.toFixed(0)} ms; free after ${(performance.now() - begun).toFixed(0)} ms`,
  )
  assert.equal(end.code, 0)
  assert.match(live.text, /Pressed: left\./)
  assert.deepEqual(live.notices, [])
})

test('P9: a tab whose process was killed is free again when its hold lapses, and others are free at once', async (t) => {
  const processes = await startProcesses(t, 'tour.ts', { count: 2 })
  const [killed, other] = processes.nodes
  assert.ok(killed && other)
  const present = { node: killed }
  const person = new Person((request: Request) => present.node.fetch(request), processes.origin)
  const live = await openWork(person)
  const beside = await openWork(person)
  const press = await beginWork(live, 'cut', 200, 55)

  const cut = assert.rejects(press.toEnd())
  await killed.kill()
  const begun = performance.now()
  await cut
  present.node = other
  await beside.press(WORK, { [NAME]: ['beside'] })
  const besideTook = performance.now() - begun
  await live.press(WORK, { [NAME]: ['again'], [STEPS]: ['1'] })
  const took = performance.now() - begun

  t.diagnostic(`free after ${took.toFixed(0)} ms; another tab after ${besideTook.toFixed(0)} ms`)
  assert.ok(besideTook < 1000, `${besideTook} ms`)
  assert.ok(took <= HOLD_MS + SLACK_MS, `${took} ms`)
  assert.ok(took > 1000, 'the hold must have been renewed before the kill')
  assert.match(live.text, /Pressed: cut beside again\./)
})

test('P9 D3: a process that stood still while another took its tab writes nothing more', async (t) => {
  const processes = await startProcesses(t, 'tour.ts', { count: 2 })
  const [still, other] = processes.nodes
  assert.ok(still && other)
  const present = { node: still }
  const person = new Person((request: Request) => present.node.fetch(request), processes.origin)
  const live = await openWork(person)
  const press = await beginWork(live, 'stale', 1, 1, LATE)

  still.suspend()
  present.node = other
  // As a proxy makes the browser do that has waited for too long: the same number once more.
  const values = { [NAME]: ['stale'], [STEPS]: ['1'] }
  await live.apply(await live.post({ press: LATE, values, number: live.number - 1 }))
  assert.match(live.notices.join(' '), /press again if need be/)
  await live.press(LATE, { [NAME]: ['fresh'] })
  assert.match(live.text, /Pressed: fresh\./)
  still.resume()
  const answer = await press.toEnd()

  assert.match(answer, /"yielded":true/)
  await live.ask(0)
  assert.match(live.text, /Pressed: fresh\./)
})

test('P5 P9: a file whose process was killed is fetched again, whole, at another', async (t) => {
  const processes = await startProcesses(t, 'tour.ts', { count: 2 })
  const [killed, other] = processes.nodes
  assert.ok(killed && other)
  const present = { node: killed }
  const person = new Person((request: Request) => present.node.fetch(request), processes.origin)
  const tab = await person.open('/file')
  const press = await person.send('/file', tab.pressInit('download-button:Fetch'))
  const path = press.headers.get('location') ?? ''
  const cut = new Streamed(await person.send(path))
  await cut.until(/0/)

  const broken = assert.rejects(cut.toEnd())
  await killed.kill()
  await broken
  present.node = other

  await tab.go(`/file?tab=${tab.field('tl-tab')}`)
  assert.match(tab.text, /Not fetched/)
  assert.equal((await (await person.send(path)).arrayBuffer()).byteLength, 60_000)
  await reloadUntil(tab, /Fetched 60000 bytes/)
})
