/*
 * Runs one program to its end and keeps what it wrote. Knows nothing of checks or tests.
 */
import { spawn } from 'node:child_process'

/** How a program ended. */
export interface CommandResult {
  /** Exit code; 1 where it was ended by a signal or could not be started. */
  readonly code: number
  /** Standard output and standard error, in the order in which they came. */
  readonly output: string
}

/** Where and for how long a program may run. */
export interface CommandOptions {
  readonly folder: string
  /** Milliseconds after which the program and all that it started are killed. */
  readonly deadline: number
  /** (the environment of this process) */
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a program; never throws, for an error to start it is a result as well. */
export function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  { folder, deadline, env = process.env }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = ''
    // A group of its own, so that a browser or a server that it started goes with it.
    const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: 'pipe' })
    child.stdin.end()

    const killGroup = () => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // Nobody is left in the group.
      }
    }
    const timer = setTimeout(() => {
      output += `\nStill running after ${deadline / 1000} s: killed.\n`
      killGroup()
    }, deadline)
    process.once('exit', killGroup)

    const finish = (code: number) => {
      clearTimeout(timer)
      process.off('exit', killGroup)
      resolve({ code, output })
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.once('error', (error) => {
      output += `Cannot start \`${program}\`: ${error.message}\n`
      finish(1)
    })
    child.once('close', (code) => finish(code ?? 1))
  })
}
