/*
 * What the simulator's own tests share: a simulator whose clock stands still until the test moves it, a spreadsheet that
 * a service account may write to, and calls over HTTP.
 */
import { createPrivateKey, sign } from 'node:crypto'
import type { TestContext } from 'node:test'

import { startGoogle, type GoogleSimulator, type GoogleSimulatorOptions } from './start.ts'

/** The scope that reads and writes. */
const SPREADSHEETS_SCOPE = 'https://www.googleapis.com/auth/spreadsheets'

/** An answer, its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: AnswerBody
}

/** The members of bodies that tests look at. */
export interface AnswerBody {
  readonly error?: unknown
  readonly error_description?: string
  readonly access_token?: string
  readonly range?: string
  readonly values?: readonly (readonly unknown[])[]
  readonly replies?: readonly Readonly<Record<string, unknown>>[]
  readonly [member: string]: unknown
}

/** What an error of the API says. */
export function messageOf({ body }: Answer): string {
  return (body.error as { readonly message: string }).message
}

/** A simulator, and a spreadsheet in it. */
export interface TestGoogle extends GoogleSimulator {
  readonly sheetId: string
  readonly email: string
  readonly keyFile: string
  /** Calls the API for the spreadsheet: `path` follows its id. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<Answer>
  /** Sends changes as one `batchUpdate`. */
  change(...requests: readonly unknown[]): Promise<Answer>
  /** Writes rows as they are, from A1 on. */
  fill(rows: readonly (readonly unknown[])[], tab?: string): Promise<void>
  /** Reads all rows as they are shown. */
  shown(tab?: string): readonly (readonly string[])[]
}

/** Starts a simulator that ends with the test. */
export async function startTestGoogle(
  context: Pick<TestContext, 'after'>,
  options: GoogleSimulatorOptions = {},
): Promise<TestGoogle> {
  const time = Date.parse('2026-11-23T12:00:00Z')
  const { clock = () => time } = options
  const google = await startGoogle({ ...options, clock })
  context.after(() => google.close())
  const { email, keyFile } = google.createServiceAccount()
  const sheetId = google.createSpreadsheet({ sheetTitle: 'users', writers: [email] })
  let kept: string | undefined
  const call: TestGoogle['call'] = async (method, path, body, token) => {
    kept ??= (await requestToken(google, keyFile, { time: clock() })).body.access_token ?? ''
    const response = await fetch(`${google.origin}/v4/spreadsheets/${sheetId}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token ?? kept}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return readAnswer(response)
  }
  return {
    ...google,
    sheetId,
    email,
    keyFile,
    call,
    change: (...requests) => call('POST', ':batchUpdate', { requests }),
    fill: async (rows, tab = 'users') => {
      const answer = await call('PUT', `/values/${tab}!A1?valueInputOption=RAW`, { values: rows })
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    },
    shown: (tab = 'users') => google.person(sheetId).rows(tab),
  }
}

/** Asks for a token with an assertion whose claims may differ from those that Google's library sends. */
export async function requestToken(
  google: Pick<GoogleSimulator, 'tokenUri'>,
  keyFile: string,
  how: { readonly time: number; readonly claims?: Readonly<Record<string, unknown>> },
): Promise<Answer> {
  const { client_email: iss, private_key: key } = JSON.parse(keyFile) as Record<string, string>
  const iat = Math.floor(how.time / 1000)
  const claims = {
    iss,
    scope: SPREADSHEETS_SCOPE,
    aud: 'https://oauth2.googleapis.com/token',
    iat,
    exp: iat + 3600,
    ...how.claims,
  }
  const signed = [{ alg: 'RS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('RSA-SHA256', Buffer.from(signed), createPrivateKey(key ?? ''))
  const assertion = `${signed}.${signature.toString('base64url')}`
  const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  const body = new URLSearchParams({ grant_type, assertion })
  return readAnswer(await fetch(google.tokenUri, { method: 'POST', body }))
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as AnswerBody) : { text },
  }
}
