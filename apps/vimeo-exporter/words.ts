/*
 * How sizes and durations are said, and the text of the terms.
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

/** Says a size in units of 1000: `1.5 MB`. */
export function toSize(bytes: number | undefined): string {
  if (bytes === undefined) return '—'
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
  const power = Math.min(
    Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)),
    units.length - 1,
  )
  const value = bytes / 1000 ** power
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

/** Says how many of a thing: `1 video`, `3 videos`. */
export function toCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
