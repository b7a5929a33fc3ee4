/*
 * Link lists in the hands of the programs they are written for, over real HTTP: whole, and where a file broke off.
 */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { serve } from '@hono/node-server'
import { app, linkListButton, type LinkListFormat, type OfferedFile } from '../../src/index.ts'
import { freePort } from '../../src/testing/free-ports.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'

const run = promisify(execFile)
const MEGABYTE = 1024 * 1024
const CONTENT = 'a film, byte by byte, '.repeat(150_000)
const NAMES = [
  '-o Dawn & dusk.mp4',
  "it's $(a) `film`; #1.mp4",
  'a"b\n  out=../x.mp4',
  '日本語.mp4',
  '100%.mp4',
]
const SAVED = [
  "it's $(a) `film`; #1.mp4",
  'a-b  out=..-x.mp4',
  'o Dawn & dusk.mp4',
  '日本語.mp4',
  '100%.mp4',
]

const PROGRAMS: Readonly<Record<LinkListFormat, (list: string) => readonly [string, ...string[]]>> =
  {
    aria2: (list) => ['aria2c', '--no-conf', '-i', list],
    curl: (list) => ['curl', '-q', '-sS', '-K', list],
    wget: (list) => ['sh', list],
  }

async function start(t: TestContext, format: LinkListFormat) {
  const starts: number[] = []
  const bytes = Buffer.from(CONTENT)
  const open: OfferedFile['open'] = async (at) => {
    starts.push(at)
    const body = (async function* () {
      yield bytes.subarray(at)
    })()
    return { size: bytes.length, validator: 'v1', body }
  }
  const files = () => NAMES.map((name) => ({ key: name, name, size: bytes.length, open }))
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const program = startProgram(
    app(() => linkListButton('Links', { format, file: 'list.txt', files })),
    { publicUrl: origin },
  )
  const { fetch } = program
  const server = serve({
    fetch,
    port,
    hostname: '127.0.0.1',
    overrideGlobalObjects: false,
  }) as Server
  if (!server.listening) await once(server, 'listening')
  const folder = await mkdtemp(join(tmpdir(), 'throughline-list-'))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await program.close()
    await rm(folder, { recursive: true })
  })
  const live = await new Person(program.fetch, origin).openLive('/')
  await live.press('link-list-button:Links')
  await writeFile(join(folder, 'list.txt'), await (await live.person.send(live.away ?? '')).text())
  const [command, ...args] = PROGRAMS[format]('list.txt')
  const download = () =>
    run(command, args, { cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  return { folder, starts, download }
}

const contentOf = (folder: string) =>
  Promise.all(SAVED.map((name) => readFile(join(folder, name), 'utf8')))

describe('a link list', () => {
  for (const format of ['aria2', 'curl', 'wget'] as const) {
    const program = format === 'aria2' ? 'aria2c' : format
    const isThere = spawnSync(program, ['--version']).status === 0
    const skip = isThere ? false : `${program} is not installed here`

    test(
      `brings ${format} every file under its name, and no other (FI-01)`,
      { skip },
      async (t) => {
        const { folder, download } = await start(t, format)

        await download()

        assert.deepEqual((await readdir(folder)).toSorted(), [...SAVED, 'list.txt'].toSorted())
        assert.deepEqual(
          await contentOf(folder),
          SAVED.map(() => CONTENT),
        )
      },
    )

    test(
      `lets ${format} go on where it broke off, and leave alone what is whole (FI-05)`,
      { skip },
      async (t) => {
        const { folder, download, starts } = await start(t, format)
        await writeFile(join(folder, SAVED[0] ?? ''), CONTENT.slice(0, 2 * MEGABYTE))

        await download()
        const first = starts.splice(0)
        // curl counts a file that is whole already as failed, and leaves it alone.
        await download().catch((error: unknown) => assert.match(String(error), /error: 416/))

        assert.ok(first.includes(2 * MEGABYTE), first.join())
        assert.deepEqual(
          await contentOf(folder),
          SAVED.map(() => CONTENT),
        )
      },
    )
  }
})
