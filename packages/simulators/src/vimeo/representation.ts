/*
 * Small pieces that all of Vimeo's representations are made of: times, keys, pictures.
 */
import { createHash } from 'node:crypto'

/** Converts a time to Vimeo's form: whole seconds, and `+00:00` in place of `Z`. */
export function toVimeoTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}+00:00`
}

/** Makes a `resource_key`: 40 hexadecimal digits that stay the same for the same uri. */
export function toResourceKey(uri: string): string {
  return createHash('sha1').update(uri).digest('hex')
}

/** Renders a `pictures` object: a link for each size (width, height), below `base`. */
export function renderPictures(
  uri: string,
  base: string,
  sizes: readonly (readonly [number, number])[],
): object {
  return {
    uri: `${uri}/pictures/${toResourceKey(uri).slice(0, 8)}`,
    active: true,
    type: 'custom',
    default_picture: false,
    base_link: base,
    resource_key: toResourceKey(`${uri}/pictures`),
    sizes: sizes.map(([width, height]) => ({
      width,
      height,
      link: `${base}_${width}x${height}?r=pad`,
    })),
  }
}
