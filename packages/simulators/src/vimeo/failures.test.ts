/** Failures that reach the bytes themselves, and why the log says an answer is as it is. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { callApi, connect, readApi, startTestSimulator, type TestSimulator } from './testing.ts'

async function readLink(simulator: TestSimulator, token: string): Promise<string> {
  const page = await readApi(simulator, token, '/me/videos?query=harbour&fields=download')
  const [video] = page['data'] as { download: { link: string; quality: string }[] }[]
  return video?.download.find(({ quality }) => quality === 'source')?.link ?? ''
}

/** Reads so many bytes of a body, and tells whether nothing more comes for a while although it has not ended. */
async function isSilentAfter(response: Response, expected: number): Promise<boolean> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let bytes = 0
  while (bytes < expected) bytes += (await reader.read()).value?.length ?? 0
  assert.equal(bytes, expected)
  const next = reader.read().then(() => false)
  const pause = new Promise<true>((resolve) => setTimeout(resolve, 50, true))
  const isSilent = await Promise.race([next, pause])
  await reader.cancel()
  return isSilent
}

describe('a failure', () => {
  test('can meet the end of a token, which then is alive still', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    simulator.setSwitches({ failures: [{ call: 1, answer: 'error', place: 'revocation' }] })
    const headers = { authorization: `Bearer ${token}` }
    const end = async () =>
      (await fetch(`${simulator.origin}/tokens`, { method: 'DELETE', headers })).status

    assert.equal(await end(), 500)
    assert.equal((await callApi(simulator, token, '/me')).status, 200)
    assert.equal(await end(), 204)
  })

  test('can meet /oauth/verify and showcases, as any call of the API', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const answer = 'overloaded'
    simulator.setSwitches({
      failures: [
        { call: 1, answer },
        { call: 2, answer },
      ],
    })

    assert.equal((await callApi(simulator, token, '/oauth/verify')).status, 503)
    assert.equal((await callApi(simulator, token, '/albums/1')).status, 503)
  })
})

describe('a stalled request', () => {
  test('gets half of its body, announced in full, at the API and at the CDN', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const link = await readLink(simulator, token)
    simulator.setSwitches({
      failures: [
        { call: 1, answer: 'stall' },
        { call: 1, answer: 'stall', place: 'cdn' },
      ],
    })

    const json = await callApi(simulator, token, '/me')
    const file = await fetch(link)

    assert.equal(file.headers.get('content-length'), '124036')
    assert.ok(await isSilentAfter(json, Math.floor(Number(json.headers.get('content-length')) / 2)))
    assert.ok(await isSilentAfter(file, 62_018))
    assert.equal((await callApi(simulator, token, '/me')).status, 200)
  })

  test('gets nothing where there is no body, and is in the log all the same', async (t) => {
    const simulator = await startTestSimulator(t)
    const link = await readLink(simulator, await connect(simulator))
    simulator.setSwitches({ failures: [{ call: 1, answer: 'stall', place: 'player' }] })

    await assert.rejects(fetch(link, { signal: AbortSignal.timeout(100) }), {
      name: 'TimeoutError',
    })

    const { origin, status, reason } = simulator.requests.at(-1) ?? {}
    assert.deepEqual([origin, status, reason], ['player', 0, 'The simulator was told to fail it.'])
    assert.equal((await fetch(link)).status, 200)
  })
})

describe('the CDN', () => {
  test('falls silent after the bytes that the switch names', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { stallAfterBytes: 1000 } })
    const link = await readLink(simulator, await connect(simulator))

    assert.ok(await isSilentAfter(await fetch(link), 1000))
    simulator.setSwitches({ stallAfterBytes: null })
    assert.equal((await (await fetch(link)).arrayBuffer()).byteLength, 124_036)
  })

  test('breaks off a slow body where the switch says so', async (t) => {
    const switches = { bytesPerSecond: 100_000, cutAfterBytes: 15_000 }
    const simulator = await startTestSimulator(t, { switches })
    const response = await fetch(await readLink(simulator, await connect(simulator)))

    await assert.rejects(response.arrayBuffer(), /terminated/)
  })

  test('honours Range without saying so', async (t) => {
    const simulator = await startTestSimulator(t)
    const link = await readLink(simulator, await connect(simulator))
    const ask = async () => {
      const response = await fetch(link, { headers: { range: 'bytes=0-9' } })
      return [response.status, response.headers.get('accept-ranges')]
    }

    assert.deepEqual(await ask(), [206, 'bytes'])
    simulator.setSwitches({ acceptRanges: false })
    assert.deepEqual(await ask(), [206, null])
  })
})

describe('a link whose time is over', () => {
  test('leads home, or is answered so', async (t) => {
    const simulator = await startTestSimulator(t)
    const link = await readLink(simulator, await connect(simulator))
    simulator.passSeconds(86_400)
    const statuses: number[] = []

    for (const expiredLink of ['home', '403', '410'] as const) {
      simulator.setSwitches({ expiredLink })
      statuses.push((await fetch(link, { redirect: 'manual' })).status)
    }

    assert.deepEqual(statuses, [302, 403, 410])
  })
})

describe('the log of requests', () => {
  test('says why an answer is as it is', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const link = await readLink(simulator, token)
    const reasonOf = async (ask: () => Promise<Response>) => {
      const before = simulator.requests.length
      await (await ask()).arrayBuffer()
      return simulator.requests[before]?.reason
    }

    assert.equal(await reasonOf(() => callApi(simulator, token, '/me')), undefined)
    assert.match(
      (await reasonOf(() => callApi(simulator, token, '/me/videos?per_page=500'))) ?? '',
      /^per_page: Expected a whole number/,
    )
    assert.match(
      (await reasonOf(() => callApi(simulator, 'wrong', '/me'))) ?? '',
      /valid authenticated access token/,
    )
    simulator.passSeconds(86_400)
    assert.match((await reasonOf(() => fetch(link))) ?? '', /The link has ended/)
    const wrongWay = `${simulator.origin}/oauth/authorize?client_id=x`
    assert.ok(await reasonOf(() => fetch(wrongWay)))
    assert.ok(!JSON.stringify(simulator.requests).includes(token))
  })

  test('says why file links are missing', async (t) => {
    const simulator = await startTestSimulator(t)
    const reasons = async (token: string) => {
      await callApi(simulator, token, '/me/videos')
      return simulator.requests.at(-1)?.reason
    }

    const token = await connect(simulator)
    assert.equal(await reasons(token), undefined)
    assert.equal(
      await reasons(await connect(simulator, { ticked: ['private'] })),
      'No file links: the token lacks the scope video_files.',
    )
    simulator.setSwitches({ plan: 'free' })
    assert.equal(await reasons(token), 'No file links: the plan free has none.')
    simulator.setSwitches({ plan: 'standard', filesForApp: false })
    assert.match((await reasons(token)) ?? '', /the app may not have them/)
  })

  test('leaves the controls out', async (t) => {
    const simulator = await startTestSimulator(t)

    await fetch(`${simulator.origin}/simulator/api/requests`)

    assert.deepEqual(simulator.requests, [])
  })
})
