/*
 * Asks by itself where what is shown may have grown old without any news: nobody tells that a sender has died.
 */
import { ATTRIBUTE } from '../protocol/attributes.ts'
import type { Page } from './page.ts'

/** Watches for it; the result is to be called whenever an answer has ended. */
export function watchAge(page: Page, ask: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined

  function start(): void {
    clearTimeout(timer)
    const old = page.view.querySelector(`[${ATTRIBUTE.asksAfter}]`)
    const after = Number(old?.getAttribute(ATTRIBUTE.asksAfter))
    if (after > 0) timer = setTimeout(() => void ask(), after)
  }

  start()
  return start
}
