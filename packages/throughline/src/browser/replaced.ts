/*
 * Elements that were replaced while the document was still arriving: their earlier copies are hidden and go. What
 * the person has entered in a copy, before this program ran, goes on in the one that stands.
 */
import { ATTRIBUTE } from '../protocol/attributes.ts'

/**
 * Removes the copies.
 *
 * @returns A control to which an entry was carried, as for a change event; undefined when none was.
 */
export function removeReplaced(view: Element): Element | undefined {
  let carried: Element | undefined
  for (const rule of view.querySelectorAll(`style[${ATTRIBUTE.hides}]`)) {
    const ids = rule.getAttribute(ATTRIBUTE.hides)?.split(' ') ?? []
    let element = rule.previousElementSibling
    while (element !== null) {
      const previous: Element | null = element.previousElementSibling
      if (ids.includes(element.id)) {
        element.remove()
        for (const input of element.querySelectorAll('input')) carried = carry(input) ?? carried
      }
      element = previous
    }
    rule.remove()
  }
  return carried
}

/** The rules are gone through from the first to the last, so an entry passes from copy to copy. */
function carry(from: HTMLInputElement): Element | undefined {
  if (!isEntered(from)) return undefined
  const to = document.getElementById(from.id)
  if (!(to instanceof HTMLInputElement) || to.type !== from.type || isEntered(to)) return undefined
  to.checked = from.checked
  if (from.value !== from.defaultValue) to.value = from.value
  return to
}

function isEntered(input: HTMLInputElement): boolean {
  if (input.type === 'hidden') return false
  return input.checked !== input.defaultChecked || input.value !== input.defaultValue
}
