/*
 * How many people a Google Sheet carries: so many who come for the first time within a minute, evenly spread, over one or
 * more processes that share a session store, against Google's own limit of 60 reads and 60 writes a minute. Each of them
 * is looked for, gets a token set and a record, and saves once. Every answer of the simulated Google takes 400 ms.
 *
 *   limit: everybody is done, within a minute of having come
 *
 * Run: node --conditions=throughline-source bench/sheet.ts [people a minute] [processes] [people who are there already]
 */
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { wallClock } from '../packages/throughline/src/base/clock.ts'
import { systemRandom } from '../packages/throughline/src/base/random.ts'
import { createSealingKeys } from '../packages/throughline/src/crypto/key-ring.ts'
import { createBoundedFetch } from '../packages/throughline/src/oauth/bounded-fetch.ts'
import { createSheetAccess } from '../packages/throughline/src/sheet/access.ts'
import { parseServiceAccount } from '../packages/throughline/src/sheet/service-account.ts'
import { createSheetApi } from '../packages/throughline/src/sheet/sheet-api.ts'
import { unpaced } from '../packages/throughline/src/sheet/pace.ts'
import { openSheetUserStore } from '../packages/throughline/src/sheet/sheet-users.ts'
import { createMemorySessionStore } from '../packages/throughline/src/store/memory-sessions.ts'
import type { UserStore } from '../packages/throughline/src/store/user-store.ts'
import { startGoogle } from '../packages/simulators/src/google/start.ts'

const ANSWER_MS = 400
/** What a token set and a record of the exporter take, sealed. */
const SEALED_CHARACTERS = { tokens: 1100, record: 500 }
const [people = 600, processes = 1, present = 1000] = process.argv.slice(2).map(Number)

const google = await startGoogle({ switches: { quotas: false } })
const { email, keyFile } = google.createServiceAccount()
const spreadsheetId = google.createSpreadsheet({ writers: [email] })
const sealing = createSealingKeys([{ id: 'k1', bytes: randomBytes(32) }])
const sessions = createMemorySessionStore()

function open(isPaced = true): Promise<UserStore> {
  const fetch = createBoundedFetch(globalThis.fetch, {
    maximumBytes: 64e6,
    deadlineMilliseconds: 60_000,
  })
  const access = createSheetAccess(parseServiceAccount(keyFile, 'key'), fetch, wallClock)
  return openSheetUserStore({
    api: createSheetApi({ origin: google.origin, spreadsheetId, email, access, fetch }),
    ...{ sealing, sessions, random: systemRandom, clock: wallClock },
    name: 'sheet',
    ...(isPaced ? {} : { pace: () => unpaced }),
    report: console.error,
  })
}

const sealed = (length: number) => randomBytes(length).toString('base64url').slice(0, length)
const account = (name: string) => ({ provider: 'vimeo', subjectIndex: sealed(43) + name })

async function visit(store: UserStore, name: string): Promise<void> {
  const key = account(name)
  const tokens = {
    ...key,
    clientId: 'client',
    generation: 1,
    scope: ['public'],
    savedAt: Date.now(),
  }
  await store.loadTokenSet(tokens)
  await store.saveTokenSet({
    ...tokens,
    sealed: sealed(SEALED_CHARACTERS.tokens),
    status: 'good',
    cause: null,
  })
  await store.loadUser(key)
  const row = { ...key, createdAt: Date.now(), savedAt: Date.now() }
  await store.saveUser({ ...row, version: 1, sealed: sealed(SEALED_CHARACTERS.record) })
  await store.saveUser({ ...row, version: 2, sealed: sealed(SEALED_CHARACTERS.record) }, 1)
}

const stores = await Promise.all(Array.from({ length: processes }, () => open()))
const preparing = await open(false)
for (let at = 0; at < present; at += 200) {
  const some = Array.from({ length: Math.min(200, present - at) }, (_, one) =>
    visit(preparing, `${at + one}`),
  )
  await Promise.all(some)
}
// The minute in which they came is over.
google.passSeconds(60)
google.setSwitches({ quotas: true, delayMilliseconds: ANSWER_MS })
const before = { ...google.counts }
const logged = google.requests.length

const started = performance.now()
const waits = await Promise.all(
  Array.from({ length: people }, async (_, at) => {
    await setTimeout((at * 60_000) / people)
    const came = performance.now()
    await visit(stores[at % processes] ?? preparing, `new-${at}`)
    return performance.now() - came
  }),
)
const seconds = (performance.now() - started) / 1000
waits.sort((one, other) => one - other)
const at = (share: number) =>
  Math.round((waits[Math.floor(share * (waits.length - 1))] ?? 0) / 100) / 10
const refused = google.requests.slice(logged).filter(({ status }) => status === 429).length
console.log(
  `${people} first visits a minute, ${processes} process(es), ${present} people there: done after ${seconds.toFixed(0)} s; ` +
    `a visit took ${at(0.5)} s (median), ${at(0.95)} s (95 %), ${at(1)} s (most); ` +
    `${google.counts.reads - before.reads} reads, ${google.counts.writes - before.writes} writes, ${refused} refused`,
)
await Promise.all(stores.map((store) => store.close()))
await google.close()
if ((waits.at(-1) ?? 0) > 60_000) process.exitCode = 1
