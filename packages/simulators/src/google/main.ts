/*
 * `node packages/simulators/src/google/main.ts`: the command alone, without the package that ships it.
 */
import { simulateGoogle } from './command.ts'

try {
  const { env } = process
  await simulateGoogle({
    args: process.argv.slice(2),
    env,
    folder: env['THROUGHLINE_DATA'] || '.throughline',
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
