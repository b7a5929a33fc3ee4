/*
 * A process whose people all come for the first time, with one account, at once. Takes one JSON argument; says how many
 * of them have made the record.
 */
import { createId, systemRandom } from '../../src/base/random.ts'
import { parseKeys } from '../../src/crypto/key-ring.ts'
import { openStores } from '../../src/server/stores.ts'
import { parseServiceAccount } from '../../src/sheet/service-account.ts'
import { userOf } from './rows.ts'

/** What the process is told. */
export interface VisitChildOptions {
  readonly file: string
  readonly keys: string
  readonly origin: string
  readonly spreadsheetId: string
  readonly keyFile: string
  readonly visits: number
}

const options = JSON.parse(process.argv[2] ?? '{}') as VisitChildOptions
const { file, keys, origin, spreadsheetId, keyFile, visits } = options
const { users, close } = await openStores({
  file,
  sealing: parseKeys(keys),
  sheet: { origin, spreadsheetId, account: parseServiceAccount(keyFile, 'key') },
  report: console.error,
})
process.stdout.write('ready\n')
await new Promise((resolve) => process.stdin.once('data', resolve))
process.stdin.pause()

const key = userOf('ann')
const made = await Promise.all(
  Array.from({ length: visits }, async () => {
    if ((await users.loadUser(key)) !== undefined) return false
    return users.saveUser(userOf('ann', { sealed: createId(systemRandom) }))
  }),
)
const { sealed } = (await users.loadUser(key)) ?? {}
process.stdout.write(`${JSON.stringify({ made: made.filter(Boolean).length, sealed })}\n`)
await close()
