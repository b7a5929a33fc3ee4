/*
 * A whole program in a process of its own, to be ended with kill -9. Takes one JSON argument; prints a line once it
 * listens.
 */
import { serve } from '@hono/node-server'
import { systemRandom } from '../../src/base/random.ts'
import { createSealingKeys } from '../../src/crypto/key-ring.ts'
import { openKeyRing } from '../../src/keys/mac-key.ts'
import { createHandler } from '../../src/server/handler.ts'
import { openSqliteStores } from '../../src/store/sqlite-stores.ts'
import { accountApp, registrationOf } from './consent.ts'
import { providerAt } from '../../src/testing/provider-at.ts'

/** What the process is told. */
export interface ChildOptions {
  readonly databaseFile: string
  readonly key: string
  readonly port: number
  /** Where the authorization server listens. */
  readonly server: string
  /** How far ahead its clock is, in milliseconds. */
  readonly ahead: number
}

const options = JSON.parse(process.argv[2] ?? '{}') as ChildOptions
const { databaseFile, key, port, server, ahead } = options
const metadata = {
  issuer: server,
  authorization_endpoint: `${server}/authorize`,
  token_endpoint: `${server}/token`,
}
const provider = providerAt({ origin: server, metadata })
const asset = {
  path: '/-/asset/none',
  type: 'text/css',
  bytes: Buffer.of(),
  compressed: Buffer.of(),
}
const stores = openSqliteStores(databaseFile)
const sealing = createSealingKeys([{ id: 'k1', bytes: Buffer.from(key, 'base64url') }])
const handler = createHandler({
  app: accountApp(provider),
  publicUrl: new URL(`http://127.0.0.1:${port}`),
  ...stores,
  ring: await openKeyRing(stores.users, sealing, systemRandom),
  registrations: [registrationOf(provider)],
  assets: { stylesheet: asset, program: asset },
  clock: () => Date.now() + ahead,
})
serve(
  {
    fetch: (request) => handler.fetch(request),
    port,
    hostname: '127.0.0.1',
    overrideGlobalObjects: false,
  },
  () => {
    process.stdout.write('listening\n')
  },
)
