/*
 * Builds what is published into `packages/throughline/dist`: JavaScript and types by `tsc`, the browser program by
 * `build-browser.ts`, the simulators by `simulator-bundle.ts`, and the licences of what those contain.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from './modules.ts'
import { runCommand } from './run-command.ts'
import { bundleSimulators } from './simulator-bundle.ts'

const DEADLINE = 2 * 60_000
const BUILT_BY_ITSELF = 'browser.js'

const root = repositoryRoot()
const dist = join(root, 'packages/throughline/dist')

/** Runs one program of the build and ends the build where that fails. */
async function build(command: readonly [string, ...string[]]): Promise<void> {
  const { code, output } = await runCommand(command, { folder: root, deadline: DEADLINE })
  process.stdout.write(output)
  if (code !== 0) process.exit(code)
}

/** A file that was removed from the source must not be published again. */
function removeFormerBuild(): void {
  const names = readdirSync(join(root, 'packages/throughline')).includes('dist')
    ? readdirSync(dist)
    : []
  for (const name of names) {
    // A test that runs meanwhile may be serving the browser program.
    if (name !== BUILT_BY_ITSELF) rmSync(join(dist, name), { recursive: true })
  }
}

removeFormerBuild()
await build([join(root, 'node_modules/.bin/tsc'), '-p', 'packages/throughline/tsconfig.build.json'])
await build([process.execPath, 'scripts/build-browser.ts'])
await bundleSimulators(root, dist)

const license = readFileSync(join(root, 'node_modules/idiomorph/LICENSE'), 'utf8')
writeFileSync(
  join(dist, 'browser.js.LICENSE.txt'),
  `browser.js contains idiomorph, under this licence:\n\n${license.trim()}\n`,
)
