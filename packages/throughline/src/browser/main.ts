/*
 * The small program in the page: makes a document live. Without it the document works all the same, by forms
 * and links.
 */
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { createQuestions } from './ask.ts'
import type { Questions } from './ask.ts'
import { watchClicks } from './beat.ts'
import { isBusy } from './busy.ts'
import { createExchange } from './exchange.ts'
import { loadFolderProgram } from './folder-program.ts'
import { watchAge } from './grow-old.ts'
import { watchForm } from './interact.ts'
import { rememberOpen } from './morph.ts'
import { watchHistory } from './navigate.ts'
import { createNews } from './news.ts'
import { readPage } from './page.ts'
import type { Page } from './page.ts'
import { removeReplaced } from './replaced.ts'
import { createTab, watchLeaving } from './tab.ts'
import { createValues } from './values.ts'

function start(page: Page): void {
  const carried = removeReplaced(page.view)
  const values = createValues(page.form)
  rememberOpen(page.view)
  const exchange = createExchange(page, values, {
    renameTab: (id) => tab.rename(id),
    missed: (run) => void questions.askMissed(run),
    ended() {
      renewAge()
      news.catchUp()
    },
  })
  const questions: Questions = createQuestions(page, exchange)
  const tab = createTab(page, (copy) => void questions.askWhole(copy))
  const renewAge = watchAge(page, questions.askChanges)
  const news = createNews(page, questions.askChanges, isBusy)

  // A copy must not ask as the tab that it was made of: that tab's next answer would start from what the copy shows.
  const hear = () => tab.claim().then(news.open)

  watchClicks()
  loadFolderProgram(page.view)
  watchLeaving(page)
  watchHistory(page, () => void questions.askWhole())
  watchForm(page, values, exchange)
  carried?.dispatchEvent(new Event('change', { bubbles: true }))
  addEventListener('pagehide', () => {
    // Neither a lock nor a stream may be held in the back-forward cache.
    news.close()
    tab.release()
  })
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void hear().then(questions.askChanges)
  })

  void hear().then(() => {
    if (document.querySelector(`[${ATTRIBUTE.incomplete}]`)) void questions.askWhole()
  })
}

const page = readPage()
if (page !== undefined) start(page)
