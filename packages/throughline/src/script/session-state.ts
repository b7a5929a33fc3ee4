/*
 * `sessionState()`: what a script remembers between runs, as a typed object at module level.
 *
 * All calls of one app share one space of names. Reading and writing a name asks the run under way; the object
 * itself holds nothing.
 */
import { ThroughlineError } from '../base/error.ts'
import { currentCallSite } from './call-site.ts'
import type { Declaration } from './declarations.ts'
import { currentScriptRun } from './run.ts'

/** What the script remembers, and a way to change one name atomically. */
export type SessionState<Defaults extends object> = Defaults & {
  /**
   * Changes one name atomically: of two tabs that add to a count at once, both count.
   *
   * @param change Takes the present value and returns the next; may be called more than once.
   * @returns The value that was stored.
   */
  update<Name extends keyof Defaults>(
    name: Name,
    change: (value: Defaults[Name]) => Defaults[Name],
  ): Promise<Defaults[Name]>
}

/**
 * Declares what the script remembers between runs, per session, with the value each name starts at.
 *
 * Values are plain data, `Date`, `Map`, `Set`, `bigint` and typed arrays. Two tabs that write at once merge by
 * top-level name, the later write winning.
 *
 * @throws `context.outside-run` when a name is read or written outside a run.
 * @throws `script.duplicate-state-name`, `script.unknown-state-name`, `script.reserved-state-name`,
 *   `base.value-not-plain`
 */
export function sessionState<Defaults extends object>(defaults: Defaults): SessionState<Defaults> {
  const declaration: Declaration = { site: currentCallSite() }
  const taken = RESERVED.find((name) => Object.hasOwn(defaults, name))
  if (taken !== undefined) throw reservedName(taken)

  const enter = (name: string, call: string) => {
    const run = currentScriptRun(`sessionState().${call}`)
    run.checkpoint()
    if (!Object.hasOwn(defaults, name)) throw unknownName(name, Object.keys(defaults))
    run.parts.declarations.claim(name, declaration)
    return run
  }
  const initialOf = (name: string) => () => structuredClone(defaults[name as keyof Defaults])
  const update = async (name: string, change: (value: unknown) => unknown) => {
    const run = enter(name, `update("${name}")`)
    const value = await run.parts.changeState(`state:${name}`, initialOf(name), change)
    run.checkpoint()
    return value
  }

  return new Proxy({} as SessionState<Defaults>, {
    get(_target, name) {
      if (name === 'update') return update
      // JavaScript itself asks every object for these.
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      return enter(name, name).parts.memory.read(`state:${name}`, initialOf(name))
    },
    set(_target, name, value) {
      const text = String(name)
      enter(text, text).parts.memory.write(`state:${text}`, value, initialOf(text))
      return true
    },
    has: (_target, name) => Object.hasOwn(defaults, name),
    ownKeys: () => Reflect.ownKeys(defaults),
    getOwnPropertyDescriptor(_target, name) {
      if (typeof name === 'symbol' || !Object.hasOwn(defaults, name)) return undefined
      const value = enter(name, name).parts.memory.read(`state:${name}`, initialOf(name))
      return { value, writable: true, enumerable: true, configurable: true }
    },
    deleteProperty(_target, name) {
      throw new ThroughlineError(
        'script.unknown-state-name',
        `Session state cannot forget the name "${String(name)}". Set it to its starting value instead.`,
        { attribution: 'script' },
      )
    },
  })
}

const RESERVED = ['update', 'then', 'toJSON'] as const

function reservedName(name: string): ThroughlineError {
  return new ThroughlineError(
    'script.reserved-state-name',
    `Session state cannot have the name "${name}", which means something else there. Choose another name.`,
    { attribution: 'script' },
  )
}

function unknownName(name: string, names: readonly string[]): ThroughlineError {
  return new ThroughlineError(
    'script.unknown-state-name',
    `Session state has no name "${name}" here; it has ${names.map((one) => `"${one}"`).join(', ')}. ` +
      `Declare it with its starting value: sessionState({ ${name}: … }).`,
    { attribution: 'script' },
  )
}
