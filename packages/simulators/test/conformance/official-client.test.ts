/** Vimeo's own client for Node cannot tell the simulator from Vimeo. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'

import { shippedClips, type VimeoSimulatorOptions } from '../../src/vimeo/start.ts'
import {
  connect,
  consent,
  startTestSimulator,
  TEST_REDIRECT_URI,
  type TestSimulator,
} from '../../src/vimeo/testing.ts'
import {
  createOfficialClient,
  received,
  type Body,
  type OfficialClient,
} from './official-client.ts'

async function startConnected(
  t: TestContext,
  options: Partial<VimeoSimulatorOptions> = {},
): Promise<{ readonly simulator: TestSimulator; readonly client: OfficialClient }> {
  const simulator = await startTestSimulator(t, options)
  return { simulator, client: createOfficialClient(simulator, await connect(simulator)) }
}

function parse({ message }: Error): Body {
  return JSON.parse(message) as Body
}

/** The error that a promise of the client is rejected with. */
async function rejected(answer: Promise<unknown>): Promise<Error> {
  const outcome = await answer.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(outcome instanceof Error)
  return outcome
}

describe('@vimeo/vimeo and OAuth', () => {
  for (const style of ['promise', 'callback'] as const) {
    test(`goes from the authorization URL to /me, by ${style}`, async (t) => {
      const simulator = await startTestSimulator(t)
      const client = createOfficialClient(simulator)
      const scope = ['public', 'private', 'video_files']
      const built = new URL(client.buildAuthorizationEndpoint(TEST_REDIRECT_URI, scope, 's 1'))
      // The client leaves the port out of this one URL.
      built.port = new URL(simulator.origin).port

      const page = await fetch(built)
      const parameters = Object.fromEntries(built.searchParams)
      const location = await consent(simulator, { parameters })
      const code = location.searchParams.get('code') ?? ''
      let body: Body
      if (style === 'promise') {
        body = (await client.accessToken(code, TEST_REDIRECT_URI)).body
      } else {
        const [error, data, status] = await received((callback) =>
          client.accessToken(code, TEST_REDIRECT_URI, callback),
        )
        assert.equal(error, null)
        assert.equal(status, 200)
        body = data as Body
      }
      client.setAccessToken(body['access_token'] as string)
      const me = await client.request('/me')

      assert.match(await page.text(), /Continue as Ada Example/)
      assert.equal(location.searchParams.get('state'), 's 1')
      assert.equal(body['token_type'], 'bearer')
      assert.equal(me.statusCode, 200)
      assert.deepEqual(me.body['uri'], (body['user'] as Body)['uri'])
    })

    test(`gets a token of the client alone, which has no /me, by ${style}`, async (t) => {
      const simulator = await startTestSimulator(t)
      const client = createOfficialClient(simulator)
      const token =
        style === 'promise'
          ? (await client.generateClientCredentials('public')).body
          : ((
              await received((callback) => client.generateClientCredentials(['public'], callback))
            )[1] as Body)
      client.setAccessToken(token['access_token'] as string)

      const [error, , status, headers] = await received((callback) =>
        client.request('/me', callback),
      )
      const videos = await client.request(`${simulator.people[1].uri}/videos`)

      assert.equal('user' in token, false)
      assert.equal(status, 401)
      assert.equal(parse(error!)['error_code'], 8002)
      assert.equal(headers?.['x-ratelimit-limit'], undefined)
      assert.equal(videos.statusCode, 200)
    })
  }

  test('asks for public alone where no scope is named', async (t) => {
    const simulator = await startTestSimulator(t)
    const client = createOfficialClient(simulator)

    const built = new URL(client.buildAuthorizationEndpoint(TEST_REDIRECT_URI))
    const { scope = '' } = Object.fromEntries(built.searchParams)
    const code = (await consent(simulator, { scope })).searchParams.get('code') ?? ''

    assert.equal((await client.accessToken(code, TEST_REDIRECT_URI)).body['scope'], 'public')
  })

  test('hears of a code that was used before, with status and headers by callback', async (t) => {
    const simulator = await startTestSimulator(t)
    const client = createOfficialClient(simulator)
    const code = (await consent(simulator)).searchParams.get('code') ?? ''
    await client.accessToken(code, TEST_REDIRECT_URI)

    const error = await rejected(client.accessToken(code, TEST_REDIRECT_URI))
    const [again, , status, headers] = await received((callback) =>
      client.accessToken(code, TEST_REDIRECT_URI, callback),
    )

    const body = { error: 'invalid_request', error_description: 'Invalid authorization code' }
    assert.deepEqual(parse(error), body)
    assert.deepEqual(parse(again!), body)
    assert.equal(status, 400)
    assert.equal(headers?.['cache-control'], 'no-store')
  })

  test('hears invalid_client when it exchanges with a token set, as its users report', async (t) => {
    const { simulator, client } = await startConnected(t)
    const code = (await consent(simulator)).searchParams.get('code') ?? ''

    const error = await rejected(client.accessToken(code, TEST_REDIRECT_URI))

    assert.equal(parse(error)['error'], 'invalid_client')
  })

  test('verifies its token, ends it, and learns that it is dead', async (t) => {
    const { client } = await startConnected(t)

    const verified = await client.request('/oauth/verify')
    const ended = await client.request({ path: '/tokens', method: 'DELETE' })
    const [error, , status, headers] = await received((callback) =>
      client.request({ path: '/tokens', method: 'DELETE' }, callback),
    )

    assert.match(verified.body['scope'] as string, /video_files/)
    assert.equal(ended.statusCode, 204)
    assert.deepEqual(ended.body, {})
    assert.equal(status, 401)
    assert.equal(headers?.['www-authenticate'], 'Bearer error="invalid_token"')
    assert.deepEqual(parse(error!), {
      error: 'You must provide a valid authenticated access token.',
    })
  })
})

