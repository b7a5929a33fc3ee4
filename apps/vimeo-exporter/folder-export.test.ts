import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  appendFile,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { shippedClips } from '../../packages/simulators/src/vimeo/start.ts'
import { connect, startTestSimulator } from '../../packages/simulators/src/vimeo/testing.ts'
import { loadRecord, RECORD_NAME } from './export-record.ts'
import { exportToFolder, type ExportEvent, type FolderExportOptions } from './folder-export.ts'
import type { VimeoConnection } from './vimeo-request.ts'

/** Ada's clips by the names that they get, in the order of the list. */
const ADAS_FILES = {
  'Interview.mp4': 'interview-take-2.mp4',
  'Interview (2).mp4': 'interview-take-1.mp4',
  'Harbour at dawn.mp4': 'harbour-at-dawn.mp4',
  "Colour chart- 4-3, 'final' v2.mp4": 'colour-test-chart.mp4',
}

const at = (part: keyof typeof ADAS_FILES) => join(shippedClips, ADAS_FILES[part])
const hashOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

async function setUp(t: TestContext, videosDir?: string) {
  const simulator = await startTestSimulator(t, {
    now: () => new Date(),
    ...(videosDir !== undefined && { videosDir }),
  })
  const token = await connect(simulator)
  const folder = await temporaryFolder(t)
  const connection: VimeoConnection = {
    fetch: (path, init) =>
      fetch(new URL(path, simulator.origin), {
        ...init,
        headers: {
          ...Object.fromEntries(new Headers(init?.headers)),
          authorization: `Bearer ${token}`,
        },
      }),
  }
  const events: ExportEvent[] = []
  const run = (options: Partial<FolderExportOptions> = {}) => {
    events.length = 0
    return exportToFolder(connection, {
      folder,
      wait: () => Promise.resolve(),
      tell: (event) => void events.push(event),
      ...options,
    })
  }
  const videosIn = async () =>
    (await readdir(folder)).filter((name) => name !== RECORD_NAME).toSorted()
  return { simulator, folder, events, run, videosIn }
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-export-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A network that goes away after so many bytes of the first file. */
function cutAfter(bytes: number): typeof fetch {
  let isCut = false
  return async (input, init) => {
    if (isCut) throw new TypeError('no network')
    const response = await fetch(input, init)
    if (response.status !== 200 || response.body === null) return response
    let left = bytes
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, left))
        left -= Math.min(left, chunk.byteLength)
        if (left > 0) return
        isCut = true
        controller.error(new TypeError('cut'))
      },
    })
    const { headers, status } = response
    return new Response(response.body.pipeThrough(cut), { headers, status })
  }
}

