/*
 * Who calls, and what they may do: token, scope, API, and with whom a spreadsheet is shared.
 */
import { errorInfo, GoogleError, notFound, permissionDenied, unauthenticated } from './api-error.ts'
import type { ServiceAccount } from './service-accounts.ts'
import type { GoogleWorld, SharedSpreadsheet } from './world.ts'

const AUTH = 'https://www.googleapis.com/auth/'
const writingScopes = [`${AUTH}spreadsheets`, `${AUTH}drive`, `${AUTH}drive.file`]
const readingScopes = [...writingScopes, `${AUTH}spreadsheets.readonly`, `${AUTH}drive.readonly`]

/**
 * Finds who calls.
 *
 * @throws `GoogleError` 401 for a token that is not good, 403 without one, without the scope or where the API is off.
 */
export function authenticate(
  world: GoogleWorld,
  header: string | null,
  kind: 'read' | 'write',
): ServiceAccount {
  if (header === null) throw new GoogleError(403, 'The request is missing a valid API key.')
  const sent = /^bearer +(?<token>\S+)$/i.exec(header)?.groups?.['token']
  const token = world.tokens.get(sent ?? '')
  const account = token && world.accounts.get(token.email)
  if (token === undefined || account === undefined || token.endsAt <= world.now())
    throw unauthenticated()
  const scopes = kind === 'read' ? readingScopes : writingScopes
  if (!token.scope.some((each) => scopes.includes(each)))
    throw new GoogleError(403, 'Request had insufficient authentication scopes.', [
      errorInfo('ACCESS_TOKEN_SCOPE_INSUFFICIENT', { service: 'sheets.googleapis.com' }),
    ])
  if (!world.switches.apiEnabled) throw disabled(account)
  return account
}

/**
 * Finds a spreadsheet that an account may use.
 *
 * @throws `GoogleError` 404 where there is none, 403 where it is not shared, or for reading alone.
 */
export function findShared(
  { spreadsheets }: GoogleWorld,
  id: string,
  { email, kind }: { readonly email: string; readonly kind: 'read' | 'write' },
): SharedSpreadsheet {
  const entry = spreadsheets.get(id)
  if (entry === undefined) throw notFound()
  const role = entry.roles.get(email) ?? 'none'
  if (role === 'none' || (kind === 'write' && role !== 'writer')) throw permissionDenied()
  return entry
}

function disabled({ projectNumber }: ServiceAccount): GoogleError {
  const url = `https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project=${projectNumber}`
  return new GoogleError(
    403,
    `Google Sheets API has not been used in project ${projectNumber} before or it is disabled. Enable it by visiting ` +
      `${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our ` +
      'systems and retry.',
    [
      errorInfo('SERVICE_DISABLED', {
        service: 'sheets.googleapis.com',
        consumer: `projects/${projectNumber}`,
      }),
    ],
  )
}
