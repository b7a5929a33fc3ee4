import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../testing/free-ports.ts'

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url))
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))

const SCRIPT = `import { app, text } from 'throughline'
export default app(() => {
  text('first words')
})
`

describe('throughline run', () => {
  let folder = ''
  let script = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-run-'))
    script = join(folder, 'script.ts')
    await mkdir(join(folder, 'node_modules'))
    await symlink(PACKAGE, join(folder, 'node_modules', 'throughline'))
    await writeFile(script, SCRIPT)
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('shows a saved change, then a syntax error with its line, then heals', async (t) => {
    const { origin, output, stop } = await run(folder, [script])
    t.after(stop)
    await pageWith(origin, /first words/)

    await writeFile(script, SCRIPT.replace('first', 'second'))
    await pageWith(origin, /second words/)
    await writeFile(script, SCRIPT.replace("text('first words')", 'const wrong: = 1'))
    const broken = await pageWith(origin, /SyntaxError/)
    await writeFile(script, SCRIPT.replace('first', 'third'))
    await pageWith(origin, /third words/)

    assert.match(broken, /script\.ts:3/)
    assert.match(output(), /SyntaxError/)
  })

  test('waits for a save when the script ends its own process, and outlives a timer that throws', async (t) => {
    const { origin, output, stop } = await run(folder, [script])
    t.after(stop)
    await pageWith(origin, /words/)

    await writeFile(
      script,
      SCRIPT.replace("text('first words')", "setTimeout(() => text('late'), 1)"),
    )
    await outputWith(output, /came after its run had ended \(script\.ts:3\)/, () => fetch(origin))
    await writeFile(script, `${SCRIPT}setTimeout(() => process.exit(7), 50)\n`)
    await outputWith(output, /ended by itself \(7\)\. Waiting for a save/)
    await writeFile(script, SCRIPT.replace('first', 'mended'))
    await pageWith(origin, /mended words/)
  })

  test('ends when it is told to right after a save, although the script takes its time to end', async (t) => {
    const slow =
      "process.once('SIGTERM', () => { for (const until = Date.now() + 400; Date.now() < until; ); })"
    await writeFile(script, `${SCRIPT}${slow}\n`)
    const { origin, exit, stop } = await run(folder, [script])
    t.after(stop)
    await pageWith(origin, /first words/)

    await writeFile(script, `${SCRIPT}${slow}\n// saved\n`)
    await stop()
    assert.equal(await exit, 0)
  })

  test('keeps the key file to its owner and says that it made one', async (t) => {
    const { origin, output, stop } = await run(folder, [script, '--no-watch'], {
      THROUGHLINE_DATA: 'kept',
    })
    t.after(stop)
    await pageWith(origin, /words/)

    assert.match(output(), /NEW KEY FILE {3}\S+kept\/keys/)
    assert.match(await readFile(join(folder, 'kept', 'keys'), 'utf8'), /\S/)
  })

  test('P6: keeps keys and data out of a repository, and adds no rule to a folder that was there', async (t) => {
    await mkdir(join(folder, 'there'))
    const serveIn = async (THROUGHLINE_DATA: string) => {
      const { origin, stop } = await run(folder, [script, '--no-watch'], { THROUGHLINE_DATA })
      t.after(stop)
      await pageWith(origin, /words/)
      return readFile(join(folder, THROUGHLINE_DATA || '.throughline', '.gitignore'), 'utf8')
    }

    assert.equal(await serveIn(''), '*\n')
    assert.equal(await serveIn(join('made', 'here')), '*\n')
    await assert.rejects(serveIn('there'), { code: 'ENOENT' })
  })

  test('answers a wrong command and a missing file with a sentence', async () => {
    const wrong = await run(folder, [], {}, 'walk')
    const missing = await run(folder, [join(folder, 'nothing.ts'), '--no-watch'])

    assert.equal(await wrong.exit, 1)
    assert.match(wrong.output(), /^walk is not a command\. Write throughline run script\.ts/)
    assert.equal(await missing.exit, 1)
    assert.match(missing.output(), /^There is no file \S+nothing\.ts\./)
  })
})

async function run(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
  command = 'run',
) {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    ['--conditions=throughline-source', CLI, command, ...args],
    { cwd, env: { ...process.env, PORT: String(port), ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => (text += part))
  }
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    origin: `http://127.0.0.1:${port}`,
    output: () => text,
    exit,
    stop: async () => {
      child.kill('SIGTERM')
      await exit
    },
  }
}

/** Waits until the terminal says so, doing something in between. */
async function outputWith(output: () => string, words: RegExp, prompt: () => unknown = () => {}) {
  const until = Date.now() + 20_000
  while (!words.test(output())) {
    if (Date.now() > until) throw new Error(`Never saw ${words}; last: ${output().slice(-400)}`)
    await Promise.resolve(prompt()).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** Asks until the page says so; the test's own deadline ends it otherwise. */
async function pageWith(origin: string, words: RegExp): Promise<string> {
  const until = Date.now() + 20_000
  for (;;) {
    const page = await fetch(origin)
      .then((answer) => answer.text())
      .catch(() => '')
    if (words.test(page)) return page
    if (Date.now() > until)
      throw new Error(`Never saw ${words} at ${origin}; last: ${page.slice(-400)}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