describe('exportToFolder()', () => {
  test('writes every video byte for byte, under the names of an archive', async (t) => {
    const { folder, run, videosIn } = await setUp(t)

    assert.deepEqual(await run(), { fetched: 4, kept: 0, failures: [] })
    assert.deepEqual(await videosIn(), Object.keys(ADAS_FILES).toSorted())
    for (const name of Object.keys(ADAS_FILES) as (keyof typeof ADAS_FILES)[]) {
      assert.equal(await hashOf(join(folder, name)), await hashOf(at(name)))
    }
    const { mtime } = await stat(join(folder, 'Harbour at dawn.mp4'))
    assert.equal(mtime.toISOString(), '2024-05-01T10:00:00.000Z')
  })

  test('fetches nothing again that is there, and asks for no link', async (t) => {
    const { simulator, run } = await setUp(t)
    await run()
    const before = simulator.requests.length

    assert.deepEqual(await run(), { fetched: 0, kept: 4, failures: [] })
    const later = simulator.requests.slice(before)
    assert.ok(later.length > 0)
    assert.deepEqual(new Set(later.map(({ origin }) => origin)), new Set(['api']))
  })

  test('counts captions and pictures as files, when it fetches them and when they are there', async (t) => {
    const { run, videosIn } = await setUp(t)
    const options = { captions: true, pictures: true }
    const { fetched, failures } = await run(options)
    const names = await videosIn()
    assert.deepEqual(failures, [])
    assert.ok(names.includes('Harbour at dawn.de.vtt'), names.join())
    assert.equal(fetched, names.length)

    assert.deepEqual(await run(options), { fetched: 0, kept: names.length, failures: [] })
  })

  test('fetches captions later that could not be had at first', async (t) => {
    const { run, videosIn } = await setUp(t)
    const isWanted = ({ title }: { title: string }) => title === 'Harbour at dawn'
    let captions = 0
    const withoutOne: typeof fetch = async (input, init) => {
      if (!String(input).includes('/captions/')) return fetch(input, init)
      captions += 1
      return captions === 1 ? new Response(null, { status: 410 }) : fetch(input, init)
    }
    const first = await run({ isWanted, captions: true, fetch: withoutOne })
    assert.deepEqual([first.fetched, first.failures.length], [2, 1])

    assert.deepEqual(await run({ isWanted, captions: true }), { fetched: 1, kept: 2, failures: [] })
    assert.equal((await videosIn()).filter((name) => name.endsWith('.vtt')).length, 2)
  })

  test('goes on at the byte where the network went away', async (t) => {
    const { folder, simulator, events, run, videosIn } = await setUp(t)
    const isWanted = ({ title }: { title: string }) => title === 'Harbour at dawn'
    const broken = await run({ isWanted, fetch: cutAfter(50_000) })
    assert.equal(broken.failures.length, 1)
    assert.deepEqual(await videosIn(), ['Harbour at dawn.mp4.part'])
    const there = (await stat(join(folder, 'Harbour at dawn.mp4.part'))).size
    assert.ok(there > 0)
    const before = simulator.requests.length

    assert.deepEqual(await run({ isWanted }), { fetched: 1, kept: 0, failures: [] })
    assert.equal(
      await hashOf(join(folder, 'Harbour at dawn.mp4')),
      await hashOf(at('Harbour at dawn.mp4')),
    )
    const fetched = events.find((event) => event.kind === 'fetched')
    assert.equal(fetched?.continuedAt, there)
    assert.ok(
      simulator.requests
        .slice(before)
        .some(({ origin, status }) => origin === 'cdn' && status === 206),
    )
  })

  test('begins a file again whose version has changed meanwhile', async (t) => {
    const { folder, events, run } = await setUp(t)
    const isWanted = ({ title }: { title: string }) => title === 'Harbour at dawn'
    await run({ isWanted, fetch: cutAfter(50_000) })
    const text = await readFile(join(folder, RECORD_NAME), 'utf8')
    const changed = text.replace(/"validator":"(\\"|[^"])*"/, '"validator":"\\"another\\""')
    assert.notEqual(changed, text)
    await writeFile(join(folder, RECORD_NAME), changed)

    await run({ isWanted })
    assert.equal(events.find((event) => event.kind === 'fetched')?.continuedAt, 0)
    assert.equal(
      await hashOf(join(folder, 'Harbour at dawn.mp4')),
      await hashOf(at('Harbour at dawn.mp4')),
    )
  })

  test('fetches again what was shortened; what was altered, when it verifies', async (t) => {
    const { folder, run } = await setUp(t)
    await run()
    await truncate(join(folder, 'Interview.mp4'), 10)
    const harbour = join(folder, 'Harbour at dawn.mp4')
    const bytes = await readFile(harbour)
    bytes[1000] = (bytes[1000] ?? 0) ^ 1
    await writeFile(harbour, bytes)

    assert.deepEqual(await run(), { fetched: 1, kept: 3, failures: [] })
    assert.deepEqual(await run({ verify: true }), { fetched: 1, kept: 3, failures: [] })
    assert.equal(await hashOf(harbour), await hashOf(at('Harbour at dawn.mp4')))
  })

  test('keeps no file whose checksum is not the one that Vimeo gives', async (t) => {
    const { simulator, run, videosIn } = await setUp(t)
    simulator.setSwitches({ md5: 'wrong' })

    const { fetched, failures } = await run()
    assert.equal(fetched, 0)
    assert.match(failures[0]?.reason ?? '', /checksum/)
    assert.deepEqual(await videosIn(), [])
  })

  test('refuses before the first byte what does not fit on the disk, and says how much', async (t) => {
    const { simulator, run, videosIn } = await setUp(t)

    await assert.rejects(run({ freeBytes: () => Promise.resolve(256e6 + 1000) }), {
      code: 'export.disk-full',
      message: /has 256 MB free, and the export needs \d+ kB.*goes on from here/s,
    })
    assert.deepEqual(await videosIn(), [])
    assert.ok(simulator.requests.every(({ origin }) => origin === 'api'))
    assert.equal((await run({ freeBytes: () => Promise.resolve(257e6) })).fetched, 4)
  })

  test('says for each video why there is no file', async (t) => {
    const { simulator, run } = await setUp(t)
    simulator.setSwitches({ plan: 'free' })

    const { fetched, failures } = await run()
    assert.equal(fetched, 0)
    assert.equal(failures.length, 4)
    assert.match(failures[0]?.reason ?? '', /plan/)
  })

  test('leaves alone what the person has in the folder already (FI-01)', async (t) => {
    const { folder, run, videosIn } = await setUp(t)
    await writeFile(join(folder, 'HARBOUR at dawn.mp4'), 'my own film')
    await writeFile(join(folder, 'Interview.mp4.part'), 'my own part')

    assert.equal((await run()).fetched, 4)

    assert.equal(await readFile(join(folder, 'HARBOUR at dawn.mp4'), 'utf8'), 'my own film')
    assert.equal(await readFile(join(folder, 'Interview.mp4.part'), 'utf8'), 'my own part')
    assert.deepEqual(await run(), { fetched: 0, kept: 4, failures: [] })
    assert.deepEqual(
      (await videosIn()).filter((name) => /^(Harbour|Interview).*mp4$/.test(name)),
      ['Harbour at dawn (2).mp4', 'Interview (2) (2).mp4', 'Interview (2).mp4'],
    )
  })

  test('writes through no symbolic link that stands where a part is to be (FI-01)', async (t) => {
    const { folder, run } = await setUp(t)
    const elsewhere = join(await temporaryFolder(t), 'elsewhere')
    await writeFile(elsewhere, 'not part of it')
    await run({ fetch: cutAfter(1) })
    const parts = (await readdir(folder)).filter((name) => name.endsWith('.part'))
    assert.ok(parts.length > 0)
    for (const part of parts) {
      await rm(join(folder, part))
      await symlink(elsewhere, join(folder, part))
    }

    assert.deepEqual((await run()).failures, [])

    assert.equal((await stat(elsewhere)).size, 14)
    const last = join(folder, (parts[0] ?? '').replace('.part', ''))
    assert.ok((await lstat(last)).isFile())
  })

  test('is not led out of its folder by a record (FI-01)', async (t) => {
    const { folder, run, videosIn } = await setUp(t)
    await run()
    const [uri] = [...(await loadRecord(folder)).keys()]
    for (const name of ['../outside.mp4', '/tmp/outside.mp4', '.hidden', RECORD_NAME, 'a\\b']) {
      const line = { key: uri, name, title: '', quality: 'source', size: 1 }
      await appendFile(join(folder, RECORD_NAME), `${JSON.stringify(line)}\n`)
    }

    assert.deepEqual(await run(), { fetched: 0, kept: 4, failures: [] })
    assert.deepEqual(await videosIn(), Object.keys(ADAS_FILES).toSorted())
  })

  test('passes over the last line of a record that was cut, and refuses what is none', async (t) => {
    const { folder, run } = await setUp(t)
    await run()
    await appendFile(join(folder, RECORD_NAME), '{"key":"/videos/1","na')
    assert.deepEqual(await run(), { fetched: 0, kept: 4, failures: [] })

    await writeFile(join(folder, RECORD_NAME), 'something else\n')
    await assert.rejects(run(), { code: 'export.record-unreadable' })
  })
})
