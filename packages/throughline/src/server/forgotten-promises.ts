/*
 * Promises that a script forgot: their rejections are told to the operator and do not end the process, as Node
 * otherwise does.
 */
import { ControlSignal } from '../script/control-signal.ts'
import type { LogEntry } from './program.ts'

/**
 * Keeps the process alive when a promise that nobody waits for is rejected.
 *
 * @returns Ends that.
 */
export function surviveForgottenPromises(log: (entry: LogEntry) => void): () => void {
  const tell = (error: unknown) => {
    // A call that came after the end of its run was refused, as it should be.
    if (error instanceof ControlSignal) return
    log({ level: 'error', message: 'A promise that nobody waited for was rejected.', error })
  }
  process.on('unhandledRejection', tell)
  return () => void process.off('unhandledRejection', tell)
}
