/*
 * Every regular expression of the code that serves people, and what it costs on a long text.
 */
import { parseSync } from 'oxc-parser'
import { isSafePattern } from 'redos-detector'
import type { Module } from './modules.ts'

/** A regular expression as it is written, and where. */
export interface WrittenRegex {
  readonly file: string
  readonly pattern: string
  readonly flags: string
}

/** What is found in a module. */
export interface RegexFindings {
  readonly regexes: readonly WrittenRegex[]
  /** Expressions that are put together at run time: nobody can say what they cost. */
  readonly computed: readonly string[]
}

/** Finds the regular expressions of a module. */
export function regexesOf({ file, text }: Pick<Module, 'file' | 'text'>): RegexFindings {
  const regexes: WrittenRegex[] = []
  const computed: string[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, regex, callee, start, end } = node as {
      readonly type?: string
      readonly regex?: { readonly pattern: string; readonly flags: string } | null
      readonly callee?: { readonly name?: string }
      readonly start: number
      readonly end: number
    }
    if (type === 'Literal' && regex) regexes.push({ file, ...regex })
    const isCall = type === 'NewExpression' || type === 'CallExpression'
    if (isCall && callee?.name === 'RegExp') computed.push(`${file}: ${text.slice(start, end)}`)
    for (const child of Object.values(node)) visit(child)
  }
  visit(parseSync(file, text).program)
  return { regexes, computed }
}

/** Whether a regular expression backtracks no more than a text is long, whatever the text: by its pattern alone. */
export function isBounded({ pattern, flags }: WrittenRegex): boolean {
  const has = (flag: string) => flags.includes(flag)
  const { safe } = isSafePattern(pattern, {
    caseInsensitive: has('i'),
    dotAll: has('s'),
    multiLine: has('m'),
    unicode: has('u') || has('v'),
    timeout: 5000,
  })
  return safe
}

/** Texts of 50,000 characters and more on which a regular expression may be slow: made of what stands in it. */
export function longTexts({ pattern }: WrittenRegex): readonly string[] {
  const characters = new Set(['a', 'A', '0', ' ', '\t', '\n', '/', '.', '-', ...pattern.split('')])
  const words = [...new Set([pattern.replaceAll(/[\\^$()[\]{}|?*+]/g, ''), 'a.', '1:', ' a', '/0'])]
  return [...characters, ...words]
    .filter((piece) => piece !== '')
    .map((piece) => `${piece.repeat(Math.ceil(50_000 / piece.length))}\u0001`)
}

/**
 * How long a regular expression works to find all that it finds in a text, in milliseconds of this thread's own time:
 * the best of three. What else the machine does does not count.
 */
export function millisecondsOf({ pattern, flags }: WrittenRegex, text: string): number {
  const regex = new RegExp(pattern, flags)
  const times = [1, 2, 3].map(() => {
    const begun = process.threadCpuUsage()
    text.search(regex)
    const { user, system } = process.threadCpuUsage(begun)
    return (user + system) / 1000
  })
  return Math.min(...times)
}
