/*
 * What went wrong in programs like this one, by the advisories that tell of it: data only.
 */

/** One or several advisories of one fault. */
export interface Advisory {
  /** As tests cite them: `GHSA-…`, `CVE-…`, or what the project calls it. */
  readonly ids: readonly [string, ...string[]]
  readonly project: string
  /** What went wrong there. */
  readonly says: string
  /** Why there is nothing here that it could go wrong with, and so no test. */
  readonly notApplicable?: string
}

type Row = readonly [ids: Advisory['ids'], project: string, says: string, notApplicable?: string]

const ROWS: readonly Row[] = [
  [
    ['GHSA-x445-f3h2-j279'],
    'Auth.js',
    'state, nonce and PKCE were not bound to the provider (CVE-2026-73419)',
  ],
  [['GHSA-8fpg-xm3f-6cx3'], 'Auth.js', 'the error object of a check counted as a session'],
  [['GHSA-xmf8-cvqr-rfgj'], 'Auth.js', 'a malformed header ended in a failure'],
  [['GHSA-7rqj-j65f-68wh'], 'Auth.js', 'an address was checked before Unicode was normalised'],
  [['CVE-2023-48309'], 'NextAuth', 'what was made for a pending flow passed for a session'],
  [['CVE-2023-27490'], 'NextAuth', 'a part of the flow went without its checks'],
  [['CVE-2022-31093'], 'NextAuth', 'an odd address on the way back hung the request'],
  [['CVE-2022-24858', 'CVE-2022-29214'], 'NextAuth', 'the way back led to other origins'],
  [['GHSA-wxw3-q3m9-c3jr'], 'better-auth', 'with state in a cookie and no PKCE, any state passed'],
  [
    ['GHSA-g38m-r43w-p2q7'],
    'better-auth',
    'accounts were linked by an address that nobody had verified',
  ],
  [
    ['CVE-2024-56734', 'CVE-2025-27143', 'CVE-2025-71403'],
    'better-auth',
    'three ways in turn to another origin',
  ],
  [['GHSA-5rr4-8452-hf4v'], 'better-auth', 'endpoints led to private addresses'],
  [['GHSA-392p-2q2v-4372'], 'better-auth', 'refreshes at once forked the tokens'],
  [['GHSA-7w99-5wm4-3g79'], 'better-auth', 'a code was redeemed more than once at once'],
  [
    ['CVE-2026-45337'],
    'better-auth',
    'a device code belonged to nobody',
    'There is no device flow.',
  ],
  [
    ['CVE-2026-45364'],
    'better-auth',
    'spellings of an IPv6 address evaded a limit',
    'Nothing is limited by address.',
  ],
  [['GHSA-2vg6-77g8-24mp'], 'better-auth', 'sessions outlived the end of their user'],
  [
    ['CVE-2025-68158', 'CVE-2026-41425'],
    'Authlib',
    'state was not bound to the browser; mended once, and missed in another place',
  ],
  [['CVE-2025-59420'], 'Authlib', 'critical headers of a signature were passed over'],
  [['CVE-2025-61920'], 'Authlib', 'a signed token could have any size'],
  [['Authlib 1.8'], 'Authlib', '`http://localhost:80@evil.example` counted as this machine'],
  [
    ['CVE-2025-68481', 'CVE-2025-14546', 'CVE-2025-65107'],
    'fastapi-users, fastapi-sso, Langfuse',
    'a state of the attacker passed',
  ],
  [
    ['CVE-2026-81888', 'GHSA-xc49-mgwh-9pjv', 'CVE-2026-12746'],
    'hono, nuxt-auth-utils, Dancer2',
    'a missing state passed',
  ],
  [['CVE-2023-31999'], '@fastify/oauth2', 'one state for the life of a process'],
  [['CVE-2022-25896'], 'passport', 'the session kept its id through a login'],
  [['GHSA-4m3m-ppvx-xgw9'], '@fastify/passport', 'a planted session was logged in'],
  [['GHSA-2ccf-ffrj-m4qw'], '@fastify/passport', 'form tokens outlived a login'],
  [
    ['CVE-2026-40575', 'CVE-2025-64484'],
    'oauth2-proxy',
    'headers of a proxy, in another spelling too, were believed',
  ],
  [
    ['GHSA-5hvv-m4w4-gf6v', 'GHSA-7rh7-c77v-6434'],
    'oauth2-proxy',
    'a header or a query switched the check off',
  ],
  [['GHSA-c5c4-8r6x-56w3'], 'oauth2-proxy', 'an address with two @ passed for one of the domain'],
  [['GHSA-f24x-5g9q-753f'], 'oauth2-proxy', 'a stale cookie was used on at the next login'],
  [
    ['CVE-2022-35918', 'CVE-2024-42474', 'CVE-2026-33682'],
    'Streamlit',
    'paths led out of the folder, and to other machines',
  ],
  [['CVE-2023-27494'], 'Streamlit', 'a text of the request became markup'],
  [
    ['CVE-2026-70474', 'CVE-2026-54305'],
    'Flowise, n8n',
    'credentials were found by their id alone',
  ],
  [['CVE-2026-70478'], 'Flowise', 'an endpoint returned tokens'],
  [['CVE-2026-73308'], 'Budibase', 'a token was sent to the sockets of others'],
  [['CVE-2026-70482'], 'Open WebUI', 'tokens issued to any client were taken'],
  [['CVE-2022-23527'], 'mod_auth_openidc', 'the way back led to other origins'],
  [
    ['CVE-2024-24814'],
    'mod_auth_openidc',
    'a cookie that announced very many parts held up the server',
  ],
  [['CVE-2021-32791'], 'mod_auth_openidc', 'every envelope had the same nonce'],
  [['CVE-2015-9284'], 'OmniAuth', 'a link began a flow'],
  [
    ['user_oidc#1515', 'user_oidc#1537', 'streamlit#15568'],
    'Nextcloud, Streamlit',
    'what was loaded ahead used the flow up',
  ],
]

/** All advisories. */
export const ADVISORIES: readonly Advisory[] = ROWS.map(([ids, project, says, notApplicable]) => ({
  ids,
  project,
  says,
  ...(notApplicable === undefined ? {} : { notApplicable }),
}))
