/*
 * A data folder and a sheet at a simulated Google, users who are kept in one of them, and the commands over both.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Person } from '../../../simulators/src/google/person.ts'
import { startGoogle, type GoogleSimulator } from '../../../simulators/src/google/start.ts'
import { systemRandom } from '../../src/base/random.ts'
import { serializeValue } from '../../src/base/value.ts'
import { loadKeyFile } from '../../src/crypto/key-file.ts'
import type { SealingKeys } from '../../src/crypto/key-ring.ts'
import { seal } from '../../src/crypto/seal.ts'
import { openKeyRing } from '../../src/keys/mac-key.ts'
import { serializeTokenSet } from '../../src/oauth/token-set.ts'
import type { Environment } from '../../src/server/environment.ts'
import { readSheetSettings } from '../../src/server/sheet-settings.ts'
import { openStores, type Stores } from '../../src/server/stores.ts'
import { unpaced } from '../../src/sheet/pace.ts'
import {
  tokenSetContextOf,
  userContextOf,
  type TokenSetRecord,
  type UserRow,
} from '../../src/store/user-store.ts'
import { tell } from '../../src/testing/told.ts'

/** The simulator counts no quotas. */
export const AT_ONCE = () => unpaced

/** Where users are kept, and what is needed to get at them. */
export interface KeptUsers {
  readonly folder: string
  readonly google: GoogleSimulator
  readonly spreadsheetId: string
  /** Of the service account. */
  readonly email: string
  /** Whoever has the sheet open. */
  readonly person: Person
  /** Variables of a program over the folder, without the sheet and with it. */
  readonly env: Environment
  readonly sheetEnv: Environment
  readonly sealing: SealingKeys
  /** Opens the stores of one more program, which has the keys of the folder unless others are given. */
  open(env: Environment, keys?: SealingKeys): Promise<Stores>
}

/** Starts it; everything ends with the test. */
export async function startKeptUsers(t: TestContext): Promise<KeptUsers> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-users-'))
  const google = await startGoogle({ switches: { quotas: false } })
  const { email, keyFile } = google.createServiceAccount()
  const spreadsheetId = google.createSpreadsheet({ writers: [email] })
  const opened: Stores[] = []
  t.after(async () => {
    for (const stores of opened) await stores.close()
    await google.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const keyPath = join(folder, 'account.json')
  writeFileSync(keyPath, keyFile, { mode: 0o600 })
  const env: Environment = { THROUGHLINE_DATA: folder, GOOGLE_SHEETS_ORIGIN: google.origin }
  const sheetEnv: Environment = {
    ...env,
    ...{ GOOGLE_SHEET_ID: spreadsheetId, GOOGLE_SERVICE_ACCOUNT_FILE: keyPath },
  }
  const { sealing } = loadKeyFile(folder, systemRandom)
  const open = async (of: Environment, keys = sealing): Promise<Stores> => {
    const stores = await openStores({
      file: join(folder, 'throughline.sqlite'),
      ...{ sheet: readSheetSettings(of, folder), sealing: keys },
      ...{ pace: AT_ONCE, report: () => {} },
    })
    opened.push(stores)
    if (keys === sealing) await openKeyRing(stores.users, sealing, systemRandom)
    return stores
  }
  const person = google.person(spreadsheetId)
  return { folder, google, spreadsheetId, email, person, env, sheetEnv, sealing, open }
}

/** A record of an account, sealed. */
export function userOf(
  sealing: SealingKeys,
  name: string,
  fields: object = { name },
  more: Partial<UserRow> = {},
): UserRow {
  const row = { provider: 'vimeo', subjectIndex: `index-${name}`, version: 1, ...more }
  const text = serializeValue(fields, 'A user record', 'user')
  const sealed = seal(sealing, 'user-record', userContextOf(row), text, systemRandom)
  return { createdAt: 1_700_000_000_000, savedAt: 1_700_000_060_000, ...row, sealed }
}

/** A token set of an account, sealed. */
export function tokensOf(
  sealing: SealingKeys,
  name: string,
  { token = createToken(), ...more }: Partial<TokenSetRecord> & { readonly token?: string } = {},
): TokenSetRecord {
  const key = { provider: 'vimeo', clientId: 'client', subjectIndex: `index-${name}` }
  const record = { ...key, generation: 1, ...more }
  const text = serializeTokenSet({ accessToken: token, scope: ['public'] })
  const sealed = seal(sealing, 'token-set', tokenSetContextOf(record), text, systemRandom)
  const good = { scope: ['public'], status: 'good', cause: null } as const
  return { ...good, savedAt: 1_700_000_000_000, ...record, sealed }
}

/** An access token that must stand nowhere. */
export function createToken(): string {
  const secret = randomBytes(24).toString('base64url')
  tell({ kind: 'secret', name: 'token', secret })
  return secret
}
