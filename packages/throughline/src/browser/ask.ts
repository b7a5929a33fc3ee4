/*
 * Questions: what does the page look like now? An ordinary GET that is answered with frames.
 */
import { FIELD, FRAMES_TYPE, HEADER } from '../protocol/fields.ts'
import type { Exchange } from './exchange.ts'
import { pageUrl, readField, startingRun } from './page.ts'
import type { Page } from './page.ts'

/** Asks the server. */
export interface Questions {
  /** Asks for what has changed since the run on display. */
  askChanges(): Promise<void>
  /** Asks for the whole view; with `copy`, as a new tab that takes over that tab's values. */
  askWhole(copy?: string): Promise<void>
  /** Asks for the whole view because this run did not fit; once for all that are missed meanwhile. */
  askMissed(run: number): Promise<void>
}

/** Makes the questions of a page. */
export function createQuestions(page: Page, exchange: Exchange): Questions {
  let missed = 0
  let isAsking = false

  function ask(headers: () => Record<string, string>): Promise<void> {
    return exchange.send({
      number: page.sent,
      byPerson: false,
      attempt: () =>
        fetch(pageUrl(page), {
          cache: 'no-store',
          headers: {
            accept: FRAMES_TYPE,
            [HEADER.tab]: readField(page, FIELD.tab),
            [HEADER.token]: readField(page, FIELD.token),
            ...headers(),
          },
        }),
    })
  }

  const askWhole = (copy?: string) =>
    ask(() => ({ [HEADER.run]: '0', ...(copy === undefined ? {} : { [HEADER.copy]: copy }) }))

  return {
    askChanges: () => ask(() => ({ [HEADER.run]: String(startingRun(page)) })),
    askWhole,
    async askMissed(run) {
      missed = Math.max(missed, run)
      if (isAsking) return
      isAsking = true
      await askWhole()
      // An answer that was under way may have missed a run newer than the one just brought; ask once more.
      if (page.shown < missed) await askWhole()
      missed = 0
      isAsking = false
    },
  }
}
