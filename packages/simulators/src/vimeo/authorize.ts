/*
 * `/oauth/authorize`: sign in, consent, and the redirect back with a code or an error.
 * Issues codes, and tokens by the implicit grant; never sees a client secret.
 */
import type { Hono } from 'hono'

import {
  readAuthorizationRequest,
  toRedirect,
  type AuthorizationRequest,
} from './authorization-request.ts'
import { renderConsentPage, renderRefusalPage, renderSignInPage } from './pages.ts'
import type { SamplePerson } from './people.ts'
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

    const isAllowed = form.get('decision') === 'allow'
    const scope = isAllowed ? grantScope(request.scope, form.getAll('granted')) : undefined
    return redirectTo(toRedirect(request, answerOf(request, { person, scope }, world)))
  })
}

/** Makes what the redirect carries; without a scope the person denied. */
function answerOf(
  request: AuthorizationRequest,
  consent: { readonly person: SamplePerson; readonly scope: readonly string[] | undefined },
  { grants, switches }: VimeoWorld,
): Readonly<Record<string, string | undefined>> {
  const { redirectUri, isRedirectUriNamed, codeChallenge, authorizationState: state } = request
  const { person, scope } = consent
  if (scope === undefined) return { ...switches.deniedParameters, state }
  if (request.responseType === 'token')
    return {
      access_token: grants.createImplicitToken({ person, scope }, switches).token,
      token_type: 'bearer',
      scope: scope.join(' '),
      state,
      expires_in: String(switches.implicitSeconds),
    }
  const { code } = grants.createCode({
    person,
    scope,
    redirectUri,
    isRedirectUriNamed,
    ...(codeChallenge !== undefined && { codeChallenge }),
  })
  return switches.stateFirst ? { state, code } : { code, state }
}

function redirectTo(location: string): Response {
  return new Response(null, {
    status: 302,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })
}
