/** The controls: by function and by HTTP; and who is kept away from them. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { describe, test } from 'node:test'

import { defaultSwitches, switchGroups } from './switches.ts'
import { callApi, connect, readApi, readJson, startTestSimulator } from './testing.ts'
import type { TestSimulator } from './testing.ts'

const ADA = '/users/98765432'

function control(
  { origin }: TestSimulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<Response> {
  return fetch(`${origin}/simulator${path}`, {
    method,
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

describe('the control API', () => {
  test('reads, sets and resets switches', async (t) => {
    const simulator = await startTestSimulator(t)

    const set = await control(simulator, 'PATCH', '/api/switches', { plan: 'free' })
    assert.equal((await readJson(set))['plan'], 'free')
    const token = await connect(simulator)
    assert.equal((await readApi(simulator, token, '/me'))['account'], 'free')

    await control(simulator, 'DELETE', '/api/switches')
    const read = await control(simulator, 'GET', '/api/switches')
    assert.deepEqual(await readJson(read), defaultSwitches)
  })

  test('refuses what no switch takes, and changes nothing then', async (t) => {
    const simulator = await startTestSimulator(t)
    const refuse = async (changes: object) => {
      const response = await control(simulator, 'PATCH', '/api/switches', changes)
      assert.equal(response.status, 400)
      return String((await readJson(response))['error'])
    }

    assert.match(await refuse({ paln: 'free' }), /There is no switch "paln"\. Known are/)
    assert.match(
      await refuse({ plan: 'gold' }),
      /"plan" is "gold"\. Expected one of "standard", "free"/,
    )
    assert.match(await refuse({ range: 'no' }), /"range" is "no"\. Expected true or false/)
    assert.match(await refuse({ pastEnd: 'empty', linkSeconds: -1 }), /a whole number from 0\./)
    assert.match(await refuse({ failures: [{ call: 1, answer: 'x' }] }), /Expected a list of/)
    assert.throws(() => simulator.setSwitches({ tokenDigits: 1.5 }), TypeError)
    const read = await control(simulator, 'GET', '/api/switches')
    assert.deepEqual(await readJson(read), defaultSwitches)
  })

  test('makes a token, passes time, revokes, and shows requests without secrets', async (t) => {
    const simulator = await startTestSimulator(t)
    const made = await control(simulator, 'POST', '/api/tokens', { person: ADA, scope: 'public' })
    const token = String((await readJson(made))['access_token'])
    assert.equal((await readApi(simulator, token, '/me'))['name'], 'Ada Example')

    const time = await control(simulator, 'POST', '/api/time', { seconds: 60 })
    assert.equal((await readJson(time))['now'], '2026-11-23T12:01:00.000Z')

    await control(simulator, 'POST', '/api/revocations', { person: ADA })
    assert.equal((await callApi(simulator, token, '/me')).status, 401)
    const nobody = await control(simulator, 'POST', '/api/revocations', { person: '/users/1' })
    assert.equal(nobody.status, 400)

    const log = await (await control(simulator, 'GET', '/api/requests')).text()
    assert.match(log, /"path":"\/me"/)
    assert.ok(!log.includes(token))
  })
})

describe('other sites', () => {
  test('cannot change or read the controls', async (t) => {
    const simulator = await startTestSimulator(t)
    const json = { 'content-type': 'application/json' }
    const change = (headers: Readonly<Record<string, string>>, method = 'PATCH') =>
      control(simulator, method, '/api/switches', method === 'GET' ? undefined : {}, headers)

    assert.equal((await change({ ...json, origin: 'https://evil.example' })).status, 403)
    assert.equal((await change({ ...json, 'sec-fetch-site': 'cross-site' })).status, 403)
    assert.equal((await change({ ...json, 'sec-fetch-site': 'same-site' })).status, 403)
    assert.equal((await change({ ...json, 'sec-fetch-site': 'none' })).status, 403)
    assert.equal((await change({ 'sec-fetch-site': 'cross-site' }, 'GET')).status, 403)
    assert.equal((await change({ 'content-type': 'text/plain' })).status, 400)
    assert.equal((await change({ ...json, origin: simulator.origin })).status, 200)
    assert.equal((await change({ ...json, 'sec-fetch-site': 'same-origin' })).status, 200)

    const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' }
    const posted = await control(simulator, 'POST', '/switches', 'plan=free', form)
    assert.equal(posted.status, 403)
    const read = await control(simulator, 'GET', '/api/switches')
    assert.equal((await readJson(read))['plan'], 'standard')
  })

  test('may link to the page, and not frame it', async (t) => {
    const simulator = await startTestSimulator(t)
    const visit = (dest: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': dest }
        request(`${simulator.origin}/simulator`, { headers }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .on('error', reject)
          .end()
      })

    assert.equal(await visit('document'), 200)
    assert.equal(await visit('iframe'), 403)
    assert.equal(await visit('image'), 403)
  })

  test('cannot come by a name of their own that leads here', async (t) => {
    const simulator = await startTestSimulator(t)
    const statusFor = (host: string) =>
      new Promise((resolve, reject) => {
        request(`${simulator.origin}/simulator/api/requests`, { headers: { host } }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .on('error', reject)
          .end()
      })

    assert.equal(await statusFor('evil.example'), 403)
    assert.equal(await statusFor('127.0.0.1.evil.example'), 403)
    assert.equal(await statusFor(new URL(simulator.origin).host), 200)
  })
})

describe('the switches', () => {
  test('are refused with what was expected, and none is changed then', async (t) => {
    const simulator = await startTestSimulator(t)
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ constructor: 1 }, /There is no switch "constructor"\. Known are .*plan,/],
      [{ cutAfterBytes: '5' }, /"cutAfterBytes" is "5"\. Expected a whole number from 0, or null/],
      [{ bytesPerSecond: 0 }, /Expected a whole number from 1, or null/],
      [{ tokenDigits: 31 }, /Expected an even number/],
      [{ failures: [{ call: 0, answer: 'error' }] }, /"failures" is .* Expected a list of/],
      [
        { failures: [{ place: 'home', call: 1, answer: 'error' }] },
        /rest\|token\|revocation\|player\|cdn/,
      ],
      [{ unavailableScopes: 'email' }, /Expected a list of scopes/],
      [{ refusalTexts: { client: 'x' } }, /"heading", "line"/],
      [{ refusalTexts: { nobody: { heading: 'a', line: 'b' } } }, /for any of client/],
      [{ deniedParameters: { error: 1 } }, /an object whose values are text/],
      [{ expiryMembers: ['expires'] }, /a list of expires_on/],
      [{ redirectUriMismatch: null }, /Expected text/],
      [{ plan: 'free', range: 1 }, /"range" is 1/],
    ]

    for (const [changes, expected] of cases)
      assert.throws(() => simulator.setSwitches(changes), expected)
    assert.equal((await readApi(simulator, await connect(simulator), '/me'))['account'], 'standard')
    simulator.setSwitches({ failures: [], refusalTexts: { client: { heading: 'a', line: 'b' } } })
  })

  test('are in the groups of the README, each once', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    const written = Object.keys(switchGroups).map((group) => {
      const row = readme.split('\n').find((line) => line.startsWith(`| ${group} |`)) ?? ''
      return [group, [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name)]
    })
    const inCode = Object.entries(switchGroups).map(([group, kinds]) => [group, Object.keys(kinds)])

    assert.deepEqual(written, inCode)
    assert.deepEqual(
      Object.values(switchGroups)
        .flatMap((kinds) => Object.keys(kinds))
        .toSorted(),
      Object.keys(defaultSwitches).toSorted(),
    )
  })
})

describe('failures', () => {
  test('come at the token endpoint, the player and the CDN, each counted by itself', async (t) => {
    const simulator = await startTestSimulator(t)
    const link = async () => {
      const token = simulator.createToken(ADA, ['public', 'private', 'video_files'])
      const page = await readApi<{ data: { download: { link: string }[] }[] }>(
        simulator,
        token,
        '/me/videos?query=harbour',
      )
      return page.data[0]?.download.at(-1)?.link ?? ''
    }
    const address = await link()
    simulator.setSwitches({
      failures: [
        { call: 1, answer: 'rate-limit', place: 'player', retryAfterSeconds: 7 },
        { call: 1, answer: 'html-200', place: 'cdn' },
        { call: 2, answer: 'reset', place: 'cdn' },
        { call: 3, answer: 'stall', place: 'cdn' },
        { call: 1, answer: 'overloaded', place: 'token' },
      ],
    })

    const limited = await fetch(address)
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7'])
    const page = await fetch(address)
    assert.deepEqual(
      [page.status, page.headers.get('content-type')?.slice(0, 9)],
      [200, 'text/html'],
    )
    await assert.rejects(fetch(address), /fetch failed/)
    const stalled = await fetch(address, { signal: AbortSignal.timeout(200) })
    await assert.rejects(stalled.arrayBuffer(), { name: 'TimeoutError' })
    assert.equal((await fetch(address)).headers.get('content-type'), 'video/mp4')
    const exchange = () => fetch(`${simulator.origin}/oauth/access_token`, { method: 'POST' })
    assert.deepEqual([(await exchange()).status, (await exchange()).status], [503, 400])
  })

  test('of links and bytes have switches', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = simulator.createToken(ADA, ['public', 'private', 'video_files'])
    const readSource = async () => {
      const { data } = await readApi<{ data: { download: { link: string; md5: string }[] }[] }>(
        simulator,
        token,
        '/me/videos?query=harbour',
      )
      return data[0]?.download.at(-1) ?? { link: '', md5: '' }
    }
    const { link } = await readSource()
    const whole = await fetch(link)
    const etag = whole.headers.get('etag') ?? ''
    await whole.arrayBuffer()

    simulator.setSwitches({ fileVersion: 1, md5: 'right' })
    const resumed = await fetch(link, { headers: { range: 'bytes=10-', 'if-range': etag } })
    assert.equal(resumed.status, 200)
    assert.notEqual(resumed.headers.get('etag'), etag)
    await resumed.arrayBuffer()
    const digest = createHash('md5')
      .update(await (await fetch(link)).bytes())
      .digest('hex')
    assert.equal((await readSource()).md5, digest)

    simulator.setSwitches({ validators: false })
    const bare = await fetch(link, { method: 'HEAD' })
    assert.deepEqual([bare.headers.get('etag'), bare.headers.get('last-modified')], [null, null])
    simulator.setSwitches({ cdnHtml: true })
    assert.match((await fetch(link)).headers.get('content-type') ?? '', /^text\/html/)
    simulator.setSwitches({ playerRefuses: true })
    const refused = await fetch(link, { redirect: 'manual' })
    assert.equal(refused.headers.get('location'), `${simulator.playerOrigin}/`)
  })

  test('can be slowness: a body takes its time', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { bytesPerSecond: 400_000 } })
    const token = simulator.createToken(ADA, ['public', 'private', 'video_files'])
    const { data } = await readApi<{ data: { download: { link: string }[] }[] }>(
      simulator,
      token,
      '/me/videos?query=harbour',
    )

    const startedAt = performance.now()
    const body = await (await fetch(data[0]?.download.at(-1)?.link ?? '')).arrayBuffer()

    assert.equal(body.byteLength, 124_036)
    assert.ok(performance.now() - startedAt >= 250)
  })
})
