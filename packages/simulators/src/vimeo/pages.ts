/*
 * The pages that a person sees at the simulator: sign in, consent, refusal, home. HTML only; what a press
 * means is decided by the routes. No script, nothing from another origin.
 */
import { html, raw } from 'hono/html'

import {
  requestParameters,
  type AuthorizationRequest,
  type Refusal,
} from './authorization-request.ts'
import { answerPage, type Markup, type Page } from '../simulator/page.ts'
import type { SamplePerson } from './people.ts'
import { explain } from './reasons.ts'
import { scopeMeanings } from './scopes.ts'
import type { VimeoWorld } from './world.ts'

/**
 * Renders the choice of the person to sign in as.
 *
 * @param action Where the choice leads, with the parameters of the request.
 */
export function renderSignInPage(
  world: VimeoWorld,
  parameters: URLSearchParams,
  action: '/oauth/authorize' | '/activate' = '/oauth/authorize',
): Promise<Response> {
  return pageResponse(world, {
    title: 'Sign in',
    body: html`<h1>Sign in</h1>
      <p class="soft">${world.app.name} wants to use an account. Choose a sample person.</p>
      <form method="get" action="${action}" class="choices">
        ${hiddenFields(parameters)}
        ${world.people.map(
          ({ id, name }) =>
            html`<button name="person" value="${id}">
              ${portrait(name)}<span>Continue as ${name}</span>
            </button>`,
        )}
      </form>`,
  })
}

/** Renders the consent page: a checkbox for each scope asked for, Allow and Deny. */
export function renderConsentPage(
  world: VimeoWorld,
  shown: {
    readonly parameters: URLSearchParams
    readonly request: AuthorizationRequest
    readonly person: SamplePerson
  },
): Promise<Response> {
  const { parameters, request, person } = shown
  const others = new URLSearchParams(parameters)
  others.delete('person')
  return pageResponse(world, {
    title: `Connect ${world.app.name}`,
    body: html`<h1>${world.app.name} wants to connect to your account</h1>
      ${renderPersonLine(person, `/oauth/authorize?${others}`)}
      <form method="post" action="/oauth/authorize">
        ${hiddenFields(parameters)}<input type="hidden" name="person" value="${person.id}" />
        ${renderScopeChoices(request.scope)}
        <small>Either way you go back to ${new URL(request.redirectUri).host || 'the app'}.</small>
      </form>`,
  })
}

/** Renders the page for a request that must not lead to a redirect. */
export function renderRefusalPage(world: VimeoWorld, refusal: Refusal): Promise<Response> {
  const page = pageResponse(world, {
    status: world.switches.refusalStatus,
    title: refusal.heading,
    body: html`<h1>${refusal.heading}</h1>
      <p>${refusal.line}</p>
      <small>
        Go back to where you came from and try again. The
        <a href="/simulator">controls of the simulator</a> say what was sent.
      </small>`,
  })
  return page.then((response) => explain(response, refusal.reason))
}

/** Renders the home page, where a link that is no longer good leads. */
export function renderHomePage(world: VimeoWorld): Promise<Response> {
  return pageResponse(world, {
    title: 'Home',
    body: html`<h1>Home</h1>
      <p>This is where Vimeo's home page would be. Links to files that have ended lead here.</p>
      <p><a href="${world.origins.api}/simulator">Controls of the simulator</a></p>`,
  })
}

/** Renders who is signed in, with the way to another account. */
export function renderPersonLine({ name, uri }: SamplePerson, others: string): Markup {
  return html`<div class="signed-in">
      ${portrait(name)}<span class="name">${name}<br /><small>${uri}</small></span>
    </div>
    <p><a href="${others}">Not you? Use another account</a></p>`
}

/** Renders a checkbox for each scope asked for, Allow and Deny. */
export function renderScopeChoices(scope: readonly string[]): Markup {
  return html`<fieldset>
      <legend>It will be able to</legend>
      ${scope.map(scopeChoice)}
    </fieldset>
    <div class="decision">
      <button name="decision" value="deny">Deny</button>
      <button name="decision" value="allow" class="main">Allow</button>
    </div>`
}

function scopeChoice(scope: string): Markup {
  const isPublic = scope === 'public'
  const remark = isPublic ? ' · always' : scope === 'private' ? ' · the others need it' : ''
  return html`<label>
    <input
      type="checkbox"
      name="granted"
      value="${scope}"
      checked
      ${isPublic ? raw('disabled') : ''}
    />
    <span>${scopeMeanings[scope]}<small>${scope}${remark}</small></span>
  </label>`
}

function hiddenFields(parameters: URLSearchParams): readonly Markup[] {
  return [...requestParameters, 'user_code'].flatMap((name) => {
    const value = parameters.get(name)
    return value === null ? [] : [html`<input type="hidden" name="${name}" value="${value}" />`]
  })
}

function portrait(name: string): Markup {
  const initials = name
    .split(' ')
    .map((word) => word.slice(0, 1))
    .join('')
  return html`<span class="portrait" aria-hidden="true">${initials}</span>`
}

/** Answers a page with the note that this is a simulator. */
export function pageResponse(
  world: VimeoWorld,
  page: Pick<Page, 'title' | 'body' | 'status' | 'room'>,
): Promise<Response> {
  return answerPage(world.random, {
    ...page,
    simulated: 'Vimeo',
    note: 'This is not vimeo.com. The people are made up.',
    // Chromium holds the redirect after a form's POST to the policy too, so the way back must be allowed.
    formTargets: redirectSources(world.app.redirectUris),
  })
}

/** The CSP sources of redirect URIs: their origins, or the scheme where there is none (`com.example:`). */
function redirectSources(redirectUris: readonly string[]): readonly string[] {
  return [
    ...new Set(
      redirectUris.map((uri) => {
        const { origin, protocol } = new URL(uri)
        return origin === 'null' ? protocol : origin
      }),
    ),
  ]
}
