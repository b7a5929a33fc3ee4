/*
 * Where a run of tests leaves what is searched afterwards, and the secrets that it is searched for.
 */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Names the folder of the run to the processes of the tests. */
export const RUN_FOLDER_VARIABLE = 'CANARY_RUN_FOLDER'

/** The folders of a run. */
export interface RunFolder {
  readonly path: string
  /** What must be found nowhere, a file per process: lines of a name and bytes in hex. Not searched. */
  readonly secrets: string
  /** What the steps wrote and how tests failed. */
  readonly output: string
  /** What operators were shown, a file per process. */
  readonly logs: string
  /** Folders and files that tests have removed, and copies of those they closed. */
  readonly kept: string
  /** The folder for temporary files while tests run. */
  readonly temporary: string
}

/** Names the folders below a path. */
export function runFolderAt(path: string): RunFolder {
  const at = (name: string) => join(path, name)
  return {
    path,
    secrets: at('secrets'),
    output: at('output'),
    logs: at('logs'),
    kept: at('kept'),
    temporary: at('tmp'),
  }
}

/** Makes the folders of a new run. */
export function makeRunFolder(): RunFolder {
  const run = runFolderAt(mkdtempSync(join(tmpdir(), 'run-')))
  for (const folder of Object.values<string>({ ...run })) mkdirSync(folder, { recursive: true })
  return run
}
