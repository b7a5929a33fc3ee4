/*
 * A button whose files are saved into a folder that the person picks, one by one, by the program in the page.
 */
import type { DownloadOutcome } from '../context/download.ts'
import type { FileSet } from '../context/offered-file.ts'
import type { ElementData } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { assertLabel, startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'
import { renderPress } from './press-button.ts'

/** What a folder button offers. */
export interface FolderButtonOptions {
  /** Keeps it the same button when its label changes (its label). */
  readonly key?: string | undefined
  /** Names the files; called when the person has pressed, and again for each file that is asked for. */
  readonly files: FileSet['files']
  /** Shown, but not to be pressed (false). */
  readonly disabled?: boolean | undefined
}

/** A folder button on a page. */
export interface FolderButtonData extends ElementData {
  readonly kind: 'folder-button'
  readonly label: string
  readonly disabled: boolean
}

/**
 * Shows a button that saves files into a folder of the person's, and goes on where it broke off.
 *
 * Where the browser cannot write into folders a sentence stands in its place.
 *
 * @returns What was saved and what was not, once, in the run after the last file; undefined in every other.
 * @throws `script.duplicate-widget` when the page has another of the same label or key.
 * @see https://wicg.github.io/file-system-access/
 */
export function folderButton(
  label: string,
  options: FolderButtonOptions,
): DownloadOutcome | undefined {
  const run = startCall('folderButton()')
  assertLabel('folderButton()', label)
  const { key, files, disabled = false } = options
  assertFiles('folderButton()', files)
  const widget = run.widget({ kind: 'folder-button', label, key }, [])
  run.append(
    Object.freeze({ kind: 'folder-button', label, disabled } satisfies FolderButtonData),
    widget.id,
  )
  return disabled ? undefined : run.offerFiles(widget, { files, use: 'folder' })
}

/** Asserts that files are given as a function. */
export function assertFiles(call: string, files: unknown): void {
  if (typeof files === 'function') return
  const advice =
    'Write { files: () => … }, so that nothing is looked up before the person has pressed.'
  throw wrongArgument(call, 'a function as "files"', files, advice)
}

/** How a folder button looks: the program that saves marks the document, and the button takes the sentence's place. */
export const folderButtonKind = defineKind<FolderButtonData>({
  kind: 'folder-button',
  render({ label, disabled }, id) {
    const press = renderPress(id, label, {
      [ATTRIBUTE.saves]: true,
      formnovalidate: true,
      disabled,
    })
    const sentence = html`<p class="tl-hint">${label}: ${ELSEWHERE}</p>`
    return html`${press}${sentence}<div${attributes({ [ATTRIBUTE.saving]: true })}></div>`
  },
  styles: `
.tl-folder-button:not(.tl-saves-folders *)>button{display:none}
.tl-folder-button:is(.tl-saves-folders *)>.tl-hint{display:none}`,
})

const ELSEWHERE =
  'saving into a folder works in Chrome, Edge and Opera on a computer, with JavaScript.'
