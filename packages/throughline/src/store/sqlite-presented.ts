/*
 * Which refresh tokens were presented without an answer, in SQLite: one row per token set, for its newest generation.
 */
import type { SessionStore } from './session-store.ts'
import type { Database } from './sqlite.ts'
import type { TokenSetKey } from './user-store.ts'

type PresentedSteps = Pick<SessionStore, 'notePresented' | 'noteAnswered'>

const OF = 'provider = ? AND client_id = ? AND subject_index = ?'

/** Makes the step that drops what is noted of a token set, inside the caller's transaction. */
export function createForgetPresented(database: Database): (key: TokenSetKey) => void {
  const forget = database.prepare(`DELETE FROM presented_generations WHERE ${OF}`)
  return ({ provider, clientId, subjectIndex }) => void forget.run(provider, clientId, subjectIndex)
}

/** Makes the steps over one connection to the database. */
export function createPresentedSteps(database: Database): PresentedSteps {
  const note = database.prepare<{ readonly times: number }>(`
    INSERT INTO presented_generations
      (provider, client_id, subject_index, generation, times, noted_at)
    VALUES (?, ?, ?, ?, 1, ?)
    ON CONFLICT (provider, client_id, subject_index) DO UPDATE SET
      times = CASE generation WHEN excluded.generation THEN times + 1 ELSE 1 END,
      generation = excluded.generation, noted_at = excluded.noted_at
    WHERE generation <= excluded.generation
    RETURNING times`)
  const dropLast = database.prepare(
    `DELETE FROM presented_generations WHERE ${OF} AND generation = ? AND times <= 1`,
  )
  const takeBack = database.prepare(
    `UPDATE presented_generations SET times = times - 1 WHERE ${OF} AND generation = ?`,
  )

  return {
    notePresented: ({ provider, clientId, subjectIndex }, generation, now) =>
      database.answer(
        () => note.get(provider, clientId, subjectIndex, generation, now)?.times ?? 0,
      ),
    noteAnswered: ({ provider, clientId, subjectIndex }, generation) =>
      database.commit(() => {
        const which = [provider, clientId, subjectIndex, generation] as const
        if (dropLast.run(...which).changes === 0) takeBack.run(...which)
      }),
  }
}
