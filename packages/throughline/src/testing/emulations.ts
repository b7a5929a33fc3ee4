/*
 * The vendors of the catalogue, each as its documentation (and what was seen of it) has it.
 */
import type { EmulatedPerson, Emulation } from './emulation.ts'

const byForm = (path: string) => ({ request: `POST ${path}` })
const GRAPH = 'https://graph.microsoft.com/'
const USER_INFO = 'https://www.googleapis.com/auth/userinfo.'

/** The login of somebody: `ada-example`. */
const loginOf = ({ name }: EmulatedPerson) => name.toLowerCase().replaceAll(' ', '-')
const emailOf = (person: EmulatedPerson) => `${loginOf(person)}@example.com`

/** By the provider's name. */
export const emulations: Readonly<Record<string, Emulation>> = {
  discord: {
    client: 'basic',
    expiresIn: 604_800,
    refresh: 'rotates',
    headers: { 'user-agent': /^DiscordBot \(https:\/\/\S+, [\d.]+\)/ },
    account: {
      path: '/api/v10/users/@me',
      json: (person) => ({
        id: `8035110${person.id}`,
        username: loginOf(person),
        global_name: person.name,
      }),
    },
    revocation: byForm('/api/oauth2/token/revoke'),
  },
  dropbox: {
    client: 'basic',
    expiresIn: 14_400,
    refresh: 'stays',
    refreshNeeds: { parameter: 'token_access_type', value: 'offline' },
    tokens: (plain, { id }, isRefresh) =>
      isRefresh ? plain : { ...plain, account_id: `dbid:AA${id}`, uid: String(id) },
    account: {
      method: 'POST',
      path: '/2/users/get_current_account',
      json: (person) => ({
        account_id: `dbid:AA${person.id}`,
        name: { display_name: person.name, given_name: 'Ada' },
        email: emailOf(person),
        email_verified: true,
      }),
    },
    revocation: {
      request: 'POST /2/auth/token/revoke',
      carries: 'bearer',
      answer: { status: 200 },
    },
  },
  github: {
    client: 'body',
    headers: { 'user-agent': /./, 'x-github-api-version': /^\d{4}-\d{2}-\d{2}$/ },
    scope: {
      answerSeparator: ',',
      written: (name, all) =>
        /^(read:user|user:)/.test(name) && all.includes('user') ? undefined : name,
    },
    error: (error) => ({
      status: 200,
      json: {
        error:
          error === 'invalid_client' ? 'incorrect_client_credentials' : 'bad_verification_code',
        error_description: 'The code passed is incorrect or expired.',
      },
    }),
    account: {
      path: '/user',
      json: (person) => ({ id: person.id, login: loginOf(person), name: person.name, email: null }),
    },
    revocation: {
      request: 'DELETE /applications/test-client/grant',
      carries: 'json-access-token',
      answer: { status: 204 },
    },
  },
  google: {
    client: 'body',
    expiresIn: 3_599,
    refresh: 'stays',
    refreshNeeds: { parameter: 'access_type', value: 'offline' },
    scope: {
      written: (name) => (name === 'email' || name === 'profile' ? `${USER_INFO}${name}` : name),
    },
    account: { path: '/v1/userinfo', json: ({ told }) => ({ sub: told['uri'], ...told }) },
    revocation: { ...byForm('/revoke'), isStrict: true },
  },
  linkedin: {
    client: 'body',
    expiresIn: 5_184_000,
    pkce: 'refused',
    scope: { answerSeparator: ',' },
    tokens: ({ token_type: _, ...rest }) => rest,
    account: {
      path: '/v2/userinfo',
      json: (person) => ({ sub: `aB-${person.id}`, name: person.name, email: emailOf(person) }),
    },
  },
  microsoft: {
    client: 'body',
    expiresIn: 4_500,
    refresh: 'rotates',
    refreshNeeds: { parameter: 'scope', value: 'offline_access' },
    scope: {
      written: (name) => {
        if (name === 'offline_access') return undefined
        return name.startsWith(GRAPH) ? name : `${GRAPH}${name}`
      },
    },
    account: {
      path: '/v1.0/me',
      json: (person) => ({
        id: `0000-${person.id}`,
        displayName: person.name,
        userPrincipalName: emailOf(person),
        mail: null,
      }),
    },
  },
  notion: {
    client: 'basic',
    expiresIn: 3_600,
    isEndUntold: true,
    refresh: 'rotates',
    pkce: 'ignored',
    isJson: true,
    asked: { owner: 'user' },
    headers: { 'notion-version': /^\d{4}-\d{2}-\d{2}$/ },
    scope: { registered: '', told: 'nowhere' },
    tokens: (plain, { id, name }) => ({
      ...plain,
      bot_id: `bot-${id}`,
      workspace_id: 'ws-1',
      workspace_name: 'Example Works',
      owner: { type: 'user', user: { object: 'user', id: `user-${id}`, name, type: 'person' } },
    }),
    account: {
      path: '/v1/users/me',
      json: ({ id, name }) => ({
        object: 'user',
        id: `bot-${id}`,
        bot: { owner: { user: { name } } },
      }),
    },
    revocation: {
      request: 'POST /v1/oauth/revoke',
      carries: 'json-token',
      answer: { status: 200, json: { request_id: '3c90c3cc' } },
    },
  },
  slack: {
    client: 'basic',
    // As it is with token rotation switched on.
    expiresIn: 43_200,
    refresh: 'rotates',
    pkce: 'ignored',
    scope: { parameter: 'user_scope', separator: ',', answerSeparator: ',' },
    tokens: ({ token_type: _, ...tokens }, { id }, isRefresh) => {
      const own = { ...tokens, token_type: 'user' }
      const team = { id: 'T1', name: 'Example Works' }
      if (isRefresh) return { ok: true, ...own, team }
      return { ok: true, app_id: 'A1', authed_user: { id: `U${id}`, ...own }, team }
    },
    error: (error, isRefresh) => ({
      status: 200,
      json: { ok: false, error: slackError(error, isRefresh) },
    }),
    account: {
      path: '/api/users.profile.get',
      json: (person) => ({
        ok: true,
        profile: { display_name: '', real_name: person.name, email: emailOf(person) },
      }),
      dead: { status: 200, json: { ok: false, error: 'token_expired' } },
    },
    revocation: {
      request: 'POST /api/auth.revoke',
      carries: 'bearer',
      answer: { status: 200, json: { ok: true, revoked: true } },
    },
  },
  spotify: {
    client: 'basic',
    expiresIn: 3_600,
    refresh: 'rotates',
    account: {
      path: '/v1/me',
      json: (person) => ({ id: loginOf(person), display_name: person.name, type: 'user' }),
    },
  },
  strava: {
    client: 'body',
    expiresIn: 21_600,
    refresh: 'rotates',
    pkce: 'ignored',
    scope: { separator: ',', answerSeparator: ',', told: 'redirect' },
    tokens: (plain, person, isRefresh) =>
      isRefresh ? plain : { ...plain, athlete: athleteOf(person) },
    error: (error, isRefresh) => {
      const field = isRefresh ? 'refresh_token' : 'code'
      const wrong = error === 'invalid_client' ? 'client_id' : field
      return {
        status: 400,
        json: {
          message: 'Bad Request',
          errors: [{ resource: 'AuthorizationCode', field: wrong, code: 'invalid' }],
        },
      }
    },
    account: { path: '/api/v3/athlete', json: athleteOf },
    revocation: {
      request: 'POST /oauth/deauthorize',
      carries: 'bearer',
      answer: { status: 200, json: { access_token: 'gone' } },
    },
  },
  vimeo: {
    client: 'basic',
    pkce: 'ignored',
    headers: { accept: /^application\/vnd\.vimeo\.\*\+json;version=3\.4$/, 'user-agent': /./ },
    tokens: (plain, { told }) => ({ ...plain, user: told }),
    error: (error) => ({ json: { error: error === 'invalid_grant' ? 'invalid_request' : error } }),
    account: { path: '/me', json: ({ told }) => told },
    revocation: {
      request: 'DELETE /tokens',
      carries: 'bearer',
      isOfToken: true,
      answer: { status: 204 },
    },
  },
  zoom: {
    client: 'basic',
    expiresIn: 3_599,
    refresh: 'rotates',
    pkce: 'ignored',
    scope: { registered: 'user:read:user meeting:read:meeting' },
    account: {
      path: '/v2/users/me',
      json: (person) => ({
        id: `KDcu-${person.id}`,
        display_name: person.name,
        email: emailOf(person),
      }),
    },
    revocation: {
      ...byForm('/oauth/revoke'),
      answer: { status: 200, json: { status: 'success' } },
    },
  },
}

function athleteOf(person: EmulatedPerson) {
  const [firstname = '', lastname = ''] = person.name.split(' ')
  return { id: 134_815 + person.id, username: loginOf(person), firstname, lastname }
}

function slackError(error: string, isRefresh: boolean): string {
  if (error === 'invalid_client') return 'bad_client_secret'
  return isRefresh ? 'invalid_refresh_token' : 'invalid_code'
}
