/*
 * Time as an argument: nothing else in the package reads the wall clock.
 */

/** Returns the present time in epoch milliseconds. */
export type Clock = () => number

/** The machine's wall clock. */
export const wallClock: Clock = () => Date.now()
