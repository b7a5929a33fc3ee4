/*
 * A number. One that is out of range stays in the field, which then says why it is not taken.
 */
import type { ElementData } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { assertLabel, startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'

/** What browsers send for a number: HTML, "valid floating-point number". */
const NUMBER = /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?$/i
const LONGEST_TYPED = 40

/** How a number input is known and shown. */
export interface NumberInputOptions {
  /** Keeps it the same input when its label changes (its label). */
  readonly key?: string | undefined
  /** What it holds until the person touches it (nothing). */
  readonly value?: number | undefined
  /** The smallest number it takes. */
  readonly min?: number | undefined
  /** The largest number it takes. */
  readonly max?: number | undefined
  /** How far the arrows go (1); the script may still see a number in between. */
  readonly step?: number | undefined
  /** Shown, but not to be changed; it then has its default (false). */
  readonly disabled?: boolean | undefined
}

/** A number input on a page. */
export interface NumberInputData extends ElementData {
  readonly kind: 'number-input'
  readonly label: string
  /** What stands in the field. */
  readonly shown: string
  /** Why what stands there is not taken. */
  readonly problem: string | undefined
  readonly min: number | undefined
  readonly max: number | undefined
  readonly step: number | undefined
  readonly disabled: boolean
}

/**
 * Shows an input for a number.
 *
 * @returns The number; undefined where the field is empty; the default where what was typed can't be taken.
 * @throws `script.duplicate-widget` when the page has another of the same label or key.
 */
export function numberInput(label: string, options: NumberInputOptions = {}): number | undefined {
  const run = startCall('numberInput()')
  assertLabel('numberInput()', label)
  assertNumbers(options)
  const { key, value: untouched, min, max, step, disabled = false } = options
  const shownUntouched = untouched === undefined ? '' : String(untouched)
  const widget = run.widget({ kind: 'number-input', label, key }, [shownUntouched])
  const typed = disabled ? undefined : readTyped(widget.sent)
  const number = typed === undefined || typed === '' ? undefined : Number(typed)
  const taken = number === undefined || isWithin(number, min, max)
  run.append(
    Object.freeze({
      kind: 'number-input',
      label,
      shown: typed ?? shownUntouched,
      problem: taken ? undefined : toProblem(min, max),
      min,
      max,
      step,
      disabled,
    } satisfies NumberInputData),
    widget.id,
  )
  return typed === undefined || !taken ? untouched : number
}

function readTyped(sent: readonly string[] | undefined): string | undefined {
  const typed = sent?.[0]
  if (typed === undefined) return undefined
  return typed === '' || (typed.length <= LONGEST_TYPED && NUMBER.test(typed)) ? typed : undefined
}

function isWithin(number: number, min = -Infinity, max = Infinity): boolean {
  return Number.isFinite(number) && number >= min && number <= max
}

function toProblem(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `Enter a number from ${min} to ${max}.`
  if (min !== undefined) return `Enter a number of ${min} or more.`
  return max === undefined ? 'Enter a number.' : `Enter a number of ${max} or less.`
}

function assertNumbers({ value, min, max, step }: NumberInputOptions): void {
  for (const [name, number] of Object.entries({ value, min, max, step })) {
    if (number === undefined || Number.isFinite(number)) continue
    throw wrongArgument(
      'numberInput()',
      `a number as ${name}`,
      number,
      'Leave it out to have none.',
    )
  }
  if (min !== undefined && max !== undefined && min > max) {
    throw wrongArgument('numberInput()', `a max of at least its min, ${min}`, max, 'Swap the two.')
  }
  if (step !== undefined && step <= 0) {
    throw wrongArgument('numberInput()', 'a step above 0', step, 'Leave it out for steps of 1.')
  }
  if (value !== undefined && !isWithin(value, min, max)) {
    const range = `a value from ${min ?? '-Infinity'} to ${max ?? 'Infinity'}`
    throw wrongArgument('numberInput()', range, value, 'Widen the range or change the value.')
  }
}

/** How a number input looks. `step="any"` keeps browsers from refusing what lies between two steps. */
export const numberInputKind = defineKind<NumberInputData>({
  kind: 'number-input',
  render({ label, shown, problem, min, max, step, disabled }, id) {
    const hasProblem = problem !== undefined
    const input = attributes({
      type: 'number',
      inputmode: 'decimal',
      id: `${id}:input`,
      name: id,
      value: shown,
      min,
      max,
      step: step ?? 'any',
      [ATTRIBUTE.sends]: true,
      [ATTRIBUTE.known]: shown,
      disabled,
      'aria-invalid': hasProblem && 'true',
      'aria-describedby': hasProblem && `${id}:problem`,
    })
    const advice = hasProblem && html`<p class="tl-problem" id="${id}:problem">${problem}</p>`
    return html`<label for="${id}:input">${label}</label><input${input}>${advice}`
  },
  styles: '.tl-number-input input{max-width:14rem;font-variant-numeric:tabular-nums}',
})
