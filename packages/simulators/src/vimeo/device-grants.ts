/*
 * Codes of devices that have no browser of their own: made for the device, approved by a person elsewhere, polled
 * for by the device. Knows nothing of HTTP and of tokens; in memory only, for they live for minutes.
 *
 * @see RFC 8628 §3
 */
import type { SamplePerson } from './people.ts'
import { createHex, type RandomBytes } from '../simulator/random-text.ts'

/** No letter or digit that is easily taken for another. There are 32. */
const USER_CODE_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const USER_CODE_LENGTH = 5

/** What a person agreed to. */
export interface DeviceConsent {
  readonly person: SamplePerson
  readonly scope: readonly string[]
}

/** The codes of one device. */
export interface DeviceGrant {
  /** What the device polls with: 40 hexadecimal digits. */
  readonly deviceCode: string
  /** What the person types. */
  readonly userCode: string
  /** The scopes asked for, `public` first. */
  readonly scope: readonly string[]
  /** When the codes end, in milliseconds. */
  readonly expiresAt: number
}

/** What a poll finds. */
export type PollOutcome =
  | { readonly kind: 'unknown' | 'expired' | 'denied' | 'pending' | 'too-soon' }
  | { readonly kind: 'approved'; readonly consent: DeviceConsent }

interface KeptGrant extends DeviceGrant {
  polledAt?: number
  decision?: DeviceConsent | 'denied'
}

/** The devices that wait at one running simulator. */
export class DeviceGrants {
  readonly #now: () => Date
  readonly #random: RandomBytes
  readonly #byDeviceCode = new Map<string, KeptGrant>()

  constructor(now: () => Date, random: RandomBytes) {
    this.#now = now
    this.#random = random
  }

  /** Makes the codes of a device. */
  create(scope: readonly string[], seconds: number): DeviceGrant {
    const grant = {
      deviceCode: createHex(this.#random, 40),
      userCode: this.#createUserCode(),
      scope,
      expiresAt: this.#now().getTime() + seconds * 1000,
    }
    this.#byDeviceCode.set(grant.deviceCode, grant)
    return grant
  }

  /** Finds what a person may decide on. Case, spaces and hyphens do not matter. */
  findWaiting(userCode: string): DeviceGrant | undefined {
    const typed = userCode.replaceAll(/[\s-]/g, '').toUpperCase()
    for (const grant of this.#byDeviceCode.values())
      if (grant.userCode === typed && grant.decision === undefined && !this.#isExpired(grant))
        return grant
    return undefined
  }

  /** Keeps a person's decision. One that was already made stays. */
  decide({ deviceCode }: DeviceGrant, decision: DeviceConsent | 'denied'): void {
    const grant = this.#byDeviceCode.get(deviceCode)
    if (grant !== undefined) grant.decision ??= decision
  }

  /** Tells a device what came of its codes. An approval is told once. */
  poll(deviceCode: string, userCode: string, intervalSeconds: number): PollOutcome {
    const grant = this.#byDeviceCode.get(deviceCode)
    if (grant === undefined || grant.userCode !== userCode) return { kind: 'unknown' }
    if (this.#isExpired(grant)) return { kind: 'expired' }
    const time = this.#now().getTime()
    const { polledAt = Number.NEGATIVE_INFINITY, decision } = grant
    grant.polledAt = time
    if (time - polledAt < intervalSeconds * 1000) return { kind: 'too-soon' }
    if (decision === undefined) return { kind: 'pending' }
    if (decision === 'denied') return { kind: 'denied' }
    this.#byDeviceCode.delete(deviceCode)
    return { kind: 'approved', consent: decision }
  }

  /** Forgets what a person approved and no device has fetched. */
  revokePerson(personUri: string): void {
    for (const [deviceCode, { decision }] of this.#byDeviceCode)
      if (typeof decision === 'object' && decision.person.uri === personUri)
        this.#byDeviceCode.delete(deviceCode)
  }

  #isExpired({ expiresAt }: DeviceGrant): boolean {
    return this.#now().getTime() >= expiresAt
  }

  #createUserCode(): string {
    const taken = new Set([...this.#byDeviceCode.values()].map(({ userCode }) => userCode))
    for (;;) {
      const bytes = [...this.#random(USER_CODE_LENGTH)]
      const code = bytes.map((byte) => USER_CODE_ALPHABET[byte % 32]).join('')
      if (!taken.has(code)) return code
    }
  }
}
