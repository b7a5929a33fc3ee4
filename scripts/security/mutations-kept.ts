/*
 * Changes to what an app keeps of an account, and to what must not be seen of it.
 */
import type { Mutation } from './mutation.ts'

const VAULT = 'vault/token-vault.ts'
const RECORD = 'connect/user-record.ts'
const ACCOUNTS = 'test/journeys/connect-accounts.test.ts'
const CACHED = 'test/journeys/connect-cached.test.ts'
const SECRETS = 'test/journeys/connect-secrets.test.ts'

/** Changes to what an app keeps of an account, and to what must not be seen of it. */
export const KEPT_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['SE-08'],
    file: 'session/cookie.ts',
    from: 'SameSite=Lax',
    to: 'SameSite=Strict',
    says: 'the cookie stays behind on the way back from another site',
    tests: ['src/session/cookie.test.ts'],
  },
  {
    ids: ['P7'],
    file: RECORD,
    from: 'const fields = { ...openRow(world, key, row), ...changes } as Record<string, unknown>',
    to: 'const fields = { ...changes } as Record<string, unknown>',
    says: 'saving overwrites what another browser has saved',
    tests: [ACCOUNTS],
  },
  {
    ids: ['P7'],
    file: RECORD,
    from: 'const isNew = made !== undefined && (await showLongWait(world.users.saveUser(made)))',
    to: 'const isNew = made !== undefined && ((await showLongWait(world.users.saveUser(made))) || made.provider !== undefined)',
    says: 'the loser of a race is new, too',
    tests: [ACCOUNTS],
  },
  {
    ids: ['`cached()`'],
    file: 'connect/cached.ts',
    from: '  if (underWay !== undefined) return underWay\n',
    to: '',
    says: 'callers at once do not share a call',
    tests: [CACHED],
    fails: /callers at once share one call/,
  },
  {
    ids: ['`cached()`'],
    file: 'connect/cached.ts',
    from: 'hashOf(String(fn))',
    to: 'name',
    says: 'functions of one name share results',
    tests: [CACHED],
    fails: /two functions of one name/,
  },
  {
    ids: ['`cached()`'],
    file: 'connect/cached.ts',
    from: 'const flight = outsideRun(() =>',
    to: 'const flight = ((go: () => Flight) => go())(() =>',
    says: 'the function runs inside of the run',
    tests: [CACHED],
    fails: /runs outside of the run/,
  },
  {
    ids: ['`cached()`'],
    file: 'connect/disconnect.ts',
    from: '  await sessions.forgetCached(accountOf(record))\n',
    to: '',
    says: 'disconnecting keeps what was cached',
    tests: [CACHED],
    fails: /disconnecting drops what was kept/,
  },
  {
    ids: ['LG-01', 'CR-01'],
    file: VAULT,
    from: "sealed: seal(vault.ring, 'token-set', place, text, vault.random),",
    to: 'sealed: text,',
    also: [
      {
        file: VAULT,
        from: "const text = open(vault.ring, 'token-set', tokenSetContextOf(record), record.sealed)",
        to: 'const text = record.sealed',
      },
    ],
    says: 'tokens are kept in clear',
    tests: [SECRETS],
  },
  {
    ids: ['LG-01', 'LG-02'],
    file: 'connect/finish.ts',
    from: "if (outcome.kind !== 'declined') world.report(error)",
    to: 'world.report(new Error(String(parameters)))',
    says: 'the log is told the callback',
    tests: [SECRETS],
  },
  {
    ids: ['LG-01', 'LG-02'],
    file: 'oauth/oauth-error.ts',
    from: '      clean = clean.replaceAll(spelling, REDACTED)\n',
    to: '',
    says: 'an echo of the provider is not scrubbed',
    tests: [SECRETS],
  },
  {
    ids: ['LG-01'],
    file: 'server/routes/callback.ts',
    from: 'return redirectResponse(program, page, [',
    to: "return redirectResponse(program, page + '?id=' + cookieId, [",
    says: 'a cookie id stands in an address',
    tests: [SECRETS],
  },
  {
    ids: ['PK-03'],
    file: 'connect/start.ts',
    from: '  return url\n',
    to: "  return url + '&hint=' + codeVerifier\n",
    says: 'the verifier stands in an address',
    tests: [SECRETS],
  },
  {
    ids: ['MX-12'],
    file: 'store/sqlite-authorizations.ts',
    from: "replaces !== true && isTaken(connection) ? 'newcomers' : 'connections'",
    to: "replaces !== true && isTaken(connection) ? 'connections' : 'connections'",
    says: 'another account takes the place of the one that is connected',
    tests: ['test/journeys/connect-newcomer.test.ts', 'test/contract/sqlite-stores.test.ts'],
  },
  {
    ids: ['MX-12'],
    file: 'connect/disconnect.ts',
    from: '  if (!isLast) return\n',
    to: '  if (isLast || !isLast) return\n',
    says: 'the access of the account that was not chosen stays',
    tests: ['test/journeys/connect-newcomer.test.ts'],
  },
  {
    ids: ['RV-02'],
    file: 'server/handler.ts',
    from: '    await dismissAbandoned(program.connect)\n',
    to: '',
    says: 'the access of who was never chosen outlives the session',
    tests: ['test/journeys/connect-newcomer.test.ts'],
  },
  {
    ids: ['MX-12'],
    file: 'store/sqlite-connections.ts',
    from: '    if (referring.get(provider, clientId, subjectIndex) !== undefined) return false\n',
    to: '',
    says: 'an access is ended by which another browser is connected',
    tests: ['test/journeys/connect-newcomer.test.ts', 'test/contract/sqlite-stores.test.ts'],
  },
  {
    ids: ['CR-03'],
    file: 'connect/connect-world.ts',
    from: 'return [sessionKey, provider, slot, clientId, subjectIndex]',
    to: 'return [sessionKey, provider, slot, clientId]',
    says: "the account's index is left out of the place of a sealed account",
    tests: ['test/journeys/session-planted.test.ts'],
  },
  {
    ids: ['CR-03'],
    file: 'connect/pending-authorization.ts',
    from: 'const context = [sessionKey, stateHash]',
    to: 'const context = []',
    also: [
      {
        file: 'connect/pending-authorization.ts',
        from: "open(ring, 'pending-authorization', [sessionKey, stateHash], sealed)",
        to: "open(ring, 'pending-authorization', [], sealed)",
      },
    ],
    says: 'a departure is not bound to its place',
    tests: ['src/connect/pending-authorization.test.ts'],
  },
]
