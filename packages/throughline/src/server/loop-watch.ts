/*
 * Looks twice a second whether the process still turns, tells the operator of what has held it up, and tells whoever
 * watches over the process that it lives.
 *
 * While a script computes without pause nothing here runs: what the process itself can tell, it tells afterwards.
 */
import type { Pulse, PulseReading } from '../script/pulse.ts'
import type { LogEntry } from './program.ts'

/** How often it is looked, and so how exact a silence is known. */
const LOOK_MS = 500
/** A silence that is told. A quiet process is looked at, and so is never silent for so long. */
const TOLD_MS = 2000

/**
 * Watches the pulse of a process.
 *
 * @param onBeat Hears at each look which pages were at work.
 * @returns Ends it.
 */
export function watchLoop(
  pulse: Pulse,
  log: (entry: LogEntry) => void,
  onBeat: (pages: readonly string[]) => void = () => {},
): () => void {
  const timer = setInterval(() => {
    const reading = pulse.read()
    if (reading.silenceMs >= TOLD_MS) log({ level: 'warn', message: toSentence(reading) })
    onBeat(reading.pages)
  }, LOOK_MS).unref()
  return () => clearInterval(timer)
}

function toSentence({ silenceMs, page, pages }: PulseReading): string {
  const seconds = (silenceMs / 1000).toFixed(1)
  const computed = 'computed without pause'
  if (page !== undefined) {
    return `Nobody was served for ${seconds} s: the script of page ${JSON.stringify(page)} ${computed}.`
  }
  if (pages.length === 0) {
    return `Nobody was served for ${seconds} s, and no script was at work: something else ${computed}, or the whole machine stood still.`
  }
  return `Nobody was served for ${seconds} s: one of the scripts at work ${computed}: ${toPageList(pages)}.`
}

/** Names pages for the operator. */
export function toPageList(pages: readonly string[]): string {
  const shown = pages.slice(0, 5).map((page) => JSON.stringify(page))
  const more = pages.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
