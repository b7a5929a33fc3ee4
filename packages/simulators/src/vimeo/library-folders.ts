/*
 * The folders and showcases of a library, made from what each of its videos says of itself.
 * Knows nothing of files and of HTTP.
 */
import { createHash } from 'node:crypto'

import type { SamplePerson } from './people.ts'

/** A folder, which Vimeo's paths call a project. */
export interface LibraryFolder {
  /** Eight digits, the same as long as the folder keeps its path and owner. */
  readonly id: string
  readonly name: string
  readonly owner: SamplePerson
  /** The folder that it lies in. */
  readonly parent: LibraryFolder | undefined
  readonly created: Date
}

/** A showcase, which Vimeo's paths call an album. */
export interface LibraryShowcase {
  /** Eight digits, the same as long as it keeps its name and owner. */
  readonly id: string
  readonly name: string
  readonly owner: SamplePerson
  readonly created: Date
}

/** Folders nest up to this many levels, as at Vimeo. */
export const MAX_DEPTH = 10

/** Makes each folder once, and those that it lies in. */
export class FolderTree {
  readonly #folders = new Map<string, LibraryFolder>()

  /**
   * Finds or makes the folder of a path such as `Coast/Morning`; undefined for an empty one.
   *
   * @throws `Error` for a path with an empty name, or of more levels than Vimeo has.
   */
  at(owner: SamplePerson, path: string): LibraryFolder | undefined {
    if (path === '') return undefined
    const names = path.split('/')
    if (names.includes('') || names.length > MAX_DEPTH)
      throw new Error(`The folder "${path}" must be 1 to ${MAX_DEPTH} names with "/" between.`)
    const key = `${owner.uri}/${path}`
    const known = this.#folders.get(key)
    if (known !== undefined) return known
    const folder = {
      id: createId(key),
      name: names.at(-1) ?? '',
      owner,
      parent: this.at(owner, names.slice(0, -1).join('/')),
      created: createdAfter(owner, key),
    }
    this.#folders.set(key, folder)
    return folder
  }

  /** All folders, in the order in which they were made. */
  get folders(): readonly LibraryFolder[] {
    return [...this.#folders.values()]
  }
}

/** Makes a showcase of a person. */
export function createShowcase(owner: SamplePerson, name: string): LibraryShowcase {
  const key = `${owner.uri}/showcases/${name}`
  return { id: createId(key), name, owner, created: createdAfter(owner, key) }
}

/** Tells whether a folder is another or lies in it, however deep. */
export function isWithin(folder: LibraryFolder | undefined, other: LibraryFolder): boolean {
  return folder !== undefined && (folder === other || isWithin(folder.parent, other))
}

function createId(key: string): string {
  return String(10_000_000 + (digest(key) % 90_000_000))
}

/** A day in the four years after its owner came, the same at every start. */
function createdAfter({ createdTime }: SamplePerson, key: string): Date {
  return new Date(Date.parse(createdTime) + (digest(key) % 1460) * 86_400_000)
}

function digest(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0)
}
