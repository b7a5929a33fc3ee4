/*
 * A link: to a page of the app, or out into the web.
 */
import type { ElementData } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { assertLabel, assertText, refusedAddress, startCall } from './arguments.ts'
import { defineKind } from './element.ts'
import { isAppPath, isWebAddress } from './web-address.ts'

/** A link on a page. */
export interface LinkData extends ElementData {
  readonly kind: 'link'
  readonly label: string
  /** As it stands in the document. */
  readonly href: string
  /** Whether it leads to a page of the app. */
  readonly inside: boolean
}

/**
 * Shows a link to a path of the app (`/videos`) or to an http or https URL.
 *
 * @throws `elements.refused-address` for any other address.
 */
export function link(label: string, href: string): void {
  const run = startCall('link()')
  assertLabel('link()', label)
  assertText('link()', 'address', href)
  const inside = isAppPath(href)
  if (!inside && !isWebAddress(href)) {
    throw refusedAddress('link()', 'a path of the app ("/videos") or an http or https URL', href)
  }
  run.append(
    Object.freeze({
      kind: 'link',
      label,
      href: inside ? run.pageUrl(href) : href,
      inside,
    } satisfies LinkData),
  )
}

/** How a link looks. */
export const linkKind = defineKind<LinkData>({
  kind: 'link',
  render: ({ label, href, inside }) =>
    html`<a${attributes({
      href,
      [ATTRIBUTE.inside]: inside,
      rel: !inside && 'noopener noreferrer',
    })}>${label}</a>`,
  styles: '',
})
