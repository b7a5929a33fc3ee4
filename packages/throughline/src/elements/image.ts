/*
 * A picture. Where it comes from is told neither who looks at it nor from which page.
 */
import type { ElementData } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import { assertText, refusedAddress, startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'
import { isPictureAddress } from './web-address.ts'

const WIDEST = 10_000

/** What a picture shows and how wide it is. */
export interface ImageOptions {
  /** Says what the picture shows, for those who do not see it; `''` where it only decorates. */
  readonly alt: string
  /** In CSS pixels; never wider than the page (the picture's own width). */
  readonly width?: number | undefined
}

/** A picture on a page. */
export interface ImageData extends ElementData {
  readonly kind: 'image'
  readonly source: string
  readonly alt: string
  readonly width?: number | undefined
}

/**
 * Shows a picture from an https URL, a path of the app, or `data:image/…;base64,…` (no SVG).
 *
 * @throws `elements.refused-address` for any other source.
 */
export function image(source: string, options: ImageOptions): void {
  const run = startCall('image()')
  assertText('image()', 'source', source)
  const alt: unknown = (options as ImageOptions | undefined)?.alt
  if (typeof alt !== 'string') {
    throw wrongArgument(
      'image()',
      'an "alt" text',
      alt,
      "Say what the picture shows, or pass { alt: '' } where it only decorates.",
    )
  }
  const { width } = options
  if (width !== undefined && !(width > 0 && width <= WIDEST)) {
    throw wrongArgument('image()', 'a width in pixels', width, `Pass a number up to ${WIDEST}.`)
  }
  if (!isPictureAddress(source)) {
    const takes =
      'an https URL, a path of the app or a base64 data URL of a PNG, JPEG, GIF, WebP or AVIF'
    throw refusedAddress('image()', takes, source)
  }
  run.append(
    Object.freeze({
      kind: 'image',
      source,
      alt,
      width: width === undefined ? undefined : Math.round(width),
    } satisfies ImageData),
  )
}

/** How a picture looks. */
export const imageKind = defineKind<ImageData>({
  kind: 'image',
  render: ({ source, alt, width }) =>
    html`<img${attributes({
      src: source,
      alt,
      width,
      loading: 'lazy',
      decoding: 'async',
      referrerpolicy: 'no-referrer',
    })}>`,
  styles: '',
})
