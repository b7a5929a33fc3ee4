/*
 * The run that finds what a press has offered: the page's script again, with the widget values of the press.
 *
 * It writes nothing, so it works after a restart, on another node, and whatever the tab does meanwhile.
 */
import { ScriptRun } from '../script/run.ts'
import { SessionMemory } from '../session/memory.ts'
import { TabValues } from '../session/tab-values.ts'
import type { DownloadRecord, SessionRecord } from '../store/session-store.ts'
import type { PressedDownload } from './download-press.ts'
import type { Program } from './program.ts'

/** Makes the run; the caller plays and closes it. */
export async function createFileRun(
  program: Program,
  session: SessionRecord,
  record: DownloadRecord,
  { page, values }: PressedDownload,
): Promise<ScriptRun> {
  const { sessions, ring, random } = program.identity
  const { app, declarations, development, prepare, pulse } = program.script
  const memory = new SessionMemory(ring, random, session.key, await sessions.loadState(session.key))
  const ignore = () => {}
  const run = new ScriptRun({
    page,
    script: app.pages.get(page) ?? ignore,
    pages: app.pages,
    declarations,
    memory,
    // A run that sends a file writes nothing: what it changes is forgotten with it.
    changeState: (name, initial, change) =>
      Promise.resolve(memory.changeHere(name, initial, change)),
    values: TabValues.ofPage(page, values),
    output: { appended: ignore, replaced: ignore, removed: ignore },
    endedDownloads: [],
    goingDownloads: [],
    toldDownloads: new Set(),
    downloads: record.widget,
    pulse,
    development,
    interruption: () => undefined,
  })
  prepare(run, {
    sessionKey: session.key,
    cookieHash: session.cookieHash,
    tabId: record.tabId,
    connections: await sessions.loadConnections(session.key),
    outcomes: [],
  })
  return run
}
