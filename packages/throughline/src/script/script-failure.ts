/*
 * What an error in a script looks like on the page: to its author, and to everyone else.
 */
import { isForPerson, isThroughlineError } from '../base/error.ts'
import type { ScriptErrorData } from '../elements/script-error.ts'
import { callSiteOf, excerptOf, placeOf } from './call-site.ts'

const PLAIN = 'Something went wrong on this page. Nothing that was shown as done is lost.'

/**
 * Describes an error: its own words where they are for the person, else message, line and excerpt in development,
 * otherwise a plain sentence with the id.
 */
export function toScriptError(error: unknown, id: string, development: boolean): ScriptErrorData {
  if (isForPerson(error)) return { kind: 'script-error', message: error.message }
  return development ? developerView(error) : { kind: 'script-error', message: PLAIN, id }
}

function developerView(error: unknown): ScriptErrorData {
  // A message may quote others, who must not choose the file that is shown.
  const site =
    error instanceof Error ? callSiteOf(error.stack?.replace(error.message, '')) : undefined
  return {
    kind: 'script-error',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    ...(isThroughlineError(error) ? { code: error.code } : {}),
    ...(site === undefined ? {} : { place: placeOf(site), excerpt: excerptOf(site) }),
  }
}
