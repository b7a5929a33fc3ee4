import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { superviseScript } from './supervise-script.ts'

const MODULE = new URL('supervise-script.ts', import.meta.url).href

/** Watches over a process with this code, from another process; what came of both. */
async function supervise(t: TestContext, code: string, env: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [served, supervisor] = [join(folder, 'served.mjs'), join(folder, 'supervisor.mjs')]
  writeFileSync(served, code)
  writeFileSync(
    supervisor,
    `import { superviseScript } from ${JSON.stringify(MODULE)}
    superviseScript([${JSON.stringify(served)}], process.env)`,
  )
  const child = spawn(process.execPath, [supervisor], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  })
  const [said, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code: child.exitCode, said, errors }
}

/** The second process of a test ends before it serves, and so ends the one that watches over it. */
const SECOND = 'if (process.env.THROUGHLINE_RESTARTED) { console.log("again"); process.exit(5) }\n'

describe('superviseScript()', () => {
  test('ends as a process does that ends before it serves', async (t) => {
    const { code, said, errors } = await supervise(t, 'process.exit(3)')
    assert.deepEqual({ code, said, errors }, { code: 3, said: '', errors: '' })
  })

  test('starts a process anew that has served and ended by itself, and says so', async (t) => {
    const ending = 'process.send({ pages: [] }, () => process.exit(7))'
    const { code, said, errors } = await supervise(t, SECOND + ending)
    assert.deepEqual({ code, said }, { code: 5, said: 'again\n' })
    assert.match(errors, /ended by itself \(7\) and is started anew\./)
  })

  test('DO-05 kills a process that stands still, names its pages, and starts it anew', async (t) => {
    const still = 'process.send({ pages: ["/films"] }, () => { for (;;); })'
    const env = { THROUGHLINE_STILL_SECONDS: '1' }
    const { code, said, errors } = await supervise(t, SECOND + still, env)
    assert.deepEqual({ code, said }, { code: 5, said: 'again\n' })
    assert.match(errors, /stood still for 1 s\. It was killed .* without pause: .*\/films/)
  })

  test('lets a process stand still for ever where it is told so', async (t) => {
    const slow = `${SECOND}process.send({ pages: [] }, () => {
      const end = performance.now() + 1500
      while (performance.now() < end);
      process.exit(7)
    })`
    const { errors } = await supervise(t, slow, { THROUGHLINE_STILL_SECONDS: '0' })
    assert.doesNotMatch(errors, /stood still/)
    assert.match(errors, /ended by itself \(7\)/)
  })

  test('refuses a time that is none, before it starts anything', () => {
    for (const text of ['soon', '-1', '1.5']) {
      assert.throws(() => superviseScript([], { THROUGHLINE_STILL_SECONDS: text }), {
        code: 'server.bad-setting',
      })
    }
  })
})
