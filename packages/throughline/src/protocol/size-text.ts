/*
 * How a number of bytes is said, in the document and by the programs in the page.
 */

/** Says a size in units of 1000: `1.5 MB`. */
export function toSizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const
  // By what is shown, or 999,999 bytes would be 1000.0 kB.
  const shown = Number(Math.max(bytes, 1).toPrecision(4))
  const power = Math.min(Math.floor(Math.log10(shown) / 3), units.length - 1)
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

/** Says how many bytes of a whole are there: `1.5 MB of 6.0 MB`; without it where the whole is not known. */
export function toPartText(bytes: number, whole: number | undefined): string {
  return whole === undefined ? toSizeText(bytes) : `${toSizeText(bytes)} of ${toSizeText(whole)}`
}
