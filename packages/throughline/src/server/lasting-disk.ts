/*
 * Whether what is kept in a folder outlives the machine or the container that it is kept on.
 */
import { statfsSync } from 'node:fs'

/**
 * Kinds of file systems that end with the machine or the container, by the number that Linux gives them.
 *
 * @see statfs(2), Linux man-pages 6.9
 */
const ENDING: ReadonlyMap<number, string> = new Map([
  [0x01_02_19_94, 'memory (tmpfs)'],
  [0x85_84_58_f6, 'memory (ramfs)'],
  [0x79_4c_76_30, "a container's own layer (overlay)"],
])

/** Names what a folder lies on, where that ends with the machine or the container; undefined for all else. */
export function endingDiskOf(
  folder: string,
  typeOf: (folder: string) => number = (path) => statfsSync(path).type,
): string | undefined {
  return ENDING.get(typeOf(folder))
}
