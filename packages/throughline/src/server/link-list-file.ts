/*
 * The list that a link list button sends: a download whose bytes are links to the files of its set.
 */
import type { FileSet } from '../context/offered-file.ts'
import type { RunEnd } from '../script/control-signal.ts'
import type { ScriptRun } from '../script/run.ts'
import { nameFiles, pathOfFile } from './file-set.ts'
import { writeLinkList } from './link-list.ts'
import type { Program } from './program.ts'

/**
 * Makes a file to send of the set that a run has found.
 *
 * @param id The id of the press, which the links carry.
 * @param expiresAt When the press, and with it each link, expires.
 */
export function toListFile(
  program: Program,
  run: ScriptRun,
  set: FileSet,
  { id, expiresAt }: { readonly id: string; readonly expiresAt: number },
): RunEnd {
  if (set.use !== 'links') return { kind: 'finished' }
  const { list, format } = set
  return {
    kind: 'found',
    file: list,
    from: async () => {
      const files = await nameFiles(run, set)
      const linked = files.map((named, index) => ({
        name: named.name,
        url: `${program.publicUrl.origin}${pathOfFile(program, id, index, named)}`,
      }))
      const bytes = Buffer.from(writeLinkList(format, linked, { list, expiresAt }))
      return { type: 'text/plain; charset=utf-8', size: bytes.length, body: whole(bytes) }
    },
  }
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
