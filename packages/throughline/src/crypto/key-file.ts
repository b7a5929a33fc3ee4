/*
 * The key file of a development machine: made once, read ever after, by its owner only.
 *
 * Production takes its keys from THROUGHLINE_KEYS; who decides which of the two it is stands elsewhere.
 */
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { ThroughlineError } from '../base/error.ts'
import { createId, type Random } from '../base/random.ts'
import { parseKeys, SEALING_KEY_BYTES, serializeKey, type KeyRing } from './key-ring.ts'

/** A ring and the file it was read from. */
export interface KeyFile {
  readonly ring: KeyRing
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
 * @throws `crypto.key-file-readable` when others than its owner may read the file; `crypto.bad-keys` when its content
 *   is malformed; `crypto.key-file-unusable` when it can neither be read nor made.
 */
export function loadKeyFile(folder: string, random: Random): KeyFile {
  const path = join(folder, 'keys')
  try {
    const found = readKeys(path)
    if (found !== undefined) return { ring: found, path, made: false }
    const made = saveNewKey(folder, path, random)
    // Not the key just made: another process may have been first.
    const ring = readKeys(path)
    if (ring === undefined) throw new Error('it vanished while it was being read')
    return { ring, path, made }
  } catch (error) {
    if (error instanceof ThroughlineError) throw error
    throw new ThroughlineError(
      'crypto.key-file-unusable',
      `The key file \`${path}\` can neither be read nor made: ${(error as Error).message}. ` +
        'Make the folder writable, or set THROUGHLINE_KEYS.',
      { attribution: 'operator', details: { path } },
    )
  }
}

function readKeys(path: string): KeyRing | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    // Windows keeps no such bits; there the folder of a person's profile is theirs alone.
    if (process.platform !== 'win32' && (fstatSync(file).mode & 0o077) !== 0) {
      const message = `Others can read the key file \`${path}\`. Run: chmod 600 '${path}'`
      throw new ThroughlineError('crypto.key-file-readable', message, {
        attribution: 'operator',
        details: { path },
      })
    }
    return parseKeys(readFileSync(file, 'utf8'), `The key file \`${path}\``)
  } finally {
    closeSync(file)
  }
}

/** Returns false when another process was first. */
function saveNewKey(folder: string, path: string, random: Random): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}.${createId(random)}`
  const text = serializeKey({ id: 'k1', bytes: random(SEALING_KEY_BYTES) })
  try {
    const file = openSync(draft, 'wx', 0o600)
    try {
      fchmodSync(file, 0o600)
      writeSync(file, `${text}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
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
