/*
 * Changes to how the departures of providers are dealt with.
 */
import type { Mutation } from './mutation.ts'

const QUIRKS = 'oauth/token-quirks.ts'
const QUIRKS_TEST = 'src/oauth/token-quirks.test.ts'
const REVOCATION = 'providers/revocation.ts'
const REVOCATION_TEST = 'src/providers/revocation.test.ts'
const RECORDS_TEST = 'src/providers/catalogue.test.ts'
const JOURNEY = 'test/journeys/provider-catalogue.test.ts'

/** Changes to quirks, and to revocation by them. */
export const PROVIDER_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['TK-05', 'CB-03'],
    file: QUIRKS,
    from: 'return quirk && Object.hasOwn(quirk.names, error) ? (quirk.names[error] ?? error) : error',
    to: 'return error',
    says: 'a vendor’s own word for an error means nothing',
    tests: [QUIRKS_TEST, RECORDS_TEST],
  },
  {
    ids: ['PF-06'],
    file: QUIRKS,
    from: 'const nested = tokensIn === undefined ? undefined : answer[tokensIn.member]',
    to: 'const nested = undefined',
    says: 'tokens in a member are not found',
    tests: [JOURNEY],
  },
  {
    ids: ['TK-07'],
    file: QUIRKS,
    from: "bearerCalled !== undefined && members['token_type'] === bearerCalled.name",
    to: 'bearerCalled !== undefined',
    says: 'every token counts as Bearer where one other word for it is known',
    tests: [QUIRKS_TEST],
  },
  {
    ids: ['TK-09'],
    file: QUIRKS,
    from: 'if (Object.hasOwn(included, name)) included[name]?.forEach((one) => granted.add(one))',
    to: '',
    says: 'what a wider scope includes counts for nothing',
    tests: [QUIRKS_TEST, JOURNEY],
  },
  {
    ids: ['TK-09'],
    file: QUIRKS,
    from: 'if (asked.includes(name)) granted.add(name)',
    to: 'granted.add(name)',
    says: 'what no answer lists counts as granted though nobody asked',
    tests: [QUIRKS_TEST],
  },
  {
    ids: ['TK-09'],
    file: QUIRKS,
    from: "const told = scopeInRedirect ? response.get('scope') : null",
    to: "const told = response.get('scope')",
    says: 'the redirect of any provider says what was granted',
    tests: [QUIRKS_TEST],
  },
  {
    ids: ['PF-06'],
    file: QUIRKS,
    from: 'body: JSON.stringify(Object.fromEntries(form))',
    to: 'body: form',
    says: 'a vendor that takes JSON is sent a form',
    tests: [JOURNEY],
  },
  {
    ids: ['RV-01'],
    file: REVOCATION,
    from: 'if (ok && error === undefined) return true',
    to: 'if (ok) return true',
    says: 'an error with status 200 counts as revoked',
    tests: [REVOCATION_TEST],
  },
  {
    ids: ['RV-01'],
    file: REVOCATION,
    from: 'if ((status === 401 && !asClient) ||',
    to: 'if (status === 401 ||',
    says: 'a refused program counts as a dead token',
    tests: [REVOCATION_TEST],
  },
  {
    ids: ['PF-06'],
    file: REVOCATION,
    from: 'const only = revokesOnce?.token',
    to: 'const only = undefined',
    says: 'a token is revoked whose grant has ended already',
    tests: [JOURNEY],
  },
  {
    ids: ['PF-06'],
    file: 'connect/start.ts',
    from: 'scopeParameter: quirks.scopeAskedAs?.parameter',
    to: 'scopeParameter: undefined',
    says: 'a person’s scope is asked for as a bot’s',
    tests: [JOURNEY],
  },
  {
    ids: ['PF-06'],
    file: 'connect/start.ts',
    from: 'withoutPkce: quirks.withoutPkce !== undefined',
    to: 'withoutPkce: false',
    says: 'PKCE is sent to a vendor that refuses it',
    tests: [JOURNEY],
  },
  {
    ids: ['RV-01'],
    file: REVOCATION,
    from: 'const live = isByAccess && isOver ? await refreshed(options) : tokenSet',
    to: 'const live = tokenSet as TokenSet | undefined',
    says: 'an access token that is over counts as the end of the grant',
    tests: [RECORDS_TEST],
  },
]
