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
import { accountKeyOf } from './connection.ts'
import { currentConnectRun, type ConnectRun } from './connect-world.ts'

/** How long results are kept, and for whom. */
export interface CachedOptions {
  /** Seconds that a result is kept (3600). */
  readonly ttl?: number
  /** `'session'`: for the session that asked; `'app'`: for everyone (`'session'`). */
  readonly scope?: 'session' | 'app'
  /** Names the function's results (the function's own name). */
  readonly name?: string
}

/**
 * Keeps a function's results by its arguments.
 *
 * A connection as an argument counts as its account and granted scope. Results are plain data, `Date`, `Map`,
 * `Set`, `bigint` and typed arrays.
 *
 * @throws `connect.cache-unnamed`; when called, `base.value-not-plain`, `context.outside-run`
 */
export function cached<Arguments extends readonly unknown[], Result>(
  fn: (...args: Arguments) => Promise<Result> | Result,
  options: CachedOptions = {},
): (...args: Arguments) => Promise<Result> {
  const name = options.name ?? fn.name
  if (name === '') {
    throw new ThroughlineError(
      'connect.cache-unnamed',
      'cached() was given a function without a name, so its results could not be told from others. ' +
        'Name the function, or pass { name: … }.',
      { attribution: 'script' },
    )
  }
  return async (...args) => {
    const connectRun = currentConnectRun(`${name}()`)
    const result = await resultOf(connectRun, name, options, args, () => fn(...args))
    connectRun.run.checkpoint()
    return result as Result
  }
}

async function resultOf(
  { world, facts }: ConnectRun,
  name: string,
  { ttl = 3600, scope = 'session' }: CachedOptions,
  args: readonly unknown[],
  call: () => unknown,
): Promise<unknown> {
  const owner = scope === 'app' ? 'app' : facts.sessionKey
  const account = args.map((value) => accountKeyOf(value)?.account).find((one) => one !== undefined)
  const key = `${name}/${hashOf(args.map((value, index) => keyPartOf(value, name, index)).join('\n'))}`
  const context = [owner, key]

  const kept = await world.sessions.loadCached(owner, key, world.clock())
  if (kept !== undefined) return parseValue(open(world.ring, 'cache', context, kept.sealed))

  const flight = `${owner}/${key}`
  const underWay = world.underWay.get(flight)
  if (underWay !== undefined) return parseValue((await underWay) as string)
  const promise = outsideRun(async () => {
    const text = serializeValue(await call(), 'A cached result', name)
    await world.sessions.saveCached({
      scope: owner,
      key,
      sealed: seal(world.ring, 'cache', context, text, world.random),
      expiresAt: world.clock() + ttl * 1000,
      ...(account === undefined ? {} : { account }),
    })
    return text
  })
  world.underWay.set(flight, promise)
  try {
    return parseValue(await promise)
  } finally {
    world.underWay.delete(flight)
  }
}

function keyPartOf(value: unknown, name: string, index: number): string {
  const connection = accountKeyOf(value)
  if (connection !== undefined) return `connection ${connection.account} ${connection.scope}`
  return serializeValue(value, `The arguments of the cached function ${name}`, `[${index}]`)
}
