/*
 * A look at each provider before the first person comes: what is wrong with a record is the operator's to see, at
 * start-up. A provider that is away for the moment keeps no program from starting.
 */
import { isThroughlineError } from '../base/error.ts'
import type { Program } from './program.ts'

/**
 * Reads the metadata of every provider whose endpoints are to be discovered.
 *
 * @throws The codes of `discoverServer`, but for `oauth.unavailable`, which is logged; `providers.record-invalid`.
 */
export async function checkProviders({ connect, log }: Program): Promise<void> {
  const checks = [...connect.providers.values()].map(async ({ provider, authorizationServer }) => {
    try {
      await authorizationServer()
    } catch (error) {
      if (!isThroughlineError(error, 'oauth.unavailable')) throw error
      const message = `${provider.title} could not be asked for its endpoints. It is asked again when somebody connects.`
      log({ level: 'warn', message, error })
    }
  })
  await Promise.all(checks)
}
