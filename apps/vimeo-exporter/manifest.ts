/*
 * `manifest.json`, the last entry of an archive: what is in it, what is damaged, what was left out and why.
 *
 * Its length is promised before the first byte leaves, and what it says is learnt afterwards. So its room is
 * that of the longest that it could say, and the rest is filled with spaces, which JSON allows.
 *
 * Invariant: `manifestLength()` is enough for whatever comes. All that is learnt later has a bounded length:
 * `sent` is never more than `size`, checksums have fixed lengths, and a reason is cut to fit.
 */

/** One file as the manifest tells of it. */
export interface ManifestEntry {
  /** Vimeo's name for it. */
  readonly id: string
  /** Its name in the archive; null if it was left out. */
  readonly name: string | null
  readonly title: string
  /** Vimeo's word for the quality; null if unknown. */
  readonly quality: string | null
  /** When the video was uploaded; null if unknown. */
  readonly date: string | null
  /** Bytes promised; null if it was left out. */
  readonly size: number | null
  /** Bytes of the file itself that were sent; the rest of a damaged file is zeros. */
  readonly sent: number | null
  /** Of all bytes that were sent. */
  readonly sha256: string | null
  /** Of all bytes that were sent; null if Vimeo named none to compare with. */
  readonly md5: string | null
  readonly state: 'whole' | 'damaged' | 'left out'
  /** Why it is damaged or was left out; null if it is whole. */
  readonly reason: string | null
}

/** UTF-8 bytes of the longest reason, as JSON writes it. */
const LONGEST_REASON_BYTES = 300

/** Returns the bytes to keep for the manifest of these entries, whose files have not been sent yet. */
export function manifestLength(entries: readonly ManifestEntry[]): number {
  const longest = entries.map((entry): ManifestEntry => {
    if (entry.state === 'left out') return entry
    return {
      ...entry,
      sent: entry.size,
      sha256: '0'.repeat(64),
      md5: '0'.repeat(32),
      state: 'damaged',
      reason: '0'.repeat(LONGEST_REASON_BYTES - 2),
    }
  })
  return Buffer.byteLength(rendered(longest))
}

/**
 * Writes the manifest in so many bytes.
 *
 * @throws `RangeError` where it does not fit, which {@link manifestLength} rules out.
 */
export function renderManifest(entries: readonly ManifestEntry[], length: number): Uint8Array {
  const text = rendered(entries)
  const left = length - Buffer.byteLength(text)
  if (left < 0) throw new RangeError(`The manifest is ${-left} bytes longer than was promised.`)
  return Buffer.from(`${text.slice(0, -1)}${' '.repeat(left)}\n`)
}

function rendered(entries: readonly ManifestEntry[]): string {
  const lines = entries.map((entry) => JSON.stringify({ ...entry, reason: fitting(entry.reason) }))
  return `{"version":1,"files":[\n${lines.join(',\n')}\n]}\n`
}

/** Cuts between code points, at the length that JSON makes of them. */
function fitting(reason: string | null): string | null {
  if (reason === null) return null
  const fits = (text: string) => Buffer.byteLength(JSON.stringify(text)) <= LONGEST_REASON_BYTES
  if (fits(reason)) return reason
  let cut = ''
  for (const character of reason) {
    if (!fits(`${cut}${character}…`)) break
    cut += character
  }
  return `${cut}…`
}
