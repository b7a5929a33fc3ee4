import { startSheet } from '../sheet/sheet.ts'
import { userStoreContract } from './user-store-contract.ts'

userStoreContract({
  name: 'user store in a Google Sheet',
  create: async () => {
    const sheet = await startSheet()
    const store = await sheet.open()
    return { ...store, close: () => sheet.close() }
  },
  skip: [],
})
