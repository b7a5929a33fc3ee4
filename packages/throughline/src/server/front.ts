/*
 * What stands between a port and a handler: who asks, one line and one count for each answer, and whether any is still
 * under way.
 */
import type { Random } from '../base/random.ts'
import { watchAnswer } from './access.ts'
import { callerOf } from './caller-of.ts'
import type { Outgoing } from './cut-off.ts'
import type { Handler } from './handler.ts'
import type { Exchange } from './listen.ts'
import type { LogEntry } from './program.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/** What a front needs to know. */
export interface FrontOptions {
  readonly pages: { has(path: string): boolean }
  readonly trusts: TrustedProxies | undefined
  readonly random: Random
  /** Receives a line for each request; absent: nobody does. */
  readonly log: ((entry: LogEntry) => void) | undefined
}

/** The front of one port. */
export class Front {
  readonly #options: FrontOptions
  readonly #underWay = new Set<Outgoing>()
  #handler: Handler | undefined
  #isEnding = false

  constructor(options: FrontOptions) {
    this.#options = options
  }

  /** Answers by this handler from now on; until then whoever comes is turned away. */
  open(handler: Handler): void {
    this.#handler = handler
  }

  /** Says with each answer from now on that its connection is closed behind it. */
  end(): void {
    this.#isEnding = true
  }

  /** Whether some answer has not left yet. */
  get isBusy(): boolean {
    return this.#underWay.size > 0
  }

  /** Answers one request. */
  async answer(request: Request, exchange: Exchange): Promise<Response> {
    const { incoming, outgoing } = exchange
    const { pages, trusts, random } = this.#options
    const caller = callerOf(request.headers, incoming.socket.remoteAddress, trusts, random)
    this.#underWay.add(outgoing)
    watchAnswer(exchange, pages, caller.requestId, (access) => {
      this.#underWay.delete(outgoing)
      const { route, status, ms } = access
      const meter = this.#handler?.program.meter
      meter?.requests.add(route, String(status))
      meter?.seconds.note(ms / 1000, route)
      this.#options.log?.({ level: 'info', message: 'Answered.', access })
    })
    const turnedAway = () => new Response(null, { status: 503 })
    const response = (await this.#handler?.fetch(request, caller)) ?? turnedAway()
    // Node says so in the answer's head, and closes the connection behind it.
    if (this.#isEnding && 'shouldKeepAlive' in outgoing) outgoing.shouldKeepAlive = false
    return response
  }
}
