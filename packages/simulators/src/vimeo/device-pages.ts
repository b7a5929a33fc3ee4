/*
 * The pages on which a person lets a device in: enter its code, consent, done. HTML only.
 */
import { html } from 'hono/html'

import type { DeviceGrant } from './device-grants.ts'
import { pageResponse, renderPersonLine, renderScopeChoices } from './pages.ts'
import type { SamplePerson } from './people.ts'
import type { VimeoWorld } from './world.ts'

/** Renders the page that asks for the code; with a note where one was entered that no device waits with. */
export function renderCodePage(world: VimeoWorld, wrongCode?: string): Promise<Response> {
  const note =
    wrongCode === undefined
      ? ''
      : html`<p class="note" role="alert">
          No device waits with the code “${wrongCode}”. It may have ended: ask the device for a new
          one.
        </p>`
  return pageResponse(world, {
    status: wrongCode === undefined ? 200 : 400,
    title: 'Activate a device',
    body: html`<h1>Activate a device</h1>
      ${note}
      <p class="soft">Enter the code that your device shows.</p>
      <form method="get" action="/activate" class="choices">
        <input
          name="user_code"
          aria-label="Code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          autofocus
          required
        />
        <button class="main">Continue</button>
      </form>`,
  })
}

/** Renders the consent page for a device: as the one for a site, but nobody is sent anywhere. */
export function renderDeviceConsentPage(
  world: VimeoWorld,
  { grant, person }: { readonly grant: DeviceGrant; readonly person: SamplePerson },
): Promise<Response> {
  const others = `/activate?${new URLSearchParams({ user_code: grant.userCode })}`
  return pageResponse(world, {
    title: `Connect ${world.app.name}`,
    body: html`<h1>${world.app.name} on your device wants to connect to your account</h1>
      ${renderPersonLine(person, others)}
      <form method="post" action="/activate">
        <input type="hidden" name="user_code" value="${grant.userCode}" />
        <input type="hidden" name="person" value="${person.id}" />
        ${renderScopeChoices(grant.scope)}
        <small>Allow only if your device shows the code ${grant.userCode}.</small>
      </form>`,
  })
}

/** Renders what the person sees after the decision. */
export function renderActivatedPage(world: VimeoWorld, isAllowed: boolean): Promise<Response> {
  const heading = isAllowed ? 'Your device is connected' : 'Your device was not connected'
  return pageResponse(world, {
    title: heading,
    body: html`<h1>${heading}</h1>
      <p>You can close this page and go back to your device.</p>`,
  })
}
