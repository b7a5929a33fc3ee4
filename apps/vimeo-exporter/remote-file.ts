/*
 * A file behind links that expire: its exact size, and its bytes without a gap although links die
 * and connections break. Must never know who gives the links.
 *
 * Design note
 *
 * A read is at an *offset*. It is done when the offset is the size. When a connection ends before,
 * it takes the next link and reads on from the offset; it gives up after MOST_FRUITLESS attempts in
 * a row that each brought less than WORTHWHILE_BYTES.
 *
 * Invariants
 *
 *   1. Bytes of two versions of a file are never mixed. Reading on needs the validator that came
 *      with the first byte, in `If-Range`, and the answer must not carry another one. Without a
 *      validator a broken read stays broken.
 *   2. What is read is the file that was promised: another size, another version or a byte too many
 *      ends the read with an error that no retry hides.
 *
 * Source: RFC 9110 sections 13.1.5 (If-Range), 14.2 (Range) and 15.3.7 (206).
 */
import {
  bytesOf,
  contentTypeOf,
  discard,
  LinkError,
  namesOf,
  requestLink,
  STALL_AFTER_MS,
  startOf,
  validatorOf,
  wholeSizeOf,
} from './link.ts'
import type { LinkPurpose, Network } from './link.ts'

/** A file as its server describes it. */
export interface RemoteFile {
  /** Exact length in bytes. */
  readonly size: number
  /** Media type without parameters, in lower case. */
  readonly contentType: string
  /** Names under which the file is known, the most telling first; may be paths. */
  readonly names: readonly string[]
  /** The version, as `If-Range` may name it; absent if its server names none. */
  readonly validator: string | undefined
}

/**
 * Gives the next link to try; asked again when one broke. Throws {@link LinkError} when there is
 * none.
 */
export type LinkSource = () => Promise<string>

const LONGEST_PROBE_MS = 30_000
const MOST_PROBES = 3
const MOST_FRUITLESS = 6
const WORTHWHILE_BYTES = 1 << 20
const LONGEST_PAUSE_MS = 16_000
const NO_ADVICE = { remedy: 'patience', pause: 0 } as const

/**
 * Requests what is to be known of a file before its first byte, by asking for that byte alone.
 *
 * @throws {@link LinkError} when the link is dead, leads to something else than a video, or its
 *   server does not tell the exact size. A server that is busy is asked again.
 */
export async function requestRemoteFile(
  network: Network,
  link: string,
  purpose: LinkPurpose = 'video',
): Promise<RemoteFile> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await requestOnce(network, link, purpose)
    } catch (error) {
      const mayPass = error instanceof LinkError && error.remedy === 'patience'
      if (!mayPass || attempt === MOST_PROBES) throw error
      await network.wait(Math.max(error.pause, pauseAfter(attempt)))
    }
  }
}

async function requestOnce(
  network: Network,
  link: string,
  purpose: LinkPurpose,
): Promise<RemoteFile> {
  const range = { range: 'bytes=0-0' }
  const asked = { headers: range, limit: longestProbe(network), purpose }
  const response = await requestLink(network, link, asked)
  await discard(response)
  const size = wholeSizeOf(response) ?? (await requestSizeAlone(network, link, purpose))
  if (size === undefined)
    throw new LinkError('The file server does not tell the exact size.', 'none')
  if (size === 0) throw new LinkError('The file is empty.', 'none')
  return {
    size,
    contentType: contentTypeOf(response),
    names: namesOf(response, link),
    validator: validatorOf(response),
  }
}

async function requestSizeAlone(
  network: Network,
  link: string,
  purpose: LinkPurpose,
): Promise<number | undefined> {
  const asked = { method: 'HEAD', limit: longestProbe(network), purpose } as const
  const response = await requestLink(network, link, asked)
  return wholeSizeOf(response)
}

function longestProbe({ stallAfter = STALL_AFTER_MS }: Network): number {
  return Math.min(LONGEST_PROBE_MS, stallAfter)
}

/** Where a read begins, and what it reads. */
export interface ReadOptions {
  /** What the links lead to (a video). */
  readonly purpose?: LinkPurpose
  /** First byte wanted (0). */
  readonly start?: number
  /** The version that is wanted; needed where `start` is not 0 (that of the first answer). */
  readonly validator?: string | undefined
}

