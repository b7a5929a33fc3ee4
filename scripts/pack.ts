/*
 * Makes the tarball that is published, from what `build.ts` built.
 *
 * It is packed in a folder of its own, with a package.json without what only this repository understands: the
 * condition that leads to the sources, and the dependencies of development.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { runCommand } from './run-command.ts'

/** The parts of package.json that are looked at here. */
interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly devDependencies?: unknown
}

const DEADLINE = 60_000
const SOURCE_CONDITION = 'throughline-source'

/**
 * Packs the package into a folder.
 *
 * @returns The path of the tarball.
 * @throws `Error` with npm's words where it refuses.
 */
export async function packInto(folder: string, root: string): Promise<string> {
  const source = join(root, 'packages/throughline')
  const staged = join(folder, 'throughline')
  mkdirSync(staged, { recursive: true })
  for (const name of ['bin', 'dist']) {
    cpSync(join(source, name), join(staged, name), { recursive: true })
  }
  for (const name of ['README.md', 'LICENSE']) cpSync(join(root, name), join(staged, name))

  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest
  writeFileSync(join(staged, 'package.json'), JSON.stringify(toPublished(manifest), null, 2))

  const { code, output } = await runCommand(
    ['npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder, staged],
    { folder, deadline: DEADLINE },
  )
  if (code !== 0) throw new Error(`npm pack failed:\n${output}`)
  const [, name] = /"filename": "([^"]+)"/.exec(output) ?? []
  if (name === undefined) throw new Error(`npm pack named no file:\n${output}`)
  return join(folder, name)
}

/** Takes out of a package.json what only this repository understands. */
function toPublished({ devDependencies: _, ...manifest }: Manifest): Manifest {
  const exports: Record<string, string | Readonly<Record<string, string>>> = {}
  for (const [door, target] of Object.entries(manifest.exports)) {
    const { [SOURCE_CONDITION]: _, ...published } = typeof target === 'string' ? {} : target
    exports[door] = typeof target === 'string' ? target : published
  }
  return { ...manifest, exports }
}
