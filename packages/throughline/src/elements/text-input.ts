/*
 * One line of text.
 *
 * What the person typed is kept as it is, also where an e-mail address is not one yet: the field is sent
 * while it is being filled in, and nobody likes to see their text vanish.
 */
import type { ElementData } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { assertLabel, assertText, startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'

const DEFAULT_MAX_LENGTH = 10_000
const TYPES = ['text', 'email', 'password', 'url'] as const
const AUTOCOMPLETE: Readonly<Partial<Record<TextInputType, string>>> = {
  email: 'email',
  password: 'off',
  url: 'url',
}

/** What a line of text is for; browsers offer a fitting keyboard and what the person has saved. */
export type TextInputType = (typeof TYPES)[number]

/** How a text input is known and shown. */
export interface TextInputOptions {
  /** Keeps it the same input when its label changes (its label). */
  readonly key?: string | undefined
  /** What it holds until the person touches it (`''`). */
  readonly value?: string | undefined
  /** What the text is (`'text'`). */
  readonly type?: TextInputType | undefined
  /** An example, shown while it is empty. */
  readonly placeholder?: string | undefined
  /** In UTF-16 code units, as browsers count (10,000). */
  readonly maxLength?: number | undefined
  /** A primary button waits until something is filled in; the script may still see `''` (false). */
  readonly required?: boolean | undefined
  /** Shown, but not to be changed; it then has its default (false). */
  readonly disabled?: boolean | undefined
}

/** A line of text on a page. */
export interface TextInputData extends ElementData {
  readonly kind: 'text-input'
  readonly label: string
  readonly value: string
  readonly type: TextInputType
  readonly placeholder: string | undefined
  readonly maxLength: number
  readonly required: boolean
  readonly disabled: boolean
}

/**
 * Shows an input for one line of text.
 *
 * @returns What the person typed, of at most `maxLength`; the default until they touch it.
 * @throws `script.duplicate-widget` when the page has another of the same label or key.
 */
export function textInput(label: string, options: TextInputOptions = {}): string {
  const run = startCall('textInput()')
  assertLabel('textInput()', label)
  const { key, type = 'text', placeholder, required = false, disabled = false } = options
  const { value: untouched = '', maxLength = DEFAULT_MAX_LENGTH } = options
  assertText('textInput()', 'value', untouched)
  if (!TYPES.includes(type)) {
    throw wrongArgument('textInput()', `a type of ${TYPES.join(', ')}`, type, 'Use one of these.')
  }
  if (!(Number.isInteger(maxLength) && maxLength > 0)) {
    throw wrongArgument('textInput()', 'a whole number as maxLength', maxLength, 'Pass 1 or more.')
  }
  const widget = run.widget({ kind: 'text-input', label, key }, [untouched])
  const sent = disabled ? undefined : readLine(widget.sent, maxLength)
  const value = sent ?? untouched
  run.append(
    Object.freeze({
      kind: 'text-input',
      label,
      value,
      type,
      placeholder,
      maxLength,
      required,
      disabled,
    } satisfies TextInputData),
    widget.id,
  )
  return value
}

function readLine(sent: readonly string[] | undefined, maxLength: number): string | undefined {
  const line = sent?.[0]?.replaceAll(/[\r\n]/g, '').toWellFormed()
  return line === undefined || line.length > maxLength ? undefined : line
}

/** How a text input looks. */
export const textInputKind = defineKind<TextInputData>({
  kind: 'text-input',
  render({ label, value, type, placeholder, maxLength, required, disabled }, id) {
    const input = attributes({
      type,
      id: `${id}:input`,
      name: id,
      value,
      placeholder,
      maxlength: maxLength,
      autocomplete: AUTOCOMPLETE[type],
      [ATTRIBUTE.sends]: true,
      [ATTRIBUTE.known]: value,
      required,
      disabled,
    })
    return html`<label for="${id}:input">${label}</label><input${input}>`
  },
  styles: '',
})
