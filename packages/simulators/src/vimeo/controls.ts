/*
 * What changes a running simulator from outside: a test by function, the control page and its API by HTTP.
 */
import type { LoggedRequest } from './request-log.ts'
import { scopeMeanings } from './scopes.ts'
import { checkSwitches, defaultSwitches, type VimeoSwitches } from './switches.ts'
import type { VimeoWorld } from './world.ts'
import type { SamplePerson } from './people.ts'

/** Tokens that nobody consented to begin so: whoever finds one sees that it is good at a simulator alone. */
const TOKEN_PREFIX = 'vimeo-simulator-'

/** The handles of one simulator. */
export interface Controls {
  /** The last ten thousand requests received, oldest first, without secrets. */
  readonly requests: readonly LoggedRequest[]
  /**
   * Changes some switches; the others stay. Setting `failures` counts requests from 1 again.
   *
   * @throws `TypeError` for a switch that is not known or a value that does not fit; nothing is changed then.
   */
  setSwitches(changes: Partial<VimeoSwitches>): void
  /** Sets every switch to its default. */
  resetSwitches(): void
  /**
   * Ends all tokens and unused codes of a person, as disconnecting the app at Vimeo does.
   *
   * @throws `TypeError` for a uri that is not one of the people's.
   */
  revokeGrant(personUri: string): void
  /**
   * Makes an access token for a person, as their consent would. It begins with `vimeo-simulator-`.
   *
   * @throws `TypeError` for a uri that is not one of the people's, and for scopes that do not exist.
   */
  createToken(personUri: string, scope: readonly string[]): string
  /**
   * Moves the simulator's clock forward.
   *
   * @throws `TypeError` for what is not a number from 0.
   */
  passSeconds(seconds: number): void
}

/** Makes the handles of a world. */
export function createControls(world: VimeoWorld, requests: readonly LoggedRequest[]): Controls {
  const setSwitches = (changes: Partial<VimeoSwitches>) => {
    world.switches = { ...world.switches, ...checkSwitches(changes) }
    if (changes.failures !== undefined) world.callCounts.clear()
  }
  return {
    requests,
    setSwitches,
    resetSwitches: () => setSwitches(defaultSwitches),
    revokeGrant: (personUri) => {
      const { uri } = findPerson(world, personUri)
      world.grants.revokePerson(uri)
      world.devices.revokePerson(uri)
    },
    createToken: (personUri, scope) => {
      const unknown = scope.find((name) => !Object.hasOwn(scopeMeanings, name))
      if (unknown !== undefined)
        throw new TypeError(
          `There is no scope "${unknown}". Known are ${Object.keys(scopeMeanings).join(', ')}.`,
        )
      const person = findPerson(world, personUri)
      return world.grants.createToken({ person, scope }, world.switches, TOKEN_PREFIX).token
    },
    passSeconds: (seconds) => {
      if (!(seconds >= 0 && seconds <= 1e9))
        throw new TypeError(`Expected a number of seconds from 0, not ${JSON.stringify(seconds)}.`)
      world.clock.aheadMilliseconds += seconds * 1000
    },
  }
}

function findPerson({ people }: VimeoWorld, personUri: string): SamplePerson {
  const person = people.find(({ uri }) => uri === personUri)
  if (person !== undefined) return person
  const known = people.map(({ uri }) => uri).join(', ')
  throw new TypeError(`No person has the uri "${personUri}". Known are ${known}.`)
}
