/*
 * Notes how far a download has come, where every node can show it: at most once a second where something changed, and
 * now and then where nothing did, so that a sender that died can be told from one that waits.
 */
import type { GoingDownload } from '../context/download.ts'
import { seal } from '../crypto/seal.ts'
import { MOST_FAILURES } from '../elements/going-download.ts'
import type { DownloadRecord } from '../store/session-store.ts'
import type { Program } from './program.ts'

/** The least time between two notes that differ. */
const PATIENCE_MS = 1000
/** An unchanged note is renewed this often. */
const RENEW_MS = 5000

/** The notes of one download. */
export interface DownloadNotes {
  /** Notes how far it has come, now or soon. */
  note(going: GoingDownload): void
  /** Ends the notes; resolves when none can come any more. */
  close(): Promise<void>
}

/** Starts to note. */
export function createDownloadNotes(program: Program, record: DownloadRecord): DownloadNotes {
  const { sessions, ring, random, clock } = program.identity
  const { idHash, sessionKey } = record
  let latest: string | undefined
  let noted: string | undefined
  let notedAt = Number.NEGATIVE_INFINITY
  let writing = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  async function write(): Promise<void> {
    const text = latest
    if (isClosed || text === undefined) return
    const isNews = text !== noted
    noted = text
    notedAt = clock()
    const sealed = seal(ring, 'download', [sessionKey, idHash, 'progress'], text, random)
    try {
      await sessions.noteDownload(idHash, sealed, notedAt)
      if (isNews) await sessions.announce(sessionKey)
    } catch (error) {
      // The download itself goes on; the page shows it again with the next note.
      program.log({ level: 'warn', message: 'A download could not be noted.', error })
    }
  }

  function plan(): void {
    if (isClosed || timer !== undefined) return
    const wait = latest === noted ? RENEW_MS : Math.max(0, notedAt + PATIENCE_MS - clock())
    timer = setTimeout(() => {
      timer = undefined
      writing = write().then(plan)
    }, wait)
    timer.unref()
  }

  return {
    note(going) {
      const text = JSON.stringify(shorten(going))
      if (isClosed || text === latest) return
      const wasSettled = latest === noted
      latest = text
      if (!wasSettled) return
      clearTimeout(timer)
      timer = undefined
      plan()
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await writing
    },
  }
}

/** Leaves out what is not shown: a download of thousands of files may have as many failures. */
function shorten(going: GoingDownload): GoingDownload {
  const { failures = [] } = going
  if (failures.length <= MOST_FAILURES) return going
  return { ...going, failures: failures.slice(0, MOST_FAILURES), failed: failures.length }
}
