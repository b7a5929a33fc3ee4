/*
 * The table of docs/providers.md, made of the records; `node scripts/providers-page.ts` writes it there.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '../packages/throughline/src/providers/catalogue.ts'
import type { Provider } from '../packages/throughline/src/providers/provider.ts'
import { repositoryRoot } from './modules.ts'

/** The page. */
export const PROVIDERS_PAGE = 'docs/providers.md'

const BEGIN = '<!-- from the records, by scripts/providers-page.ts -->\n'
const END = '<!-- end -->\n'

/** Quirks that a column of the table already tells. */
const IN_COLUMNS = new Set([
  'pkceUnconfirmed',
  'withoutPkce',
  'tokenNeverExpires',
  'noRefreshToken',
  'refreshRotates',
  'revokesBy',
  'revokesOnce',
  'noRevocation',
  'scopeOfRegistration',
  'scopeAnsweredWith',
])

const separators: Readonly<Record<string, string>> = { ' ': 'space', ',': 'comma' }

/** The page with its generated parts as they should be; the prose between them stays. */
export function withGenerated(page: string): string {
  const parts = [tableOf(catalogue), quirksOf(catalogue)]
  return page.replaceAll(
    new RegExp(`${BEGIN}[\\s\\S]*?${END}`, 'g'),
    () => `${BEGIN}\n${parts.shift() ?? ''}\n${END}`,
  )
}

function tableOf(providers: readonly Provider[]): string {
  const rows = providers.map((provider) => {
    const { name, title, source } = provider
    const cells = [scopeOf(provider), pkceOf(provider), refreshOf(provider), revocationOf(provider)]
    return `| [${title}](${source}) | \`${name}\` | ${cells.join(' | ')} |`
  })
  return [
    '| provider | name | scope joined by | PKCE | refresh | revocation |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function scopeOf({ scopeSeparator = ' ', quirks }: Provider): string {
  if (quirks.scopeOfRegistration) return 'set in the registration'
  const asked = separators[scopeSeparator] ?? scopeSeparator
  const answered = quirks.scopeAnsweredWith?.separator
  return answered === undefined ? asked : `${asked}, ${separators[answered]} in the answer`
}

function pkceOf({ quirks }: Provider): string {
  if (quirks.withoutPkce) return 'left out'
  return quirks.pkceUnconfirmed ? 'sent, unconfirmed' : 'yes'
}

function refreshOf({ quirks }: Provider): string {
  if (quirks.noRefreshToken) return 'none'
  if (quirks.tokenNeverExpires)
    return quirks.refreshRotates ? 'no end, unless it rotates' : 'no end'
  return quirks.refreshRotates ? 'rotates' : 'stays'
}

function revocationOf({ api, authorizationServer, quirks }: Provider): string {
  const { revokesBy, noRevocation } = quirks
  if (noRevocation) return 'none'
  if (revokesBy === undefined) return 'RFC 7009'
  const endpoint =
    'revocation_endpoint' in authorizationServer && authorizationServer.revocation_endpoint
  const url = revokesBy.path === undefined ? String(endpoint) : `${api}${revokesBy.path}`
  return `\`${revokesBy.method} ${url.replace(/^https:\/\/[^/]+/, '')}\``
}

function quirksOf(providers: readonly Provider[]): string {
  return providers
    .map(({ title, quirks, alwaysScope = [], authorizationParameters = {} }) => {
      const lines = Object.entries(quirks)
        .toSorted(([one], [other]) => Number(IN_COLUMNS.has(one)) - Number(IN_COLUMNS.has(other)))
        .map(([quirk, { reason }]) => `- \`${quirk}\`: ${reason}`)
      const always = alwaysScope.map((name) => `\`${name}\``).join(', ')
      if (always !== '') lines.push(`- Always asked for: ${always}.`)
      const parameters = Object.entries(authorizationParameters)
        .map(([name, value]) => `\`${name}=${value}\``)
        .join(', ')
      if (parameters !== '') lines.push(`- The authorization request also has ${parameters}.`)
      return `### ${title}\n\n${lines.join('\n')}\n`
    })
    .join('\n')
}

if (process.argv[1] === import.meta.filename) {
  const file = join(repositoryRoot(), PROVIDERS_PAGE)
  writeFileSync(file, withGenerated(readFileSync(file, 'utf8')))
}
