/*
 * The key file of the service account that `simulate google` hands out: made once, found again at each start.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import type { GoogleSimulator } from './start.ts'

/** The members of a key file that are looked at. */
interface KeyFile {
  readonly client_email: string
  readonly private_key_id: string
  readonly token_uri: string
}

/**
 * Finds the account of a key file again, or makes one, and leaves a key file that is good at this simulator.
 *
 * @returns The account's address.
 */
export function keepKeyFile(simulator: GoogleSimulator, path: string): string {
  const known = readKeyFile(path)
  const email = known?.client_email ?? simulator.serviceAccounts()[0]
  if (known !== undefined && simulator.hasKey(known.client_email, known.private_key_id)) {
    // Another port is another place where tokens are given; the key stays.
    if (known.token_uri !== simulator.tokenUri)
      writeKeyFile(
        path,
        `${JSON.stringify({ ...known, token_uri: simulator.tokenUri }, null, 2)}\n`,
      )
    return known.client_email
  }
  const isKnown = email !== undefined && simulator.serviceAccounts().includes(email)
  const created = isKnown ? simulator.rotateKey(email) : simulator.createServiceAccount()
  writeKeyFile(path, created.keyFile)
  return created.email
}

function writeKeyFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode: 0o600 })
}

function readKeyFile(path: string): KeyFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { client_email, private_key_id, ...rest } = JSON.parse(text) as KeyFile
    if (typeof client_email === 'string' && typeof private_key_id === 'string')
      return { ...rest, client_email, private_key_id }
  } catch {
    // What follows is said of any file that is no key file.
  }
  throw new Error(`${path} is not the key file of a service account. Delete it and start again.`)
}
