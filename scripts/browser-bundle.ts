/*
 * Bundles the programs in the page, one module each. Knows nothing of how large they may be.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build, stop } from 'esbuild'

const FOLDER = fileURLToPath(new URL('../packages/throughline/', import.meta.url))

/** What is bundled, by the name that it has in `dist/`. */
const PROGRAMS = { 'browser.js': 'main.ts', 'browser-folder.js': 'folder.ts' } as const

/** One bundle's name and size in bytes, without its source map. */
export interface BundleSize {
  readonly name: keyof typeof PROGRAMS
  readonly plain: number
  readonly brotli: number
}

/** Writes each program into `dist/`; whoever reads it meanwhile finds the old one or the new one, whole. */
export async function bundleBrowser(hasSourceMap = false): Promise<readonly BundleSize[]> {
  await mkdir(`${FOLDER}dist`, { recursive: true })
  const names = Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]
  const sizes = await Promise.all(names.map((name) => bundle(name, hasSourceMap)))
  await stop()
  return sizes
}

async function bundle(name: keyof typeof PROGRAMS, hasSourceMap: boolean): Promise<BundleSize> {
  const { outputFiles } = await build({
    entryPoints: [`${FOLDER}src/browser/${PROGRAMS[name]}`],
    outfile: `${FOLDER}dist/${name}`,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: hasSourceMap ? 'inline' : false,
    legalComments: 'none',
    write: false,
  })
  const [made] = outputFiles
  if (made === undefined)
    throw new Error(`esbuild gave no bundle for src/browser/${PROGRAMS[name]}.`)
  const fresh = `${made.path}.${process.pid}`
  await writeFile(fresh, made.contents)
  await rename(fresh, made.path)

  // The source map is for developers only: it does not count.
  const code = made.text.replace(/\/\/# sourceMappingURL=.*\s*$/, '')
  return { name, plain: Buffer.byteLength(code), brotli: brotliCompressSync(code).byteLength }
}
