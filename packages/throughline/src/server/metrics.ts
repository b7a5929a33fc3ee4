/*
 * `GET /metrics` for Prometheus, on a port of its own at the loopback interface: what a program counts of itself is for
 * its operator, and stands on no address that people are given.
 */
import { createServer, type Server } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { gauge, METRICS_TYPE, total } from './metrics-text.ts'
import { toPortError } from './listen.ts'
import type { Handler } from './handler.ts'

const HOST = '127.0.0.1'
/** How exactly the delay of the event loop is known. */
const RESOLUTION_MS = 20

/** Metrics that are being served. */
export interface ServedMetrics {
  readonly port: number
  close(): void
}

/**
 * Serves the numbers of a program.
 *
 * @throws `server.port-taken`
 */
export async function serveMetrics(port: number, handler: Handler): Promise<ServedMetrics> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  const server = createServer((request, response) => {
    // A name that somebody has bound to this machine is none of ours.
    const isNamed = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(request.headers.host ?? '')
    if (!isNamed || request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404, { connection: 'close' }).end()
      return
    }
    metricsText(handler, delay).then(
      (text) => response.writeHead(200, { 'content-type': METRICS_TYPE }).end(text),
      () => response.writeHead(503).end(),
    )
  })
  await listenAt(server, port)
  delay.enable()
  return {
    port: (server.address() as { port: number }).port,
    close() {
      delay.disable()
      server.close()
      server.closeAllConnections()
    },
  }
}

function listenAt(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(toPortError(cause, 'METRICS_PORT', port))
    })
    server.listen(port, HOST, resolve)
  })
}

type Delay = ReturnType<typeof monitorEventLoopDelay>

/** Writes all numbers. The delay of the event loop is that since they were written last. */
async function metricsText({ program, streams }: Handler, delay: Delay): Promise<string> {
  const { meter, script, identity } = program
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const [middle, most] = [delay.percentile(50), delay.max].map((nanoseconds) => nanoseconds / 1e9)
  delay.reset()
  return [
    meter.toString(),
    gauge('throughline_runs', 'Runs under way.', script.room.runs),
    gauge('throughline_runs_waiting', 'Runs that wait for room.', script.room.waiting),
    gauge('throughline_event_streams', 'Event streams that are open.', streams()),
    gauge(
      'throughline_sessions',
      'Sessions in the store.',
      await identity.sessions.countSessions(),
    ),
    gauge('process_resident_memory_bytes', 'Memory of the process.', rss),
    gauge('nodejs_heap_used_bytes', 'Memory that JavaScript uses.', heapUsed),
    total(
      'process_cpu_seconds_total',
      'Time that the process has computed.',
      (user + system) / 1e6,
    ),
    gauge('nodejs_eventloop_delay_p50_seconds', 'Middle delay of the event loop.', middle ?? 0),
    gauge('nodejs_eventloop_delay_max_seconds', 'Longest delay of the event loop.', most ?? 0),
  ].join('')
}
