/*
 * Work that a script forgot: promises that nobody waits for, timers that outlive their run. What they throw is told
 * to the operator and does not end the process, as Node otherwise does: everybody else is served by it too.
 */
import { placeOf } from '../script/call-site.ts'
import { ControlSignal } from '../script/control-signal.ts'
import type { LogEntry } from './program.ts'

/**
 * Keeps the process alive when a promise that nobody waits for is rejected, or a timer throws.
 *
 * @returns Ends that.
 */
export function surviveForgottenWork(log: (entry: LogEntry) => void): () => void {
  const tell = (error: unknown) => {
    if (!(error instanceof ControlSignal)) {
      log({ level: 'error', message: 'A promise or a timer that nobody waited for failed.', error })
      return
    }
    // A call that came after the end of its run was refused, as it should be. In development its line is known.
    if (error.lateSite === undefined) return
    const message =
      `A call came after its run had ended (${placeOf(error.lateSite)}), so it did nothing. ` +
      'Is an await missing, or does a timer outlive the page?'
    log({ level: 'warn', message })
  }
  process.on('unhandledRejection', tell)
  process.on('uncaughtException', tell)
  return () => {
    process.off('unhandledRejection', tell)
    process.off('uncaughtException', tell)
  }
}
