/*
 * Codes and tokens in one small file, so that people stay connected when the simulator is started again.
 * Knows how they are written down; when they change is decided elsewhere.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'

import type { GrantsFile, GrantsSnapshot } from './grants.ts'
import type { SamplePeople } from './people.ts'

/**
 * Makes the keeper of a file, which only its owner may read.
 *
 * @throws `Error` from `load()`, when the file holds something else.
 */
export function createGrantsFile(path: string, people: SamplePeople): GrantsFile {
  return {
    load: () => parseGrants(readIfThere(path), path, people),
    save(snapshot) {
      const text = JSON.stringify(snapshot, (key, value: unknown) =>
        key === 'person' ? (value as { uri: string }).uri : value,
      )
      // Renamed, so that a process that dies while writing leaves the file as it was.
      writeFileSync(`${path}.new`, text, { mode: 0o600 })
      renameSync(`${path}.new`, path)
    },
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parseGrants(text: string | undefined, path: string, people: SamplePeople): GrantsSnapshot {
  if (text === undefined) return { codes: [], tokens: [] }
  try {
    const { codes, tokens } = JSON.parse(text, (key, value: unknown) =>
      key === 'person' ? people.find(({ uri }) => uri === value) : value,
    ) as GrantsSnapshot
    // A code without its person is nobody's; a token without one is the client's own.
    return { codes: codes.filter(({ person }) => person !== undefined), tokens: [...tokens] }
  } catch (cause) {
    throw new Error(`${path} does not hold the simulator's grants. Delete it and start again.`, {
      cause,
    })
  }
}
