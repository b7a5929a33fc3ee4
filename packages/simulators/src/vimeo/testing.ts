/*
 * What the simulator's own tests share: a simulator with secrets made on the spot, and a person without a
 * browser who signs in, ticks scopes and presses Allow. Everything goes over HTTP.
 */
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'

import { createClientId, createClientSecret } from './secrets.ts'
import { startVimeoSimulator, type VimeoSimulator, type VimeoSimulatorOptions } from './start.ts'

/** The redirect URI that test simulators know. Nothing listens there. */
export const TEST_REDIRECT_URI = 'http://127.0.0.1:9/oauth/callback/vimeo'

/** A simulator, the client registered there, and a clock that stands still until the test moves it. */
export interface TestSimulator extends VimeoSimulator {
  /** OAuth client id. */
  readonly clientId: string
  /** OAuth client secret. */
  readonly clientSecret: string
  /** The raw Basic header of the client. */
  readonly basic: string
}

/** Starts a simulator that ends with the test. */
export async function startTestSimulator(
  context: Pick<TestContext, 'after'>,
  options: Partial<VimeoSimulatorOptions> = {},
): Promise<TestSimulator> {
  const clientId = createClientId(randomBytes)
  const clientSecret = createClientSecret(randomBytes)
  const time = Date.parse('2026-11-23T12:00:00Z')
  const simulator = await startVimeoSimulator({
    clientId,
    clientSecret,
    redirectUris: [TEST_REDIRECT_URI],
    now: () => new Date(time),
    ...options,
  })
  context.after(() => simulator.close())
  return {
    ...simulator,
    clientId,
    clientSecret,
    basic: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
  }
}

/** What a person without a browser does on the consent page. */
export interface ConsentOptions {
  /** Which of the people (0). */
  readonly person?: 0 | 1
  /** The `scope` parameter (`public private video_files`). */
  readonly scope?: string
  /** The boxes left ticked (all that were asked for). */
  readonly ticked?: readonly string[]
  /** The button (allow). */
  readonly decision?: 'allow' | 'deny'
  /** Further or other parameters of the authorization request. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** Posts the consent form and returns where the simulator then sends the browser. */
export async function consent(
  simulator: TestSimulator,
  options: ConsentOptions = {},
): Promise<URL> {
  const scope = options.scope ?? 'public private video_files'
  const form = new URLSearchParams({
    response_type: 'code',
    client_id: simulator.clientId,
    redirect_uri: TEST_REDIRECT_URI,
    scope,
    state: 'a b+c&d',
    person: simulator.people[options.person ?? 0]?.id ?? '',
    decision: options.decision ?? 'allow',
    ...options.parameters,
  })
  for (const ticked of options.ticked ?? scope.split(' ')) form.append('granted', ticked)
  const response = await fetch(`${simulator.origin}/oauth/authorize`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  return new URL(response.headers.get('location') ?? 'about:blank')
}

/** Sends a token request as a form, with the client's raw Basic header unless `headers` say otherwise. */
export async function requestToken(
  simulator: TestSimulator,
  parameters: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${simulator.origin}/oauth/access_token`, {
    method: 'POST',
    headers: { authorization: simulator.basic, ...headers },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      redirect_uri: TEST_REDIRECT_URI,
      ...parameters,
    }),
  })
}

/** Goes the whole way from consent to an access token. */
export async function connect(
  simulator: TestSimulator,
  options: ConsentOptions = {},
): Promise<string> {
  const code = (await consent(simulator, options)).searchParams.get('code') ?? ''
  const body = await readJson(await requestToken(simulator, { code }))
  return body['access_token'] as string
}

/** Calls the REST API with a token, asking for version 3.4. */
export async function callApi(
  simulator: TestSimulator,
  token: string,
  path: string,
): Promise<Response> {
  return fetch(`${simulator.origin}${path}`, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.vimeo.*+json;version=3.4',
    },
  })
}

/** Calls the REST API and reads the body, whatever the status. */
export async function readApi<Body extends object = Record<string, unknown>>(
  simulator: TestSimulator,
  token: string,
  path: string,
): Promise<Body> {
  return (await (await callApi(simulator, token, path)).json()) as Body
}

/** Reads a body as a JSON object. */
export async function readJson(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>
}
