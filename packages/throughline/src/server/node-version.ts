/*
 * Whether Node is recent enough, said before anything is loaded that an older one does not have. Imports nothing.
 */

const LEAST_MAJOR = 24

/** Says what is wrong with this version of Node; undefined where nothing is. @param version As `process.versions.node`. */
export function refuseNode(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= LEAST_MAJOR) return undefined
  return `Node ${version} is too old: Throughline needs ${LEAST_MAJOR} or newer. Install it from https://nodejs.org.`
}
