/**
 * The catalogue of providers, and what a record of one's own holds.
 *
 * @module
 */
export { vimeo } from './providers/vimeo.ts'
export type { Account, AccountSource, Provider, Quirks } from './providers/provider.ts'
export type { AuthorizationServer } from './oauth/authorization-server.ts'
