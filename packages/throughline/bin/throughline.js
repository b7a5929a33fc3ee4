#!/usr/bin/env node
// Stands in the repository, so that npm finds it before anything has been built; and speaks to every Node there is.
import { existsSync } from 'node:fs'

const OLDEST_NODE = 24

const program = new URL('../dist/cli.js', import.meta.url)
const { node } = process.versions
if (Number.parseInt(node, 10) < OLDEST_NODE) {
  console.error(
    `Throughline needs Node ${OLDEST_NODE} or newer, and this is ${node}. Get one at nodejs.org, or by \`npm install node@${OLDEST_NODE}\` and npx.`,
  )
  process.exitCode = 1
} else if (existsSync(program)) {
  await import(program.href)
} else {
  console.error('Throughline has not been built yet. Run `npm run build` in its checkout first.')
  process.exitCode = 1
}
