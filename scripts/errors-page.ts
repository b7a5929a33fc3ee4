/*
 * What docs/errors.md says of each error code, and whether that is what the code says.
 */
import type { Module } from './modules.ts'
import { withoutComments } from './modules.ts'
import { errorCodes } from './names.ts'

const SOURCE = /^packages\/throughline\/src\/([^/]+)\//

/** Every error code of the package, with its attribution where it is written beside the code. */
export function codesOfPackage(
  modules: readonly Module[],
): ReadonlyMap<string, string | undefined> {
  const sources = modules.filter(
    ({ file }) => SOURCE.test(file) && !file.includes('/testing/') && !file.endsWith('.test.ts'),
  )
  const codes = new Map<string, string | undefined>()
  // Some codes are chosen elsewhere than where the error is created: a literal in its own folder shows them.
  for (const { file, text } of sources) {
    const [, folder = ''] = SOURCE.exec(file) ?? []
    const literals = withoutComments(text).matchAll(/'([a-z]+\.[a-z]+(?:-[a-z]+)*)'/g)
    for (const [, code = ''] of literals) {
      if (code.startsWith(`${folder}.`) && code !== `${folder}.ts`) codes.set(code, undefined)
    }
  }
  for (const { code, attribution } of errorCodes(sources)) codes.set(code, attribution)
  return codes
}

/** Every code that the page lists, with the attribution that its row gives; undefined outside of a table. */
function codesOfPage(markdown: string): ReadonlyMap<string, string | undefined> {
  const prose = markdown.replaceAll(/```[\s\S]*?```/g, '')
  const codes = new Map<string, string | undefined>()
  for (const line of prose.split('\n')) {
    const [, code, attribution] = /^\| `([a-z]+\.[a-z-]+)` \| (\w*) ?\|/.exec(line) ?? []
    if (code !== undefined) codes.set(code, attribution)
    else if (!line.startsWith('|')) {
      for (const [, listed = ''] of line.matchAll(/`([a-z]+\.[a-z-]+)`/g))
        codes.set(listed, undefined)
    }
  }
  return codes
}

/** Lists the codes that only one of the two knows, and those that each gives to somebody else. */
export function findStaleRows(modules: readonly Module[], markdown: string): string[] {
  const thrown = codesOfPackage(modules)
  const listed = codesOfPage(markdown)
  return [
    ...[...thrown.keys()]
      .filter((code) => !listed.has(code))
      .map((code) => `${code} is not listed`),
    ...[...listed.keys()]
      .filter((code) => !thrown.has(code))
      .map((code) => `nothing throws ${code}`),
    ...[...listed]
      .filter(([code, attribution]) => {
        const written = thrown.get(code)
        return written !== undefined && attribution && written !== attribution
      })
      .map(([code, attribution]) => `${code} is for ${thrown.get(code)}, not ${attribution}`),
  ]
}
