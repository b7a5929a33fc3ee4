/*
 * What changes a running simulator from outside: a test by function, its page by HTTP.
 */
import { changeShared } from './sheets-api.ts'
import { createPerson, type Person } from './person.ts'
import type { LoggedRequest } from './request-log.ts'
import { createServiceAccount, nameAccount, type CreatedAccount } from './service-accounts.ts'
import { createSpreadsheet } from './spreadsheet.ts'
import { checkSwitches, defaultSwitches, type GoogleSwitches } from './switches.ts'
import type { GoogleWorld, Role, SharedSpreadsheet } from './world.ts'

/** The project of service accounts where none is named. */
const PROJECT = 'throughline-simulator'

/** What a new spreadsheet may be told. */
export interface NewSpreadsheet {
  /** Its id (44 characters made at random, as Google's). */
  readonly id?: string
  /** Its title (`Untitled spreadsheet`). */
  readonly title?: string
  /** The title of its one sheet (`Sheet1`). */
  readonly sheetTitle?: string
  /** Addresses that may write to it (none). */
  readonly writers?: readonly string[]
}

/** The handles of one simulator. */
export interface Controls {
  /** The switches as they stand. */
  readonly switches: () => GoogleSwitches
  /**
   * Changes some switches; the others stay.
   *
   * @throws `TypeError` for a switch that is not known or a value that does not fit; nothing is changed then.
   */
  setSwitches(changes: Partial<GoogleSwitches>): void
  /** Sets every switch to its default. */
  resetSwitches(): void
  /** The last ten thousand requests received, oldest first, without secrets. */
  readonly requests: readonly LoggedRequest[]
  /** Calls since the start that got past token and quota. */
  readonly counts: { readonly reads: number; readonly writes: number }
  /** Calls that this minute's quotas have counted, of all service accounts. */
  countsThisMinute(): { readonly reads: number; readonly writes: number }
  /**
   * Makes a service account, whose name comes before the `@` (`app`, then `app-2` …).
   *
   * @throws `TypeError` where the address is taken.
   */
  createServiceAccount(options?: {
    readonly name?: string
    readonly projectId?: string
  }): CreatedAccount
  /**
   * Gives a service account a new key; what the old one has signed is refused from now on.
   *
   * @throws `TypeError` where there is none.
   */
  rotateKey(email: string): CreatedAccount
  /** The addresses of the service accounts, oldest first. */
  serviceAccounts(): readonly string[]
  /** Tells whether a key, by its id, is the one of an account that is in force. */
  hasKey(email: string, keyId: string): boolean
  /** The ids of the spreadsheets, oldest first. */
  spreadsheetIds(): readonly string[]
  /** Ends all tokens of a service account, or of all. */
  revokeTokens(email?: string): void
  /**
   * Makes a spreadsheet with one empty sheet of 1000 rows and 26 columns.
   *
   * @returns Its id.
   * @throws `TypeError` where the id is taken.
   */
  createSpreadsheet(options?: NewSpreadsheet): string
  /**
   * Shares a spreadsheet with an address, or takes it back.
   *
   * @throws `TypeError` where there is none.
   */
  share(spreadsheetId: string, email: string, role: Role): void
  /**
   * Puts a person before a spreadsheet.
   *
   * @throws `TypeError` where there is none.
   */
  person(spreadsheetId: string): Person
  /**
   * Moves the simulator's clock forward.
   *
   * @throws `TypeError` for what is not a number from 0.
   */
  passSeconds(seconds: number): void
}

