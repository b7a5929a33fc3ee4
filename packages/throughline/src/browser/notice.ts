/*
 * Sentences to the person, in the document's live region. They stay long enough to be read.
 */
import { PART } from '../protocol/attributes.ts'
import { passFocus } from './navigate.ts'

const SHORTEST_MS = 8000
const MS_PER_CHARACTER = 90

/** Class of one notice, and of the button that closes it. */
const NOTICE_CLASS = 'tl-notice-text'
const CLOSE_CLASS = 'tl-notice-close'

/** Shows a notice that goes after a while or when it is closed. */
export function showNotice(text: string): void {
  const remove = putNotice(text)
  setTimeout(remove, Math.max(SHORTEST_MS, text.length * MS_PER_CHARACTER))
}

/**
 * Shows a notice that stays until it is taken back or closed.
 *
 * @returns Takes it back.
 */
export function putNotice(text: string): () => void {
  const region = document.getElementById(PART.notice)
  const notice = document.createElement('p')
  notice.className = NOTICE_CLASS
  notice.append(
    text,
    createClose(() => {
      passFocus(notice)
      notice.remove()
    }),
  )
  // The same sentence twice is one sentence.
  for (const shown of region?.children ?? [])
    if (shown.textContent === notice.textContent) shown.remove()
  region?.append(notice)
  return () => notice.remove()
}

function createClose(close: () => void): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = CLOSE_CLASS
  button.ariaLabel = 'Close'
  button.textContent = '×'
  button.addEventListener('click', close)
  return button
}
