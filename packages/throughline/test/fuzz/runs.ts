/*
 * How long the properties are tried: briefly among all tests, longer by `npm run test:fuzz`, or `FUZZ=<times>`.
 */

/** So many runs, or so many times as many. */
export function runs(few: number): { readonly numRuns: number } {
  return { numRuns: few * Number(process.env['FUZZ'] || 1) }
}

/** How long one property may take. */
export const DEADLINE_MS = process.env['FUZZ'] ? 30 * 60_000 : 55_000
