/*
 * Who the program is at Google: a service account, from the JSON file that its owner downloads.
 *
 * Nothing here may print the private key, not even that of a malformed file.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { ThroughlineError } from '../base/error.ts'
import { memberOf, readJsonObject } from '../oauth/plain-json.ts'

/** A service account's key file, read. */
export interface ServiceAccount {
  /** Whom the sheet is shared with. */
  readonly email: string
  readonly privateKey: KeyObject
  readonly tokenUri: string
}

/**
 * Reads a key file.
 *
 * @param text JSON as Google's console makes it: `type`, `client_email`, `private_key`, `token_uri`.
 * @param source Where the text came from, for the message.
 * @throws `sheet.bad-key-file`, whose message names the member that is wrong and repeats nothing of it.
 * @see https://developers.google.com/identity/protocols/oauth2/service-account
 */
export function parseServiceAccount(text: string, source: string): ServiceAccount {
  const read = readJsonObject(Buffer.from(text))
  if ('fault' in read) throw badKeyFile(source, read.fault)
  const { object } = read
  if (object['type'] !== 'service_account') {
    throw badKeyFile(
      source,
      'its "type" is not "service_account" (an OAuth client file has another)',
    )
  }
  const email = textOf(object, 'client_email', source)
  const tokenUri = textOf(object, 'token_uri', source)
  return { email, tokenUri, privateKey: readKey(textOf(object, 'private_key', source), source) }
}

function textOf(object: object, name: string, source: string): string {
  const value = memberOf(object, name)
  if (typeof value === 'string' && value !== '') return value
  throw badKeyFile(source, `it has no text "${name}"`)
}

function readKey(pem: string, source: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // The parser's own message may quote the text.
  }
  throw badKeyFile(source, 'its "private_key" is no RSA key in PEM (were its line breaks lost?)')
}

function badKeyFile(source: string, fault: string): ThroughlineError {
  const message =
    `${source} is not a service account's key file: ${fault}. In the Google Cloud console, under the service ` +
    'account, "Keys", "Add key", "JSON" makes one.'
  return new ThroughlineError('sheet.bad-key-file', message, { attribution: 'operator' })
}
