/*
 * An app served on a port of its own, over a folder of its own, and registered with the provider Acme.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { App } from 'throughline'
import { serve } from 'throughline/serve'
import { freePort } from '../../src/testing/free-ports.ts'

/** What a test says of the program, where it matters. */
export interface ServedAppOptions {
  readonly port?: number
  readonly clientId?: string
  readonly clientSecret?: string
}

/** Serves until the test ends. Returns the origin. */
export async function serveApp(
  t: TestContext,
  app: App,
  { port, clientId = 'client', clientSecret = 'not a real one' }: ServedAppOptions = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
  const served = await serve(app, {
    env: {
      PORT: String(port ?? (await freePort())),
      THROUGHLINE_DATA: folder,
      ACME_CLIENT_ID: clientId,
      ACME_CLIENT_SECRET: clientSecret,
    },
    log: () => {},
  })
  t.after(async () => {
    await served.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return served.url
}
