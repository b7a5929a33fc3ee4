/*
 * Bundles the simulators into the published package, with Vimeo's clips and the licences of what they contain.
 * Laid out as in this repository, for that of Vimeo finds its clips by their place.
 */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, stop } from 'esbuild'

/** Already dependencies of the package: what it installs is not shipped twice. */
const EXTERNAL = ['hono', '@hono/node-server']

/** The commands, below the sources of the simulators. */
const COMMANDS = ['vimeo/command', 'google/command']

/** Writes `simulators/` into the folder of the build. */
export async function bundleSimulators(root: string, dist: string): Promise<void> {
  const target = join(dist, 'simulators')
  const { metafile } = await build({
    entryPoints: COMMANDS.map((name) => join(root, `packages/simulators/src/${name}.ts`)),
    outbase: join(root, 'packages/simulators/src'),
    outdir: join(target, 'src'),
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: EXTERNAL,
    legalComments: 'inline',
    metafile: true,
  })
  await stop()
  const notices = Object.entries(metafile.outputs).flatMap(([output, { inputs }]) =>
    packagesIn(Object.keys(inputs)).map((name) =>
      noticeOf(root, name, relative(target, join(root, output))),
    ),
  )
  mkdirSync(target, { recursive: true })
  cpSync(join(root, 'packages/simulators/clips'), join(target, 'clips'), { recursive: true })
  writeFileSync(join(target, 'LICENSES.txt'), notices.join('\n'))
}

/** Names the installed packages that files belong to, each once. */
function packagesIn(files: readonly string[]): string[] {
  const names = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))].toSorted()
}

/** Writes a package's licence with where its sources are. */
function noticeOf(root: string, name: string, bundle: string): string {
  const folder = join(root, 'node_modules', name)
  const { version, license, repository } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as { version: string; license: string; repository?: string | { url: string } }
  const [file] = globSync('LICEN[CS]E*', { cwd: folder })
  const address = typeof repository === 'object' ? repository.url : repository
  if (file === undefined || address === undefined || !existsSync(join(folder, file)))
    throw new Error(`${name} cannot be bundled: its licence or its repository is not known.`)
  const source = address.replace(/^git\+/, '').replace(/\.git$/, '')
  const heading = `${bundle} contains ${name} ${version} (${license}), unchanged. Its source: ${source}`
  return `${heading}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}
