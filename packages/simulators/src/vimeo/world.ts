/*
 * What one running simulator consists of, as its routes see it. Data only.
 */
import type { DeviceGrants } from './device-grants.ts'
import type { Grants } from './grants.ts'
import type { Library } from './library.ts'
import type { SamplePeople } from './people.ts'
import type { RandomBytes } from '../simulator/random-text.ts'
import type { FailurePlace, VimeoSwitches } from './switches.ts'

/** The one app that is registered at the simulator. */
export interface RegisteredApp {
  /** Name on the consent page. */
  readonly name: string
  /** Vimeo's uri for it. */
  readonly uri: string
  /** OAuth client id. */
  readonly clientId: string
  /** OAuth client secret. */
  readonly clientSecret: string
  /** Callback addresses saved in its settings; compared byte for byte. */
  readonly redirectUris: readonly string[]
}

/** The three origins, without a slash at the end. */
export interface Origins {
  /** API and OAuth, as api.vimeo.com. */
  api: string
  /** Links to files, as player.vimeo.com. */
  player: string
  /** Bytes and pictures, as vimeocdn.com. */
  cdn: string
}

/** Everything the routes of one simulator share. */
export interface VimeoWorld {
  /** The registered app. */
  readonly app: RegisteredApp
  /** The people who can sign in. */
  readonly people: SamplePeople
  /** Their videos. */
  readonly library: Library
  /** Codes and tokens given out. */
  readonly grants: Grants
  /** Devices that wait for a person. */
  readonly devices: DeviceGrants
  /** Where the simulator listens; filled in before the first request is answered. */
  readonly origins: Origins
  /** The switches as they stand now; replaced as a whole. */
  switches: VimeoSwitches
  /** Requests seen at each place since the failures were last set. */
  readonly callCounts: Map<FailurePlace, number>
  /** How far the clock was moved. */
  readonly clock: { aheadMilliseconds: number }
  /** The time. */
  readonly now: () => Date
  /** Random bytes. */
  readonly random: RandomBytes
  /** Key that signs links, made at run time. */
  readonly linkKey: Uint8Array
  /** The clear-text password that unfiltered bodies leak, made at run time. */
  readonly leakedPassword: string
}
