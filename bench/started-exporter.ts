/*
 * The exporter beside its simulator in a process of its own, over an empty folder, for what is measured from outside.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../packages/throughline/src/testing/free-ports.ts'

const root = new URL('..', import.meta.url).pathname

/** A running exporter. */
export interface StartedExporter {
  readonly port: number
  readonly origin: string
  readonly process: ChildProcess
  /** What it has written to standard error. */
  readonly errors: () => string
  end(): Promise<void>
}

/** Starts it; resolves when it is ready. */
export async function startExporter(): Promise<StartedExporter> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const [port = 0, simulatorPort = 0] = await freePorts(2)
  const ports = { PORT: String(port), SIMULATOR_PORT: String(simulatorPort) }
  const child = spawn(
    process.execPath,
    ['--conditions=throughline-source', join(root, 'scripts/start.ts')],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...ports, THROUGHLINE_DATA: folder },
    },
  )
  let errors = ''
  child.stderr.on('data', (text) => (errors += String(text)))
  for await (const text of child.stdout) if (String(text).includes('is ready')) break
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    process: child,
    errors: () => errors,
    async end() {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
