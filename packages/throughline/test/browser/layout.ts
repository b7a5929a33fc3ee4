/*
 * What is wrong with a page for those who see little of it at once: it scrolls sideways, or a control cannot be
 * brought into sight, or is covered there.
 */
import type { Page } from 'playwright-core'

const LOOK = `(() => {
  const problems = []
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) problems.push('scrolls sideways by ' + (scrollWidth - clientWidth))
  const hits = (control, box, aside = 0, below = 0) => {
    const x = box.left + box.width / 2 + aside, y = box.top + box.height / 2 + below
    const hit = document.elementFromPoint(x, y)
    return hit !== null && (control.contains(hit) || [...control.labels ?? []].some((label) => label.contains(hit)))
  }
  // 24 pixels each way
  const reaches = (...where) => [[-11, 0], [11, 0], [0, -11], [0, 11]].every((by) => hits(...where, ...by))
  let count = 0
  for (const control of document.querySelectorAll('a[href],button,input,select')) {
    if (!control.checkVisibility() || control.matches('[aria-hidden=true],[type=hidden]')) continue
    count += 1
    control.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })
    const box = control.getBoundingClientRect()
    const name = [control.localName, control.id, control.ariaLabel ?? control.textContent.trim()].join(' ')
    if (!reaches(control, box)) problems.push(name + ' is too small')
    if (box.left < 0 || box.right > innerWidth) problems.push(name + ' is cut off: ' + box.left + ' to ' + box.right)
    if (!hits(control, box)) problems.push(name + ' is covered')
    if (control.disabled) continue
    control.focus()
    const focused = control.getBoundingClientRect()
    if (document.activeElement !== control || !hits(control, focused)) problems.push(name + ' is covered when it has the focus')
  }
  document.activeElement.blur()
  scrollTo(0, 0)
  return { problems, count }
})()`

/** Lists what is wrong, a line each; and how many controls were looked at. */
export async function inspectLayout(
  page: Page,
): Promise<{ readonly problems: readonly string[]; readonly count: number }> {
  return page.evaluate(LOOK)
}
