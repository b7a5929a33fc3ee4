/*
 * The process that serves a script, as the one that started it sees it.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import type { Environment } from './environment.ts'

/** Set in the environment of a process that has taken a predecessor's place: it need not present itself. */
export const RESTARTED = 'THROUGHLINE_RESTARTED'

/** What it tells the one that started it: at each look, and as the script of a page begins. */
export interface Beat {
  /** Pages whose scripts are at work. */
  readonly pages: readonly string[]
}

/**
 * Starts a process that serves a script.
 *
 * @param command What is run: the program's own file and arguments.
 */
export function startChild(command: readonly string[], env: Environment): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, ...command], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
  })
}

/** Asks a process to end, and kills it where it has not after `patienceMs`. */
export function endChild(child: ChildProcess, patienceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((done) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    child.removeAllListeners('exit')
    child.once('exit', () => {
      clearTimeout(timer)
      done()
    })
    child.kill('SIGTERM')
  })
}

/** Sends a beat to the process that started this one, if any; one that is gone hears nothing. */
export function sendBeat(pages: readonly string[]): void {
  if (process.connected) process.send?.({ pages } satisfies Beat, undefined, undefined, () => {})
}
