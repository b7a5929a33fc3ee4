/*
 * The command line of the Vimeo simulator: reads flags and environment, starts, prints, ends on a signal.
 */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

import { createClientId, createClientSecret } from './secrets.ts'
import { startVimeoSimulator } from './start.ts'

const { env } = process

try {
  const { values } = parseArgs({
    options: { videos: { type: 'string' }, port: { type: 'string' } },
  })
  const port = Number(values.port ?? env['SIMULATOR_PORT'] ?? 3001)
  if (!Number.isInteger(port) || port < 0 || port > 65_533)
    throw new TypeError('The port must be a whole number from 0 to 65533.')
  const clientId = env['SIMULATOR_CLIENT_ID'] ?? createClientId(randomBytes)
  const clientSecret = env['SIMULATOR_CLIENT_SECRET'] ?? createClientSecret(randomBytes)
  const redirectUris = (
    env['SIMULATOR_REDIRECT_URIS'] ?? 'http://127.0.0.1:3000/oauth/callback/vimeo'
  )
    .split(' ')
    .filter((uri) => uri !== '')

  const simulator = await startVimeoSimulator({
    port,
    playerPort: port && port + 1,
    cdnPort: port && port + 2,
    ...(values.videos !== undefined && { videosDir: values.videos }),
    clientId,
    clientSecret,
    redirectUris,
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void simulator.close())
  console.log(`Vimeo simulator on ${simulator.origin}`)
  console.log(`  player links   ${simulator.playerOrigin}`)
  console.log(`  CDN            ${simulator.cdnOrigin}`)
  console.log(`  redirect URIs  ${redirectUris.join(' ')}`)
  // Secrets that were given are known already and stay out of the terminal.
  if (env['SIMULATOR_CLIENT_ID'] === undefined) console.log(`  client id      ${clientId}`)
  if (env['SIMULATOR_CLIENT_SECRET'] === undefined) console.log(`  client secret  ${clientSecret}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
