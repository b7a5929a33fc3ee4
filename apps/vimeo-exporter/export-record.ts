/*
 * What an export has written into its folder, kept in the folder itself: a file of JSON lines, one for each
 * time that something became known of a file; of several lines about one file the last counts. The next
 * export reads it, and so can a person. Must never know where files come from.
 *
 * The record is a claim, and the files are the truth: whoever reads it looks at the file as well. A line is
 * only ever added, so that ten thousand files cost ten thousand short writes, and a program that dies while
 * writing spoils the last line at most.
 */
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ThroughlineError } from 'throughline'

/** Name of the record in its folder. */
export const RECORD_NAME = 'throughline-export.jsonl'

const FIRST_LINE = JSON.stringify({ record: 'throughline-export', version: 1 })

/** What is known of one file. */
export interface RecordedFile {
  /** Its name in the folder; it keeps it, whatever the video is called later. */
  readonly name: string
  /** What its owner called the video. */
  readonly title: string
  /** Vimeo's word for the quality, e.g. `source`, `1080p`; empty for captions and pictures. */
  readonly quality: string
  /** Bytes. */
  readonly size: number
  /** The version, as `If-Range` may name it; absent if the server named none. */
  readonly validator?: string
  /** When the video was uploaded, ISO 8601; absent if unknown. */
  readonly createdAt?: string
  /** SHA-256 in hex; absent while the file is not whole. */
  readonly sha256?: string
}

/**
 * Reads the record of a folder by the keys of its files; empty where there is none.
 *
 * @throws `export.record-unreadable` for a file that is no record of this version.
 */
export async function loadRecord(folder: string): Promise<Map<string, RecordedFile>> {
  const path = join(folder, RECORD_NAME)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await appendFile(path, `${FIRST_LINE}\n`)
    return new Map()
  }
  const [first, ...lines] = text.split('\n')
  if (first !== FIRST_LINE) throw unreadable(path)
  // A line that was cut gets an end, so that the next one is its own.
  if (!text.endsWith('\n')) await appendFile(path, '\n')
  return new Map(lines.flatMap(entryOf))
}

/** Adds what became known of a file. */
export function noteFile(folder: string, key: string, file: RecordedFile): Promise<void> {
  return appendFile(join(folder, RECORD_NAME), `${JSON.stringify({ key, ...file })}\n`)
}

/** A line that was cut or edited into something else is as good as not there. */
function entryOf(line: string): [string, RecordedFile][] {
  try {
    const { key, ...file } = JSON.parse(line) as RecordedFile & { readonly key: string }
    return isRecordedFile(key, file) ? [[key, file]] : []
  } catch {
    return []
  }
}

function isRecordedFile(
  key: unknown,
  file: Readonly<Partial<Record<keyof RecordedFile, unknown>>>,
): boolean {
  const { name, title, quality, size, sha256, validator } = file
  return (
    [key, name, title, quality].every((text) => typeof text === 'string') &&
    isPlainName(String(name)) &&
    Number.isSafeInteger(size) &&
    [sha256, validator].every((text) => text === undefined || typeof text === 'string')
  )
}

/** A name from outside never leads out of its folder, nor to the record. */
function isPlainName(name: string): boolean {
  return name !== '' && name !== RECORD_NAME && !/^\.|[/\\\0]/.test(name)
}

function unreadable(path: string): ThroughlineError {
  return new ThroughlineError(
    'export.record-unreadable',
    `${path} is not a record that this version can read. Choose another folder, or move that file away: ` +
      'everything is then fetched again, beside what is there.',
    { attribution: 'operator' },
  )
}
