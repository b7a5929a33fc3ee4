#!/usr/bin/env node
// Stands in the repository, so that npm finds it before anything has been built.
import { existsSync } from 'node:fs'

const program = new URL('../dist/cli.js', import.meta.url)
if (existsSync(program)) {
  await import(program.href)
} else {
  console.error('Throughline has not been built yet. Run `npm run build` in its checkout first.')
  process.exitCode = 1
}
