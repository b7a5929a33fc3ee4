/*
 * The TypeScript in documents: each block that is marked as such, as a module of its own.
 */
import type { Document } from './documents.ts'

/** One block of code in a document. */
export interface CodeBlock {
  /** The document's path from the root of the repository. */
  readonly file: string
  /** The 1-based line of the document in which its first line stands. */
  readonly line: number
  readonly text: string
}

/** Finds the blocks of a markdown file that are marked `ts`, in order. */
export function codeBlocksOf({ file, text }: Document): CodeBlock[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ index, 1: code = '' }) => ({
    file,
    line: text.slice(0, index).split('\n').length + 1,
    text: code,
  }))
}

/** Writes a block as a module whose lines have the numbers that they have in the document. */
export function toModuleText({ line, text }: CodeBlock): string {
  return '\n'.repeat(line - 1) + text
}

/** Names a block's module, so that a compiler's message leads to the document: `docs-scripts.md.12.mts`. */
export function moduleNameOf({ file, line }: CodeBlock): string {
  return `${file.replaceAll('/', '-')}.${line}.mts`
}
