/*
 * `cached()`: a function whose results are kept for a while, for this session or for the whole app.
 *
 * The function runs outside the run that asked: elements and session state throw there, and a caller who goes
 * away does not end it for the others. Callers who ask for the same at once share one call.
 */
import { ThroughlineError } from '../base/error.ts'
import { parseValue, serializeValue } from '../base/value.ts'
import { outsideRun } from '../context/run-context.ts'
import { hashOf } from '../crypto/mac.ts'
import { open, seal } from '../crypto/seal.ts'
import type { TokenSetKey } from '../store/user-store.ts'
import { tokenSetKeyOf, type Connection } from './connection.ts'
import {
  accountOf,
  currentConnectRun,
  type ConnectRun,
  type ConnectWorld,
} from './connect-world.ts'
import { startFlight, type Flight } from './flight.ts'

/** How long results are kept, and for whom. */
export interface CachedOptions {
  /** Seconds that a result is kept (3600). */
  readonly ttl?: number
  /** `'session'`: for the session that asked; `'app'`: for everyone (`'session'`). */
  readonly scope?: 'session' | 'app'
  /** Names the function's results (the function's own name and text, so that changed code starts afresh). */
  readonly name?: string
}

/**
 * Keeps a function's results by its arguments.
 *
 * A connection as an argument counts as its account and granted scope. Results are plain data, `Date`, `Map`,
 * `Set`, `bigint` and typed arrays. For a browser that has not yet shown that it keeps cookies nothing is kept.
 *
 * Of an async generator function the last step is kept. While it is under way all who ask see its newest step at
 * once and then each further one (some may be passed over); steps before the last are not to be changed.
 *
 * @throws `connect.cache-unnamed`; when called, `base.value-not-plain`, `context.outside-run`
 */
export function cached<Arguments extends readonly unknown[], Result>(
  fn: (...args: Arguments) => AsyncGenerator<Result, void, void>,
  options?: CachedOptions,
): (...args: Arguments) => AsyncGenerator<Result, void, void>
export function cached<Arguments extends readonly unknown[], Result>(
  fn: (...args: Arguments) => Promise<Result> | Result,
  options?: CachedOptions,
): (...args: Arguments) => Promise<Result>
export function cached<Arguments extends readonly unknown[], Result>(
  fn: (...args: Arguments) => AsyncGenerator<Result, void, void> | Promise<Result> | Result,
  options: CachedOptions = {},
): (...args: Arguments) => AsyncGenerator<Result, void, void> | Promise<Result> {
  const name = options.name ?? fn.name
  if (name === '') {
    throw new ThroughlineError(
      'connect.cache-unnamed',
      'cached() was given a function without a name, so its results could not be told from others. ' +
        'Name the function, or pass { name: … }.',
      { attribution: 'script' },
    )
  }
  // Two functions may share a name; that they share their results would be found out late.
  const identity = options.name ?? `${name}/${hashOf(String(fn))}`
  const begin = (args: Arguments) => {
    const connectRun = currentConnectRun(`${name}()`)
    const wanted = toWanted(connectRun, identity, name, options, args)
    const flight = joinFlight(connectRun, wanted, name, () => stepsOf(fn, args))
    return { flight, run: connectRun.run }
  }
  if (isGeneratorFunction(fn)) {
    return async function* (...args) {
      const { flight, run } = begin(args)
      for await (const step of flight.steps()) {
        run.checkpoint()
        yield step as Result
      }
      run.checkpoint()
    }
  }
  return async (...args) => {
    const { flight, run } = begin(args)
    let result: unknown
    for await (const step of flight.steps()) result = step
    run.checkpoint()
    return result as Result
  }
}

const AsyncGeneratorFunction = async function* () {}.constructor

function isGeneratorFunction(fn: (...args: never) => unknown): boolean {
  return fn instanceof AsyncGeneratorFunction
}

/** A plain function has one step. */
async function* stepsOf<Arguments extends readonly unknown[]>(
  fn: (...args: Arguments) => unknown,
  args: Arguments,
): AsyncGenerator<unknown, void, void> {
  if (isGeneratorFunction(fn)) yield* fn(...args) as AsyncGenerator<unknown, void, void>
  else yield await fn(...args)
}

/** One result: where it is kept, for how long, and whose account it was read from. */
interface Wanted {
  readonly scope: 'session' | 'app'
  readonly owner: string
  readonly key: string
  readonly ttl: number
  readonly account: TokenSetKey | undefined
}

function toWanted(
  { facts }: ConnectRun,
  identity: string,
  name: string,
  { ttl = 3600, scope = 'session' }: CachedOptions,
  args: readonly unknown[],
): Wanted {
  const connections = args.map(tokenSetKeyOf)
  const account = connections.find((one) => one !== undefined)
  return {
    scope,
    owner: scope === 'app' ? 'app' : facts.sessionKey,
    key: `${identity}/${hashOf(args.map((value, index) => keyPartOf(value, name, index)).join('\n'))}`,
    ttl,
    account,
  }
}

/** A call under way, or the kept result, or a call of its own; outside of every run. */
function joinFlight(
  { world, facts }: ConnectRun,
  wanted: Wanted,
  name: string,
  call: () => AsyncIterable<unknown>,
): Flight {
  const flightName = `${wanted.owner}/${wanted.key}`
  const underWay = world.underWay.get(flightName)
  if (underWay !== undefined) return underWay
  const steps = async function* () {
    const kept = await loadText(world, wanted)
    if (kept !== undefined) {
      yield () => parseValue(kept)
      return
    }
    let last: unknown
    for await (const step of call()) {
      last = step
      yield () => step
    }
    const text = serializeValue(last, 'A cached result', name)
    await saveText(world, facts.cookieHash, wanted, text)
    yield () => parseValue(text)
  }
  const flight = outsideRun(() => startFlight(steps(), () => world.underWay.delete(flightName)))
  world.underWay.set(flightName, flight)
  return flight
}

async function loadText(
  { sessions, ring, clock }: ConnectWorld,
  { owner, key }: Wanted,
): Promise<string | undefined> {
  const kept = await sessions.loadCached(owner, key, clock())
  if (kept === undefined) return undefined
  return open(ring, 'cache', [owner, key], kept.sealed)
}

async function saveText(
  { sessions, users, ring, random, clock }: ConnectWorld,
  cookieHash: string,
  { scope, owner, key, ttl, account }: Wanted,
  text: string,
): Promise<void> {
  // Rows hang on a session that has one: visitors without a cookie cannot fill the store.
  if (scope === 'session' && (await sessions.loadSession(cookieHash))?.key !== owner) return
  await sessions.saveCached({
    scope: owner,
    key,
    sealed: seal(ring, 'cache', [owner, key], text, random),
    expiresAt: clock() + ttl * 1000,
    ...(account === undefined ? {} : { account: accountOf(account) }),
  })
  // Disconnecting drops the token set first: what was saved behind its back is seen here.
  if (account === undefined || (await users.loadTokenSet(account)) !== undefined) return
  await sessions.forgetCached(accountOf(account))
}

function keyPartOf(value: unknown, name: string, index: number): string {
  const account = tokenSetKeyOf(value)
  if (account !== undefined) {
    return `connection ${accountOf(account)} ${(value as Connection).scope.toSorted().join(' ')}`
  }
  return serializeValue(value, `The arguments of the cached function ${name}`, `[${index}]`)
}
