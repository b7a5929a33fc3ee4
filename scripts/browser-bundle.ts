/*
 * Bundles the program in the page into one module. Knows nothing of how large it may be.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build, stop } from 'esbuild'

const FOLDER = fileURLToPath(new URL('../packages/throughline/', import.meta.url))

/** The bundle's size in bytes, without its source map. */
export interface BundleSize {
  readonly plain: number
  readonly brotli: number
}

/** Writes `dist/browser.js`; whoever reads it meanwhile finds the old one or the new one, whole. */
export async function bundleBrowser(hasSourceMap = false): Promise<BundleSize> {
  const { outputFiles } = await build({
    entryPoints: [`${FOLDER}src/browser/main.ts`],
    outfile: `${FOLDER}dist/browser.js`,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: hasSourceMap ? 'inline' : false,
    legalComments: 'none',
    write: false,
  })
  await stop()
  const [bundle] = outputFiles
  if (bundle === undefined) throw new Error('esbuild gave no bundle for src/browser/main.ts.')
  await mkdir(`${FOLDER}dist`, { recursive: true })
  const fresh = `${bundle.path}.${process.pid}`
  await writeFile(fresh, bundle.contents)
  await rename(fresh, bundle.path)

  // The source map is for developers only: it does not count.
  const code = bundle.text.replace(/\/\/# sourceMappingURL=.*\s*$/, '')
  return { plain: Buffer.byteLength(code), brotli: brotliCompressSync(code).byteLength }
}
