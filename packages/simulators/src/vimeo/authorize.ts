/*
 * `/oauth/authorize`: sign in, consent, and the redirect back with a code or an error.
 * Issues codes; never sees a client secret or a token.
 */
import type { Hono } from 'hono'

import { readAuthorizationRequest, toRedirect } from './authorization-request.ts'
import { renderConsentPage, renderRefusalPage, renderSignInPage } from './pages.ts'
import { grantScope } from './scopes.ts'
import type { VimeoWorld } from './world.ts'

/** Adds the routes of the authorization page. */
export function addAuthorizeRoutes(app: Hono, world: VimeoWorld): void {
  app.get('/oauth/authorize', ({ req }) => {
    const parameters = new URL(req.url).searchParams
    const outcome = readAuthorizationRequest(parameters, world)
    if (outcome.kind === 'refused') return renderRefusalPage(world, outcome)
    if (outcome.kind === 'redirect') return redirectTo(outcome.location)
    const person = world.people.find(({ id }) => id === parameters.get('person'))
    return person === undefined
      ? renderSignInPage(world, parameters)
      : renderConsentPage(world, { parameters, request: outcome.request, person })
  })

  app.post('/oauth/authorize', async ({ req }) => {
    const form = new URLSearchParams(await req.text())
    // Everything is checked again: the hidden fields came from a browser.
    const outcome = readAuthorizationRequest(form, world)
    if (outcome.kind === 'refused') return renderRefusalPage(world, outcome)
    if (outcome.kind === 'redirect') return redirectTo(outcome.location)
    const { request } = outcome
    const person = world.people.find(({ id }) => id === form.get('person'))
    if (person === undefined) return renderSignInPage(world, form)

    const { redirectUri, authorizationState: state } = request
    if (form.get('decision') !== 'allow')
      return redirectTo(
        toRedirect(redirectUri, {
          error: 'access_denied',
          error_description: 'The user denied the request.',
          state,
        }),
      )
    const { code } = world.grants.createCode({
      person,
      scope: grantScope(request.scope, form.getAll('granted')),
      redirectUri,
      isRedirectUriNamed: request.isRedirectUriNamed,
      ...(request.codeChallenge !== undefined && { codeChallenge: request.codeChallenge }),
    })
    return redirectTo(toRedirect(redirectUri, { code, state }))
  })
}

function redirectTo(location: string): Response {
  return new Response(null, {
    status: 302,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })
}
