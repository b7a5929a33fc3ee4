/**
 * Testing an app without a browser: people with tabs, a provider that consents, time that passes.
 *
 * @module
 */
export {
  startTest,
  type AppTest,
  type Duration,
  type SimulatedProvider,
  type TestOptions,
  type TestPerson,
} from './testing/start-test.ts'
export type { Consent, DownloadedFile, Tab } from './testing/tab.ts'
export {
  startAuthorizationServer,
  type AuthorizationServerSettings,
  type Behaviour,
  type BentIdToken,
  type ConsentChoice,
  type OpenIdSettings,
  type RecordedRequest,
  type TestAuthorizationServer,
} from './testing/authorization-server.ts'
export { providerAt } from './testing/provider-at.ts'
export { createSigningKey, type SigningKey } from './testing/signed-token.ts'
export { ORIGIN as testOrigin } from './testing/program.ts'
