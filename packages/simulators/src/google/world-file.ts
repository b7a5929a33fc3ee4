/*
 * Service accounts and spreadsheets in one file, so that they are there when the simulator is started again. It holds
 * nothing secret: of keys the public halves, and no token, for which a program asks again.
 */
import { createPublicKey } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'

import type { ServiceAccount } from './service-accounts.ts'
import type { Row, Sheet, Spreadsheet } from './spreadsheet.ts'
import type { GoogleWorld, Role } from './world.ts'

type Kept = Pick<GoogleWorld, 'accounts' | 'spreadsheets'>

interface Snapshot {
  readonly accounts: readonly (Omit<ServiceAccount, 'publicKey'> & { readonly publicKey: string })[]
  readonly spreadsheets: readonly {
    readonly spreadsheet: Spreadsheet
    readonly roles: readonly (readonly [string, Role])[]
  }[]
}

/** Writes what a restart must find again, so that only the owner may read it. */
export function saveWorld(path: string, { accounts, spreadsheets }: Kept): void {
  const snapshot: Snapshot = {
    accounts: [...accounts.values()].map((account) => ({
      ...account,
      publicKey: account.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    })),
    spreadsheets: [...spreadsheets.values()].map(({ spreadsheet, roles }) => ({
      spreadsheet,
      roles: [...roles],
    })),
  }
  // Renamed, so that a process that dies while writing leaves the file as it was.
  writeFileSync(`${path}.new`, JSON.stringify(snapshot), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/**
 * Puts into a world what a file holds; nothing where there is none.
 *
 * @throws `Error` where the file holds something else.
 */
export function loadWorld(path: string, world: Kept): void {
  const text = readIfThere(path)
  if (text === undefined) return
  try {
    const snapshot = JSON.parse(text) as Snapshot
    for (const account of snapshot.accounts)
      world.accounts.set(account.email, {
        ...account,
        publicKey: createPublicKey(account.publicKey),
      })
    for (const { spreadsheet, roles } of snapshot.spreadsheets) {
      const sheets = spreadsheet.sheets.map(withHoles)
      const read = { ...spreadsheet, sheets }
      world.spreadsheets.set(read.id, { spreadsheet: read, roles: new Map(roles), version: 0 })
    }
  } catch (cause) {
    throw new Error(`${path} does not hold what the simulator keeps. Delete it and start again.`, {
      cause,
    })
  }
}

/** JSON has `null` where a cell is empty. */
function withHoles({ properties, rows }: Sheet): Sheet {
  const read = (row: Row): Row => ({ ...row, cells: row.cells.map((cell) => cell ?? undefined) })
  return { properties, rows: rows.map(read) }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
