/*
 * How a call into Throughline begins, and how it refuses what it can't take: one form of words for all elements.
 */
import { ThroughlineError } from '../base/error.ts'
import { currentRun } from '../context/run-context.ts'
import type { RunContext } from '../context/run-context.ts'

const QUOTED_CHARACTERS = 40

/**
 * Begins a call into Throughline: finds the run it belongs to and lets a control signal that is due through.
 *
 * @param call The name the author knows, with parentheses.
 * @throws `context.outside-run`, or the control signal.
 */
export function startCall(call: string): RunContext {
  const run = currentRun(call)
  run.checkpoint()
  return run
}

/** Words for a value that was refused: strings quoted and cut, numbers as they are, else what they are. */
export function toReceived(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > QUOTED_CHARACTERS
      ? `"${value.slice(0, QUOTED_CHARACTERS)}…"`
      : JSON.stringify(value)
  }
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/**
 * Builds the error for a wrong argument.
 *
 * @param call The name the author knows, with parentheses.
 * @param takes What it takes.
 * @param value What it got.
 * @param advice What to do, as a whole sentence.
 */
export function wrongArgument(
  call: string,
  takes: string,
  value: unknown,
  advice: string,
): TypeError {
  return new TypeError(`${call} takes ${takes}, received ${toReceived(value)}. ${advice}`)
}

/** Asserts that a label is a text with something in it. */
export function assertLabel(call: string, label: unknown): asserts label is string {
  if (typeof label === 'string' && label.trim() !== '') return
  throw wrongArgument(
    call,
    'a label',
    label,
    'A label says what the element is for, also to those who do not see it.',
  )
}

/** Asserts that an argument is a text; it may be empty. */
export function assertText(call: string, name: string, value: unknown): asserts value is string {
  if (typeof value === 'string') return
  throw wrongArgument(call, `a string as ${name}`, value, 'Turn the value into a string first.')
}

/** Builds the error for an address that no page of ours may carry. */
export function refusedAddress(call: string, takes: string, address: string): ThroughlineError {
  return new ThroughlineError(
    'elements.refused-address',
    `${call} takes ${takes}, received ${toReceived(address)}. ` +
      'Anything else could run code in the page or tell others who looks at it.',
    { attribution: 'script', details: { received: address.slice(0, 200) } },
  )
}
