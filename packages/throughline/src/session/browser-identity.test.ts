import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createKeyRing, createSealingKeys } from '../crypto/key-ring.ts'
import { hashOf, mac } from '../crypto/mac.ts'
import { createMemorySessionStore } from '../store/memory-sessions.ts'
import { Admission } from './admission.ts'
import { cookieKindAt, createCookieId, serializeCookie } from './cookie.ts'
import {
  establishSession,
  formToken,
  identifyBrowser,
  REMEMBER_ENDED_MS,
  toSession,
  type BrowserIdentity,
} from './browser-identity.ts'

const HOUR = 3600_000
const DAY = 24 * HOUR

const sealing = createSealingKeys([{ id: 'k1', bytes: randomBytes(32) }])

function startContext(ring = createKeyRing(sealing, randomBytes(32))) {
  const time = { now: Date.UTC(2026, 10, 23) }
  const sessions = createMemorySessionStore()
  const clock = () => time.now
  const context = {
    sessions,
    ring,
    clock,
    admission: new Admission(sessions, clock),
    random: systemRandom,
    cookie: cookieKindAt(new URL('http://127.0.0.1:3000')),
  }
  const cookieOf = (cookieId: string) => serializeCookie(context.ring, cookieId, context.cookie)
  const identify = (cookieId?: string) =>
    identifyBrowser(context, cookieId === undefined ? undefined : cookieOf(cookieId).split(';')[0])
  return { context, time, identify }
}

function present(browser: BrowserIdentity): Exclude<BrowserIdentity, { kind: 'retired' }> {
  assert.notEqual(browser.kind, 'retired')
  return browser as Exclude<BrowserIdentity, { kind: 'retired' }>
}

describe('identifyBrowser()', () => {
  test('SE-03: without a cookie of ours each request is given another id, and nothing is written', async () => {
    const { context, identify } = startContext()
    const one = present(await identify())
    const two = present(await identifyBrowser(context, 'tl-session=made.up'))
    assert.equal(one.kind === 'new' && one.isFresh, true)
    assert.equal(two.kind === 'new' && two.isFresh, true)
    assert.notEqual(one.cookieId, two.cookieId)
    assert.equal(await context.sessions.loadSession(hashOf(one.cookieId)), undefined)
  })

  test('an id of ours without a row is the browser’s own for a day', async () => {
    const { time, identify } = startContext()
    const { cookieId } = present(await identify())
    time.now += DAY
    assert.deepEqual(await identify(cookieId), { kind: 'new', cookieId, isFresh: false })
    time.now += 1000
    const later = present(await identify(cookieId))
    assert.notEqual(later.cookieId, cookieId)
  })

  test('SE-03: an id that was rotated is retired until it would not count any more, and never new again', async () => {
    const { context, time, identify } = startContext()
    const { cookieId } = present(await identify())
    const session = await establishSession(context, present(await identify(cookieId)))
    const next = createCookieId(context.clock, context.random)
    const rotation = {
      from: hashOf(cookieId),
      to: hashOf(next),
      retiredUntil: time.now + REMEMBER_ENDED_MS,
    }
    assert.equal(await context.sessions.rotateSession(session?.key ?? '', rotation), true)
    for (let hours = 0; hours < 50; hours += 1) {
      await context.sessions.reap(time.now, 0)
      const browser = await identify(cookieId)
      assert.notEqual(browser.cookieId === cookieId && browser.kind, 'new', `${hours} h`)
      assert.notEqual(browser.kind, 'known')
      assert.equal(browser.kind, hours < 25 ? 'retired' : 'new')
      time.now += HOUR
    }
    const known = await identify(next)
    assert.equal(known.kind === 'known' && known.session.key, session?.key)
  })

  test('SE-06: a session ends by idleness and by age, and its id is not used again', async () => {
    for (const step of [29 * DAY, 31 * DAY]) {
      const { context, time, identify } = startContext()
      const { cookieId } = present(await identify())
      await establishSession(context, present(await identify(cookieId)))
      let days = 0
      let browser = await identify(cookieId)
      while (browser.kind === 'known') {
        time.now += step
        days += step / DAY
        browser = await identify(cookieId)
      }
      assert.equal(days, step === 31 * DAY ? 31 : 203)
      assert.equal(browser.kind === 'new' && browser.isFresh, true)
      assert.notEqual(browser.cookieId, cookieId)
      assert.equal(await context.sessions.loadEnded(hashOf(cookieId), time.now), 'ended')
    }
  })
})

describe('establishSession()', () => {
  test('two requests of a new browser at once get the same session', async () => {
    const { context, identify } = startContext()
    const { cookieId } = present(await identify())
    const browsers = [present(await identify(cookieId)), present(await identify(cookieId))]
    const sessions = await Promise.all(browsers.map((one) => establishSession(context, one)))
    assert.equal(sessions[0]?.key, sessions[1]?.key)
    assert.equal(sessions[0]?.key, toSession(context, browsers[0] ?? assert.fail()).key)
  })

  test('SE-01: under sealing keys that change between them, too: it is the same session', async () => {
    const { context, identify } = startContext()
    const newer = createSealingKeys([{ id: 'k2', bytes: randomBytes(32) }])
    const later = { ...context, ring: createKeyRing(newer, context.ring.macKey) }
    const { cookieId } = present(await identify())
    const browser = present(await identify(cookieId))
    assert.equal(toSession(context, browser).key, toSession(later, browser).key)
    const sessions = [
      await establishSession(later, browser),
      await establishSession(context, browser),
    ]
    assert.equal(sessions[0]?.key, toSession(later, browser).key)
    assert.equal(sessions[1]?.key, sessions[0]?.key)
  })

  test('AT-10: nothing is given to an id that was rotated or ended since the request arrived', async () => {
    for (const how of ['rotated', 'ended', 'forgotten'] as const) {
      const { context, time, identify } = startContext()
      const { cookieId } = present(await identify())
      const late = present(await identify(cookieId))
      const session = await establishSession(context, late)
      assert.ok(session)
      const to = hashOf(createCookieId(context.clock, context.random))
      if (how === 'ended') await context.sessions.forgetSession(session.key, time.now + HOUR)
      else {
        // 'forgotten': as if the rotation were not remembered any more.
        const retiredUntil = how === 'rotated' ? time.now + HOUR : time.now
        await context.sessions.rotateSession(session.key, {
          from: hashOf(cookieId),
          to,
          retiredUntil,
        })
      }
      assert.equal(await establishSession(context, late), undefined, how)
      assert.equal(await context.sessions.loadSession(hashOf(cookieId)), undefined, how)
    }
  })

  test('SE-01: the inner key can be computed only with the keys, and is no other proof of ours', async () => {
    const { context, identify } = startContext()
    const browser = present(await identify())
    const { key, cookieHash } = toSession(context, browser)
    const foreign = { macKey: randomBytes(32) }
    for (const other of [
      hashOf(browser.cookieId),
      cookieHash,
      formToken(context.ring, browser.cookieId),
      mac(context.ring, 'cookie', browser.cookieId),
      mac(context.ring, 'rotation', browser.cookieId),
      mac(foreign, 'session-key', browser.cookieId),
    ]) {
      assert.notEqual(key, other)
    }
  })
})
