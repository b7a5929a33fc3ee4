/*
 * Bundles the program in the page: one module, small enough to be there before the person reads the heading.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'

const MOST_BROTLI_BYTES = 10_000
const program = fileURLToPath(new URL('../packages/throughline/', import.meta.url))

const { outputFiles } = await build({
  entryPoints: [`${program}src/browser/main.ts`],
  outfile: `${program}dist/browser.js`,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: process.argv.includes('--dev') ? 'inline' : false,
  legalComments: 'none',
  write: false,
})
const [bundle] = outputFiles
if (bundle === undefined) throw new Error('esbuild gave no bundle for src/browser/main.ts.')
await mkdir(`${program}dist`, { recursive: true })
await writeFile(bundle.path, bundle.contents)

// The source map is for developers only: it does not count.
const code = bundle.text.replace(/\/\/# sourceMappingURL=.*\s*$/, '')
const raw = Buffer.byteLength(code)
const packed = brotliCompressSync(code).byteLength
console.log(`dist/browser.js: ${raw} bytes, ${packed} with brotli`)
if (packed > MOST_BROTLI_BYTES) {
  console.error(
    `The browser program may have ${MOST_BROTLI_BYTES} bytes with brotli. Make it smaller.`,
  )
  process.exitCode = 1
}
