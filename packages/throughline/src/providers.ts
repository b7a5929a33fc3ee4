/**
 * The catalogue of providers, and what a record of one's own holds.
 *
 * @module
 */
export { discord } from './providers/discord.ts'
export { dropbox } from './providers/dropbox.ts'
export { github } from './providers/github.ts'
export { google } from './providers/google.ts'
export { linkedin } from './providers/linkedin.ts'
export { microsoft } from './providers/microsoft.ts'
export { notion } from './providers/notion.ts'
export { slack } from './providers/slack.ts'
export { spotify } from './providers/spotify.ts'
export { strava } from './providers/strava.ts'
export { vimeo } from './providers/vimeo.ts'
export { zoom } from './providers/zoom.ts'
export type { AccountClaims } from './providers/account-claims.ts'
export type {
  Account,
  AccountSource,
  IssuerToDiscover,
  Provider,
  Quirks,
} from './providers/provider.ts'
export type { ProviderRecord } from './providers/provider-record.ts'
export type { AuthorizationServer } from './oauth/authorization-server.ts'
