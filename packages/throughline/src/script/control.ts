/*
 * `stop()`, `rerun()`, `switchPage()`, `signOut()`: how a script ends its own run.
 */
import { ThroughlineError } from '../base/error.ts'
import { currentScriptRun } from './run.ts'

/**
 * Ends this run here; the page stays as it is.
 *
 * @throws `context.outside-run`
 */
export function stop(): never {
  const run = currentScriptRun('stop()')
  run.checkpoint()
  return run.signal({ kind: 'finished' })
}

/**
 * Ends this run and runs the script again from its first line, without the press.
 *
 * @throws `context.outside-run`
 */
export function rerun(): never {
  const run = currentScriptRun('rerun()')
  run.checkpoint()
  return run.signal({ kind: 'rerun' })
}

/**
 * Ends this run and goes to another page of the app.
 *
 * @param path The page's path, as in `app({ pages })`.
 * @throws `script.unknown-page`, `context.outside-run`
 */
export function switchPage(path: string): never {
  const run = currentScriptRun('switchPage()')
  run.checkpoint()
  if (!run.parts.pages.has(path)) {
    throw new ThroughlineError(
      'script.unknown-page',
      `switchPage("${path}") names no page of this app; it has ${[...run.parts.pages.keys()].join(', ')}.`,
      { attribution: 'script' },
    )
  }
  return run.signal({ kind: 'switched', path })
}

/**
 * Ends this run and the session with all that it remembers, and goes to the first page. Token sets and user
 * records stay for when the person comes back.
 *
 * @param options `everywhere`: in all browsers that are connected to an account of this session (no).
 * @throws `context.outside-run`
 */
export function signOut({ everywhere = false }: { readonly everywhere?: boolean } = {}): never {
  const run = currentScriptRun('signOut()')
  run.checkpoint()
  return run.signal({ kind: 'signed-out', everywhere })
}
