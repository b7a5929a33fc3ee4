/*
 * Where elements stand in the view: found, inserted, moved. A move keeps focus, caret and scroll.
 */

/** Parses the HTML of one element. */
export function parseElement(markup: string): Element | undefined {
  const template = document.createElement('template')
  template.innerHTML = markup.trim()
  return template.content.firstElementChild ?? undefined
}

/** Finds an element of the view by its id. */
export function findElement(view: Element, id: string): Element | undefined {
  const found = document.getElementById(id)
  if (found?.parentElement === view) return found
  return [...view.children].find((element) => element.id === id)
}

/** Puts an element behind another (`''`: to the front; unknown or absent: to the end). */
export function placeElement(view: Element, element: Element, after: string | undefined): void {
  const before = nextOf(view, after)
  if (before === element) return
  if (element.parentElement !== view) view.insertBefore(element, before)
  else if (element.nextElementSibling !== before) moveElement(view, element, before)
}

function nextOf(view: Element, after: string | undefined): Element | null {
  if (after === '') return view.firstElementChild
  const previous = after === undefined ? undefined : findElement(view, after)
  return previous?.nextElementSibling ?? null
}

const canMove = 'moveBefore' in Element.prototype

function moveElement(view: Element, element: Element, before: Element | null): void {
  if (canMove) {
    view.moveBefore(element, before)
    return
  }
  const restore = saveState(element)
  view.insertBefore(element, before)
  restore()
}

/** What taking an element out for a moment loses. */
function saveState(element: Element): () => void {
  const active = document.activeElement
  const hasFocus = element.contains(active) && active instanceof HTMLElement
  const caret = active instanceof HTMLInputElement ? active.selectionStart : null
  const scrolled = [...element.querySelectorAll('*')]
    .filter(({ scrollTop, scrollLeft }) => scrollTop !== 0 || scrollLeft !== 0)
    .map((inner) => ({ inner, top: inner.scrollTop, left: inner.scrollLeft }))
  return () => {
    for (const { inner, top, left } of scrolled) inner.scrollTo({ top, left, behavior: 'instant' })
    if (!hasFocus) return
    active.focus({ preventScroll: true })
    if (caret !== null) (active as HTMLInputElement).setSelectionRange(caret, caret)
  }
}
