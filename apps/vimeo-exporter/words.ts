/*
 * How sizes and durations are said, and the longer texts.
 */

/** The terms that a person accepts; Markdown. */
export const termsText = `
This program fetches **your own videos** from your Vimeo account and hands them to you as one ZIP file.

- You may use it for videos that are yours, or that you have the right to copy.
- It reads your name and the list of your videos, and downloads the files that you choose. It changes nothing in
  your account and uploads nothing.
- It keeps the e-mail address that you enter, and the access that you give it, sealed. *Disconnect Vimeo* on the
  last page ends that access at once.
- The files pass through this program on their way to you and are not kept.
`

/** Said where Vimeo keeps all files back, which it does not explain. */
export const noFilesText =
  'Vimeo gives no files of these videos. It gives them on its paid plans only. If your plan has just changed, ' +
  'disconnect Vimeo and connect again.'

/** Says a size in units of 1000: `1.5 MB`. */
export function toSize(bytes: number | undefined): string {
  if (bytes === undefined) return '—'
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
  // Rounded first, or 999,999 B would be 1000 kB.
  const rounded = Number(bytes.toPrecision(3))
  const power = Math.min(Math.floor(Math.log10(Math.max(rounded, 1)) / 3), units.length - 1)
  const value = rounded / 1000 ** power
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`
}

/** Says seconds as a clock does: `1:05`, `1:00:05`. */
export function toClock(seconds: number): string {
  const whole = Math.round(seconds)
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown
    .map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0')))
    .join(':')
}

/** Says a picture's width and height in pixels; an unknown one as a dash. */
export function toResolution(width: number, height: number): string {
  return width > 0 && height > 0 ? `${width} × ${height}` : '—'
}

/** Says how many of a thing: `1 video`, `3 videos`. */
export function toCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
