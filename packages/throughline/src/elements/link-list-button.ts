/*
 * A button whose answer is a list of links for a download program: one link per file, good for some hours.
 */
import type { FileSet, LinkListFormat } from '../context/offered-file.ts'
import type { ElementData } from '../context/run-context.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { assertLabel, startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'
import { assertFiles } from './folder-button.ts'
import { renderPress } from './press-button.ts'

const FORMATS: readonly LinkListFormat[] = ['aria2', 'curl', 'wget']
const DEFAULT_HOURS = 6
/** Whoever has a link has the file: no link lives longer than a week. */
const MOST_HOURS = 7 * 24

/** What a link list button offers. */
export interface LinkListButtonOptions {
  /** Keeps it the same button when its label changes (its label). */
  readonly key?: string | undefined
  /** The program that is to read the list: `aria2c -i`, `curl -K`, or a script of `wget` commands. */
  readonly format: LinkListFormat
  /** The list's file name, as it is suggested to the person. */
  readonly file: string
  /** Names the files; called when the person has pressed, and again for each file that is asked for. */
  readonly files: FileSet['files']
  /** How long the links lead anywhere, at most 168 (6). */
  readonly hours?: number | undefined
  /** Shown, but not to be pressed (false). */
  readonly disabled?: boolean | undefined
}

/** A link list button on a page. */
export interface LinkListButtonData extends ElementData {
  readonly kind: 'link-list-button'
  readonly label: string
  readonly disabled: boolean
}

/**
 * Shows a button that sends a list of links to files. Whoever has a link has that file, without signing in; links end
 * after `hours`, and when the person signs out, or connects or disconnects an account.
 *
 * @throws `script.duplicate-widget` when the page has another of the same label or key.
 */
export function linkListButton(label: string, options: LinkListButtonOptions): void {
  const run = startCall('linkListButton()')
  assertLabel('linkListButton()', label)
  const { key, format, file, files, hours = DEFAULT_HOURS, disabled = false } = options
  if (!FORMATS.includes(format)) {
    const takes = `a format of ${FORMATS.join(', ')}`
    throw wrongArgument('linkListButton()', takes, format, 'Name one of these.')
  }
  if (typeof file !== 'string' || file.trim() === '') {
    const advice = "Name the list, for example { file: 'videos.txt' }."
    throw wrongArgument('linkListButton()', 'the name of a file', file, advice)
  }
  assertFiles('linkListButton()', files)
  if (!(typeof hours === 'number' && hours > 0 && hours <= MOST_HOURS)) {
    const advice = 'Whoever has a link has the file, so let it end soon.'
    throw wrongArgument('linkListButton()', `hours above 0, at most ${MOST_HOURS}`, hours, advice)
  }
  const widget = run.widget({ kind: 'link-list-button', label, key }, [])
  run.append(
    Object.freeze({ kind: 'link-list-button', label, disabled } satisfies LinkListButtonData),
    widget.id,
  )
  if (!disabled) run.offerFiles(widget, { files, use: 'links', format, list: file, hours })
}

/** How a link list button looks. */
export const linkListButtonKind = defineKind<LinkListButtonData>({
  kind: 'link-list-button',
  render: ({ label, disabled }, id) =>
    renderPress(id, label, { [ATTRIBUTE.native]: true, formnovalidate: true, disabled }),
  styles: `
.tl-link-list-button{flex:0 1 auto}
@media(max-width:30rem){.tl-link-list-button{flex-basis:100%}.tl-link-list-button+.tl-link-list-button{margin-block-start:-.75rem}}`,
})
