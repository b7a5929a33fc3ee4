import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { STEPS } from './check-steps.ts'
import { repositoryRoot } from './modules.ts'
import { runCommand } from './run-command.ts'

const ROOT = repositoryRoot()

describe('npm test', () => {
  test('fails for a step that there is not, and ends with the counts', async () => {
    const command = [process.execPath, 'scripts/check.ts', 'no-such-step'] as const

    const { code, output } = await runCommand(command, { folder: ROOT, deadline: 20_000 })

    assert.equal(code, 1)
    assert.match(output, /no step is called no-such-step; the steps are format, lint, /)
    assert.equal(output.trimEnd().split('\n').at(-1), '0 passed, 1 failed')
  })

  test('has a line about each step in CONTRIBUTING.md', () => {
    const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')

    assert.deepEqual(
      STEPS.filter(({ name }) => !text.includes(`| \`${name}\` |`)),
      [],
    )
  })
})
