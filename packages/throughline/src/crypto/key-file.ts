/*
 * The key file of a development machine: made once, by its owner only to be read. It may be changed while programs run
 * that read it: it is replaced as a whole, and each of them looks before it uses a key.
 *
 * Production takes its keys from THROUGHLINE_KEYS; who decides which of the two it is stands elsewhere.
 */
import {
  type BigIntStats,
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { ThroughlineError } from '../base/error.ts'
import { fileReason } from '../base/file-reason.ts'
import { createId, type Random } from '../base/random.ts'
import {
  createSealingKeys,
  KEY_BYTES,
  parseKeys,
  serializeKey,
  type SealingKey,
  type SealingKeys,
} from './key-ring.ts'

/** Sealing keys and the file they are read from. */
export interface KeyFile {
  /** The keys of now, whenever they are looked at. */
  readonly sealing: SealingKeys
  /** The file's path: worth a backup, as nothing opens without it. */
  readonly path: string
  /** Whether this call made it, which deserves a loud notice. */
  readonly made: boolean
}

/**
 * Reads `<folder>/keys`, and makes folder (0700) and file (0600) where there are none.
 *
 * Processes that start at the same time end up with the same key.
 *
 * @param isNeeded Whether something is there that a new key could not open: then none is made.
 * @throws `crypto.key-file-readable` when others than its owner may read the file; `crypto.bad-keys` when its content
 *   is malformed; `crypto.key-file-missing` when it is needed and not there; `crypto.key-file-unusable` when it can
 *   neither be read nor made.
 */
export function loadKeyFile(folder: string, random: Random, isNeeded = () => false): KeyFile {
  const path = join(folder, 'keys')
  try {
    // Looked for once more: another process may have made it, and then what needs it, in between.
    const found =
      readKeys(path) ?? (isNeeded() ? (readKeys(path) ?? throwMissing(path)) : undefined)
    if (found !== undefined) return { sealing: follow(path, found), path, made: false }
    const made = saveNewKey(folder, path, random)
    // Not the key just made: another process may have been first.
    const keys = readKeys(path)
    if (keys === undefined) throw new Error('it vanished while it was being read')
    return { sealing: follow(path, keys), path, made }
  } catch (error) {
    if (error instanceof ThroughlineError) throw error
    throw new ThroughlineError(
      'crypto.key-file-unusable',
      `The key file \`${path}\` can neither be read nor made: ${fileReason(error)}. ` +
        'Make the folder writable, or set THROUGHLINE_KEYS.',
      { attribution: 'operator', details: { path } },
    )
  }
}

function throwMissing(path: string): never {
  throw new ThroughlineError(
    'crypto.key-file-missing',
    `There is no key file \`${path}\`, and what is sealed in the database beside it needs one. Put it back from the ` +
      'backup, or set THROUGHLINE_KEYS as the program has it. Where the keys are gone for good, move the database away to begin anew.',
    { attribution: 'operator', details: { path } },
  )
}

/**
 * Replaces the keys of a file, in one step that others see as a whole or not at all. Who changes a file must be alone
 * in that: of two changes at once the later would undo the earlier.
 *
 * @param keys Newest first.
 * @throws `crypto.bad-keys`; an error of the file system.
 */
export function replaceKeys(path: string, keys: readonly SealingKey[], random: Random): void {
  const draft = `${path}.${createId(random)}`
  try {
    writeKeys(draft, [...createSealingKeys(keys).keys.values()])
    renameSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
  syncFolder(dirname(path))
}

interface FoundKeys {
  readonly keys: SealingKeys
  /** Another one wherever the file is. */
  readonly mark: string
}

/** A look takes some microseconds; what cannot be read is as good as unchanged, for the keys of before still open. */
function follow(path: string, first: FoundKeys): SealingKeys {
  let found = first
  const present = (): SealingKeys => {
    let mark = found.mark
    try {
      mark = markOf(statSync(path, { bigint: true }))
      if (mark !== found.mark) found = readKeys(path) ?? found
    } catch {
      found = { ...found, mark }
    }
    return found.keys
  }
  return {
    get primary() {
      return present().primary
    },
    get keys() {
      return present().keys
    },
  }
}

function markOf({ ino, size, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${ctimeNs}`
}

function readKeys(path: string): FoundKeys | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const stat = fstatSync(file, { bigint: true })
    // Windows keeps no such bits; there the folder of a person's profile is theirs alone.
    if (process.platform !== 'win32' && (stat.mode & 0o077n) !== 0n) {
      const message = `Others can read the key file \`${path}\`. Run: chmod 600 '${path}'`
      throw new ThroughlineError('crypto.key-file-readable', message, {
        attribution: 'operator',
        details: { path },
      })
    }
    const keys = parseKeys(readFileSync(file, 'utf8'), `The key file \`${path}\``)
    return { keys, mark: markOf(stat) }
  } finally {
    closeSync(file)
  }
}

/** Returns false when another process was first. */
function saveNewKey(folder: string, path: string, random: Random): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}.${createId(random)}`
  try {
    writeKeys(draft, [{ id: 'k1', bytes: random(KEY_BYTES) }])
    // A link, unlike a rename, fails where the name is taken: the first process wins, the file is whole.
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
  syncFolder(folder)
  return true
}

function writeKeys(draft: string, keys: readonly SealingKey[]): void {
  const file = openSync(draft, 'wx', 0o600)
  try {
    fchmodSync(file, 0o600)
    writeSync(file, `${keys.map(serializeKey).join(',')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The new name survives a loss of power only once its folder is synced; Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
