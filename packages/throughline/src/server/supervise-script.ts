/*
 * `throughline run script.ts` in production: serves a script in a child process, and in a new one when that has ended
 * by itself or stands still.
 *
 *   started ──first beat──→ serving ──no beat for so long──→ killed ──┐
 *      │                       └──ended by itself────────────────────┴──→ started anew
 *      └──ended──→ this process ends too: what keeps a program from starting is for the operator to mend
 *
 * A script that computes without pause cannot be interrupted from inside its process. From outside it can be killed,
 * for whatever was shown as done is kept: a press under way is told as interrupted, and everybody else goes on.
 */
import type { ChildProcess } from 'node:child_process'
import { createJsonLog } from './log.ts'
import { toPageList } from './loop-watch.ts'
import { endChild, RESTARTED, startChild, type Beat } from './script-process.ts'
import { GRACE, GRACE_SECONDS, readSeconds, type Environment } from './environment.ts'

/** No beat for so long: it stands still. */
const STILL_SECONDS = 30
const STILL = 'THROUGHLINE_STILL_SECONDS'
/** Time is counted in these steps, not read from a clock: nobody stood still while the whole machine slept. */
const STEP_MS = 500
/** Before a process that has ended by itself is started anew: one that ends each time must not fill the log. */
const PAUSE_MS = 1000
/** More than requests under way are given at the end: what closing takes besides. */
const CLOSING_SECONDS = 5

/**
 * Serves a script in a child process until this one is stopped.
 *
 * @param command What starts a child: the program's own file and arguments.
 * @throws `server.bad-setting`
 */
export function superviseScript(command: readonly string[], env: Environment): void {
  // 0: a process that stands still is never started anew.
  const mostSteps = Math.ceil((readSeconds(env, STILL, STILL_SECONDS) * 1000) / STEP_MS)
  const patienceMs = (readSeconds(env, GRACE, GRACE_SECONDS) + CLOSING_SECONDS) * 1000
  const log = createJsonLog()
  let child: ChildProcess
  let restart: NodeJS.Timeout | undefined
  let isEnding = false

  const start = (environment: Environment) => {
    let beat: Beat | undefined
    let steps = 0
    const present = startChild(command, environment)
    child = present
    present.on('message', (message: Beat) => {
      beat = message
      steps = 0
    })
    const counting = setInterval(() => {
      // How long a start may take is for the operator to say.
      if (beat === undefined || mostSteps === 0) return
      steps += 1
      if (steps !== mostSteps) return
      log({ level: 'error', message: stoodStill((steps * STEP_MS) / 1000, beat.pages) })
      present.kill('SIGKILL')
    }, STEP_MS)
    present.once('exit', (code, signal) => {
      clearInterval(counting)
      if (isEnding) return
      if (beat === undefined) process.exit(code ?? 1)
      const isKilled = mostSteps > 0 && steps >= mostSteps
      if (!isKilled) log({ level: 'error', message: endedByItself(code ?? signal) })
      restart = setTimeout(start, isKilled ? 0 : PAUSE_MS, { ...env, [RESTARTED]: '1' })
    })
  }
  const end = () => {
    isEnding = true
    clearTimeout(restart)
    void endChild(child, patienceMs).then(() => process.exit(0))
  }
  start(env)
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
}

function stoodStill(seconds: number, pages: readonly string[]): string {
  const who =
    pages.length === 0
      ? 'No script was at work, so something else in it computed without pause'
      : `One of the scripts at work computes without pause: ${toPageList(pages)}`
  return (
    `The process that serves the script stood still for ${seconds} s. It was killed and is started anew; what was ` +
    `shown as done is kept. ${who}.`
  )
}

function endedByItself(how: number | string | null): string {
  return `The process that serves the script ended by itself (${how}) and is started anew.`
}