/**
 * Reads a file to its end, across links that die and connections that break.
 *
 * @param size Bytes of the whole file, as {@link requestRemoteFile} found.
 * @returns The file's bytes in the network's own chunks, `size` less `start` in all. Ending the
 *   generator early ends the request.
 * @throws {@link LinkError} when the file is not the one that was promised, or cannot be read to
 *   its end.
 */
export async function* remoteBytes(
  network: Network,
  size: number,
  links: LinkSource,
  { purpose = 'video', start = 0, validator }: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  let offset = start
  let fruitless = 0
  let version = validator
  while (offset < size) {
    const before = offset
    try {
      const rest = await requestRest(network, await links(), { size, offset, version, purpose })
      version = rest.version
      for await (const chunk of rest.body) {
        offset += chunk.byteLength
        if (offset > size) throw changed()
        yield chunk
      }
      if (offset < size) throw new LinkError('The connection ended too early.', 'patience')
    } catch (error) {
      network.signal?.throwIfAborted()
      if (!mayBeRepeated(error)) throw error
      if (offset === 0) version = validator // nothing has left yet that could be mixed
      if (offset > 0 && version === undefined) throw brokenOff(offset, size, error)
      fruitless = offset - before >= WORTHWHILE_BYTES ? 1 : fruitless + 1
      if (fruitless === MOST_FRUITLESS) throw brokenOff(offset, size, error)
      const { remedy, pause } = error instanceof LinkError ? error : NO_ADVICE
      // A link that has merely expired is no reason to wait.
      if (remedy !== 'fresh-link' || fruitless > 1) {
        await network.wait(Math.max(pause, pauseAfter(fruitless)))
      }
    }
  }
}

/** How far a read has come, of which version of the file. */
interface Progress {
  readonly size: number
  readonly offset: number
  readonly version: string | undefined
  readonly purpose: LinkPurpose
}

interface Rest {
  readonly body: AsyncIterable<Uint8Array>
  readonly version: string | undefined
}

/** Requests the bytes from the offset on, and checks that they are those. */
async function requestRest(
  network: Network,
  link: string,
  { size, offset, version, purpose }: Progress,
): Promise<Rest> {
  const headers: Record<string, string> =
    version === undefined || offset === 0 ? {} : { range: `bytes=${offset}-`, 'if-range': version }
  const response = await requestLink(network, link, { headers, purpose })
  const start = startOf(response)
  const found = validatorOf(response)
  // A 206 may leave out what the `If-Range` that it obeyed had named already.
  const isSameVersion =
    version === undefined || found === version || (found === undefined && start !== 0)
  const isSameSize = (wholeSizeOf(response) ?? size) === size
  if (!isSameVersion || !isSameSize || response.body === null) {
    await discard(response)
    throw changed()
  }
  const body = bytesOf(network, response.body)
  if (start === offset) return { body, version: found ?? version }
  if (start === 0) return { body: withoutFirst(offset, body), version }
  await discard(response)
  throw new LinkError('The file server gave another part of the file than asked for.', 'patience')
}

/** For a server that ignores the range and sends the same version from its start. */
async function* withoutFirst(
  count: number,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let left = count
  for await (const chunk of body) {
    if (left < chunk.byteLength) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.byteLength)
  }
}

/**
 * A body that breaks off rejects with `TypeError`, as `fetch` does for all that the network does to
 * it.
 */
function mayBeRepeated(error: unknown): boolean {
  return error instanceof LinkError ? error.remedy !== 'none' : error instanceof TypeError
}

function changed(): LinkError {
  return new LinkError('The file has changed since its size was asked for.', 'none')
}

function brokenOff(offset: number, size: number, cause: unknown): LinkError {
  const why = cause instanceof LinkError ? ` ${cause.message}` : ''
  return new LinkError(`The file broke off at byte ${offset} of ${size}.${why}`, 'none', cause)
}

function pauseAfter(attempts: number): number {
  return Math.min(1000 * 2 ** (attempts - 1), LONGEST_PAUSE_MS)
}
