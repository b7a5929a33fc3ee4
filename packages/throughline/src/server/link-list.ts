/*
 * Lists of links, as aria2 and curl read them, and as a shell script of wget commands (`wget -i` can name no file).
 *
 * Names come from anyone. Each format has its own quoting, and no name can end its line or become an option.
 */
import { assertNever } from '../base/error.ts'
import type { LinkListFormat } from '../context/offered-file.ts'
import { toFileName } from '../protocol/file-name.ts'

/** One file of a list. */
export interface LinkedFile {
  /** Absolute; nothing in it needs quoting. */
  readonly url: string
  /** A name as `toFileName` makes it. */
  readonly name: string
}

/** What the head of a list says. */
export interface ListFacts {
  /** The list's own file name. */
  readonly list: string
  /** Until when its links lead anywhere, in epoch milliseconds. */
  readonly expiresAt: number
}

/** Writes a list. */
export function writeLinkList(
  format: LinkListFormat,
  files: readonly LinkedFile[],
  facts: ListFacts,
): string {
  switch (format) {
    case 'aria2':
      return lines(head(`aria2c -i ${listWord(facts)}`, facts), files.map(forAria2))
    case 'curl':
      return lines(head(`curl -K ${listWord(facts)}`, facts), CURL, files.map(forCurl))
    case 'wget':
      return lines(
        ['#!/bin/sh', ...head(`sh ${listWord(facts)}`, facts), ...WGET],
        files.map(forWget),
        ['exit "$failed"'],
      )
    default:
      return assertNever(format)
  }
}

const listWord = ({ list }: ListFacts): string => toShellWord(toFileName(list))

const lines = (...parts: readonly (readonly string[])[]): string => `${parts.flat().join('\n')}\n`

function head(command: string, { expiresAt }: ListFacts): readonly string[] {
  return [
    `# In the folder for the files, run: ${command}`,
    '# Run it again to go on where it broke off.',
    `# Whoever has this list has the files. It ends on ${new Date(expiresAt).toUTCString()}, or when you sign out or connect anew.`,
    '',
  ]
}

/** @see https://aria2.github.io/manual/en/html/aria2c.html#input-file */
function forAria2({ url, name }: LinkedFile): string {
  return `${url}\n  out=${name}\n  continue=true\n  auto-file-renaming=false`
}

/** Without `globoff` a name could refer to a part of its URL. @see https://curl.se/docs/manpage.html#-K */
const CURL = [
  '# Of a file that is whole already it says 416: nothing is to be done there.',
  'fail',
  'globoff',
  'retry = 5',
  'continue-at = "-"',
  '',
]

function forCurl({ url, name }: LinkedFile): string {
  const quoted = name.replaceAll(/["\\]/g, (character) => `\\${character}`)
  return `url = "${url}"\noutput = "./${quoted}"`
}

const WGET = [
  'failed=0',
  'get() { wget --continue --tries=5 --no-verbose --show-progress --output-document="./$1" "$2" || failed=1; }',
  '',
]

function forWget({ url, name }: LinkedFile): string {
  return `get ${toShellWord(name)} '${url}'`
}

/** Between single quotes a shell reads nothing but the end quote. */
function toShellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
