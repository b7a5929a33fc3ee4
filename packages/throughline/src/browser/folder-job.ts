/*
 * Saves the files of one press, one after the other, and tells the server what came of them.
 */
import type { FolderList, SavedFiles } from '../protocol/folder.ts'
import type { Panel } from './folder-panel.ts'
import { saveFile } from './folder-save.ts'

const SHOWN_EVERY_MS = 100
const FIRST_PAUSE_MS = 500
const MOST_TELLINGS = 6
const STOPPED = 'Not saved, as it was stopped.'
/** After these no further file can be saved either. */
const FINAL: Readonly<Record<string, string>> = {
  NotAllowedError: 'The browser may no longer write into this folder.',
  QuotaExceededError: 'There is no space left.',
}

/** The saving of the files of one press. */
export interface Job {
  isRunning(): boolean
  /** Saves what is not saved yet. */
  run(): Promise<void>
}

/** Makes it; `url` is where the outcome is told. */
export function createJob(
  folder: FileSystemDirectoryHandle,
  files: FolderList['files'],
  url: string,
  panel: Panel,
): Job {
  const saved = new Map<number, number>()
  const failed = new Map<number, string>()
  let stopping: AbortController | undefined
  let showing: ReturnType<typeof setTimeout> | undefined
  let present: readonly [index: number, bytes: number, size: number | undefined] = [0, 0, undefined]

  function show(index: number, bytes: number, size: number | undefined): void {
    present = [index, bytes, size]
    showing ??= setTimeout(showPresent, SHOWN_EVERY_MS)
  }

  function showPresent(): void {
    const [index, bytes, size] = present
    showing = undefined
    const all = files.reduce((total, file) => total + (file.size ?? Number.NaN), 0)
    const whole = Number.isNaN(all) ? undefined : all
    const done = [...saved.values()].reduce((sum, one) => sum + one, bytes)
    const name = files[index]?.name ?? ''
    panel.progress({ name, bytes, size, done, whole, count: index + 1, of: files.length })
  }

  async function run(): Promise<void> {
    const wanted = [...files.keys()].filter((index) => !saved.has(index))
    failed.clear()
    const { signal } = (stopping = new AbortController())
    let final: string | undefined
    panel.start(() => stopping?.abort())
    for (const index of wanted) {
      const file = files[index]
      if (file === undefined) continue
      if (signal.aborted || final !== undefined) {
        failed.set(index, final ?? STOPPED)
        continue
      }
      show(index, 0, file.size)
      try {
        const told = (bytes: number, size: number | undefined) => show(index, bytes, size)
        saved.set(index, await saveFile(folder, file, signal, told))
      } catch (error) {
        const name = error instanceof DOMException ? error.name : ''
        final = signal.aborted ? undefined : FINAL[name]
        failed.set(index, signal.aborted ? STOPPED : (final ?? toReason(error)))
      }
    }
    stopping = undefined
    clearTimeout(showing)
    showing = undefined
    const failures = Array.from(failed, ([index, reason]) => `${files[index]?.name}: ${reason}`)
    const bytes = [...saved.values()].reduce((sum, size) => sum + size, 0)
    panel.end({ count: saved.size, of: files.length, bytes, failures, again: () => void run() })
    const told = await tell(url, {
      folder: folder.name,
      saved: [...saved],
      failed: [...failed],
    })
    if (!told) panel.warn('The server could not be told of it.')
  }

  return { isRunning: () => stopping !== undefined, run }
}

function toReason(error: unknown): string {
  const text = error instanceof Error ? error.message.trim() : ''
  return text === '' ? 'It could not be saved.' : text
}

/** Tells the outcome; false where the server does not take it, or cannot be reached. */
async function tell(url: string, outcome: SavedFiles): Promise<boolean> {
  const body = new URLSearchParams({ outcome: JSON.stringify(outcome) })
  for (let attempt = 1; attempt <= MOST_TELLINGS; attempt += 1) {
    const response = await fetch(url, { method: 'POST', body }).catch(() => undefined)
    if (response !== undefined && response.status < 500) return response.ok
    await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** attempt))
  }
  return false
}
