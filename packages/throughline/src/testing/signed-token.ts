/*
 * Signed tokens as an issuer makes them, and as nobody should: any header, any claims, any key. By Node's own
 * cryptography, so that what verifies them is not what made them.
 */
import {
  constants,
  createHmac,
  createHash,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto'

/** A key of an issuer. */
export interface SigningKey {
  /** How it signs: `RS256`, `ES256`, … */
  readonly algorithm: string
  readonly privateKey: KeyObject
  /** The public key as it stands in a key set. */
  readonly jwk: Readonly<Record<string, unknown>>
}

/** What goes into a token. */
export interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>
  /** Claims, or a text that stands in their place as it is. */
  readonly claims: Readonly<Record<string, unknown>> | string
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** Makes a key: `RS256`, `PS256`, `ES256`, `EdDSA` and their like. */
export function createSigningKey(
  algorithm: string,
  kid: string | undefined = `key-${algorithm}`,
  modulusLength = 2048,
): SigningKey {
  const namedCurve = CURVES[algorithm]
  const { privateKey, publicKey } =
    algorithm === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : namedCurve === undefined
        ? generateKeyPairSync('rsa', { modulusLength })
        : generateKeyPairSync('ec', { namedCurve })
  const jwk = publicKey.export({ format: 'jwk' })
  return {
    algorithm,
    privateKey,
    jwk: { ...jwk, use: 'sig', alg: algorithm, ...(kid !== '' && { kid }) },
  }
}

/** Signs what it is given, as it is given. */
export function signToken({ header, claims }: TokenParts, { privateKey }: SigningKey): string {
  const input = `${encode(header)}.${encode(claims)}`
  const bytes = Buffer.from(input)
  const algorithm = String(header['alg'])
  const hash = `sha${/\d+$/.exec(algorithm)?.[0] ?? '256'}`
  const signature = () => {
    switch (algorithm.slice(0, 2)) {
      case 'PS':
        return sign(hash, bytes, {
          key: privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
        })
      case 'ES':
        return sign(hash, bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      case 'Ed':
        return sign(null, bytes, privateKey)
      default:
        return sign(hash, bytes, privateKey)
    }
  }
  return `${input}.${signature().toString('base64url')}`
}

/** A token with a MAC in place of a signature, or with none at all. */
export function forgeToken({ header, claims }: TokenParts, secret?: string | Buffer): string {
  const input = `${encode(header)}.${encode(claims)}`
  const mac = secret === undefined ? '' : createHmac('sha256', secret).update(input).digest()
  return `${input}.${Buffer.from(mac).toString('base64url')}`
}

/** The `at_hash` of an access token, or the `c_hash` of a code. */
export function halfHash(value: string, algorithm: string): string {
  const size = /\d+$/.exec(algorithm)?.[0] ?? '512'
  const digest = createHash(`sha${size}`).update(value).digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

function encode(members: Readonly<Record<string, unknown>> | string): string {
  const text = typeof members === 'string' ? members : JSON.stringify(members)
  return Buffer.from(text).toString('base64url')
}
