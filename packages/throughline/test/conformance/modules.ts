/*
 * The modules of the OpenID conformance suite that test clients, by the plan that has them. Names only: what each
 * bends, and what we then do, is in `scenarios-*.ts`; why one is not for us, in `not-applicable.ts`.
 */

const BASIC = [
  'oidcc-client-test',
  'oidcc-client-test-invalid-iss',
  'oidcc-client-test-missing-sub',
  'oidcc-client-test-invalid-aud',
  'oidcc-client-test-missing-iat',
  'oidcc-client-test-kid-absent-single-jwks',
  'oidcc-client-test-kid-absent-multiple-jwks',
  'oidcc-client-test-idtoken-sig-rs256',
  'oidcc-client-test-idtoken-sig-none',
  'oidcc-client-test-invalid-sig-rs256',
  'oidcc-client-test-userinfo-invalid-sub',
  'oidcc-client-test-nonce-invalid',
  'oidcc-client-test-scope-userinfo-claims',
  'oidcc-client-test-client-secret-basic',
]

const DYNAMIC = [
  'oidcc-client-test-discovery-webfinger-acct',
  'oidcc-client-test-discovery-webfinger-url',
  'oidcc-client-test-discovery-openid-config',
  'oidcc-client-test-discovery-jwks-uri-keys',
  'oidcc-client-test-discovery-issuer-mismatch',
  'oidcc-client-test-dynamic-registration',
  'oidcc-client-test-request-uri-signed-rs256',
  'oidcc-client-test-request-uri-signed-none',
  'oidcc-client-test-signing-key-rotation-just-before-signing',
  'oidcc-client-test-signing-key-rotation',
  'oidcc-client-test-userinfo-signed',
]

const COMPREHENSIVE = [
  'oidcc-client-test-aggregated-claims',
  'oidcc-client-test-distributed-claims',
  'oidcc-client-test-invalid-sig-es256',
  'oidcc-client-test-invalid-sig-hs256',
  'oidcc-client-test-missing-aud',
  'oidcc-client-test-userinfo-bearer-header',
  'oidcc-client-test-userinfo-bearer-body',
]

const IMPLICIT_AND_HYBRID = [
  'oidcc-client-test-invalid-athash',
  'oidcc-client-test-missing-athash',
  'oidcc-client-test-invalid-chash',
  'oidcc-client-test-missing-chash',
  'oidcc-client-test-nonce-unless-code-flow',
]

const REFRESH = [
  'oidcc-client-test-refresh-token',
  'oidcc-client-test-refresh-token-invalid-issuer',
  'oidcc-client-test-refresh-token-invalid-sub',
]

const LOGOUT_AND_LOGIN = [
  'oidcc-client-test-rp-init-logout',
  'oidcc-client-test-rp-init-logout-other-state',
  'oidcc-client-test-rp-init-logout-no-state',
  'oidcc-client-test-rp-backchannel-rpinitlogout',
  'oidcc-client-test-rp-backchannel-rpinitlogout-alg-none',
  'oidcc-client-test-rp-backchannel-rpinitlogout-no-event',
  'oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce',
  'oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg',
  'oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud',
  'oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event',
  'oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss',
  'oidcc-client-test-rp-frontchannel-rpinitlogout',
  'oidcc-client-test-session-management',
  'oidcc-client-test-3rd-party-init-login',
]

const FAPI2 = [
  'happy-path',
  'discovery-issuer-mismatch',
  'invalid-iss',
  'invalid-aud',
  'invalid-secondary-aud',
  'invalid-null-alg',
  'invalid-alternate-alg',
  'invalid-expired-exp',
  'invalid-missing-exp',
  'invalid-missing-aud',
  'invalid-missing-iss',
  'valid-aud-as-array',
  'invalid-nonce',
  'invalid-missing-nonce',
  'invalid-authorization-response-iss',
  'remove-authorization-response-iss',
  'ensure-authorization-response-with-invalid-state-fails',
  'ensure-authorization-response-with-invalid-missing-state-fails',
  'token-endpoint-response-without-expires_in',
  'token-type-case-insensitivity',
  'rs-dpop-auth-scheme-case-insensitivity',
  'happy-path-no-dpop-nonce',
  'happy-path-no-mtls-endpoint-aliases',
  'ensure-jarm-without-iss-fails',
  'ensure-jarm-with-invalid-iss-fails',
  'ensure-jarm-without-aud-fails',
  'ensure-jarm-with-invalid-aud-fails',
  'ensure-jarm-without-exp-fails',
  'ensure-jarm-with-expired-exp-fails',
  'ensure-jarm-with-invalid-sig-fails',
  'ensure-jarm-signature-is-not-none',
].map((name) => `fapi2-security-profile-final-client-test-${name}`)

/** From FAPI 1, what the plans above have not. */
const FAPI1 = ['iat-is-week-in-past'].map((name) => `fapi1-advanced-final-client-test-${name}`)

/** Every module that is known here. */
export const MODULES: readonly string[] = [
  ...BASIC,
  ...DYNAMIC,
  ...COMPREHENSIVE,
  ...IMPLICIT_AND_HYBRID,
  ...REFRESH,
  ...LOGOUT_AND_LOGIN,
  ...FAPI2,
  ...FAPI1,
]
