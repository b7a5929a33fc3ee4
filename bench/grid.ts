/*
 * Measures a grid of 10,000 rows, 50 on a page, against one of 50 rows: what a ticked checkbox costs through
 * `handler.fetch`, with the tab's values sealed and committed to SQLite before the answer.
 *
 *   limit: 25 ms of CPU and 20 kB a press, also where all rows are chosen and a column is sorted
 *   (CPU, because other programs of the machine make the times by the clock longer, and it not)
 *
 * Run: node --conditions=throughline-source bench/grid.ts [presses]
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, dataGrid, text } from 'throughline'
import { createKeyRing, createSealingKeys } from '../packages/throughline/src/crypto/key-ring.ts'
import { FIELD, FRAMES_TYPE } from '../packages/throughline/src/protocol/fields.ts'
import { createHandler } from '../packages/throughline/src/server/handler.ts'
import { openSqliteStores } from '../packages/throughline/src/store/sqlite-stores.ts'

const PRESSES = Number(process.argv[2] ?? 200)
const ORIGIN = 'http://127.0.0.1:3000'
const HOST = '127.0.0.1:3000'
const LIMIT = { milliseconds: 25, bytes: 20_000 }
const GRID = 'data-grid:videos'

const library = Array.from({ length: 10_000 }, (_, index) => ({
  uri: `/videos/${700_000_000 + index * 7919}`,
  picture: `https://i.vimeocdn.com/video/${index}_295x166`,
  name: `${['Harbour', 'Valley', 'Train', 'Über'][index % 4]} at dawn, part ${(index * 7919) % 10_000}`,
  duration: (index * 37) % 3600,
  created: new Date(1_600_000_000_000 + ((index * 7919) % 10_000) * 86_400_000),
}))

/** A page with a grid of so many rows. */
function pageOf(count: number) {
  const rows = library.slice(0, count)
  return () => {
    const chosen = dataGrid(rows, {
      key: 'videos',
      select: 'many',
      rowKey: 'uri',
      label: 'name',
      pageSize: 50,
      columns: {
        picture: { label: 'Picture', kind: 'picture' },
        name: 'Title',
        duration: { label: 'Length', format: (seconds) => `${Math.floor(seconds / 60)} min` },
        created: 'Uploaded',
      },
    })
    text(`${chosen.length} chosen.`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
const { sessions, users } = openSqliteStores(join(folder, 'bench.sqlite'))
const asset = { path: '/-/asset/x', type: '', bytes: Buffer.from(''), compressed: Buffer.from('') }
const handler = createHandler({
  app: app({ title: 'Grids', pages: { '/few': pageOf(50), '/many': pageOf(10_000) } }),
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
  const [all, byTitle] = ['data-grid-all:videos', 'data-grid-sort:videos%2Fname']
  await measure('/few')
  const few = await measure('/few')
  report('50 rows', few, few)
  await measure('/many')
  report('10,000 rows', await measure('/many'), few)
  report('… all chosen', await measure('/many', all), few)
  report('… sorted by title', await measure('/many', byTitle), few)
  report('… sorted, all chosen', await measure('/many', byTitle, all), few)
} finally {
  handler.close()
  await sessions.close()
  await users.close()
  rmSync(folder, { recursive: true })
}

interface Cost {
  readonly p50: number
  readonly p95: number
  /** Milliseconds of CPU per press. */
  readonly cpu: number
  readonly bytes: number
}

function report(name: string, cost: Cost, base: Cost): void {
  const { p50, p95, cpu, bytes } = cost
  const isWithin = cpu <= LIMIT.milliseconds && bytes <= LIMIT.bytes
  console.log(
    `${name.padEnd(22)}CPU ${cpu.toFixed(1)} ms (× ${(cpu / base.cpu).toFixed(1)}), p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ` +
      `${bytes.toFixed(0)} bytes (× ${(bytes / base.bytes).toFixed(1)}): ${isWithin ? 'within' : 'BEYOND'} the limit`,
  )
  if (!isWithin) process.exitCode = 1
}

/** Opens a page, presses what is to be pressed, then ticks and unticks a row. */
async function measure(path: string, ...presses: readonly string[]): Promise<Cost> {
  const tab = await openTab(path)
  for (const press of ['data-grid-none:videos', ...presses])
    await tab.send({ [FIELD.press]: press })
  const times: number[] = []
  let bytes = 0
  const since = process.cpuUsage()
  for (let n = 0; n < PRESSES; n += 1) {
    const begin = performance.now()
    bytes += (await tab.tick(n % 2 === 0)).length
    times.push(performance.now() - begin)
  }
  const { user, system } = process.cpuUsage(since)
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
  return {
    p50: at(0.5),
    p95: at(0.95),
    cpu: (user + system) / 1000 / PRESSES,
    bytes: bytes / PRESSES,
  }
}

interface Tab {
  /** Posts what a browser would. */
  send(fields: Readonly<Record<string, string>>): Promise<Buffer>
  /** Ticks the first row of the first page, or unticks it; all others stay as they are there. */
  tick(isTicked: boolean): Promise<Buffer>
}

async function openTab(path: string): Promise<Tab> {
  const url = ORIGIN + path
  const document = await handler.fetch(new Request(url, { headers: { host: HOST } }))
  const cookie = document.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  let html = await document.text()
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''
  const own = { [FIELD.tab]: field(FIELD.tab), [FIELD.token]: field(FIELD.token) }
  const headers = { host: HOST, origin: ORIGIN, accept: FRAMES_TYPE, cookie }
  let run = Number(field(FIELD.run))
  let number = Number(field(FIELD.number))

  async function post(fields: readonly (readonly [string, string])[]): Promise<Buffer> {
    const body = new URLSearchParams({
      ...own,
      [FIELD.run]: String(run),
      [FIELD.number]: String(number++),
    })
    for (const [name, value] of fields) body.append(name, value)
    const answer = await handler.fetch(new Request(url, { method: 'POST', headers, body }))
    const bytes = Buffer.from(await answer.arrayBuffer())
    const ended = /"type":"end","run":(\d+)/.exec(bytes.toString())
    if (ended === null) throw new Error(bytes.toString())
    run = Number(ended[1])
    return bytes
  }

  return {
    async send(fields) {
      const bytes = await post(Object.entries(fields))
      for (const line of bytes.toString().split('\n')) {
        const frame = JSON.parse(line || '{}') as { id?: string; html?: string }
        if (frame.id === GRID) html = frame.html ?? html
      }
      return bytes
    },
    tick(isTicked) {
      const boxes = [...html.matchAll(/<input type="checkbox"[^>]*value="([^"]*)"( checked)?/g)]
      const [first, ...others] = boxes
      const keys = boxes.map(([, key = '']) => key)
      const ticked = others
        .filter(([, , checked]) => checked !== undefined)
        .map(([, key = '']) => key)
      const chosen = isTicked ? [first?.[1] ?? '', ...ticked] : ticked
      return post([JSON.stringify(keys), ...chosen].map((value) => [GRID, value] as const))
    },
  }
}
