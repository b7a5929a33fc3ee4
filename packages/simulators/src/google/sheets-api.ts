/*
 * A call of the Sheets API from its head to its answer: who calls, how often, what goes wrong on demand, the body,
 * the spreadsheet, the method; then all of it is kept, or nothing.
 */
import { setTimeout as wait } from 'node:timers/promises'

import { authenticate, findShared } from './access.ts'
import { GoogleError, invalidField, permissionDenied } from './api-error.ts'
import { findRoute, type Route } from './api-path.ts'
import { assertShape } from './body-shape.ts'
import type { Draft } from './change-kind.ts'
import { keepMasked, parseMask, type FieldTree } from './field-mask.ts'
import { filterMethods } from './filter-methods.ts'
import type { Method } from './method.ts'
import { countRequest } from './quotas.ts'
import type { ServiceAccount } from './service-accounts.ts'
import { spreadsheetMethods } from './spreadsheet-methods.ts'
import { copySpreadsheet, type Spreadsheet } from './spreadsheet.ts'
import type { GoogleSwitches } from './switches.ts'
import { valuesMethods } from './values-methods.ts'
import { commit, type GoogleWorld, type SharedSpreadsheet } from './world.ts'

const methods: Readonly<Record<string, Method>> = {
  ...spreadsheetMethods,
  ...valuesMethods,
  ...filterMethods,
}

/** Query parameters that every method knows. */
const commonParameters = [
  'fields',
  'alt',
  'prettyPrint',
  'key',
  'quotaUser',
  'access_token',
  'oauth_token',
  'callback',
  'uploadType',
  'upload_protocol',
  '$.xgafv',
]

/** What comes of a call. */
export interface CallOutcome {
  /** The answer; undefined where the connection is to be ended without one. */
  readonly response: Response | undefined
  readonly kind?: 'read' | 'write'
  readonly reason?: string
}

/** Answers a request to the API. */
export async function answerCall(world: GoogleWorld, request: Request): Promise<CallOutcome> {
  const route = findRoute(request)
  const method = route && methods[route.method]
  const isCreate = route?.method === 'create'
  if (route === undefined || (method === undefined && !isCreate))
    return {
      response: new Response('<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>', {
        status: 404,
        headers: { 'content-type': 'text/html; charset=UTF-8' },
      }),
    }
  const kind = method?.kind ?? 'write'
  try {
    const account = authenticate(world, request.headers.get('authorization'), kind)
    countRequest(world, account, kind)
    world.counts[kind === 'read' ? 'reads' : 'writes'] += 1
    failBefore(world, kind)
    // A service account has no room of its own in Drive, so it can make nothing there.
    if (method === undefined) throw permissionDenied()
    return { kind, ...(await perform(world, request, { route, method, account })) }
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    return { kind, response: jsonAnswer(error.toBody(), error.code), reason: error.message }
  }
}

async function perform(
  world: GoogleWorld,
  request: Request,
  called: { readonly route: Route; readonly method: Method; readonly account: ServiceAccount },
): Promise<Omit<CallOutcome, 'kind'>> {
  const { route, method, account } = called
  const { kind } = method
  const query = new URL(request.url).searchParams
  assertParameters(query, method)
  const body = await readBody(request, method)
  const entry = findShared(world, route.spreadsheetId, { email: account.email, kind })
  const mask = query.get('fields') ?? undefined
  const tree = parseMask(mask)
  assertMask(tree, method)
  const changeOther = <Result>(id: string, change: (draft: Draft) => Result) => {
    const other = findShared(world, id, { email: account.email, kind: 'write' })
    return changeShared(world, other, change)
  }
  const call = { part: route.part, query, body, mask, changeOther }
  const apply = async (): Promise<unknown> => {
    if (kind === 'read')
      return method.run({ ...call, draft: createDraft(world, entry.spreadsheet) })
    const pause = method.pause?.(call, world.switches) ?? 0
    const found = pause > 0 ? method.find?.(entry.spreadsheet, call) : undefined
    if (pause > 0) await waitFor(world, pause)
    return changeShared(world, entry, (draft) => method.run({ ...call, draft, found }))
  }
  if (kind === 'write' && take(world, 'droppedThenApplied')) {
    void applyLater(world, apply)
    return { response: undefined, reason: 'Dropped, to be applied later (droppedThenApplied).' }
  }
  const result = keepMasked(await apply(), tree)
  if (kind === 'write' && take(world, 'appliedThenDropped'))
    return { response: undefined, reason: 'Applied, then dropped (appliedThenDropped).' }
  if (kind === 'write' && take(world, 'appliedThenError'))
    throw new GoogleError(500, 'Internal error encountered.')
  return { response: jsonAnswer(result, 200, query.get('prettyPrint') !== 'false') }
}

