/*
 * What is named how: exported names, file names and error codes, as the glossary wants them.
 */
import type { Module } from './modules.ts'
import { withoutComments } from './modules.ts'

/** Words that say nothing of what a thing is. They may be part of a name, but not the whole. */
const BANNED_NAMES: ReadonlySet<string> = new Set(
  ['util', 'helper', 'manager', 'service', 'controller', 'impl', 'common', 'misc', 'data']
    .concat(['info', 'item', 'obj', 'process', 'do', 'handle'])
    .flatMap((word) => [word, `${word}s`]),
)

/** Names that are banned above, but stand in Streamlit's API, whose words we use. */
const NAMES_OF_STREAMLIT: ReadonlySet<string> = new Set(['info'])

const DECLARATION =
  /\bexport\s+(?:declare\s+)?(?:default\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\*?|class|const|let|interface|type|enum)\s+(\w+)/g
const LIST = /\bexport\s+(?:type\s+)?\{([^}]*)\}/g

/** An error code where it is created. */
export interface ErrorCode {
  readonly code: string
  readonly file: string
  /** Undefined where it is not written out. */
  readonly attribution: string | undefined
}

/** Lists the names that a module exports. */
export function exportedNames({ text }: Module): string[] {
  const code = withoutComments(text)
  const declared = code.matchAll(DECLARATION).map(([, name = '']) => name)
  const listed = code.matchAll(LIST).flatMap(([, names = '']) => names.split(','))
  return [...declared, ...listed.map((name) => name.trim().split(/\s+/).at(-1) ?? '')].filter(
    (name) => name !== '',
  )
}

/** Lists each exported name, file name and folder name that is a banned word as a whole. */
export function findBannedNames(modules: readonly Module[]): string[] {
  const isBanned = (name: string) =>
    BANNED_NAMES.has(name.toLowerCase()) && !NAMES_OF_STREAMLIT.has(name)
  return modules.flatMap((module) => {
    const parts = module.file.replace(/(\.test|\.d)?\.ts$/, '').split('/')
    return [
      ...parts.filter(isBanned).map((part) => `${module.file}: "${part}" says nothing`),
      ...exportedNames(module)
        .filter(isBanned)
        .map((name) => `${module.file} exports "${name}", which says nothing`),
    ]
  })
}

/** Lists the error codes that are written out where an error is created; tests are left out. */
export function errorCodes(modules: readonly Module[]): ErrorCode[] {
  return modules
    .filter(({ file }) => !file.endsWith('.test.ts'))
    .flatMap(({ file, text }) => {
      const [, ...creations] = withoutComments(text).split('new ThroughlineError(')
      return creations.flatMap((creation) => {
        const [, code] = /^\s*'([^']+)'/.exec(creation) ?? []
        const [, attribution] = /\battribution(?:: '(\w+)')?/.exec(creation) ?? []
        return code === undefined ? [] : [{ code, file, attribution }]
      })
    })
}

/** Lists error codes that do not begin with their folder, or that say different things in two places. */
export function findWrongCodes(codes: readonly ErrorCode[]): string[] {
  const wrong: string[] = []
  const first = new Map<string, ErrorCode>()
  for (const one of codes) {
    const { code, file, attribution } = one
    const [, folder] = /^packages\/throughline\/src\/([^/]+)\//.exec(file) ?? []
    if (!/^[a-z]+\.[a-z]+(-[a-z]+)*$/.test(code)) {
      wrong.push(`${file}: "${code}" is not of the form folder.what-happened`)
    }
    if (folder !== undefined && !code.startsWith(`${folder}.`)) {
      wrong.push(`${file}: "${code}" does not begin with "${folder}."`)
    }
    const other = first.get(code) ?? one
    first.set(code, other)
    if (attribution !== undefined && other.attribution !== undefined) {
      if (attribution !== other.attribution) {
        wrong.push(
          `"${code}" is for ${other.attribution} in ${other.file}, ${attribution} in ${file}`,
        )
      }
    }
  }
  return wrong
}

/** Lists error codes that something waits for and nothing creates. */
export function findUnknownCodes(modules: readonly Module[]): string[] {
  const written = new Set(
    modules
      .filter(({ file }) => !file.endsWith('.test.ts'))
      .flatMap(({ file, text }) => {
        const [, folder] = /^packages\/throughline\/src\/([^/]+)\//.exec(file) ?? []
        const literals = withoutComments(text).matchAll(/'([a-z]+)\.([a-z-]+)'/g)
        return [...literals]
          .filter(([, first]) => first === folder)
          .map(([, first, rest]) => `${first}.${rest}`)
      }),
  )
  return modules.flatMap(({ file, text }) =>
    [...withoutComments(text).matchAll(/isThroughlineError\([^()]*?,\s*'([^']+)'/g)]
      .map(([, code = '']) => code)
      .filter((code) => !written.has(code))
      .map((code) => `${file} waits for "${code}", which nothing creates`),
  )
}