/** Makes the handles of a world. */
export function createControls(world: GoogleWorld): Controls {
  const setSwitches = (changes: Partial<GoogleSwitches>) => {
    world.switches = { ...world.switches, ...checkSwitches(changes) }
  }
  return {
    switches: () => world.switches,
    setSwitches,
    resetSwitches: () => setSwitches(defaultSwitches),
    requests: world.requests,
    counts: world.counts,
    countsThisMinute: () => countsThisMinute(world),
    createServiceAccount: ({ name = freeName(world), projectId = PROJECT } = {}) => {
      const named = nameAccount(world.random, { name, projectId })
      if (world.accounts.has(named.email))
        throw new TypeError(`There is already a service account ${named.email}.`)
      const known = [...world.accounts.values()].find((each) => each.projectId === projectId)
      return addKey(world, { ...named, projectNumber: known?.projectNumber ?? named.projectNumber })
    },
    rotateKey: (email) => {
      const account = world.accounts.get(email)
      if (account === undefined) throw new TypeError(`There is no service account ${email}.`)
      return addKey(world, account)
    },
    serviceAccounts: () => [...world.accounts.keys()],
    hasKey: (email, keyId) => world.accounts.get(email)?.keyId === keyId,
    spreadsheetIds: () => [...world.spreadsheets.keys()],
    revokeTokens: (email) => {
      for (const [token, { email: owner }] of world.tokens)
        if (email === undefined || email === owner) world.tokens.delete(token)
      world.changed()
    },
    createSpreadsheet: ({
      id = createId(world),
      title = 'Untitled spreadsheet',
      sheetTitle,
      writers = [],
    } = {}) => {
      if (world.spreadsheets.has(id)) throw new TypeError(`There is already a spreadsheet ${id}.`)
      const roles = new Map(writers.map((email) => [email, 'writer' as const]))
      const spreadsheet = createSpreadsheet(id, title, sheetTitle)
      world.spreadsheets.set(id, { spreadsheet, roles, version: 0 })
      world.changed()
      return id
    },
    share: (spreadsheetId, email, role) => {
      const { roles } = requireSpreadsheet(world, spreadsheetId)
      if (role === 'none') roles.delete(email)
      else roles.set(email, role)
      world.changed()
    },
    person: (spreadsheetId) => {
      const entry = requireSpreadsheet(world, spreadsheetId)
      return createPerson(
        () => entry.spreadsheet,
        (act) => changeShared(world, entry, act),
      )
    },
    passSeconds: (seconds) => {
      if (!(seconds >= 0 && seconds <= 1e9))
        throw new TypeError(`Expected a number of seconds from 0, not ${JSON.stringify(seconds)}.`)
      world.clock.aheadMilliseconds += seconds * 1000
    },
  }
}

function countsThisMinute(world: GoogleWorld): { readonly reads: number; readonly writes: number } {
  const minute = Math.floor(world.now() / 60_000)
  const sum = (kind: string) =>
    [...world.minutes]
      .filter(
        ([key, count]) =>
          key.startsWith(`${kind} `) && key.includes('@') && count.minute === minute,
      )
      .reduce((total, [, { count }]) => total + count, 0)
  return { reads: sum('read'), writes: sum('write') }
}

function addKey(
  world: GoogleWorld,
  named: Parameters<typeof createServiceAccount>[1],
): CreatedAccount {
  const { email, projectId, projectNumber, clientId } = named
  const parts = { email, projectId, projectNumber, clientId }
  const { account, created } = createServiceAccount(world.random, parts, `${world.origin}/token`)
  world.accounts.set(email, account)
  world.changed()
  return created
}

function requireSpreadsheet({ spreadsheets }: GoogleWorld, id: string): SharedSpreadsheet {
  const entry = spreadsheets.get(id)
  if (entry === undefined)
    throw new TypeError(
      `There is no spreadsheet ${id}. There are ${[...spreadsheets.keys()].join(', ')}.`,
    )
  return entry
}

function freeName({ accounts }: GoogleWorld): string {
  const taken = new Set([...accounts.keys()].map((email) => email.split('@')[0]))
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'app' : `app-${number}`
    if (!taken.has(name)) return name
  }
}

function createId({ random }: GoogleWorld): string {
  return `1${Buffer.from(random(33)).toString('base64url').slice(0, 43)}`
}
