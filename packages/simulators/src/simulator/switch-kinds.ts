/*
 * What a switch can hold: its value untouched, what it means, and which values are allowed. Whoever sets switches from
 * outside is told what was expected.
 */

/** One switch. */
export interface SwitchEntry<Value> {
  /** Its value when nobody touched it. */
  readonly untouched: Value
  /** What it changes, a phrase. Lifetimes are in seconds. */
  readonly meaning: string
  /** Which values are allowed, in words. */
  readonly expected: string
  /** Tells whether a value from outside is allowed. */
  readonly isAllowed: (value: unknown) => boolean
  /** All the values, where they are few. */
  readonly choices?: readonly unknown[]
}

/** The values of a table of switches. */
export type SwitchValues<Table extends SwitchTable> = {
  readonly [Name in keyof Table]: Table[Name] extends SwitchEntry<infer Value> ? Value : never
}

/** A switch with a few values, the first of which is the untouched one. */
export function oneOf<const Value extends string | number>(
  choices: readonly [Value, ...Value[]],
  meaning: string,
): SwitchEntry<Value> {
  const expected = `one of ${choices.map((value) => JSON.stringify(value)).join(', ')}`
  const isAllowed = (value: unknown) => choices.some((choice) => choice === value)
  return { untouched: choices[0], meaning, expected, isAllowed, choices }
}

/** A switch that is on or off. */
export function onOrOff(untouched: boolean, meaning: string): SwitchEntry<boolean> {
  const isAllowed = (value: unknown) => typeof value === 'boolean'
  return { untouched, meaning, expected: 'true or false', isAllowed, choices: [true, false] }
}

/** A whole number from 0. */
export function count(untouched: number, meaning: string): SwitchEntry<number> {
  return { untouched, meaning, expected: 'a whole number from 0', isAllowed: isCount }
}

/** A whole number from 0, or null to leave the matter alone. */
export function countOrNull(untouched: number | null, meaning: string): SwitchEntry<number | null> {
  const isAllowed = (value: unknown) => value === null || isCount(value)
  return { untouched, meaning, expected: 'a whole number from 0, or null', isAllowed }
}

/** Free text. */
export function text(untouched: string, meaning: string): SwitchEntry<string> {
  return { untouched, meaning, expected: 'text', isAllowed: isText }
}

/** A value of a shape of its own. */
export function shaped<Value>(
  untouched: Value,
  meaning: string,
  shape: { readonly expected: string; readonly isAllowed: (value: unknown) => boolean },
): SwitchEntry<Value> {
  return { untouched, meaning, ...shape }
}

/** A table of switches, by name. */
export type SwitchTable = Readonly<Record<string, SwitchEntry<unknown>>>

/** The values of a table that nobody touched. */
export function untouchedValues<Table extends SwitchTable>(table: Table): SwitchValues<Table> {
  return Object.fromEntries(
    Object.entries(table).map(([name, { untouched }]) => [name, untouched]),
  ) as unknown as SwitchValues<Table>
}

/**
 * Checks switches that come from outside.
 *
 * @throws `TypeError` naming each switch that is unknown or has a value that is not allowed, and what was expected.
 */
export function checkAgainst<Table extends SwitchTable>(
  table: Table,
  changes: unknown,
): Partial<SwitchValues<Table>> {
  if (!isRecord(changes)) throw new TypeError('Expected an object of switches and their values.')
  const problems = Object.entries(changes).flatMap(([name, value]) => {
    const entry = Object.hasOwn(table, name) ? table[name] : undefined
    if (entry === undefined)
      return [`There is no switch "${name}". Known are ${Object.keys(table).join(', ')}.`]
    if (entry.isAllowed(value)) return []
    return [`The switch "${name}" is ${JSON.stringify(value)}. Expected ${entry.expected}.`]
  })
  if (problems.length > 0) throw new TypeError(problems.join(' '))
  return changes as Partial<SwitchValues<Table>>
}

/** Tells whether a value is a whole number from 0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** Tells whether a value is text. */
export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** Tells whether a value is an object with members, and not a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
