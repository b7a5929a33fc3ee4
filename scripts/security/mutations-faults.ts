/*
 * Changes to what happens when a provider fails, or a process ends in the middle of asking it.
 */
import type { Mutation } from './mutation.ts'

const DISCONNECT = 'connect/disconnect.ts'
const FRESH = 'vault/fresh-token-set.ts'
const ENDED = 'test/journeys/connect-ended.test.ts'
const FRESH_TEST = 'src/vault/fresh-token-set.test.ts'
const OUTAGE = 'oauth/outage.ts'
const OUTAGE_TEST = 'test/journeys/outage.test.ts'
const OUTCOMES = 'test/faults/outcomes.test.ts'
const KILLED = 'test/journeys/refresh-killed.test.ts'

/** Changes to what a failing provider, or an end in the middle, comes to. */
export const FAULT_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['RF-09'],
    file: FRESH,
    from: 'const presented = await vault.sessions.notePresented(key, due, vault.clock())\n',
    to: 'const presented = Math.min(1, await vault.sessions.notePresented(key, due, vault.clock()))\n',
    says: 'nobody knows of a refresh that was cut short',
    tests: [FRESH_TEST, KILLED],
  },
  {
    ids: ['RF-09'],
    file: FRESH,
    from: 'const MOST_PRESENTATIONS = 2\n',
    to: 'const MOST_PRESENTATIONS = 20\n',
    says: 'a refresh that is cut short each time is tried for ever',
    tests: [FRESH_TEST],
  },
  {
    ids: ['RF-09'],
    file: FRESH,
    from: 'const MOST_PRESENTATIONS = 2\n',
    to: 'const MOST_PRESENTATIONS = 1\n',
    says: 'a refresh that was cut short is not tried again',
    tests: [KILLED],
  },
  {
    ids: ['RF-09'],
    file: FRESH,
    from: "    await vault.sessions.noteAnswered(key, generation)\n    note('refresh-failed')",
    to: "    note('refresh-failed')",
    says: 'an outage counts as a refresh that was cut short',
    tests: [FRESH_TEST],
    throws: /no longer accepts|does not give it out twice/,
  },
  {
    ids: ['RF-09'],
    file: 'store/sqlite-presented.ts',
    from: 'THEN times + 1 ELSE 1 END',
    to: 'THEN 1 ELSE 1 END',
    says: 'the store notes that a token was presented, and not how often',
    tests: ['test/contract/sqlite-stores.test.ts'],
  },
  {
    ids: ['RF-02'],
    file: FRESH,
    from: 'await loadTokenSet(vault, key, { fresh: true }).catch',
    to: 'await loadTokenSet(vault, key).catch',
    says: 'a token is presented by an old copy of the user store',
    tests: [FRESH_TEST],
  },
  {
    ids: ['RV-01'],
    file: DISCONNECT,
    from: "    if (isThroughlineError(error, 'oauth.unavailable')) return false\n",
    to: '',
    says: 'a provider that was down is not told again',
    tests: [ENDED],
  },
  {
    ids: ['RV-01'],
    file: 'server/handler.ts',
    from: '    await retryRevocations(program.connect)\n',
    to: '',
    says: 'nobody tells a provider later what it could not be told',
    tests: [ENDED],
  },
  {
    ids: ['RV-01'],
    file: DISCONNECT,
    from: 'expiresAt: number = world.clock() + GIVE_UP_MS,',
    to: 'expiresAt: number = world.clock() + 9 * GIVE_UP_MS,',
    says: 'a provider is told for days, and the token is kept as long',
    tests: [ENDED],
  },
  {
    ids: ['RV-01'],
    file: DISCONNECT,
    from: 'if (await world.users.forgetTokenSet(record, opened.generation)) return kept',
    to: 'return kept',
    also: [
      {
        file: DISCONNECT,
        from: '  return { revoked }\n',
        to: '  await forgetTokens(world, record)\n  return { revoked }\n',
      },
    ],
    says: 'the token set is kept until the provider has answered',
    tests: [ENDED],
  },
  {
    ids: ['RV-01'],
    file: 'oauth/revocation.ts',
    from: '  if (await isRevoked(request, token, hint)) return\n',
    to: '  if ((await isRevoked(request, token, hint)) || hint !== other) return\n',
    says: 'a kind of token that the server does not revoke is not tried as the other',
    tests: ['src/oauth/revocation.test.ts'],
  },
  {
    ids: ['RV-01'],
    file: 'oauth/revocation.ts',
    from: "  if (refreshToken !== undefined) await revoke(request, refreshToken, 'refresh_token')\n",
    to: '',
    also: [
      {
        file: 'oauth/revocation.ts',
        from: "  await revoke(request, accessToken, 'access_token')\n",
        to: "  await revoke(request, accessToken, 'access_token')\n  if (refreshToken !== undefined) await revoke(request, refreshToken, 'refresh_token')\n",
      },
    ],
    says: 'the access token is revoked before the refresh token',
    tests: ['src/oauth/revocation.test.ts'],
  },
  {
    ids: ['PF-02'],
    file: 'oauth/oauth-error.ts',
    from: 'return status >= 500 || status === 408 ||',
    to: 'return status >= 500 ||',
    says: 'a server that had no time is taken for one that refuses',
    tests: [OUTCOMES],
  },
  {
    ids: ['PF-02'],
    file: 'providers/account-request.ts',
    from: 'if (!isTransient(response.status)) return response',
    to: 'if (response.status > 0) return response',
    says: 'an API that is away is taken for one that names no account',
    tests: [OUTCOMES],
  },
  {
    ids: ['PF-02'],
    file: 'oauth/oauth-error.ts',
    from: "      if (status === 401) return ['oauth.client-rejected', 'operator', CHECK_CLIENT]\n",
    to: '',
    says: 'a 401 with a word of its own is no matter of the registration',
    tests: [OUTCOMES],
  },
  {
    ids: ['PF-03'],
    file: 'connect/finish.ts',
    from: "    if (outcome.kind !== 'declined') world.report(error)\n",
    to: "    if (outcome.kind !== 'declined') throw error\n",
    says: 'an exchange that fails ends in an error of the program',
    tests: ['test/faults/soak.test.ts'],
  },
  {
    ids: ['TK-13'],
    file: OUTAGE,
    from: '    if (pauseMs > 0) throw leftAlone',
    to: '    if (pauseMs < 0) throw leftAlone',
    says: 'a server is asked again before the time that it has named',
    tests: ['src/oauth/outage.test.ts', OUTAGE_TEST],
  },
  {
    ids: ['TK-13'],
    file: OUTAGE,
    from: '(1 + (SPREAD * byte) / 255)',
    to: '1',
    says: 'everybody comes back in the same moment',
    tests: ['src/oauth/outage.test.ts'],
  },
  {
    ids: ['TK-13'],
    file: DISCONNECT,
    from: 'isConfirmed = await registered.outage.ask(async () =>',
    to: 'isConfirmed = await registered.outage.askNow(async () =>',
    says: 'a server that has asked to be left alone is told of each disconnect',
    tests: [OUTAGE_TEST],
  },
  {
    ids: ['PF-04'],
    file: 'connect/start.ts',
    from: '  if (registered.outage.isDown) throw unreachable(provider, undefined)\n',
    to: '',
    says: 'everybody is sent to a provider that is down',
    tests: [OUTAGE_TEST],
  },
  {
    ids: ['PF-04'],
    file: OUTAGE,
    from: "    if (reason === 'status' && ![502, 503, 504].includes(Number(status))) return\n",
    to: '',
    says: 'one person’s requests may make a provider count as down',
    tests: ['src/oauth/outage.test.ts'],
  },
  {
    ids: ['PF-05'],
    file: OUTAGE,
    from: 'return left > most ? 0 : left',
    to: 'return left',
    says: 'a clock that is set back makes a pause longer',
    tests: ['src/oauth/outage.test.ts'],
  },
  {
    ids: ['PF-05'],
    file: FRESH,
    from: '  const giveUpAt = performance.now() + GIVE_UP_MS\n',
    to: '  const giveUpAt = performance.now() + 2 * GIVE_UP_MS\n',
    says: 'whoever waits for another process waits for longer than is said',
    tests: [FRESH_TEST],
    hangs: true,
  },
]
