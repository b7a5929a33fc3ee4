/*
 * File names from titles: text that a stranger wrote becomes a name that every file system takes,
 * that stays readable, and that no other file of the same archive has. Knows text only; must never
 * know where a file comes from or goes.
 *
 * Windows has the strictest rules, so they apply everywhere: an archive travels. Equal names are
 * found the way Windows and macOS find them: without regard to case, and by normalised form.
 *
 * Source: Microsoft, "Naming Files, Paths, and Namespaces"; Unicode UAX #15 (NFC), UAX #29
 * (graphemes), UAX #9 (bidi controls).
 */

/** A file to be named. */
export interface NamedFile {
  /** What the person called it: any text. */
  readonly title: string
  /** Ending without a dot, e.g. `mp4`; may be empty. */
  readonly extension: string
  /** What tells it from its siblings, put before the extension: `en` for `Film.en.vtt` (nothing). */
  readonly qualifier?: string
}

/**
 * The longest name in UTF-8 bytes: 255 is the common limit, less room for what a browser or sync
 * program adds.
 */
export const LONGEST_FILE_NAME_BYTES = 200

const LONGEST_EXTENSION = 10
const LONGEST_QUALIFIER = 20
const FALLBACK_STEM = 'Untitled'

// Controls, line separators, bidi controls, and characters that cannot be seen. The zero-width
// joiner and non-joiner stay: emoji and Persian need them.
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u00ad\u200b\u2060\ufeff]/gu
const EDGE = /^[\s./\\|:]$/
const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$|clock\$)$/i

/**
 * Names one file: `title.extension`, made safe.
 *
 * @returns At most {@link LONGEST_FILE_NAME_BYTES} UTF-8 bytes in NFC. The same file always gets
 *   the same name, and a name that is safe already stays as it is.
 */
export function toFileName(file: NamedFile): string {
  return nameWith(file, '')
}

/**
 * Starts a set of names in which each is unlike all others: the second of a name gets ` (2)`, the
 * third ` (3)`.
 *
 * @param names Names that are taken from the start.
 * @returns A function that names the next file. Its names depend on nothing but the files and their
 *   order.
 */
export function createFileNames(names: Iterable<string> = []): (file: NamedFile) => string {
  const taken = new Set(Array.from(names, comparisonKey))
  const nextNumbers = new Map<string, number>()
  return (file) => {
    let name = toFileName(file)
    const plainKey = comparisonKey(name)
    let number = nextNumbers.get(plainKey) ?? 2
    while (taken.has(comparisonKey(name))) name = nameWith(file, ` (${number++})`)
    nextNumbers.set(plainKey, number)
    taken.add(comparisonKey(name))
    return name
  }
}

function nameWith({ title, extension, qualifier = '' }: NamedFile, number: string): string {
  const safeExtension = extension
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, LONGEST_EXTENSION)
  const safeQualifier = qualifier.replaceAll(/[^A-Za-z0-9-]/g, '').slice(0, LONGEST_QUALIFIER)
  const suffix = safeQualifier === '' ? number : `.${safeQualifier}${number}`
  const ending = safeExtension === '' ? suffix : `${suffix}.${safeExtension}`
  const room = LONGEST_FILE_NAME_BYTES - Buffer.byteLength(ending, 'utf8')
  const whole = unreserved(withoutExtension(cleaned(title), safeExtension))
  const stem = unreserved(shortened(whole, room))
  return `${stem === '' ? FALLBACK_STEM : stem}${ending}`
}

/**
 * Windows takes `con.mp4` and `con .x.mp4` for the device as well, so the part before the first dot
 * counts.
 */
function unreserved(stem: string): string {
  const firstPart = stem.replace(/\..*/, '').trim()
  return RESERVED_ON_WINDOWS.test(firstPart) ? `_${stem}` : stem
}

function cleaned(title: string): string {
  const visible = title
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(INVISIBLE, '')
  const harmless = withoutEdges(visible)
    .replaceAll('"', "'")
    .replaceAll(/[/\\|:]/g, '-')
    .replaceAll(/[*?<>]/g, ' ')
    .replaceAll(/ +/g, ' ')
  // Neighbours may have come together that compose.
  return withoutEdges(harmless).normalize('NFC')
}

