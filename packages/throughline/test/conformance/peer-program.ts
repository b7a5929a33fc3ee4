/*
 * A program on a port of its own, and what it says to a provider of other people.
 */
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { completeProvider, type ProviderRecord } from '../../src/providers/provider-record.ts'
import type { Provider, Registration } from '../../src/providers/provider.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import { startProgram, type TestProgram } from '../../src/testing/program.ts'
import { ACCOUNT, accountApp, leave, rowsOf, withParameters } from '../journeys/consent.ts'
import { fetchOverHttp } from '../journeys/fetch-over-http.ts'
import { listen, type Ending } from './listening.ts'

/** One request that the program made of a token endpoint, and the answer. */
export interface TokenExchange {
  readonly headers: Headers
  readonly form: URLSearchParams
  readonly status: number
  readonly answer: Readonly<Record<string, unknown>>
}

/** One request that the program made, of whatever endpoint. */
export interface MadeRequest {
  readonly url: string
  readonly headers: Headers
}

/** A provider, and what it gave out for the program. */
export interface PeerRegistration {
  readonly record: ProviderRecord
  readonly registration: Registration
}

/** A listening program that is registered with one provider. */
export interface PeerProgram {
  readonly program: TestProgram
  readonly provider: Provider
  /** Every request that the program made, oldest first. */
  readonly requests: readonly MadeRequest[]
  /** What was said at the token endpoint, oldest first. */
  readonly exchanges: readonly TokenExchange[]
  /** Those of one grant type. */
  readonly exchangesOf: (grantType: string) => readonly TokenExchange[]
  /** Opens the account page as somebody new, up to its connect button. */
  readonly arrive: () => Promise<DocumentTab>
  /** The codes of the errors that the operator was told of, oldest first. */
  readonly refusals: () => readonly string[]
}

/** Starts the program, and whatever `register` starts for its redirect URI; both end with `t`. */
export async function startPeerProgram(
  t: Ending,
  register: (redirectUri: string) => Promise<PeerRegistration>,
): Promise<PeerProgram> {
  const { server, port, origin } = await listen(t)
  const { record, registration } = await register(`${origin}/oauth/callback/acme`)
  const provider = completeProvider(record)
  const exchanges: TokenExchange[] = []
  const requests: MadeRequest[] = []
  const program = startProgram(accountApp(provider, { scope: [] }), {
    registrations: [{ provider, registration }],
    publicUrl: origin,
    fetch: recordingFetch(requests, exchanges),
  })
  const listener = getRequestListener(program.fetch, { overrideGlobalObjects: false })
  server.on('request', (incoming, outgoing) => void listener(incoming, outgoing))
  t.after(() => program.close())
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  return {
    program,
    provider,
    requests,
    exchanges,
    exchangesOf: (type) => exchanges.filter(({ form }) => form.get('grant_type') === type),
    async arrive() {
      const person = new Person((request) => fetchOverHttp(port, agent, request), origin)
      const tab = await person.open(ACCOUNT)
      tab.set('text-input:Note', 'mine')
      await tab.press('button:Keep')
      assert.match(tab.html, /connect-button/)
      return tab
    },
    refusals: () => program.log.map(({ error }) => (error as { code?: string }).code ?? ''),
  }
}

/** `fetch`, which notes down what was asked, and what was said at a token endpoint; the body still goes out once only. */
function recordingFetch(requests: MadeRequest[], exchanges: TokenExchange[]): typeof fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers)
    requests.push({ url: input instanceof Request ? input.url : String(input), headers })
    if (!(init.body instanceof ReadableStream)) return fetch(input, init)
    const [sent, kept] = init.body.tee()
    const answer = await fetch(input, { ...init, body: sent })
    const form = new URLSearchParams(await new Response(kept).text())
    if (!form.has('grant_type')) return answer
    const said = (await answer.clone().json()) as TokenExchange['answer']
    exchanges.push({ headers, form, status: answer.status, answer: said })
    return answer
  }
}

/** Goes to the provider, and comes back the way that `visit` finds there. */
export async function connectAt(
  tab: DocumentTab,
  visit: (url: URL) => Promise<string>,
): Promise<void> {
  await tab.go(await visit(await leave(tab)))
}

/** Comes back with the code that another person was given, and is connected to nothing. */
export async function bringCodeOfAnother(
  { program, exchanges, arrive, refusals }: Omit<PeerProgram, 'provider'>,
  tab: DocumentTab,
  visit: (url: URL) => Promise<string>,
): Promise<void> {
  const back = await visit(await leave(tab))
  const stolen = await visit(await leave(await arrive()))
  const code = new URL(stolen, tab.person.origin).searchParams.get('code') ?? ''

  await tab.go(withParameters(back, { code }))
  assert.match(tab.text, /Acme could not be connected\. Please connect again/)
  assert.deepEqual(
    exchanges.map(({ status, answer }) => [status, answer['error']]),
    [[400, 'invalid_grant']],
  )
  assert.deepEqual(refusals(), ['oauth.code-rejected'])
  assert.deepEqual(rowsOf(program, 'token_sets'), [])
}

/** Asks the API, as the person's press does; the status that came back. */
export async function statusOfFetch(tab: DocumentTab): Promise<string | undefined> {
  await tab.press('button:Fetch')
  return /Answer (\d+)/.exec(tab.text)?.[1]
}
