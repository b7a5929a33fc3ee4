/*
 * Every TypeScript file of the repository and what it imports. Knows nothing of what is allowed.
 *
 * Imports are found by pattern, in text without comments: there is no compiler API in TypeScript 7.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/** One import of one file. */
export interface Import {
  /** As written: `./a.ts`, `node:fs`, `throughline/serve`. Empty where it is computed at run time. */
  readonly specifier: string
  /** Path from the root of the repository for a relative import, else undefined. */
  readonly file: string | undefined
  /** True for `import type` and `export type`, which are gone at run time. */
  readonly isType: boolean
}

/** One source file. */
export interface Module {
  /** Path from the root of the repository, with `/`. */
  readonly file: string
  readonly text: string
  readonly imports: readonly Import[]
}

const STATIC =
  /(?:^|[\n;}])\s*(?:import|export)\s+(type\s)?(?:[\w*{$][^'"`;=()]*?\sfrom\s*|)(?:'([^'\n]*)'|"([^"\n]*)")/g
const DYNAMIC = /\bimport\s*\(\s*(?:'([^'\n]*)'|"([^"\n]*)"|`([^`$]*)`|(?=\S))/g
const LITERAL_OR_COMMENT =
  /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|(?<![\\:'"`])\/\/[^\n]*/g

/** Reads all modules below a folder, in the order of their paths. */
export function readModules(root: string): Module[] {
  const files = globSync('{packages,apps,bench,scripts,examples}/**/*.ts', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.d.ts'],
  })
  return files.toSorted().map((path) => {
    const file = path.replaceAll('\\', '/')
    const text = readFileSync(join(root, path), 'utf8')
    return { file, text, imports: importsOf(text, file) }
  })
}

/** Finds the imports in a source text, static ones first. */
export function importsOf(text: string, file: string): Import[] {
  const code = withoutComments(text)
  const toImport = (specifier: string, isType: boolean): Import => ({
    specifier,
    file: specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined,
    isType,
  })
  return [
    ...code.matchAll(STATIC).map(([, type, single, double]) => {
      return toImport(single ?? double ?? '', type !== undefined)
    }),
    ...code.matchAll(DYNAMIC).map(([, single, double, template]) => {
      return toImport(single ?? double ?? template ?? '', false)
    }),
  ]
}

/** Takes the comments out of a source text and leaves its lines and strings as they are. */
export function withoutComments(text: string): string {
  return text.replaceAll(LITERAL_OR_COMMENT, (found) =>
    found.startsWith('/') ? found.replaceAll(/[^\n]/g, '') : found,
  )
}

/** Finds the folder that holds this repository. */
export function repositoryRoot(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package-lock.json'))) folder = dirname(folder)
  return folder
}
