/*
 * Changes to what was found by attacking the way between a person, a provider and the store: races of flows in a session
 * that somebody planted, what is on its way when a session ends, issuers and accounts that look alike.
 */
import type { Mutation } from './mutation.ts'

const AUTHORIZATIONS = 'store/sqlite-authorizations.ts'
const STORES = 'test/contract/sqlite-stores.test.ts'
const PLANTED = 'test/journeys/session-planted.test.ts'
const MIXED = 'test/journeys/connect-mixed.test.ts'
const TOKENS = 'test/journeys/connect-tokens.test.ts'

/** Changes to what attacks have found. */
export const ATTACKED_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['AT-10'],
    file: AUTHORIZATIONS,
    from: 'AND other.deadline > ?3)',
    to: 'AND other.deadline > ?3 AND ?3 < 0)',
    says: 'two flows of one session are exchanged at once',
    tests: [PLANTED, STORES],
  },
  {
    ids: ['AT-10'],
    file: AUTHORIZATIONS,
    from: 'WHERE key = mine.session_key AND cookie_hash = ?4)',
    to: 'WHERE key = mine.session_key AND ?4 IS NOT NULL)',
    says: 'a flow is claimed under a cookie id that was replaced',
    tests: [STORES],
  },
  {
    ids: ['AT-10'],
    file: AUTHORIZATIONS,
    from: 'if (rotation !== undefined && !rotate(sessionKey, rotation)) return undefined',
    to: 'if (rotation !== undefined) rotate(sessionKey, rotation)',
    says: 'an account is linked although the cookie id was replaced meanwhile',
    tests: [STORES],
  },
  {
    ids: ['CB-13'],
    file: AUTHORIZATIONS,
    from: "entry?.status !== 'exchanging' || (entry.deadline ?? 0) <= now",
    to: "entry?.status !== 'exchanging'",
    says: 'an exchange that was told to have failed connects after all',
    tests: [STORES, 'test/journeys/connect-once.test.ts'],
  },
  {
    ids: ['SE-07'],
    file: 'server/while-signed-in.ts',
    from: ' throw signedOut()\n',
    to: ' lookedAt = now\n',
    says: 'a file that is on its way is sent on after signing out',
    tests: ['test/journeys/session-sending.test.ts'],
  },
  {
    ids: ['SE-07'],
    file: 'server/handler.ts',
    from: "isThroughlineError(error, 'store.no-session')",
    to: "isThroughlineError(error, 'store.none')",
    says: 'who meets a sign-out is told of a fault',
    tests: ['test/journeys/session-life.test.ts'],
  },
  {
    ids: ['TU-01', 'MX-10'],
    file: 'connect/connect-world.ts',
    from: 'record.subjectIndex === subjectIndexOf(world, registered, account),',
    to: "record.subjectIndex !== '',",
    says: 'a connection counts for whichever issuer the provider has now',
    tests: [MIXED],
  },
  {
    ids: ['TU-01', 'RV-01'],
    file: 'connect/disconnect.ts',
    from: "providers.get(provider)?.provider.authorizationServer.issuer ?? ''",
    to: "providers.has(provider) ? '' : ''",
    says: 'a token is ended at whichever issuer the provider has by then',
    tests: [MIXED],
  },
  {
    ids: ['TU-01'],
    file: 'connect/connection.ts',
    from: 'if (challenge === null) return !redirected',
    to: 'if (challenge === null) return true',
    also: [
      {
        file: 'connect/connection.ts',
        from: '!redirected || api.apiOrigins.includes(new URL(url).origin)',
        to: 'redirected || !redirected || api.title === url',
      },
    ],
    says: 'whoever the API redirects to can end the access',
    tests: [TOKENS],
  },
  {
    ids: ['RV-02'],
    file: 'vault/fresh-token-set.ts',
    from: '=== undefined)\n    await endOrphan(tokenSet)',
    to: '=== undefined)\n    void endOrphan',
    says: 'what a refresh brings after a disconnect lives on at the provider',
    tests: [TOKENS],
  },
  {
    ids: ['RV-01'],
    file: 'providers/revocation.ts',
    from: '    await options.keep?.(fresh)\n',
    to: '',
    says: 'what a revocation has renewed is forgotten where it fails',
    tests: ['test/journeys/connect-ended.test.ts'],
  },
  {
    ids: ['MX-11'],
    file: 'providers/account-request.ts',
    from: ' && !NOBODY.has(subject)',
    to: '',
    says: 'all whose id a record does not find are one account',
    tests: ['src/providers/account-request.test.ts'],
  },
  {
    ids: ['MX-11'],
    file: 'providers/account-request.ts',
    from: ' && subject.isWellFormed()',
    to: '',
    says: 'two subjects are found by one index',
    tests: ['test/journeys/openid-sign-in.test.ts'],
  },
  {
    ids: ['MD-03'],
    file: 'oauth/kept-copy.ts',
    from: 'Math.abs(clock() - at) < milliseconds',
    to: 'clock() - at < milliseconds',
    says: 'a clock that was set back keeps old keys for as long',
    tests: ['src/oauth/kept-copy.test.ts'],
  },
  {
    ids: ['TK-09'],
    file: 'oauth/token-set.ts',
    from: ".flatMap((part) => part.split(' ')))].filter(isScopeName)",
    to: ".flatMap((part) => part.split(' ')))].filter((name) => name !== '')",
    says: 'a granted name that no request can carry is asked for again',
    tests: ['src/oauth/token-set.test.ts', 'test/journeys/connect-scope.test.ts'],
  },
  {
    ids: ['ID-06', 'ID-10'],
    file: 'oauth/sign-in.ts',
    from: "if (email === undefined || email === told['email']) return told",
    to: "if (email === undefined || email !== '') return told",
    says: 'the word about another address makes the signed one verified',
    tests: ['src/oauth/sign-in.test.ts'],
  },
]
