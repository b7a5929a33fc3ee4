/*
 * The page of a spreadsheet and what its forms do, and `/simulator/api`, the same for programs.
 */
import type { Hono } from 'hono'

import { answerControl, createControlApp, readJson } from '../simulator/control-api.ts'
import { readSwitchForm } from '../simulator/switch-form.ts'
import { toColumnLetters } from './a1.ts'
import { GoogleError } from './api-error.ts'
import type { Controls } from './controls.ts'
import { colours } from './page-grid.ts'
import { addressOf, readPlace, type Place } from './page-place.ts'
import type { Lines, Person } from './person.ts'
import { below, renderSheetPage, versionOf } from './sheet-page.ts'
import { sizeOf } from './spreadsheet.ts'
import type { GoogleWorld, Role } from './world.ts'

/** Tells whether a path is the page's or the controls'. */
export function isPagePath(pathname: string): boolean {
  return pathname === '/' || /^\/simulator(\/|$)/.test(pathname)
}

/** Creates the routes. */
export function createPageRoutes(world: GoogleWorld, controls: Controls): Hono {
  const app = createControlApp()
  addApi(app, world, controls)
  app.get('/', ({ req }) =>
    renderSheetPage(world, controls, { place: readPlace(world, queryOf(req.url)) }),
  )
  app.get('/simulator', () => redirect('/'))
  app.get('/simulator/version', ({ req }) => {
    const place = readPlace(world, queryOf(req.url))
    return new Response(versionOf(world, place?.id), { headers: { 'cache-control': 'no-store' } })
  })
  app.post('/simulator/:action', async ({ req }) => {
    const form = new URLSearchParams(await req.text())
    const place = readPlace(world, form)
    try {
      const next = act(world, controls, { action: req.param('action'), form, place })
      return redirect(next ?? (place === undefined ? '/' : addressOf(place)))
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof GoogleError)) throw error
      return renderSheetPage(world, controls, { place, error: error.message })
    }
  })
  return app
}

interface Press {
  readonly action: string
  readonly form: URLSearchParams
  readonly place: Place | undefined
}

/** Does what a form asks for, and says where to go on, where that is elsewhere. */
function act(world: GoogleWorld, controls: Controls, press: Press): string | undefined {
  const { action, form, place } = press
  switch (action) {
    case 'switches':
      controls.setSwitches(readSwitchForm(form, world.switches))
      break
    case 'reset':
      controls.resetSwitches()
      break
    case 'time':
      controls.passSeconds(Number(form.get('seconds') || Number.NaN))
      break
    case 'spreadsheet':
      return `/?sheet=${controls.createSpreadsheet()}`
    case 'revoke':
      controls.revokeTokens(form.get('email') ?? '')
      break
    case 'share':
      if (place !== undefined)
        controls.share(place.id, form.get('email') ?? '', readRole(form.get('role')))
      break
    default:
      if (place === undefined) throw new TypeError('There is no spreadsheet to do that to.')
      return actOnSheet(controls.person(place.id), { ...press, place })
  }
  return undefined
}

function actOnSheet(
  person: Person,
  { action, form, place }: Press & { readonly place: Place },
): string | undefined {
  const { sheet, selection } = place
  const tab = sheet.properties.title
  const text = form.get('text') ?? ''
  if (action === 'add-tab') {
    person.addTab()
    return undefined
  }
  if (selection === undefined) throw new TypeError('Choose a cell, a row or a column first.')
  const { row, column } = selection
  const letters = toColumnLetters(column ?? 0)
  switch (action) {
    case 'type':
      person.type(tab, `${letters}${(row ?? 0) + 1}`, text)
      return addressOf(place, { selection: below(selection, sizeOf(sheet).rowCount) })
    case 'colour':
      person.colour(tab, `${letters}${(row ?? 0) + 1}`, toHex(form.get('colour') ?? ''))
      break
    case 'sort':
    case 'sort-back':
      person.sort(tab, { column: letters, descending: action === 'sort-back' })
      break
    case 'filter':
      person.filter(tab, letters, (shown) => shown.includes(text))
      break
    case 'insert':
      person.insert(tab, toLines(selection))
      break
    case 'remove':
      person.remove(tab, toLines(selection))
      break
    case 'move-back':
    case 'move-on':
      return moveRow(person, place, action === 'move-on' ? 1 : -1)
    default:
      throw new TypeError(`There is nothing to do that is called "${action}".`)
  }
  return undefined
}

function moveRow(person: Person, place: Place, by: 1 | -1): string | undefined {
  const { sheet, selection } = place
  const target = (selection?.row ?? 0) + by
  if (selection?.row === undefined || target < 0 || target >= sizeOf(sheet).rowCount)
    return undefined
  // The row in front of which it comes is counted before the move.
  person.move(
    sheet.properties.title,
    { row: selection.row + 1 },
    by === 1 ? target + 2 : target + 1,
  )
  return addressOf(place, { selection: { row: target } })
}

function toLines({ row, column }: NonNullable<Place['selection']>): Lines {
  return row === undefined ? { column: toColumnLetters(column ?? 0) } : { row: row + 1 }
}

function toHex(name: string): string {
  const parts = (Object.hasOwn(colours, name) ? colours[name] : undefined) ?? [255, 255, 255]
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function readRole(text: unknown): Role {
  if (text === 'writer' || text === 'reader' || text === 'none') return text
  throw new TypeError(`A role is "writer", "reader" or "none", not ${JSON.stringify(text)}.`)
}

function addApi(app: Hono, world: GoogleWorld, controls: Controls): void {
  app.get('/simulator/api/switches', () => answerControl(world.switches))
  app.patch('/simulator/api/switches', async ({ req }) => {
    controls.setSwitches(await readJson(req.raw))
    return answerControl(world.switches)
  })
  app.delete('/simulator/api/switches', () => {
    controls.resetSwitches()
    return answerControl(world.switches)
  })
  app.get('/simulator/api/requests', () => answerControl(controls.requests))
  app.get('/simulator/api/spreadsheets', () =>
    answerControl(
      [...world.spreadsheets].map(([id, { spreadsheet, roles, version }]) => ({
        id,
        title: spreadsheet.title,
        version,
        roles: Object.fromEntries(roles),
      })),
    ),
  )
  app.post('/simulator/api/accounts', () => answerControl(controls.createServiceAccount(), 201))
  app.post('/simulator/api/shares', async ({ req }) => {
    const { spreadsheet, email, role } = await readJson(req.raw)
    controls.share(String(spreadsheet), String(email), readRole(role))
    return answerControl({ spreadsheet, email, role })
  })
  app.post('/simulator/api/revocations', async ({ req }) => {
    const { email } = await readJson(req.raw)
    controls.revokeTokens(typeof email === 'string' ? email : undefined)
    return answerControl({ revoked: email ?? 'all' })
  })
  app.post('/simulator/api/time', async ({ req }) => {
    const { seconds } = await readJson(req.raw)
    controls.passSeconds(seconds as number)
    return answerControl({ now: new Date(world.now()).toISOString() })
  })
  app.all('/simulator/api/*', () =>
    answerControl({ error: 'There is nothing here. See docs/simulator.md.' }, 404),
  )
}

function queryOf(url: string): URLSearchParams {
  return new URL(url).searchParams
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}
