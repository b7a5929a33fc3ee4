/*
 * All kinds of elements, one line each, and how any of them becomes HTML.
 */
import { ThroughlineError } from '../base/error.ts'
import type { ElementData } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import type { Html } from '../html/escape.ts'
import { alertKind } from './alert.ts'
import { buttonKind } from './button.ts'
import { checkboxKind } from './checkbox.ts'
import { connectButtonKind } from './connect-button.ts'
import { dataGridKind } from './data-grid-kind.ts'
import { downloadButtonKind } from './download-button.ts'
import type { ElementKind } from './element.ts'
import { folderButtonKind } from './folder-button.ts'
import { headingKind } from './heading.ts'
import { imageKind } from './image.ts'
import { linkKind } from './link.ts'
import { linkListButtonKind } from './link-list-button.ts'
import { markdownKind } from './markdown.ts'
import { numberInputKind } from './number-input.ts'
import { progressKind } from './progress.ts'
import { scriptErrorKind } from './script-error.ts'
import { selectKind } from './select.ts'
import { spinnerKind } from './spinner.ts'
import { textInputKind } from './text-input.ts'
import { textKind } from './text.ts'

/** Every kind of element there is. */
export const elementKinds: readonly ElementKind[] = [
  alertKind,
  buttonKind,
  checkboxKind,
  connectButtonKind,
  dataGridKind,
  downloadButtonKind,
  folderButtonKind,
  headingKind,
  imageKind,
  linkKind,
  linkListButtonKind,
  markdownKind,
  numberInputKind,
  progressKind,
  scriptErrorKind,
  selectKind,
  spinnerKind,
  textInputKind,
  textKind,
]

const kindsByName = new Map(elementKinds.map((kind) => [kind.kind, kind]))

/** The styles of all kinds, for the stylesheet. */
export const elementStyles: string = elementKinds.map((kind) => kind.styles).join('')

/**
 * Renders an element in its wrapper, which carries the element's id.
 *
 * @throws `elements.unknown-kind`
 */
export function renderElement(element: ElementData, id: string): Html {
  const kind = kindsByName.get(element.kind)
  if (kind === undefined) throw unknownKind(element.kind)
  const start = attributes({ id, class: `tl-element tl-${element.kind}` })
  return html`<div${start}>${kind.render(element, id)}</div>`
}

function unknownKind(kind: string): ThroughlineError {
  return new ThroughlineError('elements.unknown-kind', `No kind of element is called "${kind}".`, {
    attribution: 'framework',
  })
}
