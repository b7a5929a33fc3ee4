/*
 * What the documents must keep to: links that lead somewhere, terms defined once, no word of this machine.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A file of text under its path from the root of the repository. */
export interface Document {
  readonly file: string
  readonly text: string
}

/** Lists the relative links of a markdown file that lead to no file, or to no heading of one. */
export function findDeadLinks(document: Document, root: string, read: (path: string) => string) {
  const prose = document.text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '')
  const dead: string[] = []
  for (const [, target = ''] of prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)) {
    if (/^[a-z][a-z+.-]*:|^\/\//i.test(target)) continue
    const [path = '', heading] = target.split('#')
    const file = path === '' ? document.file : join(dirname(document.file), decodeURI(path))
    if (!existsSync(join(root, file))) {
      dead.push(`${document.file}: ${target} leads to no file`)
    } else if (heading !== undefined && file.endsWith('.md')) {
      if (!headingsOf(read(join(root, file))).includes(heading)) {
        dead.push(`${document.file}: ${target} leads to no heading`)
      }
    }
  }
  return dead
}

/** The names under which the headings of a markdown file can be linked to. */
export function headingsOf(markdown: string): string[] {
  const prose = markdown.replaceAll(/```[\s\S]*?```/g, '')
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  )
}

/** Lists the terms that a glossary's tables define, in the order in which they stand; may repeat. */
export function termsOf(glossary: string): string[] {
  return glossary
    .split('\n')
    .filter((line) => /^\|(?!\s*:?-)/.test(line))
    .map((line) => line.split('|')[1]?.replaceAll(/[`*]/g, '').trim().toLowerCase() ?? '')
    .filter((term) => term !== '' && term !== 'term')
    .flatMap((term) => term.split(/,\s*/))
}

// The parts are joined here, so that this file does not hold what it looks for.
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a path of one machine', new RegExp(`(?<![\\w.:/-])/(?:${'work/main'}|root|home/\\w)/`)],
  [
    'the host of a package registry',
    new RegExp(`registry${'\\.'}(?:npm|yarn)|npm${'\\.'}pkg`, 'i'),
  ],
  ['where a package was downloaded from', new RegExp(`"resolved": "${'https?'}:`)],
  ['a private key', new RegExp(`-----BEGIN (?:[A-Z]+ )*PRIVATE ${'KEY'}`)],
]

/** Lists what must not stand in any file of the repository. */
export function findForbiddenWords({ file, text }: Document): string[] {
  return FORBIDDEN.filter(([, pattern]) => pattern.test(text)).map(
    ([what, pattern]) => `${file} holds ${what}: ${pattern.exec(text)?.[0]}`,
  )
}
