/*
 * The envelope of lists: total, page, neighbours, data.
 *
 * @see https://developer.vimeo.com/api/common-formats
 */
import { createInvalidParameters, createLegacyError } from './answers.ts'
import { keepFields } from './fields.ts'
import type { VimeoSwitches } from './switches.ts'

/** Fields that exist and yet are missing where a token may not have them. */
const absentFields = [
  'play',
  'files',
  'download',
  'password',
  'email',
  'upload_quota',
  'preferences',
]

/** Largest `per_page` that the API takes. */
const MAX_PER_PAGE = 100

/**
 * Renders one page of a list. Links to other pages are relative and keep the other parameters.
 * `fields` filters the entries, not the envelope.
 *
 * @param url Address of the request: its path and query are kept in the links.
 * @throws `VimeoRefusal` 400 for a bad `page` or `per_page`; 404 past the end, unless the switch says otherwise.
 */
export function renderCollection<Entry>(
  entries: readonly Entry[],
  options: {
    readonly url: URL
    readonly switches: VimeoSwitches
    /** How many entries there were before query and filters (as many as there are). */
    readonly unfiltered?: number
    readonly render: (entry: Entry) => unknown
    /** The uri of an entry, for `containing_uri`: the page that it is on. */
    readonly uriOf?: (entry: Entry) => string
  },
): object {
  const { url, switches, render, uriOf, unfiltered = entries.length } = options
  const perPage = readPerPage(url, switches)
  // The uri of an unlisted video can carry a hash.
  const containing = uriOf && url.searchParams.get('containing_uri')?.split(':', 1)[0]
  const index = containing ? entries.findIndex((entry) => uriOf(entry) === containing) : -1
  const page =
    index >= 0
      ? Math.floor(index / perPage) + 1
      : readCount(url, 'page', 1, Number.MAX_SAFE_INTEGER)
  const last = Math.max(1, Math.ceil(entries.length / perPage))
  const isMissing = entries.length === 0 && switches.emptyList === '404'
  if (isMissing || (page > last && switches.pastEnd === '404'))
    throw createLegacyError(404, "The requested page couldn't be found.")

  const fields = url.searchParams.get('fields') ?? undefined
  const data = entries.slice((page - 1) * perPage, page * perPage).map(render)
  assertFields(data, fields, switches)
  return {
    ...(switches.filteredTotal
      ? { total: unfiltered, filtered_total: entries.length }
      : { total: entries.length }),
    page,
    per_page: perPage,
    paging: {
      next: page < last ? pageLink(url, page + 1) : null,
      previous: page > 1 ? pageLink(url, Math.min(page - 1, last)) : null,
      first: pageLink(url, 1),
      last: pageLink(url, last),
    },
    data: data.map((entry) => keepFields(entry, fields)),
  }
}

/**
 * Asserts that the entries have the fields asked for, where the switch says that unknown ones are an error.
 *
 * @throws `VimeoRefusal` 400 (2204) naming those that none has.
 */
export function assertFields(
  entries: readonly unknown[],
  fields: string | undefined,
  { unknownFields }: VimeoSwitches,
): void {
  if (unknownFields === 'ignore' || entries.length === 0) return
  const names = (fields ?? '').split(',').flatMap((name) => name.trim().split('.', 1)[0] || [])
  const known = new Set([
    ...absentFields,
    ...entries.flatMap((entry) => Object.keys(entry as object)),
  ])
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length === 0) return
  const message = `There is no ${unknown.join(', ')}.`
  throw createInvalidParameters([{ field: 'fields', message }])
}

function readPerPage(url: URL, { perPageOver }: VimeoSwitches): number {
  if (perPageOver === 'refuse') return readCount(url, 'per_page', 25, MAX_PER_PAGE)
  return Math.min(MAX_PER_PAGE, readCount(url, 'per_page', 25, Number.MAX_SAFE_INTEGER))
}

function pageLink(url: URL, page: number): string {
  // A repeated parameter counts once, or a client that repeats them would double the link at each page.
  const query = new URLSearchParams(Object.fromEntries(url.searchParams))
  query.delete('containing_uri')
  query.set('page', String(page))
  return `${url.pathname}?${query}`
}

function readCount(url: URL, field: string, absent: number, most: number): number {
  const text = url.searchParams.get(field)
  if (text === null) return absent
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= most) return count
  const message = `Expected a whole number from 1${most === MAX_PER_PAGE ? ` to ${most}` : ''}.`
  throw createInvalidParameters([{ field, message }])
}
