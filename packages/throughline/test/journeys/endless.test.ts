import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Person } from '../../src/testing/person.ts'
import { startProcesses, type Processes } from './node-process.ts'
import { openUntilAnswered, pressUntilAnswered } from './patient.ts'

const COUNT = 'button:Count'
const STILL_SECONDS = 2

const start = (t: { after(end: () => Promise<void>): void }) =>
  startProcesses(t, 'endless.ts', {
    isSupervised: true,
    env: () => ({ THROUGHLINE_STILL_SECONDS: String(STILL_SECONDS) }),
  })

async function logged(processes: Processes, line: RegExp): Promise<string> {
  for (;;) {
    const found = processes.nodes[0]
      ?.errors()
      .split('\n')
      .find((one) => line.test(one))
    if (found !== undefined) return found
    await pause(20)
  }
}

describe('a script that computes without pause', () => {
  test('DO-05 P5: holds up the others no longer than stated, and nothing that was acknowledged is lost', async (t) => {
    const processes = await start(t)
    const [ada, eve] = [1, 2].map(() => new Person(processes.fetch, processes.origin))
    const counting = await ada!.openLive('/')
    await counting.press(COUNT)
    await counting.press(COUNT)
    assert.match(counting.text, /Counted 2\./)
    const computing = await eve!.open('/endless')
    const begun = performance.now()
    const pressed = computing.press('button:Compute').catch((error: unknown) => error)
    while (await isServed(processes)) await pause(20)

    const { times } = await pressUntilAnswered(counting, COUNT, {})
    const seconds = (performance.now() - begun) / 1000

    assert.match(counting.text, /Counted 3\./)
    assert.ok(times > 1 && seconds >= STILL_SECONDS, `${times} times, after ${seconds} s`)
    t.diagnostic(`served again after ${seconds.toFixed(1)} s`)
    const line = await logged(processes, /stood still/)
    assert.match(line, /"level":50/)
    assert.match(line, /stood still for 2 s\. It was killed and is started anew.*\\"\/endless\\"/)
    assert.ok((await pressed) instanceof Error)
    await openUntilAnswered(computing, '/endless')
    assert.match(computing.text, /interrupted|Shown with 100/)
  })

  test('DO-05: is named in the log where it comes to its end, and nobody is killed for it', async (t) => {
    const processes = await startProcesses(t, 'endless.ts')
    const eve = await new Person(processes.fetch, processes.origin).open('/endless')
    await eve.press('button:Compute%20a%20little')

    const line = await logged(processes, /Nobody was served/)
    assert.match(line, /for [23]\.\d s: the script of page \\"\/endless\\" computed without pause/)
    assert.match(eve.text, /Shown with/)
  })
})

describe('a process that is watched over', () => {
  test('DO-05: is started anew where it has ended by itself', async (t) => {
    const processes = await start(t)
    const tab = await new Person(processes.fetch, processes.origin).openLive('/')
    await tab.press(COUNT)
    const ending = await tab.person.open('/end')
    await ending.press('button:End').catch(() => undefined)

    await pressUntilAnswered(tab, COUNT, {})

    assert.match(tab.text, /Counted 2\./)
    assert.match(await logged(processes, /ended by itself/), /\(3\) and is started anew/)
  })

  test('ends with the one that watches over it, whether that is asked to end or killed', async (t) => {
    const processes = await start(t)
    const [node] = processes.nodes
    assert.deepEqual((await node!.stop()).code, 0)
    assert.equal(await isServed(processes), false)

    await node!.start()
    await node!.kill()
    while (await isServed(processes)) await pause(20)
  })

  test('ends it where it cannot start, with its sentence', async (t) => {
    const processes = await start(t)
    const cli = join(import.meta.dirname, '../../src/cli.ts')
    const app = join(import.meta.dirname, 'apps/endless.ts')
    const run = async (env: Readonly<Record<string, string>>) => {
      const child = spawn(process.execPath, ['--conditions=throughline-source', cli, 'run', app], {
        env: {
          PATH: process.env['PATH'],
          NODE_ENV: 'production',
          THROUGHLINE_DATA: processes.folder,
          THROUGHLINE_KEYS: `test:${randomBytes(32).toString('base64')}`,
          PORT: String(processes.nodes[0]?.port),
          ...env,
        },
      })
      const [said] = await Promise.all([text(child.stderr), once(child, 'exit')])
      return `${child.exitCode} ${said}`
    }

    assert.match(await run({}), /^1 Port \d+ is taken/)
    assert.match(
      await run({ THROUGHLINE_STILL_SECONDS: 'soon' }),
      /^1 .* is "soon", expected whole/,
    )
  })
})

/** Whether it answers within a moment. */
async function isServed({ origin }: Processes): Promise<boolean> {
  const signal = AbortSignal.timeout(300)
  return fetch(`${origin}/healthz`, { signal }).then(
    ({ ok }) => ok,
    () => false,
  )
}
