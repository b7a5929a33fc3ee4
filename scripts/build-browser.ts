/*
 * `npm run build:browser`: the programs in the page, the first small enough to be there before the person reads the
 * heading.
 */
import { bundleBrowser } from './browser-bundle.ts'

const MOST_BROTLI_BYTES = { 'browser.js': 10_000, 'browser-folder.js': 5000 }

for (const { name, plain, brotli } of await bundleBrowser(process.argv.includes('--dev'))) {
  console.log(`dist/${name}: ${plain} bytes, ${brotli} with brotli`)
  const most = MOST_BROTLI_BYTES[name]
  if (brotli <= most) continue
  console.error(`dist/${name} may have ${most} bytes with brotli. Make it smaller.`)
  process.exitCode = 1
}
