import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { codeBlocksOf, moduleNameOf, toModuleText, type CodeBlock } from './code-blocks.ts'
import { repositoryRoot } from './modules.ts'
import { runCommand, type CommandResult } from './run-command.ts'

const ROOT = repositoryRoot()
const DEADLINE = 60_000

let folder: string

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-blocks-'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
})

after(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Compiles blocks as a user's files, against the sources of the doors. */
function compile(name: string, blocks: readonly CodeBlock[]): Promise<CommandResult> {
  for (const block of blocks) writeFileSync(join(folder, moduleNameOf(block)), toModuleText(block))
  const project = join(folder, `${name}.json`)
  const options = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { noUnusedLocals: false },
    include: [],
    files: blocks.map(moduleNameOf),
  }
  writeFileSync(project, JSON.stringify(options))
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  return runCommand([tsc, '-p', project, '--pretty', 'false'], { folder, deadline: DEADLINE })
}

describe('the code in the documents', () => {
  test('compiles', async () => {
    const files = globSync(['README.md', 'docs/*.md'], { cwd: ROOT })
    const blocks = files.flatMap((file) =>
      codeBlocksOf({ file, text: readFileSync(join(ROOT, file), 'utf8') }),
    )
    assert.ok(
      blocks.some(({ file }) => file === 'README.md'),
      'no block was found in the README',
    )
    assert.ok(
      blocks.some(({ file }) => file !== 'README.md'),
      'no block was found in docs',
    )

    const { code, output } = await compile('documents', blocks)

    assert.equal(code, 0, output)
  })

  test('is found wrong where it names what no door exports, at its line in the document', async () => {
    const text = "# Wrong\n\n```ts\nimport { heading, noSuchName } from 'throughline'\n```\n"

    const { code, output } = await compile('wrong', codeBlocksOf({ file: 'wrong.md', text }))

    assert.notEqual(code, 0)
    assert.match(output, /wrong\.md\.4\.mts\(4,\d+\): .*noSuchName/)
    assert.doesNotMatch(output, /'heading'.*no exported|Cannot find module/)
  })
})

describe('codeBlocksOf()', () => {
  test('takes what is marked as TypeScript, and nothing else', () => {
    const text = '```sh\nls\n```\n\n```ts\nconst a = 1\n\nconst b = 2\n```\n\n```ts\nlet c\n```\n'

    assert.deepEqual(codeBlocksOf({ file: 'docs/a.md', text }), [
      { file: 'docs/a.md', line: 6, text: 'const a = 1\n\nconst b = 2\n' },
      { file: 'docs/a.md', line: 12, text: 'let c\n' },
    ])
  })
})
