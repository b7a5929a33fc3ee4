/*
 * What tests tell of their secrets, logs and folders to whoever listens: nobody, but where a whole run of tests is
 * searched for secrets that stand where none may.
 */
import { channel } from 'node:diagnostics_channel'

/** The name of the channel. */
export const TOLD_CHANNEL = 'throughline.testing.told'

/**
 * - `secret`: must stand in no log and no file; bytes, or text in UTF-8.
 * - `log`: what an operator is shown; searched.
 * - `folder`: a folder that is about to be closed, by its path; its files are searched as they are now.
 */
export type Told =
  | { readonly kind: 'secret'; readonly name: string; readonly secret: string | Uint8Array }
  | { readonly kind: 'log'; readonly entry: unknown }
  | { readonly kind: 'folder'; readonly path: string }

const told = channel(TOLD_CHANNEL)

/** Tells whoever listens. */
export function tell(what: Told): void {
  if (told.hasSubscribers) told.publish(what)
}

/** Members of OAuth's requests and answers that must stand in no log and no file. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  ...['code', 'code_verifier', 'client_secret', 'access_token', 'refresh_token', 'id_token'],
])

/** Tells of the secrets among the members of a request or an answer. */
export function tellSecrets(members: Iterable<readonly [string, unknown]>): void {
  for (const [name, secret] of members) {
    if (SECRET_MEMBERS.has(name) && typeof secret === 'string') {
      tell({ kind: 'secret', name, secret })
    }
  }
}
