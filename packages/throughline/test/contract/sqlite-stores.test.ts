import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openSqliteStores } from '../../src/store/sqlite-stores.ts'
import { sessionStoreContract } from './session-store-contract.ts'
import { userStoreContract } from './user-store-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'throughline-contract-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0

/** Opens both stores over a file of their own. */
function open() {
  files += 1
  return openSqliteStores(join(folder, `${files}.sqlite`))
}

sessionStoreContract({
  name: 'session store in SQLite',
  create: async () => {
    const { sessions, users } = open()
    await users.close()
    return sessions
  },
  skip: [],
})

userStoreContract({
  name: 'user store in SQLite',
  create: async () => {
    const { sessions, users } = open()
    await sessions.close()
    return users
  },
  skip: [],
})
