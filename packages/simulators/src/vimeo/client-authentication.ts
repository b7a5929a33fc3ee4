/*
 * Reads which client speaks: from the Basic header, in the encoding that the switch asks for, or from the body.
 *
 * @see RFC 6749 §2.3.1: libraries differ in whether they form-encode the secret first
 */
import type { BodyParameters } from './body-parameters.ts'
import type { VimeoWorld } from './world.ts'

/** What a request proves of its client. */
export type ClientProof = 'ok' | 'unknown-client' | 'wrong-secret'

/**
 * Reads the proof in an `Authorization` header, or in the body where there is no header and the switch allows it.
 * Anything else is an unknown client.
 */
export function readClientProof(
  header: string | null,
  body: BodyParameters | undefined,
  world: VimeoWorld,
): ClientProof {
  const { app, switches } = world
  const { client_id: id, client_secret: secret } = body ?? {}
  if (!header && switches.secretInBody && id !== undefined) {
    if (id !== app.clientId) return 'unknown-client'
    return secret === app.clientSecret ? 'ok' : 'wrong-secret'
  }
  const encoded = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return 'unknown-client'
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return 'unknown-client'
  const sent = { id: text.slice(0, colon), secret: text.slice(colon + 1) }

  const readings = {
    raw: [sent],
    rfc6749: [{ id: formDecode(sent.id), secret: formDecode(sent.secret) }],
    either: [sent, { id: formDecode(sent.id), secret: formDecode(sent.secret) }],
  }[switches.basic]
  if (!readings.some(({ id }) => id === app.clientId)) return 'unknown-client'
  return readings.some(({ id, secret }) => id === app.clientId && secret === app.clientSecret)
    ? 'ok'
    : 'wrong-secret'
}

function formDecode(text: string): string {
  return new URLSearchParams(`text=${text}`).get('text') ?? ''
}
