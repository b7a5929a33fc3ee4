/*
 * How soon buffers that nobody uses any more are freed. Left alone, V8 waits for some 64 MB of them and then looks through
 * its whole heap, about eighty times in a gigabyte that is sent. Here it looks through the young objects after 16 MB.
 * decisions/014 has the figures.
 */
import { setFlagsFromString } from 'node:v8'

/** V8 collects the young generation when its buffers have four times as many megabytes. */
const QUARTER_MB = 4

/** Has unused buffers freed sooner, in all of this process. A V8 that does not know the flag goes on as before. */
export function freeBuffersSooner(): void {
  setFlagsFromString(`--scavenger-max-new-space-capacity-mb=${QUARTER_MB}`)
}
