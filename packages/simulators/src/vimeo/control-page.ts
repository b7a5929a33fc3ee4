/*
 * The control page: people, time, switches, requests received. HTML only, without a script.
 */
import { html } from 'hono/html'

import { renderRequests } from '../simulator/request-list.ts'
import { renderSwitchForm } from '../simulator/switch-form.ts'
import type { Controls } from './controls.ts'
import { pageResponse } from './pages.ts'
import { switchGroups } from './switches.ts'
import type { VimeoWorld } from './world.ts'

/** Renders the page; `outcome` is what the last press led to. */
export async function renderControlPage(
  world: VimeoWorld,
  { requests }: Controls,
  outcome: { readonly token?: string; readonly error?: string } = {},
): Promise<Response> {
  const { token, error } = outcome
  const page = await pageResponse(world, {
    title: 'Controls',
    room: 'wide',
    status: error === undefined ? 200 : 400,
    body: html`<h1>Controls</h1>
      <p class="soft">
        ${world.library.videos.length} videos · the clock says ${toClock(world.now().toISOString())}
      </p>
      ${error === undefined ? '' : html`<p class="note" role="alert">${error}</p>`}
      ${
        token === undefined
          ? ''
          : html`<p class="note" role="status">The token, shown this once: <code>${token}</code></p>`
      }
      <h2>People</h2>
      ${world.people.map(
        ({ name, uri }) =>
          html`<form method="post" class="row">
            <input type="hidden" name="person" value="${uri}" />
            <strong>${name}<br /><small>${uri} · tokens: ${world.grants.countTokens(uri)}</small></strong>
            <input name="scope" value="public private video_files" aria-label="Scopes for ${name}" />
            <button formaction="/simulator/token">Make a token</button>
            <button formaction="/simulator/revoke">Revoke all</button>
          </form>`,
      )}
      <h2>Time</h2>
      <form method="post" action="/simulator/time" class="row">
        <input name="seconds" type="number" min="0" value="3600" aria-label="Seconds" />
        <button>Let so many seconds pass</button>
      </form>
      <h2>Switches</h2>
      ${renderSwitchForm(switchGroups, world.switches)}
      <h2>Requests</h2>
      ${renderRequests(requests.map((request) => ({ ...request, place: request.origin })))}`,
  })
  // Its forms must say where they come from, also in browsers that know nothing of Sec-Fetch-Site.
  page.headers.set('referrer-policy', 'same-origin')
  return page
}

/** Writes `2026-11-23T12:00:00.000Z` as `2026-11-23 12:00:00 UTC`. */
function toClock(time: string): string {
  return `${time.slice(0, 19).replace('T', ' ')} UTC`
}
