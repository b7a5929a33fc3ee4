/*
 * A whole program without a port: real stores, keys made for the test, a clock that can be moved.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { wallClock } from '../base/clock.ts'
import type { SecurityEvent } from '../connect/security-event.ts'
import { createKeyRing, createSealingKeys, type KeyRing } from '../crypto/key-ring.ts'
import type { App } from '../script/app.ts'
import type { Assets } from '../server/assets.ts'
import { createHandler, type Handler } from '../server/handler.ts'
import type { LogEntry, ProgramLimits, ProviderRegistration } from '../server/program.ts'
import type { SessionStore } from '../store/session-store.ts'
import { openSqliteStores } from '../store/sqlite-stores.ts'
import type { UserStore } from '../store/user-store.ts'
import { tell } from './told.ts'

/** The origin of programs in tests; no port listens there. */
export const ORIGIN = 'http://127.0.0.1:3000'

/** How a program in a test differs from the ordinary. */
export interface TestProgramOptions {
  readonly registrations?: readonly ProviderRegistration[]
  readonly development?: boolean
  readonly publicUrl?: string
  readonly fetch?: typeof globalThis.fetch
  /** Files for browsers in place of empty ones. */
  readonly assets?: Assets
  /** Opens the stores of a node, in place of SQLite in a folder of the test's own. */
  readonly stores?: () => { readonly sessions: SessionStore; readonly users: UserStore }
  readonly limits?: Partial<ProgramLimits>
  /** Keys in place of those made for the test. */
  readonly ring?: KeyRing
}

/** A program in a test. */
export interface TestProgram {
  readonly handler: Handler
  readonly fetch: (request: Request) => Promise<Response>
  readonly ring: KeyRing
  /** What the operator was told. */
  readonly log: LogEntry[]
  /** What happened to connections and sessions, as the log has it. */
  readonly events: SecurityEvent[]
  readonly databaseFile: string
  /** Lets time pass, in milliseconds, for everything that reads the program's clock. */
  advance(milliseconds: number): void
  /** Another node, or the same after a restart: the same database, keys and clock, nothing else in common. */
  another(app: App, changes?: TestProgramOptions): TestProgram
  /** Ends this node alone; the database stays. */
  end(): Promise<void>
  close(): Promise<void>
}

const ASSETS: Assets = {
  stylesheet: asset('/-/asset/style.css', 'text/css'),
  program: asset('/-/asset/program.js', 'text/javascript'),
  folderProgram: asset('/-/asset/folder.js', 'text/javascript'),
}

/** Starts a program on a database of its own. */
export function startProgram(app: App, options: TestProgramOptions = {}): TestProgram {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
  const [bytes, macKey] = [randomBytes(32), randomBytes(32)]
  for (const secret of [bytes, macKey]) tell({ kind: 'secret', name: 'key', secret })
  const ring = options.ring ?? createKeyRing(createSealingKeys([{ id: 'test', bytes }]), macKey)
  const time = { passed: 0 }
  const nodes: (() => Promise<void>)[] = []
  const start = (appOfNode: App, changes: TestProgramOptions = {}): TestProgram => {
    const present = { ring, ...options, ...changes }
    const { sessions, users } =
      present.stores?.() ?? openSqliteStores(join(folder, 'throughline.sqlite'))
    const log: LogEntry[] = []
    const events: SecurityEvent[] = []
    const handler = createHandler({
      app: appOfNode,
      publicUrl: new URL(present.publicUrl ?? ORIGIN),
      sessions,
      users,
      ring: present.ring,
      registrations: present.registrations ?? [],
      assets: present.assets ?? ASSETS,
      development: present.development ?? false,
      log: (entry) => {
        if (entry.event === undefined) log.push(entry)
        else events.push(entry.event)
        tell({ kind: 'log', entry })
      },
      clock: () => wallClock() + time.passed,
      ...(present.limits === undefined ? {} : { limits: present.limits }),
      ...(present.fetch === undefined ? {} : { fetch: present.fetch }),
    })
    let isClosed = false
    const closeNode = async () => {
      if (isClosed) return
      isClosed = true
      tell({ kind: 'folder', path: folder })
      handler.close()
      await sessions.close()
      await users.close()
    }
    nodes.push(closeNode)
    return {
      handler,
      fetch: handler.fetch,
      ring: present.ring,
      log,
      events,
      databaseFile: join(folder, 'throughline.sqlite'),
      advance: (milliseconds) => (time.passed += milliseconds),
      another: start,
      end: closeNode,
      close: closeNode,
    }
  }
  const first = start(app)
  return {
    ...first,
    async close() {
      for (const close of nodes) await close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function asset(path: string, type: string) {
  return { path, type, bytes: Buffer.from(''), compressed: Buffer.from('') }
}