/** Takes what no name begins or ends with off both ends; a pattern would take the square of the length. */
function withoutEdges(name: string): string {
  let start = 0
  let end = name.length
  while (start < end && EDGE.test(name.charAt(start))) start += 1
  while (end > start && EDGE.test(name.charAt(end - 1))) end -= 1
  return name.slice(start, end)
}

/**
 * Titles are often the name of the file that was uploaded: `harbour.mp4` is not to become
 * `harbour.mp4.mp4`.
 */
function withoutExtension(stem: string, extension: string): string {
  if (extension === '' || !stem.toLowerCase().endsWith(`.${extension}`)) return stem
  return withoutEdges(stem.slice(0, -extension.length - 1))
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Cuts after the last whole grapheme that fits; one grapheme longer than all the room is cut
 * between code points.
 */
function shortened(stem: string, room: number): string {
  if (Buffer.byteLength(stem, 'utf8') <= room) return stem
  // A UTF-16 unit takes at least one byte, so nothing behind this can fit.
  const start = stem.slice(0, room + 1)
  const byGrapheme = fitting(
    Array.from(graphemes.segment(start), ({ segment }) => segment),
    room,
  )
  const cut = byGrapheme === '' ? fitting(Array.from(start), room) : byGrapheme
  return withoutEdges(cut)
}

function fitting(pieces: readonly string[], room: number): string {
  let text = ''
  let length = 0
  for (const piece of pieces) {
    length += Buffer.byteLength(piece, 'utf8')
    if (length > room) break
    text += piece
  }
  return text
}

/**
 * Upper case first: it unites what lower case alone keeps apart (`ß` and `ss`, both forms of
 * sigma).
 */
function comparisonKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}

/** Takes the extension off a name that was made here: `Film (2)` of `Film (2).mp4`. */
export function toStem(name: string): string {
  return name.replace(/\.[a-z0-9]+$/, '')
}

const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set([
  ...['3g2', '3gp', 'asf', 'avi', 'divx', 'dv', 'f4v', 'flv', 'm2ts', 'm2v', 'm4v', 'mkv', 'mov'],
  ...['mp4', 'mpeg', 'mpg', 'mts', 'mxf', 'ogv', 'ts', 'vob', 'webm', 'wmv'],
])

const EXTENSION_OF_TYPE: ReadonlyMap<string, string> = new Map([
  ['application/mp4', 'mp4'],
  ['application/mxf', 'mxf'],
  ['video/3gpp', '3gp'],
  ['video/3gpp2', '3g2'],
  ['video/mp2t', 'ts'],
  ['video/mp4', 'mp4'],
  ['video/mpeg', 'mpg'],
  ['video/ogg', 'ogv'],
  ['video/quicktime', 'mov'],
  ['video/webm', 'webm'],
  ['video/x-flv', 'flv'],
  ['video/x-m4v', 'm4v'],
  ['video/x-matroska', 'mkv'],
  ['video/x-ms-wmv', 'wmv'],
  ['video/x-msvideo', 'avi'],
])

/**
 * Finds a video's extension.
 *
 * @param names File names the source was seen under, the most trusted first. Only endings that
 *   videos have are believed, so that none can make an archive hold a program.
 * @param contentType Media type without parameters, asked when no name helps.
 * @returns The extension in lower case, without a dot (`mp4` when nothing tells).
 */
export function toVideoExtension(names: readonly string[], contentType: string): string {
  for (const name of names) {
    const extension = /\.([a-z0-9]+)$/i.exec(name.trim())?.[1]?.toLowerCase()
    if (extension !== undefined && VIDEO_EXTENSIONS.has(extension)) return extension
  }
  return EXTENSION_OF_TYPE.get(contentType.toLowerCase()) ?? 'mp4'
}

const PICTURE_EXTENSION_OF_TYPE: ReadonlyMap<string, string> = new Map([
  ['image/avif', 'avif'],
  ['image/gif', 'gif'],
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/svg+xml', 'svg'],
  ['image/webp', 'webp'],
])

/** Finds a picture's extension from its media type (`jpg` when that is none we know). */
export function toPictureExtension(contentType: string): string {
  return PICTURE_EXTENSION_OF_TYPE.get(contentType.toLowerCase()) ?? 'jpg'
}
