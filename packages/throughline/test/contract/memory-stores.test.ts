import { createMemorySessionStore } from '../../src/store/memory-sessions.ts'
import { createMemoryUserStore } from '../../src/store/memory-users.ts'
import { sessionStoreContract } from './session-store-contract.ts'
import { userStoreContract } from './user-store-contract.ts'

sessionStoreContract({
  name: 'session store in memory',
  create: async () => createMemorySessionStore(),
  skip: [],
})

userStoreContract({
  name: 'user store in memory',
  create: async () => createMemoryUserStore(),
  skip: [],
})