/** Changes a copy, and puts it into the place of the original where nothing has failed. */
export function changeShared<Result>(
  world: GoogleWorld,
  entry: SharedSpreadsheet,
  act: (draft: Draft) => Result,
): Result {
  const draft = createDraft(world, copySpreadsheet(entry.spreadsheet))
  const result = act(draft)
  commit(world, entry, draft.spreadsheet)
  return result
}

/** Makes a draft of a spreadsheet under the limits in force. */
function createDraft({ switches, random }: GoogleWorld, spreadsheet: Spreadsheet): Draft {
  return {
    spreadsheet,
    limits: switches,
    newId: () => 1 + (Buffer.from(random(4)).readUInt32BE() % (2 ** 31 - 2)),
  }
}

async function applyLater(world: GoogleWorld, apply: () => Promise<unknown>): Promise<void> {
  try {
    await waitFor(world, world.switches.appliedLaterMilliseconds)
    await apply()
  } catch (error) {
    // Nobody is left to hear of it: the connection is gone, or the simulator is closed.
    if (!(error instanceof GoogleError) && !world.closing.aborted) throw error
  }
}

/** Waits, but not beyond the end of the simulator, and keeps no program alive. */
export async function waitFor({ closing }: GoogleWorld, milliseconds: number): Promise<void> {
  await wait(milliseconds, undefined, { ref: false, signal: closing })
}

function failBefore(world: GoogleWorld, kind: 'read' | 'write'): void {
  const { failing } = world.switches
  if (failing !== 'all' && failing !== `${kind}s`) return
  if (take(world, 'internalErrors')) throw new GoogleError(500, 'Internal error encountered.')
  if (take(world, 'unavailable'))
    throw new GoogleError(503, 'The service is currently unavailable.')
}

type CountedSwitch = Exclude<
  {
    [Name in keyof GoogleSwitches]: GoogleSwitches[Name] extends number ? Name : never
  }[keyof GoogleSwitches],
  undefined
>

/** Takes one from a switch that counts down; false where it is at 0. */
function take(world: GoogleWorld, name: CountedSwitch): boolean {
  const left = world.switches[name]
  if (left === 0) return false
  world.switches = { ...world.switches, [name]: left - 1 }
  return true
}

function assertParameters(query: URLSearchParams, { parameters = [] }: Method): void {
  for (const name of query.keys())
    if (!commonParameters.includes(name) && !parameters.includes(name))
      throw invalidField(
        '',
        `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. ` +
          `Field '${name}' could not be found in request message.`,
      )
}

function assertMask(mask: FieldTree | undefined, { answers }: Method): void {
  for (const name of mask?.keys() ?? [])
    if (!answers.includes(name)) {
      const description = `Error expanding 'fields' parameter. Cannot find matching fields for path '${name}'.`
      throw new GoogleError(400, 'Request contains an invalid argument.', [
        {
          '@type': 'type.googleapis.com/google.rpc.BadRequest',
          fieldViolations: [{ field: name, description }],
        },
      ])
    }
}

async function readBody(request: Request, { body, bodyName = '' }: Method): Promise<unknown> {
  if (body === undefined) return undefined
  const text = await request.text()
  if (text === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalidField('', 'Invalid JSON payload received. Unexpected token.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidField('', 'Invalid JSON payload received. Expected an object.')
  assertShape(value, body, bodyName)
  return value
}

function jsonAnswer(body: unknown, status: number, isPretty = true): Response {
  return new Response(`${JSON.stringify(body, null, isPretty ? 2 : 0)}\n`, {
    status,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      vary: 'Origin, X-Origin, Referer',
      'cache-control': 'private',
      server: 'ESF',
      'x-xss-protection': '0',
      'x-frame-options': 'SAMEORIGIN',
      'x-content-type-options': 'nosniff',
    },
  })
}
