/*
 * Authorization codes and access tokens that the simulator has given out, and their ends: use, age,
 * idleness, revocation. Knows nothing of HTTP. State is in memory, and in a file where one is given.
 */
import type { SamplePerson } from './people.ts'
import { createHex, type RandomBytes } from '../simulator/random-text.ts'
import type { VimeoPlan, VimeoSwitches } from './switches.ts'

/** What a person agreed to on the consent page, bound to one code. */
export interface AuthorizationCode {
  /** The code: 40 hexadecimal digits. */
  readonly code: string
  /** Who agreed. */
  readonly person: SamplePerson
  /** What they granted. */
  readonly scope: readonly string[]
  /** The redirect URI that the code was sent to. */
  readonly redirectUri: string
  /** Whether the authorization request named that redirect URI; if so the token request must too. */
  readonly isRedirectUriNamed: boolean
  /** PKCE S256 challenge, when the client sent one. */
  readonly codeChallenge?: string
  /** When the code was made, in milliseconds. */
  readonly createdAt: number
}

/** One access token. */
export interface AccessToken {
  /** The token: 32 hexadecimal digits. */
  readonly token: string
  /** Whose it is; absent for client credentials. */
  readonly person?: SamplePerson
  /** What it may do. */
  readonly scope: readonly string[]
  /** The person's plan when the token was made. */
  readonly planWhenMade: VimeoPlan
  /** When it ends, in milliseconds; absent for tokens that stay. */
  readonly expiresAt?: number
  /** Given together with an expiry only. Taken where the switch `refreshGrant` says so. */
  readonly refreshToken?: string
}

/** A token as it is kept. */
export interface KeptToken extends AccessToken {
  /** In milliseconds. In a file it may be older than the last use. */
  lastUsedAt: number
}

/** Everything that was given out and has not ended. */
export interface GrantsSnapshot {
  readonly codes: readonly AuthorizationCode[]
  readonly tokens: readonly KeptToken[]
}

/** A place that keeps grants. */
export interface GrantsFile {
  /** Reads what was kept: nothing when there is no file yet. */
  load(): GrantsSnapshot
  /** Keeps this in place of what was kept before. */
  save(snapshot: GrantsSnapshot): void
}

/** The codes and tokens of one running simulator. */
export class Grants {
  readonly #now: () => Date
  readonly #random: RandomBytes
  readonly #codes = new Map<string, AuthorizationCode>()
  readonly #tokens = new Map<string, KeptToken>()
  readonly #file: GrantsFile | undefined

  constructor(now: () => Date, random: RandomBytes, file?: GrantsFile) {
    this.#now = now
    this.#random = random
    this.#file = file
    const { codes = [], tokens = [] } = file?.load() ?? {}
    for (const code of codes) this.#codes.set(code.code, code)
    for (const token of tokens) this.#tokens.set(token.token, token)
  }

  /** Makes a code for a person's consent. */
  createCode(consent: Omit<AuthorizationCode, 'code' | 'createdAt'>): AuthorizationCode {
    const code = { ...consent, code: createHex(this.#random, 40), createdAt: this.#time() }
    this.#codes.set(code.code, code)
    this.#save()
    return code
  }

  /** Finds a code that is neither used nor older than `codeSeconds`. */
  findCode(code: string, codeSeconds: number): AuthorizationCode | undefined {
    const found = this.#codes.get(code)
    if (found === undefined) return undefined
    return this.#time() - found.createdAt < codeSeconds * 1000 ? found : undefined
  }

  /** Makes a token from a code, which is used up by that. */
  redeemCode(code: AuthorizationCode, switches: VimeoSwitches): AccessToken {
    this.#codes.delete(code.code)
    return this.createToken(code, switches)
  }

  /** Makes a token in place of the one that a refresh token came with; undefined where that is none that is kept. */
  redeemRefreshToken(refreshToken: string, switches: VimeoSwitches): AccessToken | undefined {
    const former = this.#tokens.values().find((token) => token.refreshToken === refreshToken)
    if (former === undefined) return undefined
    this.#tokens.delete(former.token)
    return this.createToken(former, switches)
  }

  /** Makes a token of the implicit grant. It ends soon, and nothing comes after it. */
  createImplicitToken(
    granted: { readonly person: SamplePerson; readonly scope: readonly string[] },
    switches: VimeoSwitches,
  ): AccessToken {
    return this.#keepToken({
      token: createHex(this.#random, switches.tokenDigits),
      ...granted,
      planWhenMade: switches.plan,
      expiresAt: this.#time() + switches.implicitSeconds * 1000,
    })
  }

  /**
   * Makes a token: for a person, or for the client alone where no person is given.
   *
   * @param prefix What it begins with (nothing).
   */
  createToken(
    granted: { readonly person?: SamplePerson; readonly scope: readonly string[] },
    switches: VimeoSwitches,
    prefix = '',
  ): AccessToken {
    const { tokenSeconds, tokenDigits, plan } = switches
    return this.#keepToken({
      token: `${prefix}${createHex(this.#random, tokenDigits)}`,
      ...(granted.person && { person: granted.person }),
      scope: granted.scope,
      planWhenMade: plan,
      ...(tokenSeconds !== null && {
        expiresAt: this.#time() + tokenSeconds * 1000,
        refreshToken: createHex(this.#random, 40),
      }),
    })
  }

  /**
   * Finds a living token and counts that as a use. One idle too long is deleted; one past its age stays for its
   * refresh token alone.
   */
  useToken(token: string, inactiveSeconds: number | null): AccessToken | undefined {
    const found = this.#tokens.get(token)
    if (found === undefined) return undefined
    const isIdle =
      inactiveSeconds !== null && this.#time() - found.lastUsedAt >= inactiveSeconds * 1000
    const isExpired = found.expiresAt !== undefined && this.#time() >= found.expiresAt
    if (isIdle) this.revokeToken(token)
    if (isIdle || isExpired) return undefined
    found.lastUsedAt = this.#time()
    return found
  }

  /** How many tokens of a person have not been ended. */
  countTokens(personUri: string): number {
    return [...this.#tokens.values()].filter(({ person }) => person?.uri === personUri).length
  }

  /** Ends one token. */
  revokeToken(token: string): void {
    this.#tokens.delete(token)
    this.#save()
  }

  /** Ends all tokens and unused codes of a person, as disconnecting the app in their settings does. */
  revokePerson(personUri: string): void {
    for (const [token, { person }] of this.#tokens)
      if (person?.uri === personUri) this.#tokens.delete(token)
    for (const [code, { person }] of this.#codes)
      if (person.uri === personUri) this.#codes.delete(code)
    this.#save()
  }

  #keepToken(token: AccessToken): AccessToken {
    this.#tokens.set(token.token, { ...token, lastUsedAt: this.#time() })
    this.#save()
    return token
  }

  #save(): void {
    this.#file?.save({ codes: [...this.#codes.values()], tokens: [...this.#tokens.values()] })
  }

  #time(): number {
    return this.#now().getTime()
  }
}
