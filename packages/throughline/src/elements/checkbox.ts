/*
 * A checkbox. Its form field is a hidden empty one, then `1` where it is checked.
 */
import type { ElementData } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { assertLabel, startCall } from './arguments.ts'
import { defineKind } from './element.ts'

/** How a checkbox is known and shown. */
export interface CheckboxOptions {
  /** Keeps it the same checkbox when its label changes (its label). */
  readonly key?: string | undefined
  /** Whether it is checked until the person touches it (false). */
  readonly value?: boolean | undefined
  /** Shown, but not to be changed; it then has its default (false). */
  readonly disabled?: boolean | undefined
}

/** A checkbox on a page. */
export interface CheckboxData extends ElementData {
  readonly kind: 'checkbox'
  readonly label: string
  readonly value: boolean
  readonly disabled: boolean
}

/**
 * Shows a checkbox.
 *
 * @returns Whether it is checked.
 * @throws `script.duplicate-widget` when the page has another of the same label or key.
 */
export function checkbox(label: string, options: CheckboxOptions = {}): boolean {
  const run = startCall('checkbox()')
  assertLabel('checkbox()', label)
  const { key, disabled = false } = options
  const untouched = Boolean(options.value)
  const widget = run.widget({ kind: 'checkbox', label, key }, untouched ? ['', '1'] : [''])
  const value = disabled || widget.sent === undefined ? untouched : widget.sent.includes('1')
  run.append(
    Object.freeze({ kind: 'checkbox', label, value, disabled } satisfies CheckboxData),
    widget.id,
  )
  return value
}

/** How a checkbox looks. */
export const checkboxKind = defineKind<CheckboxData>({
  kind: 'checkbox',
  render({ label, value, disabled }, id) {
    const marker = attributes({ type: 'hidden', name: id, value: '', disabled })
    const input = attributes({
      type: 'checkbox',
      id: `${id}:input`,
      name: id,
      value: '1',
      [ATTRIBUTE.sends]: true,
      [ATTRIBUTE.known]: value ? '1' : '0',
      checked: value,
      disabled,
    })
    return html`<input${marker}><label><input${input}><span>${label}</span></label>`
  },
  styles: `
.tl-checkbox label{display:inline-flex;align-items:flex-start;gap:.75rem;margin:0;padding-block:.625rem;font-weight:inherit;cursor:pointer}
.tl-checkbox+.tl-checkbox{margin-block-start:-1rem}
.tl-checkbox:has(:disabled) label{cursor:not-allowed;color:var(--tl-soft)}`,
})
