/*
 * The names of tests and suites as they are written in test files. Nothing is run.
 */
import type { Module } from '../modules.ts'
import { withoutComments } from '../modules.ts'

const TEXT = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/.source
const CALL = new RegExp(`\\b(?:test|it|describe)(?:\\.\\w+)?\\(\\s*(${TEXT})`, 'g')
/** A case of a contract: its name is a key. */
const CASE = new RegExp(`^\\s+(${TEXT}):\\s*async\\b`, 'gm')

/** Lists the names in one source text, in their order. */
export function namesIn(text: string): string[] {
  const code = withoutComments(text)
  return [...code.matchAll(CALL), ...code.matchAll(CASE)].map(([, name = '']) => name.slice(1, -1))
}

/** The names of each test file, with those of the contracts that it runs, by its path. */
export function testNames(modules: readonly Module[]): ReadonlyMap<string, readonly string[]> {
  const byFile = new Map(modules.map((module) => [module.file, module]))
  const collect = (module: Module, seen: Set<string>): string[] => {
    if (seen.has(module.file)) return []
    seen.add(module.file)
    const parts = module.imports
      .map(({ file }) => byFile.get(file ?? ''))
      .filter((part) => part !== undefined && part.file.includes('/test/contract/'))
    return [...namesIn(module.text), ...parts.flatMap((part) => collect(part as Module, seen))]
  }
  return new Map(
    modules
      // The tests of this folder plant names of their own.
      .filter(({ file }) => file.endsWith('.test.ts') && !file.startsWith('scripts/security/'))
      .map((module) => [module.file, collect(module, new Set())]),
  )
}