describe('@vimeo/vimeo and lists', () => {
  interface Page {
    readonly total: number
    readonly paging: { readonly next: string | null }
    readonly data: readonly { readonly uri: string }[]
  }

  test('follows paging.next as a string to the end, though it repeats each parameter', async (t) => {
    const { simulator, client } = await startConnected(t)
    const uris: string[] = []
    let next: string | null = '/me/videos?per_page=1&fields=uri'
    let total = 0
    while (next !== null) {
      const page = (await client.request(next)).body as unknown as Page
      uris.push(...page.data.map(({ uri }) => uri))
      next = page.paging.next
      total = page.total
    }

    const last = simulator.requests.at(-1)?.query ?? ''
    assert.ok(total > 2)
    assert.equal(new Set(uris).size, total)
    assert.equal(uris.length, total)
    // Twice, and not twice as often with each page.
    assert.equal(last.match(/per_page=1/g)?.length, 2)
  })

  test('sends parameters as an object as well', async (t) => {
    const { client } = await startConnected(t)

    const query = { per_page: 2, fields: 'uri,name', sort: 'alphabetical', direction: 'asc' }
    const { body } = await client.request({ path: '/me/videos', query })
    const names = (body['data'] as Body[]).map(({ name }) => name as string)

    assert.equal(names.length, 2)
    assert.ok(names[0]! < names[1]!)
  })

  test('leaves out the leading slash if it likes', async (t) => {
    const { client } = await startConnected(t)

    assert.equal((await client.request('me')).statusCode, 200)
  })
})

