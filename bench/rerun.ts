/*
 * Measures what a rerun costs: a page of 50 elements of which 24 are widgets, through `handler.fetch` with session
 * state and tab values sealed and committed to SQLite before the answer.
 *
 *   S2   one session, one press after the other: milliseconds and bytes per answer
 *   S6   20 sessions, each pressing as soon as its answer is there, in one process: reruns per second, CPU per rerun
 *
 * Run: node --conditions=throughline-source bench/rerun.ts [presses]
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeyRing, createSealingKeys } from '../packages/throughline/src/crypto/key-ring.ts'
import {
  app,
  button,
  checkbox,
  heading,
  numberInput,
  select,
  sessionState,
  text,
  textInput,
} from 'throughline'
import { FIELD, FRAMES_TYPE } from '../packages/throughline/src/protocol/fields.ts'
import { createHandler } from '../packages/throughline/src/server/handler.ts'
import { openSqliteStores } from '../packages/throughline/src/store/sqlite-stores.ts'

const PRESSES = Number(process.argv[2] ?? 1000)
const SESSIONS = 20
const ORIGIN = 'http://127.0.0.1:3000'
const HOST = '127.0.0.1:3000'
const PRESS = 'button:Count'

const state = sessionState({ count: 0 })

/** 50 elements: a heading, 24 widgets, 25 texts, one of which changes. */
function page(): void {
  heading('Fifty elements')
  if (button('Count')) state.count += 1
  for (let n = 0; n < 8; n += 1) {
    textInput(`Text ${n}`, { value: `value ${n}` })
    text(`A line of text beside the input, number ${n}.`)
  }
  for (let n = 0; n < 5; n += 1) {
    numberInput(`Number ${n}`, { value: n })
    text(`What the number ${n} is about.`)
  }
  for (let n = 0; n < 5; n += 1) {
    checkbox(`Check ${n}`)
    text(`What is checked by ${n}.`)
  }
  for (let n = 0; n < 5; n += 1) {
    select(`Choice ${n}`, ['red', 'green', 'blue'])
    text(`What is chosen by ${n}.`)
  }
  text(`Counted to ${state.count}.`)
  text('The end.')
}

const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
const { sessions, users } = openSqliteStores(join(folder, 'bench.sqlite'))
const asset = { path: '/-/asset/x', type: '', bytes: Buffer.from(''), compressed: Buffer.from('') }
const handler = createHandler({
  app: app({ title: 'Fifty elements', pages: { '/': page } }),
  publicUrl: new URL(ORIGIN),
  sessions,
  users,
  ring: createKeyRing(
    createSealingKeys([{ id: 'bench', bytes: randomBytes(32) }]),
    randomBytes(32),
  ),
  registrations: [],
  assets: { stylesheet: asset, program: asset },
})

try {
  const elements = (await openTab()).elements
  console.log(`page                 ${elements} elements`)
  await measureOne(200)
  await measureOne(PRESSES, 'S2')
  await measureMany(SESSIONS, PRESSES * 5)
} finally {
  handler.close()
  await sessions.close()
  await users.close()
  rmSync(folder, { recursive: true })
}

interface Tab {
  readonly elements: number
  press(): Promise<number>
}

/** Opens the page as a browser does, and presses once, so that the session has its row. */
async function openTab(): Promise<Tab> {
  const document = await handler.fetch(new Request(`${ORIGIN}/`, { headers: { host: HOST } }))
  const cookie = document.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const html = await document.text()
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''
  const fields = { [FIELD.tab]: field(FIELD.tab), [FIELD.token]: field(FIELD.token) }
  const headers = { host: HOST, origin: ORIGIN, accept: FRAMES_TYPE, cookie }
  let run = Number(field(FIELD.run))
  let number = Number(field(FIELD.number))
  const press = async () => {
    const body = new URLSearchParams({
      ...fields,
      [FIELD.run]: String(run),
      [FIELD.number]: String(number++),
      [FIELD.press]: PRESS,
    })
    const init = { method: 'POST', headers, body }
    const answer = await (await handler.fetch(new Request(`${ORIGIN}/`, init))).text()
    const ended = /"type":"end","run":(\d+)/.exec(answer)
    if (ended === null) throw new Error(answer)
    run = Number(ended[1])
    return Buffer.byteLength(answer)
  }
  await press()
  return { elements: html.split('class="tl-element').length - 1, press }
}

async function measureOne(presses: number, name?: string): Promise<void> {
  const tab = await openTab()
  const times: number[] = []
  let bytes = 0
  const cpu = process.cpuUsage()
  for (let n = 0; n < presses; n += 1) {
    const begin = performance.now()
    bytes += await tab.press()
    times.push(performance.now() - begin)
  }
  if (name === undefined) return
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(3)
  console.log(`${name} milliseconds      p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}`)
  console.log(`${name} bytes per answer  ${(bytes / presses).toFixed(0)}`)
  console.log(`${name} CPU per rerun     ${microseconds(cpu, presses)} µs`)
}

async function measureMany(count: number, presses: number): Promise<void> {
  const tabs = await Promise.all(Array.from({ length: count }, openTab))
  let left = presses
  const cpu = process.cpuUsage()
  const begin = performance.now()
  await Promise.all(
    tabs.map(async (tab) => {
      while (left-- > 0) await tab.press()
    }),
  )
  const seconds = (performance.now() - begin) / 1000
  console.log(`S6 reruns per second ${Math.round(presses / seconds)}`)
  console.log(`S6 CPU per rerun     ${microseconds(cpu, presses)} µs`)
}

function microseconds(since: NodeJS.CpuUsage, runs: number): string {
  const { user, system } = process.cpuUsage(since)
  return ((user + system) / runs).toFixed(0)
}
