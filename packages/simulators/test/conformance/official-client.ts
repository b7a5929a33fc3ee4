/*
 * Vimeo's own client for Node, unmodified, aimed at a simulator. It brings no types: those here are what its source
 * says of the parts that are used.
 */
import { createRequire } from 'node:module'

import type { TestSimulator } from '../../src/vimeo/testing.ts'

/** A JSON body. */
export type Body = Readonly<Record<string, unknown>>
type Headers = Readonly<Record<string, string>>

/** What a promise of the client resolves with. */
export interface OfficialAnswer {
  readonly statusCode: number
  readonly body: Body
  readonly headers: Headers
}

/** What a callback of the client receives. */
export type OfficialCallback = (
  error: Error | null,
  body?: unknown,
  status?: number,
  headers?: Headers,
) => void

interface RequestOptions {
  readonly path: string
  readonly method?: string
  readonly hostname?: string
  readonly port?: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers?: Headers
}

/** The client. */
export interface OfficialClient {
  setAccessToken(token: string): void
  buildAuthorizationEndpoint(redirectUri: string, scope?: string | string[], state?: string): string
  accessToken(code: string, redirectUri: string): Promise<OfficialAnswer>
  accessToken(code: string, redirectUri: string, callback: OfficialCallback): void
  generateClientCredentials(scope: string | string[]): Promise<OfficialAnswer>
  generateClientCredentials(scope: string | string[], callback: OfficialCallback): void
  request(options: string | RequestOptions): Promise<OfficialAnswer>
  request(options: string | RequestOptions, callback: OfficialCallback): void
  upload(file: string, onProgress: () => void): Promise<string>
}

interface OfficialModule {
  readonly Vimeo: new (id: string, secret: string, token?: string) => OfficialClient
  readonly vimeo_module: {
    request_defaults: { protocol: string; hostname: string; port: string }
  }
}

const require = createRequire(import.meta.url)
const { Vimeo, vimeo_module: module } = require('@vimeo/vimeo') as OfficialModule

/** Makes a client of the simulator's app. The client's defaults are global: one simulator at a time. */
export function createOfficialClient(simulator: TestSimulator, token?: string): OfficialClient {
  const { protocol, hostname, port } = new URL(simulator.origin)
  Object.assign(module.request_defaults, { protocol, hostname, port })
  return new Vimeo(simulator.clientId, simulator.clientSecret, token)
}

/** Waits for what a callback receives. */
export function received(
  call: (callback: OfficialCallback) => void,
): Promise<Parameters<OfficialCallback>> {
  return new Promise((resolve) => {
    call((...answer) => resolve(answer))
  })
}
