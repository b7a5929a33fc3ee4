/*
 * A program in a terminal: says where it is and what it is connected to, and ends on Ctrl-C.
 */
import { isThroughlineError } from '../base/error.ts'
import type { App } from '../script/app.ts'
import { serve, type Served, type ServeOptions } from './serve.ts'

/** How a program presents itself. */
export interface TerminalOptions extends ServeOptions {
  /** What it is called in the first line (the app's title). */
  readonly name?: string
  /** Where lines go (standard output). */
  readonly print?: (line: string) => void
  /** What else to end. */
  readonly onStop?: () => Promise<void>
}

/**
 * Serves an app until the process is told to stop. A mistake of the operator's ends the process with a sentence and
 * exit code 1.
 */
export async function serveUntilStopped(app: App, options: TerminalOptions = {}): Promise<void> {
  const { name = app.title, print = console.log, onStop } = options
  let served: Served
  try {
    served = await serve(app, options)
  } catch (error) {
    if (!isThroughlineError(error) || error.attribution !== 'operator') throw error
    console.error(error.message)
    await onStop?.()
    process.exitCode = 1
    return
  }
  const stop = () => {
    void Promise.all([served.close(), onStop?.()]).then(() => process.exit(0))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // Whoever reads that it is ready may stop it at once.
  for (const line of describeServed(served, name)) print(line)
}

/** What a terminal is told at the start. */
export function describeServed(
  { url, listensAt, providers, dataFolder, sheet, madeKeyFile, metricsUrl, endingDisk }: Served,
  name: string,
): readonly string[] {
  return [
    `${name} is ready: ${url}`,
    ...(url.endsWith(`//${listensAt}`) ? [] : [`  listens at     ${listensAt}`]),
    ...providers.flatMap(({ title, api, redirectUri }) => [
      `  connected to   ${title} at ${api}`,
      // On one's own machine it is the same each day.
      ...(url.startsWith('https:') ? [`  to register    ${redirectUri}`] : []),
    ]),
    `  keeps its data ${dataFolder}`,
    ...(sheet === undefined ? [] : [`  and its users  ${sheet}`]),
    ...(metricsUrl === undefined ? [] : [`  numbers        ${metricsUrl}`]),
    ...(endingDisk === undefined ? [] : describeEnd(dataFolder, endingDisk, sheet)),
    ...(madeKeyFile === undefined
      ? []
      : [
          `  NEW KEY FILE   ${madeKeyFile}`,
          '                 It opens what is sealed. Keep it, keep it secret, and back it up together with the data.',
        ]),
  ]
}

/** What a host without a disk that stays loses at its next start. */
function describeEnd(folder: string, disk: string, sheet: string | undefined): readonly string[] {
  if (sheet !== undefined) {
    return [
      `  WILL NOT STAY  ${folder} lies on ${disk}: sessions end with the disk, so that people connect once more.`,
      '                 Users stay, in the sheet.',
    ]
  }
  return [
    `  WILL NOT STAY  ${folder} lies on ${disk}: sessions and users end with the disk.`,
    '                 Set THROUGHLINE_DATA to a folder on a disk that stays, or keep users in a Google Sheet (GOOGLE_SHEET_ID).',
  ]
}
