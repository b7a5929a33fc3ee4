/*
 * A look at each provider before the first person comes: what is wrong with a record is the operator's to see, at
 * start-up. A provider that is away for the moment keeps no program from starting.
 */
import { isThroughlineError } from '../base/error.ts'
import type { ProviderRecord } from '../providers/provider-record.ts'
import { variableOf } from '../providers/provider.ts'
import type { Program } from './program.ts'

/**
 * Names the app's own providers that the operator has not registered, and reads the metadata of every one whose
 * endpoints are to be discovered.
 *
 * @throws The codes of `discoverServer`, but for `oauth.unavailable`, which is logged; `providers.record-invalid`.
 */
export async function checkProviders({ app, connect, log }: Program): Promise<void> {
  for (const record of app.providers as readonly ProviderRecord[]) {
    if (!connect.providers.has(record.name)) log({ level: 'warn', message: notRegistered(record) })
  }
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

function notRegistered({ name, title, clientAuthentication }: ProviderRecord): string {
  const id = variableOf(name, 'CLIENT_ID')
  const isPublic = clientAuthentication === 'none'
  const variables = isPublic ? id : `${id} and ${variableOf(name, 'CLIENT_SECRET')}`
  return `Nobody can connect to ${title} yet: set ${variables}, which ${title} gives out where the program is registered.`
}
