import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connect, startTestSimulator } from '../../packages/simulators/src/vimeo/testing.ts'
import { RECORD_NAME } from './export-record.ts'

const COMMAND = fileURLToPath(new URL('export.ts', import.meta.url))

/** Runs the command with nothing of the environment but what a test gives. */
async function runCommand(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--conditions=throughline-source', COMMAND, ...flags], {
    env: { PATH: process.env['PATH'], ...env },
  })
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, output, errors }
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-export-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

describe('npm run export', () => {
  test('writes the chosen videos of a token, says so, and ends with 0', async (t) => {
    const simulator = await startTestSimulator(t, { now: () => new Date() })
    const env = { VIMEO_ACCESS_TOKEN: await connect(simulator), VIMEO_ORIGIN: simulator.origin }
    const folder = join(await temporaryFolder(t), 'new', 'folder')

    const first = await runCommand(['--to', folder, '--search', 'harbour DAWN'], env)
    assert.equal(first.errors, '')
    assert.match(
      first.output,
      /1 video to fetch, 124 kB\n✔ Harbour at dawn\.mp4 {2}124 kB\n1 file fetched/,
    )
    assert.equal(first.code, 0)
    assert.deepEqual(await readdir(folder), ['Harbour at dawn.mp4', RECORD_NAME].toSorted())

    const second = await runCommand(['--to', folder, '--search', 'first LIGHT'], env)
    assert.match(second.output, /0 files fetched, 1 there already/)
  })

  test('ends with 1 and the reasons when a video cannot be had, and when the token is dead', async (t) => {
    const simulator = await startTestSimulator(t, { now: () => new Date() })
    const env = { VIMEO_ACCESS_TOKEN: await connect(simulator), VIMEO_ORIGIN: simulator.origin }
    const folder = await temporaryFolder(t)
    simulator.setSwitches({ transcode: 'in_progress' })

    const without = await runCommand(['--to', folder], env)
    assert.equal(without.code, 1)
    assert.match(without.output, /✖ Interview: Vimeo is still preparing this video/)

    const dead = await runCommand(['--to', folder], { ...env, VIMEO_ACCESS_TOKEN: 'none' })
    assert.equal(dead.code, 1)
    assert.match(dead.errors, /Vimeo does not accept the token in VIMEO_ACCESS_TOKEN/)
  })

  test('writes titles in one line that cannot steer the terminal (XS-07)', async (t) => {
    const title = 'a\u001b]0;b\u0007\u009b2J\r\n✔ c\u202ed'
    const simulator = await startTestSimulator(t, {
      now: () => new Date(),
      library: { 'harbour-at-dawn.mp4': { title, owner: 'Ada Example' } },
    })
    const env = { VIMEO_ACCESS_TOKEN: await connect(simulator), VIMEO_ORIGIN: simulator.origin }
    simulator.setSwitches({ transcode: 'in_progress' })

    const { output } = await runCommand(['--to', await temporaryFolder(t)], env)

    assert.match(output, /^✖ a\S* ?\S* ?✔ cd: Vimeo is still preparing/m)
    assert.doesNotMatch(output, /[^\P{Cc}\n]|\p{Bidi_Control}/u)
  })

  test('answers wrong words with a sentence, and ends with 2', async (t) => {
    const folder = await temporaryFolder(t)
    for (const [flags, sentence] of [
      [[], /No folder was named\. Write: npm run export -- --to FOLDER/],
      [['--to', folder, '--quality', 'best'], /--quality is "best", expected original or a number/],
      [['--to', folder, '--fast'], /Unknown option '--fast'/],
      [['--to', folder], /Vimeo is not connected\. Set VIMEO_ACCESS_TOKEN/],
    ] as const) {
      const { code, errors, output } = await runCommand(flags)
      assert.match(errors, sentence)
      assert.equal(code, 2)
      assert.equal(output, '')
    }
    assert.match((await runCommand(['--help'])).output, /^Usage: npm run export/)
  })
})
