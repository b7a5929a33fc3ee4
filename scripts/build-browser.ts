/*
 * `npm run build:browser`: the program in the page, small enough to be there before the person reads the heading.
 */
import { bundleBrowser } from './browser-bundle.ts'

const MOST_BROTLI_BYTES = 10_000

const { plain, brotli } = await bundleBrowser(process.argv.includes('--dev'))
console.log(`dist/browser.js: ${plain} bytes, ${brotli} with brotli`)
if (brotli > MOST_BROTLI_BYTES) {
  console.error(
    `The browser program may have ${MOST_BROTLI_BYTES} bytes with brotli. Make it smaller.`,
  )
  process.exitCode = 1
}
