/*
 * Changes to what is kept and sent of an account: token sets, refreshing, disconnecting.
 */
import type { Mutation } from './mutation.ts'

const CONNECTION = 'connect/connection.ts'
const FRESH = 'vault/fresh-token-set.ts'
const VAULT = 'vault/token-vault.ts'
const RECORD = 'connect/user-record.ts'
const ACCOUNTS = 'test/journeys/connect-accounts.test.ts'
const ENDED = 'test/journeys/connect-ended.test.ts'
const TOKENS = 'test/journeys/connect-tokens.test.ts'
const FRESH_TEST = 'src/vault/fresh-token-set.test.ts'
const VAULT_TEST = 'src/vault/token-vault.test.ts'
const STORES = 'test/contract/sqlite-stores.test.ts'

/** Changes to what is kept and sent of an account. */
export const TOKEN_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['TU-01'],
    file: 'providers/account-request.ts',
    from: 'apiOrigins.includes(url.origin) && ',
    to: '',
    says: 'the token goes to any origin',
    tests: [TOKENS, 'src/providers/account-request.test.ts'],
  },
  {
    ids: ['TU-01'],
    file: 'providers/account-request.ts',
    from: " && url.username === ''",
    to: '',
    says: 'a user name in the URL passes',
    tests: [TOKENS],
  },
  {
    ids: ['TU-02'],
    file: CONNECTION,
    from: 'Object.assign(Object.create(connectionPrototype) as Connection, shown)',
    to: 'Object.assign({}, shown)',
    says: 'a connection passes for plain data',
    tests: [TOKENS],
  },
  {
    ids: ['TU-02', 'LG-02'],
    file: 'oauth/redacted.ts',
    from: '...Object.fromEntries(present.map(([name, secret]) => [name, { get: () => secret }])),',
    to: '...Object.fromEntries(present.map(([name, value]) => [name, { value, enumerable: true }])),',
    says: 'a token stands in sight of whoever spreads its object',
    tests: ['src/oauth/token-set.test.ts'],
  },
  {
    ids: ['TU-03'],
    file: 'store/sqlite-connections.ts',
    from: 'WHERE session_key = ? ORDER BY connected_at',
    to: 'WHERE ? IS NOT NULL ORDER BY connected_at',
    says: 'a session is shown the connections of all',
    tests: ['test/journeys/session-apart.test.ts', STORES],
  },
  {
    ids: ['TU-03'],
    file: 'store/sqlite-authorizations.ts',
    from: '    if (connection !== undefined && connection.sessionKey !== sessionKey) throw foreignConnection()\n',
    to: '',
    says: 'an account is linked to a session that did not ask for it',
    tests: [STORES],
  },
  {
    ids: ['MX-11'],
    file: RECORD,
    from: 'return { provider: key.provider, subjectIndex: key.subjectIndex }',
    to: "return { provider: key.provider, subjectIndex: 'all' }",
    says: 'all accounts share one record',
    tests: [ACCOUNTS],
  },
  {
    ids: ['RF-01'],
    file: 'oauth/token-request.ts',
    from: 'refreshToken: fresh.refreshToken ?? refreshToken,',
    to: "refreshToken: fresh.refreshToken ?? (refreshToken === '' ? refreshToken : undefined),",
    says: 'a refresh token that the answer leaves out is forgotten',
    tests: ['src/oauth/token-request.refresh.test.ts'],
  },
  {
    ids: ['RF-02'],
    file: FRESH,
    from: '  if (underWay !== undefined) return underWay\n',
    to: '',
    says: 'callers of one process do not share a refresh',
    tests: [TOKENS, FRESH_TEST],
  },
  {
    ids: ['RF-02', 'RF-03'],
    file: FRESH,
    from: 'takeLease(leaseOf(key), vault.owner,',
    to: 'takeLease(leaseOf(key) + vault.owner, vault.owner,',
    says: 'there is no lease between processes',
    tests: [TOKENS, FRESH_TEST],
  },
  {
    ids: ['RF-03'],
    file: FRESH,
    from: 'vault.sessions.renewLease(lease, vault.clock() + LEASE_MS).catch(() => {})',
    to: '',
    says: 'the lease is not prolonged',
    tests: [FRESH_TEST],
    throws: /being renewed when this program was stopped/,
  },
  {
    ids: ['RF-02', 'RF-03'],
    file: FRESH,
    from: 'if (opened?.generation === due)\n',
    to: 'if (opened !== undefined)\n',
    says: 'the store is not looked at again under the lease',
    tests: [FRESH_TEST],
  },
  {
    ids: ['RF-03', 'RF-04'],
    file: 'store/memory-users.ts',
    from: 'if (tokenSets.get(tokenSetName(record))?.generation !== over) return false',
    to: 'if (tokenSets.get(tokenSetName(record))?.generation === record.generation + 9) return false',
    says: 'whoever is late overwrites what was written meanwhile',
    tests: [FRESH_TEST],
    throws: /no longer accepts/,
  },
  {
    ids: ['RF-06'],
    file: FRESH,
    from: 'tokenSet.expiresAt - MARGIN_SECONDS > now / 1000',
    to: 'tokenSet.expiresAt > now / 1000',
    says: 'a token is used until the second in which it ends',
    tests: [FRESH_TEST],
  },
  {
    ids: ['RF-06'],
    file: CONNECTION,
    from: 'if (!isTokenRefused(response, provider) || rejected !== undefined || !isRepeatable)',
    to: 'if (response !== undefined)',
    says: 'a token that the API refuses is not refreshed',
    tests: [TOKENS],
  },
  {
    ids: ['RF-04', 'RF-05'],
    file: FRESH,
    from: "await markDead(vault, key, opened, presented > 1 ? 'interrupted' : 'refused')\n      note('ended')\n      return undefined",
    to: 'throw needsReconnect(_title)',
    says: 'nobody notes that a grant is dead',
    tests: [FRESH_TEST],
  },
  {
    ids: ['RF-05'],
    file: 'connect/connect.ts',
    from: "standing?.status === 'good' && isScopeWithin",
    to: 'standing !== undefined && isScopeWithin',
    says: 'a dead grant passes for a connection',
    tests: [ENDED],
  },
  {
    ids: ['RF-08'],
    file: FRESH,
    from: '    if (generation !== rejected && endsAt * 1000 > vault.clock()) return opened\n',
    to: '',
    says: 'the old token is not used while it lasts',
    tests: [FRESH_TEST],
    throws: /answered with status 503/,
  },
  {
    ids: ['one grant per account'],
    file: VAULT,
    from: '!isScopeWithin(present.scope, tokenSet.scope)',
    to: "present.provider === ''",
    says: 'any consent replaces the one that is there',
    tests: [VAULT_TEST],
    fails: /keeps \[/,
  },
  {
    ids: ['one grant per account'],
    file: VAULT,
    from: '!isScopeWithin(present.scope, tokenSet.scope)',
    to: "present.provider === ''",
    says: 'any consent replaces that of another browser',
    tests: [ACCOUNTS],
    fails: /in a second browser leaves the first one/,
  },
  {
    ids: ['CR-03'],
    file: 'store/user-store.ts',
    from: "return ['token_sets', provider, clientId, subjectIndex, String(generation)]",
    to: "return ['token_sets']",
    says: 'a token set is not bound to its place',
    tests: [VAULT_TEST],
  },
  {
    ids: ['RV-01'],
    file: 'connect/disconnect.ts',
    from: 'if (await world.users.forgetTokenSet(record, opened.generation)) return kept',
    to: 'return kept',
    says: 'disconnecting keeps the token set',
    tests: [ENDED],
  },
  {
    ids: ['RV-01'],
    file: 'connect/disconnect.ts',
    from: "    if (isThroughlineError(error, 'oauth.unavailable')) return false\n    world.report(error)\n",
    to: "    if (isThroughlineError(error, 'oauth.unavailable') || error !== undefined) throw error\n",
    says: 'a revocation that fails fails the disconnecting',
    tests: [ENDED],
  },
  {
    ids: ['RV-01'],
    file: 'oauth/revocation.ts',
    from: "  if (refreshToken !== undefined) await revoke(request, refreshToken, 'refresh_token')\n",
    to: '',
    says: 'the refresh token is not revoked',
    tests: ['src/oauth/revocation.test.ts'],
  },
  {
    ids: ['RV-02'],
    file: FRESH,
    from: 'if (await saveGeneration(vault, key, tokenSet, generation)) {',
    to: 'if ((await saveGeneration(vault, key, tokenSet, generation)) || (await saveGeneration(vault, key, tokenSet, undefined))) {',
    says: 'a refresh under way brings back what was dropped',
    tests: [FRESH_TEST, TOKENS],
  },
]
