/*
 * What the pages ask of Vimeo, with what is kept of the answers for a while, in one world: a test hands in how time
 * passes.
 */
import {
  cached,
  type Connection,
  type Download,
  type OfferedFile,
  type Preparing,
} from 'throughline'
import { archiveOf, readerOf, type World } from './archive.ts'
import { offeredFiles } from './offered-files.ts'
import { prepareFiles, type Choice } from './prepare.ts'
import type { Quality } from './quality.ts'
import { accountOf, listVideos } from './vimeo.ts'

type Uris = readonly { readonly uri: string }[]

/** What the pages ask. */
export type Source = ReturnType<typeof createSource>

/** Puts the questions together. */
export function createSource(world: World) {
  const prepared = cached(
    async function prepare(connection: Connection, uris: readonly string[], quality: Quality) {
      const chosen = uris.map((uri) => ({ uri }))
      return prepareFiles(readerOf(connection, world), chosen, { quality })
    },
    { ttl: 3600 },
  )
  return {
    /** All videos, as they come. */
    list: cached(
      async function* list(connection: Connection) {
        yield* listVideos(connection, world)
      },
      { ttl: 300 },
    ),
    /** What decides which files Vimeo gives. */
    facts: cached(
      async function facts(connection: Connection) {
        return accountOf(connection, world)
      },
      { ttl: 300 },
    ),
    /** The chosen videos as one file. */
    archive(
      connection: Connection,
      chosen: Uris,
      choice: Choice,
      onPreparing: Preparing,
    ): Promise<Download> {
      return archiveOf(connection, chosen, { ...world, ...choice, onPreparing })
    },
    /** The chosen videos as single files. */
    async files(
      connection: Connection,
      chosen: Uris,
      quality: Quality,
    ): Promise<readonly OfferedFile[]> {
      const uris = chosen.map(({ uri }) => uri)
      return offeredFiles(connection, await prepared(connection, uris, quality), world)
    },
  }
}
