/*
 * The last requests of a log as a list: when, what was answered, what was asked, and why it was answered so.
 */
import { html } from 'hono/html'

import type { Markup } from './page.ts'

/** One request as it is shown. */
export interface ShownRequest {
  /** ISO 8601. */
  readonly time: string
  /** Which server or kind, a word. */
  readonly place: string
  readonly method: string
  readonly path: string
  readonly query: string
  /** 0 where nothing was answered. */
  readonly status: number
  readonly reason?: string
}

const SHOWN_REQUESTS = 30

/** Renders the last requests, newest first. */
export function renderRequests(requests: readonly ShownRequest[]): Markup {
  if (requests.length === 0) return html`<p class="soft">None yet.</p>`
  return html`<ol class="requests">
    ${requests
      .slice(-SHOWN_REQUESTS)
      .toReversed()
      .map(
        ({ time, place, method, path, query, status, reason }) =>
          html`<li>
            <small>${time.slice(11, 19)} ${place}</small>
            <b>${status === 0 ? '—' : status}</b>
            <span>${method} ${path}<wbr /><small>${toReadable(query)}</small></span>
            ${reason === undefined ? '' : html`<p class="reason">${reason}</p>`}
          </li>`,
      )}
  </ol>`
}

/** Writes a query as it reads best; what cannot be decoded stays as it came. */
function toReadable(query: string): string {
  try {
    return decodeURIComponent(query.replaceAll('+', ' '))
  } catch {
    return query
  }
}
