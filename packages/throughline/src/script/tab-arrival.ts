/*
 * What a request brings into its run: the tab's values with what was sent applied, the press that acts, what the
 * person has to be told about it, and which of the tab's downloads have ended or are under way.
 *
 *   number higher than the tab's          values applied, the press acts
 *   the tab's own, and its run ended      nothing: it has acted (a repetition)
 *   the tab's own, and its run never did  values applied, the press told: nobody knows how far it got
 *   lower                                 nothing; told: the page it was made on is out of date
 *   any, with more than a tab may keep    nothing; told
 */
import { SILENT_MS, type DownloadOutcome, type GoingDownload } from '../context/download.ts'
import { open } from '../crypto/seal.ts'
import { openNotice } from '../session/tab-notice.ts'
import { TabValues } from '../session/tab-values.ts'
import type { DownloadRecord, StartedRun } from '../store/session-store.ts'
import { MOST_CHARACTERS, sizeOf } from './interaction-size.ts'
import type { EndedDownload, UnderWay } from './run.ts'
import type { SentInteraction, TabRequest } from './tab-request.ts'
import type { ScriptWorld } from './world.ts'

/** What a run begins with. */
export interface Arrival {
  readonly values: TabValues
  /** The widget whose press acts. */
  readonly press: string | undefined
  /** Sentences to the person. */
  readonly told: readonly string[]
  readonly endedDownloads: readonly EndedDownload[]
  readonly goingDownloads: readonly UnderWay[]
}

/** Opens a tab's values and applies what was sent. */
export async function readArrival(
  world: ScriptWorld,
  request: TabRequest,
  started: StartedRun,
  sent: SentInteraction | undefined,
): Promise<Arrival> {
  const values = await openValues(world, request, started)
  const { tab, acts } = started
  const endedDownloads = started.endedDownloads.map((record) => openEnded(world, record))
  const goingDownloads = started.goingDownloads.map((record) => openGoing(world, record))
  const downloads = { endedDownloads, goingDownloads }
  const { session, tabId } = request
  const kept = tab.notice && openNotice(world.ring, { sessionKey: session.key, tabId }, tab.notice)
  const told = [kept, request.notice].filter((text) => text !== undefined)
  if (sent === undefined) {
    if (tab.interrupted) told.push(INTERRUPTED)
    return { values, press: undefined, told, ...downloads }
  }
  if (sizeOf(sent) + (tab.values?.length ?? 0) > MOST_CHARACTERS) {
    return { values, press: undefined, told: [...told, TOO_MUCH], ...downloads }
  }
  const wasCutShort = !acts && tab.interrupted && sent.number === tab.number
  if (acts || wasCutShort) {
    for (const [id, fields] of Object.entries(sent.values)) values.write(request.page, id, fields)
  }
  if (wasCutShort && sent.press !== undefined) told.push(INTERRUPTED)
  if (!acts && sent.number < tab.number) told.push(OUTDATED)
  return { values, press: acts ? sent.press : undefined, told, ...downloads }
}

const TOO_MUCH =
  'This page already holds as much as it can keep, so nothing was done. Please enter less.'
const INTERRUPTED =
  'The server stopped while it was working on your last press. Nothing that was shown as done is lost. ' +
  'Please look, and press again if need be.'
const OUTDATED = 'This page was out of date. Here is the present one; please press again.'

async function openValues(
  { ring, sessions }: ScriptWorld,
  { session, tabId, copyOf }: TabRequest,
  { tab }: StartedRun,
): Promise<TabValues> {
  if (tab.values !== undefined) return TabValues.open(ring, session.key, tabId, tab.values)
  if (copyOf === undefined) return TabValues.empty()
  const other = await sessions.loadTab(session.key, copyOf)
  if (other?.values === undefined) return TabValues.empty()
  return TabValues.open(ring, session.key, copyOf, other.values).copy()
}

function openGoing({ ring, clock }: ScriptWorld, record: DownloadRecord): UnderWay {
  const { sessionKey, idHash, widget: widgetId, progress = '', progressAt = 0 } = record
  if (clock() - progressAt > SILENT_MS) return { widgetId, going: 'stopped' }
  const text = open(ring, 'download', [sessionKey, idHash, 'progress'], progress)
  return { widgetId, going: JSON.parse(text) as GoingDownload }
}

function openEnded({ ring }: ScriptWorld, record: DownloadRecord): EndedDownload {
  const context = [record.sessionKey, record.idHash, 'outcome']
  const text = open(ring, 'download', context, record.outcome ?? '')
  const outcome = JSON.parse(text) as DownloadOutcome
  return { idHash: record.idHash, widgetId: record.widget, outcome }
}
