/*
 * Web Locks, made safe to wait for.
 */

/**
 * Waits for a lock and holds it.
 *
 * @param signal Gives up the waiting; a lock that is held is not touched by it.
 * @returns Frees the lock; undefined when the waiting was given up. A browser without locks grants every one.
 */
export async function holdLock(
  name: string,
  signal: AbortSignal,
): Promise<(() => void) | undefined> {
  const { locks } = navigator
  if (locks === undefined) return () => {}
  while (!signal.aborted) {
    const free = await new Promise<(() => void) | undefined>((resolve) => {
      const held = () => new Promise<void>((free) => resolve(free))
      // Chromium loses a lock that it grants while the document opens a window: asked for again, it is there.
      locks.request(name, { signal }, held).catch(() => resolve(undefined))
    })
    if (free !== undefined) return free
  }
  return undefined
}
