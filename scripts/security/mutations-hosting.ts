/*
 * Changes to what a program believes of proxies, and to what it tells its operator of requests.
 */
import type { Mutation } from './mutation.ts'

const PROXIES = 'server/trusted-proxies.ts'
const CALLER = 'server/caller-of.ts'
const PROXIES_TEST = 'src/server/trusted-proxies.test.ts'
const CALLER_TEST = 'src/server/caller-of.test.ts'
const OPERATOR = 'test/journeys/operator.test.ts'

/** Changes to hosting. */
export const HOSTING_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['HB-06'],
    file: PROXIES,
    from: 'while (trusts(address)) {',
    to: 'while (hops.length > 0) {',
    says: 'anybody is believed about where a request comes from',
    tests: [PROXIES_TEST, CALLER_TEST],
  },
  {
    ids: ['HB-06'],
    file: PROXIES,
    from: 'const next = hops.pop()',
    to: 'const next = hops.shift()',
    says: 'the address that the person wrote is believed',
    tests: [PROXIES_TEST],
  },
  {
    ids: ['HB-06'],
    file: PROXIES,
    from: 'prefix < 1 ||',
    to: 'prefix < 0 ||',
    says: 'everybody may be named as a proxy',
    tests: [PROXIES_TEST],
  },
  {
    ids: ['HB-06'],
    file: CALLER,
    from: "const given = isProxy ? (headers.get('x-request-id') ?? '') : ''",
    to: "const given = headers.get('x-request-id') ?? ''",
    says: 'anybody names the requests of the log',
    tests: [OPERATOR],
  },
  {
    ids: ['LG-01'],
    file: CALLER,
    from: 'REQUEST_ID.test(given) ? given',
    to: "given !== '' ? given",
    says: 'a request may be called anything',
    tests: [CALLER_TEST],
  },
  {
    ids: ['HB-08'],
    file: PROXIES,
    from: 'let address = unmapped(peer)',
    to: 'let address = peer',
    says: 'an IPv4 address that is written as one of IPv6 is another machine',
    tests: [PROXIES_TEST],
  },
  {
    ids: ['HB-08'],
    file: PROXIES,
    from: '.slice(0, 4).join',
    to: '.slice(0, 8).join',
    says: 'a household of IPv6 is as many as it has addresses',
    tests: [PROXIES_TEST],
  },
  {
    ids: ['DO-04', 'HB-08'],
    file: 'session/admission.ts',
    from: 'this.#allowance.take(network)',
    to: 'this.#allowance.take(undefined)',
    says: 'one network may have all new sessions',
    tests: ['test/journeys/limits.test.ts'],
  },
  {
    ids: ['DO-04', 'HB-08'],
    file: 'connect/start.ts',
    from: 'world.departures.take(facts.sessionKey, facts.network)',
    to: 'world.departures.take(facts.sessionKey)',
    says: 'one network may have all departures',
    tests: ['test/journeys/limits.test.ts'],
  },
  {
    ids: ['LG-05'],
    file: 'server/access.ts',
    from: "const [path = ''] = url.split('?')",
    to: 'const path = url',
    also: [
      {
        file: 'server/route-name.ts',
        from: "{ route: 'other', path: '…' }",
        to: "{ route: 'other', path }",
      },
    ],
    says: 'the whole address is logged',
    tests: [OPERATOR],
  },
  {
    ids: ['LG-05'],
    file: 'server/route-name.ts',
    from: ', path: `',
    to: ', path, also: `',
    says: 'ids of downloads and proofs of links are logged',
    tests: [OPERATOR, 'src/server/route-name.test.ts'],
  },
  {
    ids: ['LG-01'],
    file: 'server/front.ts',
    from: 'meter?.requests.add(route, String(status))',
    to: "meter?.requests.add(incoming.url ?? '', String(status))",
    says: 'addresses are labels of the numbers',
    tests: [OPERATOR],
  },
  {
    ids: ['HB-05'],
    file: 'server/metrics.ts',
    from: '    if (!isNamed || request.method',
    to: '    if (request.method',
    says: 'any name that leads here reads the numbers',
    tests: [OPERATOR],
  },
  {
    ids: ['HB-05'],
    file: 'server/settings.ts',
    from: '  checkHost(env)\n',
    to: '',
    says: 'other machines reach a program that has no address for them',
    tests: ['src/server/settings.test.ts'],
  },
  {
    ids: ['LG-02', 'CR-06'],
    file: 'server/settings.ts',
    from: '  checkNodeEnv(env)\n',
    to: '',
    says: 'a word that is nearly production is none',
    tests: ['src/server/settings.test.ts'],
  },
]
