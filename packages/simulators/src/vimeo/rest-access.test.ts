/** Who may ask the REST API, and how: pages of other origins, generic programs, `Accept`. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { callApi, connect, startTestSimulator, type TestSimulator } from './testing.ts'

const PAGE = 'https://page.example'

/** Asks as a browser does before it sends a page's token. */
function askBeforehand(simulator: TestSimulator, path: string): Promise<Response> {
  return fetch(`${simulator.origin}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin: PAGE,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    },
  })
}

function allowedOrigin({ headers }: Response): string | null {
  return headers.get('access-control-allow-origin')
}

describe('a page of another origin', () => {
  test('may read the API with a token, errors included', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const asked = await askBeforehand(simulator, '/me/videos')
    const answers = [
      await callApi(simulator, token, '/me/videos'),
      await callApi(simulator, token, '/videos/1'),
      await callApi(simulator, 'dead', '/me'),
    ]

    assert.equal(asked.status, 204)
    assert.equal(allowedOrigin(asked), '*')
    assert.match(asked.headers.get('access-control-allow-headers') ?? '', /Authorization/)
    assert.doesNotMatch(asked.headers.get('access-control-allow-headers') ?? '', /User-Agent/)
    assert.deepEqual(
      answers.map((answer) => [answer.status, allowedOrigin(answer)]),
      [
        [200, '*'],
        [404, '*'],
        [401, '*'],
      ],
    )
  })

  test('may read nothing where the switch says so', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { crossOrigin: false } })
    const token = await connect(simulator)

    assert.equal(allowedOrigin(await askBeforehand(simulator, '/me')), null)
    assert.equal(allowedOrigin(await callApi(simulator, token, '/me')), null)
  })

  test('may read neither the controls nor the token endpoint', async (t) => {
    const simulator = await startTestSimulator(t)

    for (const path of ['/simulator/api/switches', '/oauth/access_token', '/oauth/authorize'])
      assert.equal(allowedOrigin(await askBeforehand(simulator, path)), null)
  })
})

describe('a program without a User-Agent of its own', () => {
  test('is sent a page where the switch says so, and another is served', async (t) => {
    const simulator = await startTestSimulator(t)
    const authorization = `Bearer ${await connect(simulator)}`
    const ask = (agent: string) =>
      fetch(`${simulator.origin}/me`, { headers: { authorization, 'user-agent': agent } })

    assert.equal((await ask('node')).status, 200)
    simulator.setSwitches({ needsUserAgent: true })
    const refused = await ask('curl/8.5.0')
    assert.deepEqual(
      [refused.status, refused.headers.get('content-type')],
      [403, 'text/html; charset=utf-8'],
    )
    assert.match(simulator.requests.at(-1)?.reason ?? '', /User-Agent is generic/)
    assert.equal((await ask('Clip Mover (clips.example)')).status, 200)
    const exchange = `${simulator.origin}/oauth/access_token`
    assert.equal((await fetch(exchange, { method: 'POST' })).status, 403)
    assert.equal((await fetch(`${simulator.origin}/oauth/authorize`)).status, 400)
  })
})

describe('Accept', () => {
  const readStatus = async (simulator: TestSimulator, token: string, accept: string) => {
    const headers = { authorization: `Bearer ${token}`, accept }
    return fetch(`${simulator.origin}/me`, { headers })
  }

  test('that names other types of Vimeo’s alone is an error, 2206', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const refused = await readStatus(simulator, token, 'application/vnd.vimeo.video+json')
    const taken = [
      'application/vnd.vimeo.user+json;version=3.4',
      'application/vnd.vimeo.video+json, application/vnd.vimeo.user+json',
      'application/vnd.vimeo.video+json, */*;q=0.1',
    ]

    assert.equal(refused.status, 400)
    assert.equal(((await refused.json()) as { error_code: number }).error_code, 2206)
    assert.equal(refused.headers.get('x-ratelimit-limit'), '500')
    for (const accept of taken)
      assert.equal((await readStatus(simulator, token, accept)).status, 200, accept)
    simulator.setSwitches({ acceptMismatch: 'ignore' })
    const ignored = await readStatus(simulator, token, 'application/vnd.vimeo.video+json')
    assert.equal(ignored.status, 200)
  })
})

describe('what an answer says of itself', () => {
  test('is application/json for folders, or a type of Vimeo’s', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const readType = async () =>
      (await callApi(simulator, token, '/me/projects')).headers.get('content-type')

    assert.equal(await readType(), 'application/json')
    simulator.setSwitches({ folderContentType: 'vendor' })
    assert.equal(await readType(), 'application/vnd.vimeo.folder+json')
  })

  test('is the code of an error in a header, where the switch says so and there is one', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const readCode = async (path: string) =>
      (await callApi(simulator, token, path)).headers.get('vimeo-error-code')

    assert.equal(await readCode('/me/videos?page=0'), null)
    simulator.setSwitches({ errorCodeHeader: true })
    assert.equal(await readCode('/me/videos?page=0'), '2204')
    assert.equal(await readCode('/videos/1'), null)
  })
})
