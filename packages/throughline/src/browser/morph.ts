/*
 * Makes an element on the page equal to new HTML and leaves alone what belongs to the person: what they are
 * typing, the caret, what they opened, what they are watching.
 */
import { Idiomorph } from 'idiomorph'

/** Tells whether the field of this name keeps its present value. */
export type Keeps = (name: string) => boolean

const saidOpen = new WeakMap<Element, boolean>()

/** Remembers how the server rendered what a person can open; to be called before they can. */
export function rememberOpen(root: ParentNode): void {
  for (const details of root.querySelectorAll('details'))
    if (!saidOpen.has(details)) saidOpen.set(details, details.open)
}

/** Morphs an element; both have the same id. */
export function morphElement(before: Element, after: Element, keeps: Keeps): void {
  const restoreSelects = saveSelects(before, keeps)
  const restoreCaret = saveCaret(before)
  // It is a promise only where stylesheets are awaited.
  void Idiomorph.morph(before, after, {
    morphStyle: 'outerHTML',
    callbacks: {
      beforeNodeMorphed: (old, fresh) =>
        !(old instanceof HTMLMediaElement && isSamePlaying(old, fresh)) && morphOpen(old, fresh),
      beforeAttributeUpdated: (attribute, element) => isOurs(attribute, element, keeps),
    },
  })
  restoreSelects()
  restoreCaret()
}

/** Tells whether an attribute is the server's to change. */
function isOurs(attribute: string, element: Element, keeps: Keeps): boolean {
  if (attribute === 'open') return !(element instanceof HTMLDetailsElement)
  // A pressed button is busy until its answer has ended, whatever is rendered meanwhile.
  if (attribute === 'aria-busy') return !(element instanceof HTMLButtonElement)
  // A heading that was given the focus keeps it, also when it is rendered anew.
  if (attribute === 'tabindex') return false
  if (attribute !== 'value' && attribute !== 'checked') return true
  // Nobody types into a hidden field or a button; the former tells of a grid which rows are there.
  return element.matches('button, [type=hidden]') || !keeps(element.getAttribute('name') ?? '')
}

/** Opens or closes only when the server has changed its mind since it last said. */
function morphOpen(old: Element, fresh: Node): boolean {
  if (!(old instanceof HTMLDetailsElement && fresh instanceof Element)) return true
  const said = fresh.hasAttribute('open')
  if (saidOpen.get(old) !== said) old.open = said
  saidOpen.set(old, said)
  return true
}

function isSamePlaying(old: HTMLMediaElement, fresh: Node): boolean {
  return !old.paused && fresh instanceof Element && mediaPath(old) === mediaPath(fresh)
}

/** Where a medium comes from, without the query: signed links differ at each run. */
function mediaPath(medium: Element): string | undefined {
  const source = medium.getAttribute('src') ?? medium.querySelector('source')?.getAttribute('src')
  return source?.split('?')[0]
}

/** A select loses its choice while its options are morphed, so a kept one is put back afterwards. */
function saveSelects(root: Element, keeps: Keeps): () => void {
  const kept = [...root.querySelectorAll('select')]
    .filter((select) => keeps(select.getAttribute('name') ?? ''))
    .map((select) => ({
      select,
      chosen: new Set([...select.selectedOptions].map(({ value }) => value)),
    }))
  return () => {
    for (const { select, chosen } of kept) {
      const offered = [...select.options]
      if (!offered.some(({ value }) => chosen.has(value))) continue
      for (const option of offered) option.selected = chosen.has(option.value)
    }
  }
}

/** Setting the value of a focused input sends the caret to its end. */
function saveCaret(root: Element): () => void {
  const active = document.activeElement
  if (!root.contains(active) || !isTextField(active) || active.selectionStart === null)
    return () => {}
  const { selectionStart, selectionEnd, selectionDirection, value } = active
  return () => {
    if (document.activeElement !== active || active.value === value) return
    active.setSelectionRange(selectionStart, selectionEnd, selectionDirection ?? 'none')
  }
}

function isTextField(element: Element | null): element is HTMLInputElement | HTMLTextAreaElement {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
}
