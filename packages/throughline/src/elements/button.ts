/*
 * A button: true for the one run that its press began.
 */
import type { ElementData } from '../context/run-context.ts'
import { assertLabel, startCall } from './arguments.ts'
import { defineKind } from './element.ts'
import { renderPress } from './press-button.ts'

/** How a button is known and shown. */
export interface ButtonOptions {
  /** Keeps it the same button when its label changes (its label). */
  readonly key?: string | undefined
  /** Shown, but not to be pressed (false). */
  readonly disabled?: boolean | undefined
  /** The one that leads on: stands out, and waits until required inputs are filled in (false). */
  readonly primary?: boolean | undefined
}

/** A button on a page. */
export interface ButtonData extends ElementData {
  readonly kind: 'button'
  readonly label: string
  readonly disabled: boolean
  readonly primary: boolean
}

/**
 * Shows a button.
 *
 * @returns True in the run that was begun by its press, once; false in every other.
 * @throws `script.duplicate-widget` when the page has another of the same label or key.
 */
export function button(label: string, options: ButtonOptions = {}): boolean {
  const run = startCall('button()')
  assertLabel('button()', label)
  const { key, disabled = false, primary = false } = options
  const widget = run.widget({ kind: 'button', label, key }, [])
  run.append(
    Object.freeze({ kind: 'button', label, disabled, primary } satisfies ButtonData),
    widget.id,
  )
  return !disabled && widget.pressed
}

/** How a button looks. Only a primary one is held back by the browser's own checks of the inputs. */
export const buttonKind = defineKind<ButtonData>({
  kind: 'button',
  render: ({ label, disabled, primary }, id) =>
    renderPress(id, label, {
      class: primary && 'tl-primary',
      formnovalidate: !primary,
      disabled,
    }),
  styles: '',
})
