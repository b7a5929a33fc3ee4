/*
 * What `throughline providers` says: the providers that are known by name, with what an operator must set, and those
 * that nobody here has checked, as a record to paste.
 */
import { CALLBACK_PATH } from '../protocol/paths.ts'
import { catalogue } from '../providers/catalogue.ts'
import { variableOf, type Provider } from '../providers/provider.ts'
import { unverifiedProviders, type UnverifiedProvider } from '../providers/unverified.ts'
import type { Environment } from './environment.ts'

/** More records than this would bury what was looked for. */
const MOST_RECORDS = 3
/** Characters. */
const LINE = 100

/**
 * Lists the providers whose name or title has a text in it; all of them, with what to set, where none is given.
 *
 * @param publicUrl The address that people use, such as `http://127.0.0.1:3000`.
 * @param env The operator's variables: `<NAME>_REDIRECT_PATH` moves a redirect URI.
 */
export function listProviders(publicUrl: string, env: Environment, search = ''): string {
  const wanted = search.toLowerCase()
  const verified = catalogue.filter(({ name, title }) =>
    [name, title.toLowerCase()].some((text) => text.includes(wanted)),
  )
  const known = new Set(catalogue.map(({ name }) => name))
  const others = unverifiedProviders().filter(
    ({ name }) => !known.has(name) && name.includes(wanted),
  )
  const parts = [...verified.map((provider) => describeProvider(provider, publicUrl, env))]
  if (others.length > 0) parts.push(describeUnverified(others, verified.length > 0))
  if (parts.length > 0) return parts.join('\n\n')
  const isSeveral = search.includes(' ')
  return (
    `No provider has "${search}" in its name${isSeveral ? ', which is looked for as one text' : ''}. One of OpenID Connect needs its issuer only, and plain OAuth a record ` +
    'of ten lines: docs/connections.md, "A provider of your own".'
  )
}

function describeProvider(provider: Provider, publicUrl: string, env: Environment): string {
  const { name, title, pages, source, checked, quirks, clientAuthentication } = provider
  const redirectPath = env[variableOf(name, 'REDIRECT_PATH')] || `${CALLBACK_PATH}${name}`
  const variables = [
    variableOf(name, 'CLIENT_ID'),
    ...(clientAuthentication === 'none' ? [] : [variableOf(name, 'CLIENT_SECRET')]),
  ]
  const lines = [
    `${title}: import { ${name} } from 'throughline/providers'`,
    `  set           ${variables.join(', ')}`,
    `  register at   ${pages?.registration ?? ''}`,
    `  redirect URI  ${publicUrl}${redirectPath}`,
    `  scope         ${pages?.scope ?? ''}`,
    ...(quirks.scopeOfRegistration
      ? ['                (set in the registration, not in the script)']
      : []),
    `  compared with ${source} on ${checked}`,
  ]
  return lines.join('\n')
}

function describeUnverified(others: readonly UnverifiedProvider[], isAfter: boolean): string {
  const head = `${isAfter ? 'Further, not' : 'Not'} checked by anybody here, and perhaps out of date`
  if (others.length > MOST_RECORDS) {
    const names = wrap(others.map(({ name }) => name))
    return `${head}; throughline providers NAME shows the record to begin with:\n${names}`
  }
  const records = others.map(toRecordText).join('\n\n')
  return (
    `${head}. Compare each line with the vendor's documentation, name the record in app({ providers: […] }), and ` +
    `set what docs/connections.md, "Register, and choose the redirect URI", says:\n\n` +
    `import type { ProviderRecord } from 'throughline/providers'\n\n${records}`
  )
}

/** A record of an unverified provider, as text to paste into a script. */
export function toRecordText(unverified: UnverifiedProvider): string {
  const { name, authorizationEndpoint, tokenEndpoint, scopeSeparator, accountUrl } = unverified
  const issuer = new URL(authorizationEndpoint).origin
  const account = new URL(accountUrl ?? `${new URL(tokenEndpoint).origin}/me`)
  const said = JSON.stringify
  return [
    `const ${identifierOf(name)}: ProviderRecord = { // unverified`,
    `  name: ${said(name)}, title: ${said(name)}, api: ${said(account.origin)},`,
    `  authorizationServer: { issuer: ${said(issuer)},`,
    `    authorization_endpoint: ${said(authorizationEndpoint)},`,
    `    token_endpoint: ${said(tokenEndpoint)} },`,
    ...(scopeSeparator === ' ' ? [] : [`  scopeSeparator: ${said(scopeSeparator)},`]),
    `  async account({ request }) {`,
    `    const answer = (await (await request(${said(account.pathname + account.search)})).json()) as { id: string; name: string }`,
    `    return { subject: String(answer.id), name: answer.name, claims: {} } // look up which member is the stable id`,
    `  } }`,
  ].join('\n')
}

/** The name of a provider as that of a constant: `my-films` as `myFilms`, `500px` as `_500px`. */
function identifierOf(name: string): string {
  const camel = name.replaceAll(/[^a-z0-9]+(.?)/gi, (_, letter: string) => letter.toUpperCase())
  return /^\d/.test(camel) ? `_${camel}` : camel
}

function wrap(names: readonly string[]): string {
  const lines: string[] = []
  let line = ' '
  for (const name of names) {
    if (line.length + 1 + name.length > LINE) {
      lines.push(line)
      line = ' '
    }
    line += ` ${name}`
  }
  return [...lines, line].join('\n')
}
