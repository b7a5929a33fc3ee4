/*
 * Starts the exporter: reads the environment, says where it is and what it is connected to, ends on Ctrl-C.
 */
import { serveUntilStopped } from 'throughline/serve'
import exporter from './script.ts'

await serveUntilStopped(exporter, { name: 'The Vimeo exporter' })
