/*
 * `throughline run --tunnel`: a public address first, then the script at it, for as long as both live.
 *
 * The address stays the same however often the script is started anew. Whoever opens it is a stranger: no failure shows
 * lines of the script there, unless NODE_ENV is development; its author reads them in the terminal.
 */
import {
  badSetting,
  DEFAULT_PORT,
  DEVELOPMENT_GRACE_SECONDS,
  GRACE,
  readPort,
  type Environment,
} from './environment.ts'
import { openTunnel } from './tunnel.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Opens a tunnel.
 *
 * @param name The tunnel program; empty: the first one that is installed.
 * @returns The environment for the script's process: `PUBLIC_URL`, and what else differs behind a tunnel.
 * @throws `server.bad-setting`; the codes of `openTunnel`.
 */
export async function tunnelled(
  name: string,
  env: Environment,
  print: (line: string) => void,
): Promise<Environment> {
  if (env['PUBLIC_URL']) {
    throw badSetting(
      'PUBLIC_URL is set, and a tunnel has an address of its own. Leave out one of the two.',
    )
  }
  const port = readPort(env, 'PORT', DEFAULT_PORT)
  if (port === 0) throw badSetting('PORT is 0, and a tunnel leads to a port that is known before.')
  print('Opening a tunnel…')
  // Nobody else hears a signal yet; at the exit what was opened is taken down.
  const leave = () => process.exit(0)
  for (const signal of SIGNALS) process.once(signal, leave)
  const tunnel = await openTunnel({ name, port, env })
  for (const signal of SIGNALS) process.off(signal, leave)
  print(`The tunnel is open (${tunnel.name}): ${tunnel.origin}`)
  print('Whoever knows this address can open it, until this program ends.')
  void tunnel.failed.then((sentence) => {
    process.stderr.write(`${sentence} This program ends too: it answers at no other address.\n`)
    process.once('exit', () => (process.exitCode = 1))
    process.kill(process.pid, 'SIGTERM')
  })
  return {
    // A saved script is started anew at once.
    ...(env['NODE_ENV'] === 'production' ? {} : { [GRACE]: String(DEVELOPMENT_GRACE_SECONDS) }),
    THROUGHLINE_LOG: 'sentences',
    TRUSTED_PROXIES: 'loopback',
    ...env,
    PUBLIC_URL: tunnel.origin,
  }
}
