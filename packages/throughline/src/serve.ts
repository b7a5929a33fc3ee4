/**
 * Serving an app with Node: one process, one origin, one SQLite file.
 *
 * @module
 */
export { serve, type Served, type ServeOptions } from './server/serve.ts'
export { serveUntilStopped, type TerminalOptions } from './server/serve-until-stopped.ts'
export type { LogEntry } from './server/program.ts'
export type { Environment } from './server/environment.ts'
