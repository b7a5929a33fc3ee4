/*
 * Changes to what is believed of an issuer: its metadata, its keys, where its endpoints are.
 */
import type { Mutation } from './mutation.ts'

/** Changes to discovery, and to the copies that are kept. */
export const DISCOVERY_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['MX-08'],
    file: 'oauth/discovery.ts',
    from: "metadata['issuer'] !== issuer",
    to: "new URL(String(metadata['issuer']), issuer).href !== new URL(issuer).href",
    says: 'the issuer is compared as a URL',
    tests: ['src/oauth/discovery.test.ts'],
  },
  {
    ids: ['SS-02'],
    file: 'oauth/discovery.ts',
    from: '    assertOwn(assertEndpoint(url, name), name, issuer, endpointOrigins)\n',
    to: '    assertEndpoint(url, name)\n',
    says: 'endpoints may be anywhere',
    tests: ['src/oauth/discovery.test.ts'],
  },
  {
    ids: ['SS-02'],
    file: 'oauth/discovery.ts',
    from: 'allowPrivateDomains: true',
    to: 'allowPrivateDomains: false',
    says: 'neighbours below a public suffix are one',
    tests: ['src/oauth/discovery.test.ts'],
  },
  {
    ids: ['MD-01'],
    file: 'oauth/discovery.ts',
    from: "pathname.replace(/\\/$/, '')",
    to: 'pathname',
    says: 'a final slash of the issuer stays',
    tests: ['src/oauth/discovery.test.ts'],
  },
  {
    ids: ['MD-02'],
    file: 'oauth/discovery.ts',
    from: 'if (status !== 200)',
    to: 'if (status === 404)',
    says: 'an answer of any status but 404 is read',
    tests: ['src/oauth/discovery.test.ts'],
  },
  {
    ids: ['MD-03'],
    file: 'oauth/kept-copy.ts',
    from: 'underWay ??= ',
    to: 'underWay = ',
    says: 'each of those who ask at once reads',
    tests: ['src/oauth/kept-copy.test.ts'],
  },
  {
    ids: ['MD-03'],
    file: 'oauth/kept-copy.ts',
    from: 'if (copy === undefined) throw error',
    to: 'if (error) throw error',
    says: 'a failed reading loses the copy',
    tests: ['src/oauth/kept-copy.test.ts'],
    throws: /^Error: down/,
  },
  {
    ids: ['MD-03'],
    file: 'oauth/kept-copy.ts',
    from: 'copy === undefined || !wasJustTried()',
    to: 'true',
    says: 'every unknown kid reads the keys',
    tests: ['src/oauth/id-token.test.ts', 'src/oauth/kept-copy.test.ts'],
  },
  {
    ids: ['MX-10'],
    file: 'providers/server-access.ts',
    from: '  const keySets = new Map<string, KeySet>()\n',
    to: '',
    also: [
      {
        file: 'providers/server-access.ts',
        from: '/** Makes the access',
        to: 'const keySets = new Map<string, KeySet>()\n\n/** Makes the access',
      },
    ],
    says: 'providers share key sets',
    tests: ['src/providers/server-access.test.ts'],
    throws: /not to be reference-equal/,
  },
  {
    ids: ['MD-04'],
    file: 'server/provider-check.ts',
    from: "if (!isThroughlineError(error, 'oauth.unavailable')) throw error",
    to: '',
    says: 'wrong metadata is only logged',
    tests: ['src/server/provider-check.test.ts'],
  },
]
