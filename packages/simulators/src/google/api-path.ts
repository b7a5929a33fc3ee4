/*
 * Which method a request is for: paths of Sheets v4, percent-encoded or not, with and without a slash before the verb.
 */

/** A method of the API, and what its path names. */
export interface Route {
  readonly method: string
  readonly spreadsheetId: string
  /** A range in A1 notation, a sheet's or a metadata's id. */
  readonly part: string
}

const collections: Readonly<Record<string, readonly string[]>> = {
  '': ['batchUpdate', 'getByDataFilter'],
  values: [
    'batchUpdate',
    'batchClear',
    'batchGetByDataFilter',
    'batchUpdateByDataFilter',
    'batchClearByDataFilter',
  ],
  developerMetadata: ['search'],
}

/** Finds the method; undefined where there is none. */
export function findRoute({ method: verb, url }: Request): Route | undefined {
  const path = decode(new URL(url).pathname)
  if (path === undefined) return undefined
  if (/^\/v4\/spreadsheets\/?$/.test(path))
    return verb === 'POST' ? { method: 'create', spreadsheetId: '', part: '' } : undefined
  const { id: spreadsheetId, tail = '' } =
    /^\/v4\/spreadsheets\/(?<id>[^/:]+)(?<tail>.*)$/s.exec(path)?.groups ?? {}
  if (spreadsheetId === undefined) return undefined
  const method = methodOf(verb, tail)
  return method && { ...method, spreadsheetId }
}

function methodOf(verb: string, tail: string): Omit<Route, 'spreadsheetId'> | undefined {
  if (verb === 'GET' && (tail === '' || tail === '/')) return { method: 'get', part: '' }
  if (verb === 'GET' && /^\/values\/?:batchGet$/.test(tail))
    return { method: 'values.batchGet', part: '' }
  const { collection = '', action } =
    /^(?:\/(?<collection>values|developerMetadata))?\/?:(?<action>\w+)$/.exec(tail)?.groups ?? {}
  if (verb === 'POST' && action !== undefined && collections[collection]?.includes(action))
    return { method: collection === '' ? action : `${collection}.${action}`, part: '' }
  const { place, part = '' } =
    /^\/(?<place>values|developerMetadata|sheets)\/(?<part>.+)$/s.exec(tail)?.groups ?? {}
  if (place === 'values') return valuesMethod(verb, part)
  if (place === 'developerMetadata' && verb === 'GET')
    return { method: 'developerMetadata.get', part }
  const copied = /^(?<sheet>\d+)\/?:copyTo$/.exec(part)?.groups?.['sheet']
  if (place === 'sheets' && verb === 'POST' && copied !== undefined)
    return { method: 'sheets.copyTo', part: copied }
  return undefined
}

/** A range has colons of its own: only the last word behind one is an action, and only of a POST. */
function valuesMethod(verb: string, part: string): Omit<Route, 'spreadsheetId'> | undefined {
  if (verb === 'GET') return { method: 'values.get', part }
  if (verb === 'PUT') return { method: 'values.update', part }
  const { range, action } = /^(?<range>.+?)\/?:(?<action>append|clear)$/s.exec(part)?.groups ?? {}
  if (verb !== 'POST' || range === undefined) return undefined
  return { method: `values.${action}`, part: range }
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
