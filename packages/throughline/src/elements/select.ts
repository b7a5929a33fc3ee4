/*
 * One of several: a drop-down list. Only what the list offers can come back.
 */
import { ThroughlineError } from '../base/error.ts'
import type { ElementData } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { assertLabel, assertText, startCall, toReceived, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'

/** One of the things a person can choose, where its label is not its value. */
export interface SelectOption<Value extends string = string> {
  readonly value: Value
  readonly label: string
}

/** How a select is known and shown. */
export interface SelectOptions<Value extends string = string> {
  /** Keeps it the same select when its label changes (its label). */
  readonly key?: string | undefined
  /** What is chosen until the person touches it (the first option). */
  readonly value?: Value | undefined
  /** Shown, but not to be changed; it then has its default (false). */
  readonly disabled?: boolean | undefined
}

/** A drop-down list on a page. */
export interface SelectData extends ElementData {
  readonly kind: 'select'
  readonly label: string
  readonly options: readonly SelectOption[]
  readonly value: string
  readonly disabled: boolean
}

/**
 * Shows a drop-down list: `select('Quality', ['source', '1080p'])` returns `'source' | '1080p'`.
 *
 * @returns The value of the chosen option; never one that the list does not offer.
 * @throws `elements.unknown-option` when the default is not among the options.
 * @throws `script.duplicate-widget` when the page has another of the same label or key.
 */
export function select<const Value extends string>(
  label: string,
  options: readonly (Value | SelectOption<Value>)[],
  { key, value, disabled = false }: SelectOptions<NoInfer<Value>> = {},
): Value {
  const run = startCall('select()')
  assertLabel('select()', label)
  const offered = toOffered<Value>(options)
  const untouched = offered.find((option) => value === undefined || option.value === value)
  if (untouched === undefined) throw unknownOption(label, value, offered)
  const widget = run.widget({ kind: 'select', label, key }, [untouched.value])
  const sent = disabled ? undefined : widget.sent?.[0]
  const chosen = offered.find((option) => option.value === sent) ?? untouched
  run.append(
    Object.freeze({
      kind: 'select',
      label,
      options: offered,
      value: chosen.value,
      disabled,
    } satisfies SelectData),
    widget.id,
  )
  return chosen.value
}

function toOffered<Value extends string>(
  options: readonly (Value | SelectOption<Value>)[],
): readonly SelectOption<Value>[] {
  if (!Array.isArray(options) || options.length === 0) {
    const advice = 'Leave the select out while there is nothing to choose.'
    throw wrongArgument('select()', 'at least one option', options, advice)
  }
  return options.map((option: Value | SelectOption<Value>) => {
    const { value, label } =
      typeof option === 'object' && option !== null ? option : { value: option, label: option }
    assertText('select()', 'the value of an option', value)
    assertText('select()', 'the label of an option', label)
    return { value, label }
  })
}

function unknownOption(
  label: string,
  value: string | undefined,
  offered: readonly SelectOption[],
): ThroughlineError {
  const list = offered.map((option) => JSON.stringify(option.value)).join(', ')
  return new ThroughlineError(
    'elements.unknown-option',
    `select(${JSON.stringify(label)}) has no option ${toReceived(value)}. It offers ${list}. ` +
      'Add the option or choose another default.',
    { attribution: 'script' },
  )
}

/** How a drop-down list looks. */
export const selectKind = defineKind<SelectData>({
  kind: 'select',
  render({ label, options, value, disabled }, id) {
    const list = attributes({
      id: `${id}:input`,
      name: id,
      [ATTRIBUTE.sends]: true,
      [ATTRIBUTE.known]: value,
      disabled,
    })
    const offered = options.map((option) => {
      const selected = option.value === value
      return html`<option${attributes({ value: option.value, dir: 'auto', selected })}>${option.label}</option>`
    })
    return html`<label for="${id}:input">${label}</label><select${list}>${offered}</select>`
  },
  styles: '',
})
