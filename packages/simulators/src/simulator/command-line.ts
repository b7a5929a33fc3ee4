/*
 * What the commands of all simulators do: read a port, and end on a signal.
 */

/** Ends a simulator, and with it the program, on SIGINT and SIGTERM. */
export function closeOnSignal(simulator: { close(): Promise<void> }): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void simulator.close())
}

/**
 * Reads a port; 0 is any free one.
 *
 * @throws `TypeError` for what is none, or is over `most`.
 */
export function readPort(text: string, most = 65_535): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= most) return port
  throw new TypeError(`The port is "${text}", expected one from 0 to ${most} (0: any free).`)
}
