/*
 * How sizes and durations are said, and the longer texts.
 */

/** The terms that a person accepts; Markdown. */
export const termsText = `
This program fetches **your own videos** from your Vimeo account and hands them to you: as one ZIP file, in a
folder of your computer, or by a list of links.

- You may use it for videos that are yours, or that you have the right to copy.
- It reads your name and the list of your videos, and downloads the files that you choose. It changes nothing in
  your account and uploads nothing.
- It keeps the e-mail address that you enter, and the access that you give it, sealed. *Disconnect Vimeo* on the
  last page ends that access at once.
- The files pass through this program on their way to you and are not kept.
`

/** What the program keeps about a person, and for how long; Markdown. */
export const keptText = `
- **Your account's name and number at Vimeo**, and the access that you gave: sealed, until you disconnect. If Vimeo cannot
  be told of that at once, the access is kept for a day at most, only to end it there.
- **The e-mail address that you enter, and when you accepted the terms**: sealed, until you press *Forget me*.
- **What you chose on these pages**: sealed, for as long as your browser keeps this session's cookie.
- **The list of your videos**: sealed, for five minutes; of those that you save into a folder or put on a list of links, where they
  are found, for an hour. Their files pass through and are never kept.
`

/** What the lists of links are for; Markdown. */
export const listsText =
  'A list of links for a download program, each good for six hours. Whoever has the list can fetch these files.'

const ACCESS: Readonly<Record<string, string>> = {
  public: 'your name and public videos',
  private: 'your private videos',
  video_files: 'links to your files',
}

/** Says what a scope allows; a name that is new to us as it is. */
export function toAccess(scope: readonly string[]): string {
  return scope.map((name) => ACCESS[name] ?? name).join(', ')
}

/** Says that the access has ended, and where to look when Vimeo has not confirmed it. */
export function toFarewell(revoked: boolean): string {
  const here = 'This program has no access to your Vimeo account any more.'
  if (revoked) return here
  return `${here} Vimeo has not confirmed it; look for this program at vimeo.com/settings/apps.`
}

/** Says how far the list of videos has come. */
export function toListingText(list: {
  readonly videos: readonly unknown[]
  readonly total: number
  readonly waitingUntil?: Date
}): string {
  const { videos, total, waitingUntil } = list
  const listed = `${videos.length} of ${total} videos`
  if (waitingUntil === undefined) return listed
  return `${listed}; Vimeo asks for a pause until ${waitingUntil.toISOString().slice(11, 19)} UTC`
}

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
