/** Lists of videos: whose, in which order, page by page; and the answers for what is not there. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { callApi, connect, readApi, readJson, startTestSimulator } from './testing.ts'

interface Page {
  readonly total: number
  readonly page: number
  readonly per_page: number
  readonly paging: Readonly<Record<'next' | 'previous' | 'first' | 'last', string | null>>
  readonly data: readonly {
    readonly uri: string
    readonly name: string
    readonly duration: number
  }[]
}

describe('/me/videos', () => {
  test("holds a person's own videos, newest first", async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const response = await callApi(simulator, token, '/me/videos')
    const page = (await response.json()) as Page

    assert.equal(response.headers.get('content-type'), 'application/vnd.vimeo.video+json')
    assert.deepEqual(
      page.data.map(({ name }) => name),
      ['Interview', 'Interview', 'Harbour at dawn', 'Colour chart: 4/3, "final" <v2>'],
    )
    assert.deepEqual([page.total, page.page, page.per_page], [4, 1, 25])
    assert.deepEqual(page.paging, {
      next: null,
      previous: null,
      first: '/me/videos?page=1',
      last: '/me/videos?page=1',
    })
  })

  test('is followed through paging.next without losing or repeating one', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const seen: string[] = []

    let next: string | null = '/me/videos?per_page=3&fields=uri,name&sort=date'
    while (next !== null) {
      const page: Page = await readApi<Page>(simulator, token, next)
      seen.push(...page.data.map(({ uri }) => uri))
      next = page.paging.next
    }

    assert.equal(seen.length, 4)
    assert.equal(new Set(seen).size, 4)
  })

  test('has links that are relative and keep the other parameters', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const page = await readApi(simulator, token, '/me/videos?per_page=2&page=2&fields=uri')

    assert.deepEqual(page['paging'], {
      next: null,
      previous: '/me/videos?per_page=2&page=1&fields=uri',
      first: '/me/videos?per_page=2&page=1&fields=uri',
      last: '/me/videos?per_page=2&page=2&fields=uri',
    })
  })

  test('takes parameters that come twice', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const page = await readApi(simulator, token, '/me/videos?page=2&per_page=3&page=2&per_page=3')

    assert.equal((page['data'] as unknown[]).length, 1)
  })

  test('filters the entries by fields, with dots, and leaves the envelope', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const page = await readApi(
      simulator,
      token,
      '/me/videos?per_page=1&fields=uri,pictures.sizes.width,nonsense',
    )
    const [first] = page['data'] as Record<string, unknown>[]

    assert.equal(page['total'], 4)
    assert.deepEqual(Object.keys(first ?? {}), ['uri', 'pictures'])
    assert.deepEqual(first?.['pictures'], {
      sizes: [{ width: 100 }, { width: 200 }, { width: 295 }, { width: 640 }, { width: 1280 }],
    })
  })

  test('sorts, turns around and searches', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const names = async (query: string) => {
      const page = await readApi<Page>(simulator, token, `/me/videos?${query}`)
      return page.data.map(({ name }) => name.slice(0, 9))
    }

    assert.deepEqual(await names('sort=alphabetical'), [
      'Colour ch',
      'Harbour a',
      'Interview',
      'Interview',
    ])
    assert.deepEqual(await names('sort=duration&direction=asc'), [
      'Interview',
      'Interview',
      'Colour ch',
      'Harbour a',
    ])
    assert.deepEqual(await names('query=DAWN'), ['Harbour a'])
    assert.deepEqual(await names('query=take+two'), ['Interview'])
    assert.deepEqual(await names('query=nothing-like-it'), [])
  })

  test('refuses values out of its enums and names each', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const response = await callApi(simulator, token, '/me/videos?sort=constructor&direction=up')
    const body = await readJson(response)

    assert.equal(response.status, 400)
    assert.equal(body['error_code'], 2204)
    assert.deepEqual(
      (body['invalid_parameters'] as { field: string }[]).map(({ field }) => field),
      ['sort', 'direction'],
    )
  })

  test('takes 100 per page and refuses 101', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    assert.equal((await callApi(simulator, token, '/me/videos?per_page=100')).status, 200)
    assert.equal((await callApi(simulator, token, '/me/videos?per_page=101')).status, 400)
    assert.equal((await callApi(simulator, token, '/me/videos?per_page=0')).status, 400)
  })

  test('answers 404 past the end, or an empty page where the switch says so', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const missing = await callApi(simulator, token, '/me/videos?page=2')
    simulator.setSwitches({ pastEnd: 'empty' })
    const empty = await readApi(simulator, token, '/me/videos?page=2')

    assert.equal(missing.status, 404)
    assert.deepEqual(empty['data'], [])
    assert.equal(empty['total'], 4)
  })

  test('shows a token without the scope private the public videos only', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator, { ticked: [] })

    const page = await readApi<Page>(simulator, token, '/me/videos')

    assert.deepEqual(
      page.data.map(({ name }) => name),
      ['Colour chart: 4/3, "final" <v2>'],
    )
  })
})

describe("another person's videos", () => {
  test('are listed as far as they are public', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator, { person: 0 })

    const path = `${simulator.people[1].uri}/videos`
    const page = await readApi<Page>(simulator, token, path)

    assert.deepEqual(
      page.data.map(({ name }) => name),
      ['Mandelbrot dive 🌀'],
    )
    assert.equal(page.paging.first, `${path}?page=1`)
  })

  test('answer 404 and 5460 when they are not public', async (t) => {
    const simulator = await startTestSimulator(t)
    const grace = await connect(simulator, { person: 1 })
    const own = await readApi<Page>(simulator, grace, '/me/videos?query=Grüße')
    const uri = own.data[0]?.uri ?? ''

    const response = await callApi(simulator, await connect(simulator), uri)

    assert.equal((await callApi(simulator, grace, uri)).status, 200)
    assert.equal(response.status, 404)
    assert.equal((await readJson(response))['error_code'], 5460)
  })
})

describe('/videos/{id}', () => {
  test('answers 404 with the legacy body for a video that is not there', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const response = await callApi(simulator, token, '/videos/1')

    assert.equal(response.status, 404)
    assert.equal(response.headers.get('content-type'), 'application/vnd.vimeo.error+json')
    assert.deepEqual(await readJson(response), {
      error: "The requested video couldn't be found.",
    })
  })

  test('has an empty list of text tracks', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const page = await readApi<Page>(simulator, token, '/me/videos')

    const tracks = await readApi(simulator, token, `${page.data[0]?.uri}/texttracks`)

    assert.deepEqual(tracks['data'], [])
    assert.equal(tracks['total'], 0)
  })

  test('answers 403 naming the scope where one is missing', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator, { ticked: [] })

    const response = await callApi(simulator, token, '/me/projects')

    assert.equal(response.status, 403)
    assert.deepEqual(await readJson(response), {
      error: 'Your access token does not have the "private" scope',
    })
    assert.equal((await callApi(simulator, await connect(simulator), '/me/projects')).status, 200)
  })
})