describe('@vimeo/vimeo and limits', () => {
  test('reads the rate limit, which a request with fields uses half as fast', async (t) => {
    const { client } = await startConnected(t)

    const { headers: first } = await client.request('/me?fields=uri')
    const { headers: second } = await client.request('/me')

    assert.equal(first['x-ratelimit-limit'], '500')
    assert.equal(first['x-ratelimit-remaining'], '499')
    assert.equal(second['x-ratelimit-remaining'], '497')
    assert.equal(second['x-ratelimit-reset'], '2026-11-23T12:01:00+00:00')
  })

  test('hears 429 with the headers over the limit, and is served again afterwards', async (t) => {
    const { simulator, client } = await startConnected(t, { switches: { requestsPerMinute: 1 } })
    await client.request('/me')

    const [error, , status, headers] = await received((callback) => client.request('/me', callback))
    simulator.passSeconds(60)

    assert.equal(status, 429)
    assert.equal(parse(error!)['error_code'], 9000)
    assert.equal(headers?.['x-ratelimit-remaining'], '0')
    assert.equal(headers?.['x-ratelimit-reset'], '2026-11-23T12:01:00+00:00')
    assert.equal((await client.request('/me')).statusCode, 200)
  })
})

describe('@vimeo/vimeo and errors', () => {
  test('hears the full body with invalid_parameters', async (t) => {
    const { client } = await startConnected(t)

    const body = parse(await rejected(client.request('/me/videos?per_page=101')))

    assert.equal(body['error_code'], 2204)
    assert.equal((body['invalid_parameters'] as Body[])[0]?.['field'], 'per_page')
  })

  test('hears the legacy body of a video that is not there', async (t) => {
    const { client } = await startConnected(t)

    const [error, , status, headers] = await received((callback) =>
      client.request('/videos/1', callback),
    )

    assert.equal(status, 404)
    assert.equal(headers?.['content-type'], 'application/vnd.vimeo.error+json')
    assert.deepEqual(parse(error!), { error: "The requested video couldn't be found." })
  })

  test('hears that a token is not one', async (t) => {
    const simulator = await startTestSimulator(t)
    const client = createOfficialClient(simulator, 'ab'.repeat(16))

    const [error, , status, headers] = await received((callback) => client.request('/me', callback))

    assert.equal(status, 401)
    assert.equal(headers?.['www-authenticate'], 'Bearer error="invalid_token"')
    assert.match(error!.message, /valid authenticated access token/)
  })

  test('hears 8003 when it sends Basic where a token belongs', async (t) => {
    const client = createOfficialClient(await startTestSimulator(t))

    assert.equal(parse(await rejected(client.request('/me')))['error_code'], 8003)
  })

  test('hears failures of the server as they are, JSON or a page', async (t) => {
    const { client } = await startConnected(t, {
      switches: {
        failures: [
          { call: 1, answer: 'error' },
          { call: 2, answer: 'overloaded' },
          { call: 3, answer: 'html' },
        ],
      },
    })
    const fail = () => received((callback) => client.request('/me', callback))

    const [[error, , first], [, , second], [page, , third]] = [
      await fail(),
      await fail(),
      await fail(),
    ]

    assert.deepEqual([first, second, third], [500, 503, 403])
    assert.equal(typeof parse(error!)['error_code'], 'number')
    assert.match(page!.message, /^<!doctype html>/)
  })

  test('cannot read a page that is answered with 200', async (t) => {
    const { client } = await startConnected(t)

    assert.equal((await rejected(client.request('/'))).name, 'SyntaxError')
  })

  test('takes a redirect for an empty body, with the address in its headers', async (t) => {
    const { simulator, client } = await startConnected(t)
    const { body } = await client.request('/me/videos?per_page=1&fields=download')
    const [{ download } = { download: [] }] = body['data'] as { download: { link: string }[] }[]
    const link = new URL(download[0]!.link)

    const { hostname, port, pathname, search } = link
    const answer = await client.request({ hostname, port, path: pathname + search })

    assert.equal(answer.statusCode, 302)
    assert.deepEqual(answer.body, {})
    assert.equal(new URL(answer.headers['location'] ?? '').origin, simulator.cdnOrigin)
  })

  test('is told that an upload cannot begin, for none is simulated', async (t) => {
    const { client } = await startConnected(t)

    const upload = client.upload(join(shippedClips, 'harbour-at-dawn.mp4'), () => undefined)

    assert.match((await rejected(upload)).message, /^Unable to initiate an upload\. \[.*couldn't/)
  })
})
