/*
 * The press of a download button, kept until its file has been sent: which page, with which widget values, and what
 * came of it. All of it sealed, and bound to the session and to the download.
 */
import { createId } from '../base/random.ts'
import { accountOf } from '../connect/connect-world.ts'
import type { DownloadOutcome, DownloadSummary } from '../context/download.ts'
import { hashOf } from '../crypto/mac.ts'
import { open, seal } from '../crypto/seal.ts'
import { DOWNLOAD_PATH, FILE_PATH } from '../protocol/paths.ts'
import { toPartText } from '../protocol/size-text.ts'
import type { Offer } from '../script/control-signal.ts'
import type { TabAnswer, TabRequest } from '../script/tab-request.ts'
import type { IdentityContext } from '../session/browser-identity.ts'
import { tellTab } from '../session/tab-notice.ts'
import type { PageValues } from '../session/tab-values.ts'
import type { ConnectionRecord, DownloadRecord } from '../store/session-store.ts'
import type { Program } from './program.ts'

const HOUR_MS = 3_600_000
/** Presses kept of one session, each with all values of its page; the oldest go first. */
const DOWNLOAD_CAP = 50

/** What is kept of a press. */
export interface PressedDownload {
  readonly page: string
  readonly values: PageValues
  readonly use: Offer['use']
  /** The accounts that were connected: what it led to ends with any of them. */
  readonly accounts: readonly string[]
  /** Those very connections: links end also where another is made, perhaps by another person than has the links. */
  readonly connections: string
}

/** Keeps the press of a button that offers files; returns the path under which they are found. */
export async function startDownload(
  program: Program,
  { session, tabId, page }: TabRequest,
  { widgetId, values, use, hours }: Extract<TabAnswer, { kind: 'offered' }>,
): Promise<string> {
  const { sessions, ring, random, clock } = program.identity
  const id = createId(random)
  const idHash = hashOf(id)
  const present = await sessions.loadConnections(session.key)
  const pressed: PressedDownload = {
    ...{ page, values: values.ofPage(page), use },
    ...{ accounts: present.map(accountOf), connections: nameConnections(present) },
  }
  const context = [session.key, idHash, 'press']
  await sessions.createDownload(
    {
      idHash,
      sessionKey: session.key,
      tabId,
      widget: widgetId,
      expiresAt: clock() + hours * HOUR_MS,
      sealed: seal(ring, 'download', context, JSON.stringify(pressed), random),
    },
    DOWNLOAD_CAP,
  )
  return pathOfPress(id, use)
}

/** Whether what a press led to has not ended with the connections there were. */
export function isStanding(
  { use, accounts, connections }: PressedDownload,
  present: readonly ConnectionRecord[],
): boolean {
  if (use === 'links') return connections === nameConnections(present)
  const names = new Set(present.map(accountOf))
  return accounts.every((account) => names.has(account))
}

function nameConnections(present: readonly ConnectionRecord[]): string {
  return present
    .map((one) => `${accountOf(one)} ${one.connectedAt} ${one.slot}`)
    .toSorted()
    .join('\n')
}

/** The path that a press leads its browser to: a file of its own, or the files of a set. */
function pathOfPress(id: string, use: Offer['use']): string {
  return use === 'folder' ? `${FILE_PATH}${id}/` : `${DOWNLOAD_PATH}${id}`
}

/** Reads what was kept of a press. */
export function openPressed({ ring }: IdentityContext, record: DownloadRecord): PressedDownload {
  const context = [record.sessionKey, record.idHash, 'press']
  return JSON.parse(open(ring, 'download', context, record.sealed)) as PressedDownload
}

/** Keeps what came of a download, and tells the session's tabs that there is news. */
export async function finishDownload(
  { sessions, ring, random }: IdentityContext,
  record: DownloadRecord,
  outcome: DownloadOutcome,
): Promise<void> {
  const context = [record.sessionKey, record.idHash, 'outcome']
  const sealed = seal(ring, 'download', context, JSON.stringify(outcome), random)
  await sessions.endDownload(record.idHash, sealed)
  await sessions.announce(record.sessionKey)
}

/** How far a download came that was not sent to its end. */
export interface Broken {
  readonly file: string
  /** Bytes that had left; absent where it was being prepared. */
  readonly bytes?: number
  readonly size?: number
  readonly failures?: DownloadSummary['failures'] | undefined
}

/** Tells the person, at the tab's next run, that a file was not sent to its end, and why where it is known. */
export async function breakDownload(
  identity: IdentityContext,
  { idHash, sessionKey, tabId }: DownloadRecord,
  broken: Broken,
): Promise<void> {
  const { sessions, clock } = identity
  await sessions.noteDownload(idHash, undefined, clock())
  await tellTab(identity, { sessionKey, tabId }, sentencesOf(broken).join(' '))
  await sessions.announce(sessionKey)
}

/** Reasons beyond these are counted: nobody reads more of them in a notice. */
const MOST_REASONS = 3

function sentencesOf({ file, bytes, size, failures = [] }: Broken): readonly string[] {
  const more = failures.length - MOST_REASONS
  return [
    `${file} was not sent to its end. Please press again.`,
    ...(bytes === undefined ? [] : [`${toPartText(bytes, size)} had left.`]),
    ...failures.slice(0, MOST_REASONS).map(({ title, reason }) => `${title}: ${reason}`),
    ...(more > 0 ? [`And ${more.toLocaleString('en')} more failed.`] : []),
  ]
}
