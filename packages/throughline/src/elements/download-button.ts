/*
 * A button whose answer is a file. The bytes are made by the script's function while the browser takes them.
 */
import type { Download, DownloadOutcome, GoingDownload, Preparing } from '../context/download.ts'
import type { ElementData } from '../context/run-context.ts'
import { html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { assertLabel, startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'
import { renderGoing } from './going-download.ts'
import { renderPress } from './press-button.ts'

/** What a download button offers. */
export interface DownloadButtonOptions {
  /** Keeps it the same button when its label changes (its label). */
  readonly key?: string | undefined
  /** The file's name, as it is suggested to the person. */
  readonly file: string
  /**
   * Makes the file; called when the person has pressed, never before. `preparing` tells the page how far that has come.
   */
  readonly from: (preparing: Preparing) => Download | Promise<Download>
  /** Shown, but not to be pressed (false). */
  readonly disabled?: boolean | undefined
}

/** A download button on a page. */
export interface DownloadButtonData extends ElementData {
  readonly kind: 'download-button'
  readonly label: string
  readonly disabled: boolean
  /** How far the newest download has come, while it is under way. */
  readonly going: GoingDownload | 'stopped' | undefined
}

/**
 * Shows a button that sends a file, and below it how far that has come.
 *
 * @returns What came of the download, once, in the run after its last byte; undefined in every other.
 * @throws `script.duplicate-widget` when the page has another of the same label or key.
 */
export function downloadButton(
  label: string,
  options: DownloadButtonOptions,
): DownloadOutcome | undefined {
  const run = startCall('downloadButton()')
  assertLabel('downloadButton()', label)
  const { key, file, from, disabled = false } = options
  if (typeof file !== 'string' || file.trim() === '') {
    const advice = "Name the file, for example { file: 'videos.zip' }."
    throw wrongArgument('downloadButton()', 'the name of a file', file, advice)
  }
  if (typeof from !== 'function') {
    const advice = 'Write { from: () => … }, so that nothing is made before the person has pressed.'
    throw wrongArgument('downloadButton()', 'a function as "from"', from, advice)
  }
  const widget = run.widget({ kind: 'download-button', label, key }, [])
  const going = run.goingDownload(widget)
  run.append(
    Object.freeze({ kind: 'download-button', label, disabled, going } satisfies DownloadButtonData),
    widget.id,
  )
  return disabled ? undefined : run.offerDownload(widget, file, from)
}

/**
 * How a download button looks.
 *
 * Without JavaScript nothing tells the page that the file has arrived, so a second button asks.
 */
export const downloadButtonKind = defineKind<DownloadButtonData>({
  kind: 'download-button',
  render({ label, disabled, going }, id) {
    const press = renderPress(id, label, {
      class: 'tl-primary',
      [ATTRIBUTE.native]: true,
      formnovalidate: true,
      disabled,
    })
    const goOn = html`<noscript><button type="submit" formnovalidate>Continue</button></noscript>`
    return html`${press}${!disabled && goOn}${going !== undefined && renderGoing(going, id)}`
  },
  styles: `
.tl-download-button noscript{display:inline-block;margin-inline-start:.75rem}
.tl-download-button:has(.tl-going){flex-basis:100%}
.tl-download-button .tl-going{display:grid;gap:.5rem;max-width:42rem;margin-block-start:1.25rem}
.tl-download-button .tl-going label{margin:0}
.tl-download-button .tl-going p{font-variant-numeric:tabular-nums}
.tl-download-button .tl-going ul{padding-inline-start:1.25rem;color:var(--tl-warning)}
.tl-download-button .tl-going ul:empty{display:none}`,
})
