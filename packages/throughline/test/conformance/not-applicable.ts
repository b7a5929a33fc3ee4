/*
 * Modules of the conformance suite that ask for what this client never does, each with the reason.
 */
import { MODULES } from './modules.ts'

/** Reasons by what the name of a module matches; the first that matches counts. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /-discovery-webfinger-/,
    'Issuers come from whoever runs the program, not from what people type.',
  ],
  [/-dynamic-registration$/, 'Whoever runs a program registers it; it never registers itself.'],
  [/-request-uri-signed-/, 'Requests are plain URLs: no request objects.'],
  [/-(?:missing-athash|nonce-unless-code-flow)$/, 'No tokens in URLs: at_hash may be missing.'],
  [
    /-(?:missing|invalid)-chash$/,
    'No code comes together with an ID token: c_hash may be missing.',
  ],
  [/-userinfo-bearer-body$/, 'A token travels in the Authorization header only.'],
  [/-rp-(?:init|backchannel|frontchannel)/, 'Signing out ends the session here, not there.'],
  [/-session-management$/, 'No page watches the session at the provider in a frame.'],
  [/-3rd-party-init-login$/, 'Only a press on a page of the program starts an authorization.'],
  [/-ensure-jarm-/, 'Signed responses are never asked for.'],
  [/dpop|mtls/, 'Tokens are bearer tokens: there are no keys to bind them to.'],
]

/** Why each module that has no scenario needs none, by its name. */
export const NOT_APPLICABLE: ReadonlyMap<string, string> = new Map(
  MODULES.flatMap((name) => {
    const found = reasons.find(([pattern]) => pattern.test(name))
    return found === undefined ? [] : [[name, found[1]] as const]
  }),
)

/** Patterns that match no module any more. */
export const UNUSED_REASONS: readonly RegExp[] = reasons
  .map(([pattern]) => pattern)
  .filter((pattern) => !MODULES.some((name) => pattern.test(name)))
