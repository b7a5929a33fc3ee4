/*
 * Download presses in SQLite, until their outcome is told.
 */
import type { DownloadRecord, SessionStore } from './session-store.ts'
import type { Database } from './sqlite.ts'

type DownloadSteps = Pick<
  SessionStore,
  'createDownload' | 'loadDownload' | 'noteDownload' | 'endDownload'
>

/** A row of `downloads` as {@link DOWNLOAD_COLUMNS} selects it. */
export interface DownloadRow extends Omit<
  DownloadRecord,
  'idHash' | 'progress' | 'progressAt' | 'outcome'
> {
  readonly id_hash: string
  readonly progress: string | null
  readonly progressAt: number | null
  readonly outcome: string | null
}

/** Selects a {@link DownloadRow}. */
export const DOWNLOAD_COLUMNS = `id_hash, session_key AS sessionKey, tab_id AS tabId, widget,
  expires_at AS expiresAt, sealed, progress, progress_at AS progressAt, outcome`

/** Converts a row to the record. */
export function toDownload(row: DownloadRow): DownloadRecord {
  const { id_hash, progress, progressAt, outcome, ...rest } = row
  return {
    idHash: id_hash,
    ...rest,
    ...(progress === null || progressAt === null ? {} : { progress, progressAt }),
    ...(outcome === null ? {} : { outcome }),
  }
}

/** Makes the steps over one connection to the database. */
export function createDownloadSteps(database: Database): DownloadSteps {
  const create = database.prepare(`
    INSERT INTO downloads (id_hash, session_key, tab_id, widget, expires_at, sealed, outcome)
    VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const dropBeyond = database.prepare(`
    DELETE FROM downloads WHERE rowid IN (
      SELECT rowid FROM downloads WHERE session_key = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?)`)
  const load = database.prepare<DownloadRow>(
    `SELECT ${DOWNLOAD_COLUMNS} FROM downloads WHERE id_hash = ?`,
  )
  const note = database.prepare(
    'UPDATE downloads SET progress = ?, progress_at = ? WHERE id_hash = ?',
  )
  // A newer outcome has not been shown to any run, so a run under way cannot say that the script was told of it.
  const end = database.prepare(
    `UPDATE downloads SET outcome = ?, progress = NULL, progress_at = NULL, told = 0, shown_run = NULL
    WHERE id_hash = ?`,
  )

  return {
    createDownload: (download, cap) =>
      database.answer(() => {
        const { idHash, sessionKey, tabId, widget, expiresAt, sealed, outcome } = download
        create.run(idHash, sessionKey, tabId, widget, expiresAt, sealed, outcome ?? null)
        dropBeyond.run(sessionKey, cap)
      }),
    loadDownload: (idHash) =>
      database.answer(() => {
        const row = load.get(idHash)
        return row === undefined ? undefined : toDownload(row)
      }),
    noteDownload: (idHash, progress, now) =>
      database.answer(() => void note.run(progress ?? null, now, idHash)),
    endDownload: (idHash, outcome) => database.answer(() => void end.run(outcome, idHash)),
  }
}
