/*
 * What the person has entered, against what the server knows of it.
 *
 * Each name has *settled* values: those last sent by us or rendered by the server, whichever came later. A name
 * whose present values differ is dirty. A name that was sent and whose answer has not come yet is pending: an
 * earlier answer must not put it back.
 */
import { ATTRIBUTE } from '../protocol/attributes.ts'

/** Values by field name, in document order. */
export type Entries = Map<string, string[]>

/** Keeps what is settled. */
export interface Values {
  /** Tells whether anything was changed that has not been sent. */
  hasChanges(): boolean
  /** Takes what an interaction must carry, and counts it as sent by that number; a form that the browser submits has more. */
  take(number: number): [name: string, value: string][]
  /** An answer to this number has begun: the server has its values. */
  delivered(number: number): void
  /** The server refused this number: its values count as not sent. */
  refused(number: number): void
  /** The server rendered these, in the answer to this number. */
  settle(rendered: Entries, number: number): void
  /** Tells whether a present value stays although the server rendered another. */
  keeps(name: string, before: Element, after: Element, number: number): boolean
}

/** Starts with what the document's HTML says, whatever the browser has restored since. */
export function createValues(form: HTMLFormElement): Values {
  const pristine = document.createElement('template')
  pristine.innerHTML = form.outerHTML
  const settled: Entries = readEntries(pristine.content)
  const sentIn = new Map<string, number>()
  let deliveredUpTo = 0

  const isDirty = (name: string, present: readonly string[]) => !isEqual(present, settled.get(name))
  const isUndelivered = (name: string) => (sentIn.get(name) ?? 0) > deliveredUpTo

  return {
    hasChanges() {
      return [...readEntries(form)].some(([name, present]) => isDirty(name, present))
    },
    take(number) {
      const taken: [string, string][] = []
      for (const [name, present] of readEntries(form)) {
        // Two requests may overtake each other, so the later one repeats what the earlier may not have delivered.
        if (!isDirty(name, present) && !isUndelivered(name)) continue
        for (const value of present) taken.push([name, value])
        settled.set(name, present)
        sentIn.set(name, number)
      }
      return taken
    },
    delivered(number) {
      deliveredUpTo = Math.max(deliveredUpTo, number)
    },
    refused(number) {
      for (const [name, carrier] of sentIn) {
        if (carrier !== number) continue
        settled.delete(name)
        sentIn.delete(name)
      }
    },
    settle(rendered, number) {
      for (const [name, said] of rendered)
        if ((sentIn.get(name) ?? 0) <= number) settled.set(name, said)
    },
    keeps(name, before, after, number) {
      if ((sentIn.get(name) ?? 0) > number) return true
      const present = readEntries(before).get(name)
      if (present === undefined || !isDirty(name, present)) return false
      const active = document.activeElement
      const isInIt = before.contains(active) && active?.getAttribute('name') === name
      return isInIt || knownValue(before, name, settled) === knownValue(after, name)
    },
  }
}

/** Reads the values of the fields under a root, as the browser would submit them; our own fields left out. */
export function readEntries(root: ParentNode): Entries {
  const entries: Entries = new Map()
  for (const control of root.querySelectorAll<Control>('input, select, textarea')) {
    const name = control.getAttribute('name') ?? ''
    if (name === '' || name.startsWith('tl-') || control.matches(':disabled')) continue
    const values = readControl(control)
    if (values.length > 0) entries.set(name, [...(entries.get(name) ?? []), ...values])
  }
  return entries
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

function readControl(control: Control): string[] {
  if (control instanceof HTMLSelectElement)
    return [...control.selectedOptions].filter((option) => !option.disabled).map((one) => one.value)
  if (/^(file|submit|button|image|reset)$/.test(control.type)) return []
  if (control.type === 'checkbox' || control.type === 'radio')
    return (control as HTMLInputElement).checked ? [control.value] : []
  return [control.value]
}

/** What the server said the value is: the attribute for it, else the rendered values. */
function knownValue(root: ParentNode, name: string, settled?: Entries): string {
  const marked = root.querySelector(`[name="${CSS.escape(name)}"][${ATTRIBUTE.known}]`)
  const said = marked?.getAttribute(ATTRIBUTE.known)
  return said ?? JSON.stringify((settled ?? readEntries(root)).get(name) ?? [])
}

function isEqual(left: readonly string[], right: readonly string[] | undefined): boolean {
  return left.length === right?.length && left.every((value, index) => value === right[index])
}
