/*
 * `node packages/simulators/src/vimeo/main.ts`: the command alone, without the package that ships it.
 */
import { simulateVimeo } from './command.ts'

try {
  const { env } = process
  await simulateVimeo({
    args: process.argv.slice(2),
    env,
    folder: env['THROUGHLINE_DATA'] || '.throughline',
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
