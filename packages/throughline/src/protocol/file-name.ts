/*
 * Names of files as every file system takes them, made where a name is given out and again where it is used.
 */

const LONGEST_BYTES = 255
/** Windows takes `con.mp4` and `con .mp4` for the device as well. */
const RESERVED = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$|clock\$)\s*(?:\.|$)/i

/** Makes a name that is a file's in any folder: no separator, nothing invisible, at most 255 bytes. Stable. */
export function toFileName(name: string): string {
  const plain = name
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .replaceAll(/[/\\:*?"<>|]/g, '-')
    .replace(/^[\s.~-]+/, '')
  const fitting = fit(plain)
  return (RESERVED.test(fitting) ? fit(`_${fitting}`) : fitting) || 'Untitled'
}

function fit(name: string): string {
  return cut(name).replace(/[\s.]+$/, '')
}

/** Cuts a name between characters, and keeps its extension. */
function cut(name: string): string {
  const encoder = new TextEncoder()
  const bytes = (text: string) => encoder.encode(text).length
  if (bytes(name) <= LONGEST_BYTES) return name
  const extension = /\.\w{1,8}$/.exec(name)?.[0] ?? ''
  const letters = Array.from(name.slice(0, name.length - extension.length))
  let left = LONGEST_BYTES - bytes(extension)
  const kept = letters.findIndex((letter) => (left -= bytes(letter)) < 0)
  return letters.slice(0, kept).join('').trimEnd() + extension
}

/** Names each file apart from those before it, also where the file system ignores case: `a.mp4`, `a (2).mp4`. */
export function toFileNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  const counts = new Map<string, number>()
  const take = (name: string) => {
    const before = taken.size
    return taken.add(name.toLowerCase()).size > before
  }
  return names.map((given) => {
    let name = toFileName(given)
    const { stem, extension } = toParts(name)
    // A library may have thousands of one name: none begins to count anew.
    const series = `${stem}/${extension}`.toLowerCase()
    let count = counts.get(series) ?? 1
    while (!take(name)) {
      count += 1
      name = `${stem} (${count})${extension}`
    }
    counts.set(series, count)
    return name
  })
}

/** A long name gives way to its count. */
function toParts(name: string): { readonly stem: string; readonly extension: string } {
  const dot = /\.\w{1,8}$/.exec(name)?.index ?? name.length
  return { stem: Array.from(name.slice(0, dot)).slice(0, 50).join(''), extension: name.slice(dot) }
}
