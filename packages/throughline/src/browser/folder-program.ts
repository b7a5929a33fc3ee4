/*
 * The program that saves into folders stands by itself: fetched when a button needs it, told by an event.
 */
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { FILES_EVENT } from '../protocol/folder.ts'

/** Fetches it if a button below `root` needs it; a second time is nothing. */
export function loadFolderProgram(root: ParentNode): void {
  const url = document.body.getAttribute(ATTRIBUTE.folder)
  if (url === null || root.querySelector(`[${ATTRIBUTE.saves}]`) === null) return
  document.body.removeAttribute(ATTRIBUTE.folder)
  // Where it cannot be had, the sentence stays that stands in the button's place.
  const script = document.createElement('script')
  script.type = 'module'
  script.nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? ''
  script.src = url
  document.head.append(script)
}

/** Tells it where the files of the last press are listed. */
export function tellFiles(url: string): void {
  dispatchEvent(new CustomEvent(FILES_EVENT, { detail: url }))
}
