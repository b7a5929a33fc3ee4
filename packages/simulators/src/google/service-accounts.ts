/*
 * Service accounts: their keys are made when they are made, and only the public half stays here.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'

import { createHex, type RandomBytes } from '../simulator/random-text.ts'

/** A service account as the simulator knows it. */
export interface ServiceAccount {
  /** Its address, with which spreadsheets are shared. */
  readonly email: string
  /** The project that its requests are counted for. */
  readonly projectId: string
  readonly projectNumber: string
  readonly clientId: string
  /** The public half of the key in force. */
  readonly publicKey: KeyObject
  readonly keyId: string
}

/** A service account as its owner has it. */
export interface CreatedAccount {
  readonly email: string
  readonly projectId: string
  /** The text of its key file. Holds the private key. */
  readonly keyFile: string
}

const KEY_BITS = 2048

/**
 * Makes a service account, or a new key for one.
 *
 * @param tokenUri Where the key file says that tokens are given.
 */
export function createServiceAccount(
  random: RandomBytes,
  named: Pick<ServiceAccount, 'email' | 'projectId' | 'projectNumber' | 'clientId'>,
  tokenUri: string,
): { readonly account: ServiceAccount; readonly created: CreatedAccount } {
  const { email, projectId, clientId } = named
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: KEY_BITS })
  const keyId = createHex(random, 40)
  const file = {
    type: 'service_account',
    project_id: projectId,
    private_key_id: keyId,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: email,
    client_id: clientId,
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: tokenUri,
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(email)}`,
    universe_domain: 'googleapis.com',
  }
  const keyFile = `${JSON.stringify(file, null, 2)}\n`
  return { account: { ...named, publicKey, keyId }, created: { email, projectId, keyFile } }
}

/** Names a service account after its project, as Google does. */
export function nameAccount(
  random: RandomBytes,
  { name, projectId }: { readonly name: string; readonly projectId: string },
): Pick<ServiceAccount, 'email' | 'projectId' | 'projectNumber' | 'clientId'> {
  return {
    email: `${name}@${projectId}.iam.gserviceaccount.com`,
    projectId,
    projectNumber: digits(random, 12),
    clientId: digits(random, 21),
  }
}

function digits(random: RandomBytes, count: number): string {
  return Array.from(random(count), (byte, index) =>
    index === 0 ? 1 + (byte % 9) : byte % 10,
  ).join('')
}
