/*
 * The exporter as people meet it: a process of its own on a port, a Vimeo simulator beside it, and people with
 * browsers. The simulator runs in the test's process, so that a test can change its switches and read its log.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'node:test'
import { createClientId, createClientSecret } from '../../../simulators/src/vimeo/secrets.ts'
import {
  startVimeoSimulator,
  type VimeoSimulator,
  type VimeoSimulatorOptions,
} from '../../../simulators/src/vimeo/start.ts'
import { freePort } from '../../src/testing/free-ports.ts'
import { tell } from '../../src/testing/told.ts'

const EXPORTER = fileURLToPath(new URL('../../../../apps/vimeo-exporter/main.ts', import.meta.url))
const START_MS = 20_000

/** How a program of a test differs from the exporter beside an ordinary simulator. */
export interface ProgramOptions {
  /** The script to run (the exporter's). */
  readonly main?: string
  /** Starts what people reach it through, in front of its port; returns the origin that they use. */
  readonly behind?: (port: number) => Promise<string>
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly simulator?: Pick<
    VimeoSimulatorOptions,
    'switches' | 'videosDir' | 'library' | 'generate'
  >
}

/** A program in a process of its own, and the simulator that it is registered with. */
export interface Program {
  readonly origin: string
  readonly dataFolder: string
  readonly simulator: VimeoSimulator
  /** What it has written since its last start. */
  output(): string
  /** Ends it as a power cut does. */
  kill(): Promise<void>
  /** Starts it again, on the same port and data. */
  start(): Promise<void>
}

/** Starts a program with a data folder of its own; both end with the test. */
export async function startProgramOnPort(
  test: Pick<TestContext, 'after'>,
  { main = EXPORTER, behind, env: more = {}, simulator: simulated = {} }: ProgramOptions = {},
): Promise<Program> {
  const port = await freePort()
  const origin = (await behind?.(port)) ?? `http://127.0.0.1:${port}`
  const clientId = createClientId(randomBytes)
  const clientSecret = createClientSecret(randomBytes)
  const simulator = await startVimeoSimulator({
    ...simulated,
    clientId,
    clientSecret,
    redirectUris: [`${origin}/oauth/callback/vimeo`],
  })
  const dataFolder = mkdtempSync(join(tmpdir(), 'throughline-'))
  const env = {
    ...more,
    PATH: process.env['PATH'],
    PORT: String(port),
    ...(behind === undefined ? {} : { PUBLIC_URL: origin, TRUSTED_PROXIES: 'loopback' }),
    THROUGHLINE_DATA: dataFolder,
    VIMEO_CLIENT_ID: clientId,
    VIMEO_CLIENT_SECRET: clientSecret,
    VIMEO_ORIGIN: simulator.origin,
  }
  let child: ChildProcess | undefined
  let output = ''

  async function start(): Promise<void> {
    output = ''
    const started = spawn(process.execPath, ['--conditions=throughline-source', main], { env })
    child = started
    const deadline = setTimeout(() => started.kill('SIGKILL'), START_MS)
    const ready = new Promise<void>((resolve, reject) => {
      const take = (chunk: Buffer) => {
        output += String(chunk)
        tell({ kind: 'log', entry: String(chunk) })
        if (output.includes(' is ready: ')) resolve()
      }
      started.stdout.on('data', take)
      started.stderr.on('data', take)
      started.once('exit', () => reject(new Error(`The program has ended:\n${output}`)))
    })
    await ready.finally(() => clearTimeout(deadline))
  }

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  test.after(async () => {
    await kill()
    await simulator.close()
    rmSync(dataFolder, { recursive: true, force: true })
  })
  await start()
  return { origin, dataFolder, simulator, output: () => output, kill, start }
}
