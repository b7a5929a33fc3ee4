/**
 * The catalogue of providers, and what a record of one's own holds.
 *
 * @module
 */
export { vimeo } from './providers/vimeo.ts'
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
