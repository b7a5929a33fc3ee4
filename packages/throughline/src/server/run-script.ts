/*
 * `throughline run script.ts`: serves a script and, in development, restarts its process whenever a file is saved.
 *
 * The parent watches and starts children; the child serves. Nothing is reloaded inside a process: what a session
 * remembers survives the restart, which is the promise itself.
 */
import type { ChildProcess } from 'node:child_process'
import { watch } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { isThroughlineError } from '../base/error.ts'
import type { App } from '../script/app.ts'
import { createTerminalLog } from './log.ts'
import { endChild, RESTARTED, sendBeat, startChild } from './script-process.ts'
import { appOfError, loadScript, type LoadModule } from './script-file.ts'
import { serveUntilStopped } from './serve-until-stopped.ts'
import { DEVELOPMENT_GRACE_SECONDS, GRACE, readSeconds, type Environment } from './environment.ts'

/** Editors write a file in several steps: a restart waits for them. */
const SETTLE_MS = 60
/** More than requests under way are given at a save: what closing takes besides. */
const CLOSING_SECONDS = 1

const IGNORED = ['node_modules', '.git', '.throughline', 'dist']

/** Serves a script in this process until it is stopped. */
export async function serveScript(file: string, env: Environment, load: LoadModule): Promise<void> {
  const isDevelopment = env['NODE_ENV'] !== 'production'
  let served: App
  let name: string
  try {
    served = await loadScript(file, load)
    name = served.title
  } catch (error) {
    if (!isDevelopment || isThroughlineError(error, 'server.no-script')) throw error
    createTerminalLog()({ level: 'error', message: 'The script could not be loaded:', error })
    served = appOfError(error)
    name = 'The page that says what is wrong'
  }
  const isQuiet = env[RESTARTED] !== undefined
  const quiet = isQuiet ? { print: () => {} } : {}
  await serveUntilStopped(served, { env, name, onBeat: sendBeat, ...quiet })
  // The first beat tells the parent, if there is one, that it serves.
  if (process.exitCode !== undefined) return
  sendBeat([])
  // Without its parent nobody would end it, and its port would stay taken.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}

/**
 * Serves a script in a child process, and in a new one after each save below the script's folder.
 *
 * @param command What starts a child: the program's own file and arguments.
 */
export function watchScript(file: string, command: readonly string[], env: Environment): void {
  const patienceMs = (readSeconds(env, GRACE, DEVELOPMENT_GRACE_SECONDS) + CLOSING_SECONDS) * 1000
  let child = startWatched(command, env)
  let timer: NodeJS.Timeout | undefined
  let restarting: Promise<void> = Promise.resolve()
  let isEnding = false

  const restart = async () => {
    await endChild(child, patienceMs)
    if (!isEnding) child = startWatched(command, { ...env, [RESTARTED]: '1' })
  }
  watch(dirname(resolve(file)), { recursive: true }, (_event, changed) => {
    if (changed === null || changed.split(sep).some((part) => IGNORED.includes(part))) return
    if (isEnding || !/\.(?:[cm]?[jt]s|json)$/.test(changed)) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      restarting = restarting.then(restart)
    }, SETTLE_MS)
  })
  const end = () => {
    isEnding = true
    clearTimeout(timer)
    // Behind a restart that is under way: only one of the two may wait for the child.
    void restarting.then(() => endChild(child, patienceMs)).then(() => process.exit(0))
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
}

function startWatched(command: readonly string[], env: Environment): ChildProcess {
  const child = startChild(command, env)
  let isReady = env[RESTARTED] !== undefined
  child.once('message', () => (isReady = true))
  child.once('exit', (code) => {
    // What keeps the first child from serving (a taken port) is for the operator to mend, not for a save.
    if (!isReady) process.exit(code ?? 1)
    const how = code ?? 'killed'
    process.stderr.write(`The script's process ended by itself (${how}). Waiting for a save.\n`)
  })
  return child
}
