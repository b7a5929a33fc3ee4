/*
 * Writes `packages/throughline/src/providers/unverified.ts` from the catalogue of grant (MIT): the OAuth 2 providers whose
 * endpoints are the same for everybody. Run it after grant was updated: `node scripts/unverified-providers.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './modules.ts'

/** Where the data is written. */
export const UNVERIFIED_FILE = 'packages/throughline/src/providers/unverified.ts'

interface Entry {
  readonly oauth: number
  readonly authorize_url: string
  readonly access_url: string
  readonly scope_delimiter?: string
}

interface Profile {
  readonly profile_url?: string
}

/** The file as it should be, for the version of grant that is installed. */
export function unverifiedFile(root: string): string {
  const folder = join(root, 'node_modules/grant')
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const entries = JSON.parse(read('config/oauth.json')) as Readonly<Record<string, Entry>>
  const profiles = JSON.parse(read('config/profile.json')) as Readonly<Record<string, Profile>>
  const { version } = JSON.parse(read('package.json')) as { readonly version: string }
  const lines = Object.entries(entries).flatMap(([name, entry]) => {
    const { oauth, authorize_url: authorize, access_url: token, scope_delimiter: separator } = entry
    if (oauth !== 2 || !isFixed(authorize) || !isFixed(token)) return []
    const profile = profiles[name]?.profile_url ?? ''
    // Where grant has no separator, it joins by a comma.
    const joins = separator === ' ' ? 'space' : (separator ?? ',')
    return [[name, authorize, token, joins, isFixed(profile) ? profile : '-'].join(' ')]
  })
  return template(version, read('LICENSE').trim(), lines)
}

/** The same for everybody, over TLS, and with nothing that our own requests would add. */
function isFixed(url: string): boolean {
  return /^https:\/\/[^\s[\]`\\]+$/.test(url)
}

function template(version: string, license: string, lines: readonly string[]): string {
  return `/*
 * Endpoints of providers that nobody here has checked: taken from the catalogue of grant ${version} by
 * scripts/unverified-providers.ts, for \`throughline providers\` to show. Some are out of date. Never used as they are.
 *
${license
  .split('\n')
  .map((line) => ` * ${line}`.trimEnd())
  .join('\n')}
 */

/** A provider that nobody here has checked. */
export interface UnverifiedProvider {
  readonly name: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly scopeSeparator: string
  /** Where the API tells of an account; absent where that is not known. */
  readonly accountUrl?: string
}

/** All of them, by name. */
export function unverifiedProviders(): readonly UnverifiedProvider[] {
  return LINES.trim()
    .split('\\n')
    .map((line) => {
      const [name = '', authorizationEndpoint = '', tokenEndpoint = '', joins, account = '-'] =
        line.split(' ')
      return {
        name,
        authorizationEndpoint,
        tokenEndpoint,
        scopeSeparator: joins === 'space' ? ' ' : (joins ?? ' '),
        ...(account !== '-' && { accountUrl: account }),
      }
    })
}

/** Name, authorization endpoint, token endpoint, what joins the scope, account. */
const LINES = \`
${lines.join('\n')}
\`
`
}

if (process.argv[1] === import.meta.filename) {
  const root = repositoryRoot()
  writeFileSync(join(root, UNVERIFIED_FILE), unverifiedFile(root))
}
