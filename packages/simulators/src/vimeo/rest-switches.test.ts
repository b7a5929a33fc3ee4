/** What the switches of the REST API change, each beside how it is untouched; and conditional requests. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import type { VimeoSwitches } from './switches.ts'
import { callApi, connect, readApi, startTestSimulator, type TestSimulator } from './testing.ts'

interface Page {
  readonly total: number
  readonly filtered_total?: number
  readonly per_page: number
  readonly data: readonly Readonly<Record<string, unknown>>[]
}

/** Asks the same before and after switches are set. */
async function compare<Answer>(
  simulator: TestSimulator,
  switches: Partial<VimeoSwitches>,
  ask: () => Promise<Answer>,
): Promise<readonly [Answer, Answer]> {
  const untouched = await ask()
  simulator.setSwitches(switches)
  return [untouched, await ask()]
}

describe('a list', () => {
  test('refuses more than a hundred entries a page, or gives a hundred', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const [refused, clamped] = await compare(simulator, { perPageOver: 'clamp' }, () =>
      callApi(simulator, token, '/me/videos?per_page=101'),
    )

    assert.equal(refused.status, 400)
    assert.equal(((await clamped.json()) as Page).per_page, 100)
  })

  test('without entries is a page, or not found', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const answers = await compare(simulator, { emptyList: '404' }, () =>
      callApi(simulator, token, '/me/videos?query=nothing-like-it'),
    )

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 404],
    )
  })

  test('of an empty account has a total of 0 and no next page', async (t) => {
    const videosDir = await mkdtemp(join(tmpdir(), 'vimeo-empty-'))
    t.after(() => rm(videosDir, { recursive: true }))
    const simulator = await startTestSimulator(t, { videosDir })

    const page = await readApi(simulator, await connect(simulator), '/me/videos')

    assert.equal(page['total'], 0)
    assert.equal((page['paging'] as { next: unknown }).next, null)
  })

  test('can tell how many passed the filter beside how many there are', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const [plain, both] = await compare(simulator, { filteredTotal: true }, () =>
      readApi<Page>(simulator, token, '/me/videos?query=interview'),
    )

    assert.deepEqual([plain.total, plain.filtered_total], [2, undefined])
    assert.deepEqual([both.total, both.filtered_total], [4, 2])
  })

  test('ignores fields that nothing has, or names them', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator, { ticked: ['private'] })
    const ask = (fields: string) => callApi(simulator, token, `/me/videos?fields=${fields}`)

    const [ignored, refused] = await compare(simulator, { unknownFields: 'refuse' }, () =>
      ask('uri,nmae,pictures.sizes'),
    )

    assert.equal(ignored.status, 200)
    assert.equal(refused.status, 400)
    assert.match(await refused.text(), /There is no nmae\./)
    assert.equal((await ask('uri,download.link')).status, 200)
    assert.equal((await callApi(simulator, token, '/me?fields=nmae')).status, 400)
  })

  test('is filtered by tags, all of some, and none of others', async (t) => {
    const library = {
      'interview-take-1.mp4': { title: 'One', owner: 'Ada Example', tags: 'Talk, Lisbon' },
      'interview-take-2.mp4': { title: 'Two', owner: 'Ada Example', tags: 'talk' },
      'harbour-at-dawn.mp4': { title: 'Three', owner: 'Ada Example' },
      'colour-test-chart.mp4': { owner: 'Grace Sample' },
      'gruesse-aus-zuerich.mov': { owner: 'Grace Sample' },
      'mandelbrot-dive.webm': { owner: 'Grace Sample' },
    }
    const simulator = await startTestSimulator(t, { library })
    const token = await connect(simulator)
    const names = async (query: string) => {
      const path = `/me/videos?sort=alphabetical&${query}`
      return (await readApi<Page>(simulator, token, path)).data.map(({ name }) => name)
    }

    assert.deepEqual(await names('filter_tag=talk'), ['One', 'Two'])
    assert.deepEqual(await names('filter_tag_all_of=talk,lisbon'), ['One'])
    assert.deepEqual(await names('filter_tag_exclude=lisbon'), ['Three', 'Two'])
    assert.deepEqual(await names('query=lisbon'), ['One'])
    assert.deepEqual(await names('query=lisbon&query_fields=title'), [])
  })

  test('takes what only one list of enums names: cold storage of 2026, comments of 2023', async (t) => {
    const simulator = await startTestSimulator(t, {
      library: { 'harbour-at-dawn.mp4': { view: 'cold_storage', owner: 'Ada Example' } },
    })
    const token = await connect(simulator)
    const read = (query: string) => readApi<Page>(simulator, token, `/me/videos?${query}`)

    assert.deepEqual(
      (await read('filter=cold_storage')).data.map(({ name }) => name),
      ['Harbour at dawn'],
    )
    assert.equal((await read('sort=comments')).total, (await read('')).total)
  })

  test('refuses query_fields that there are not, and filter=embeddable by itself', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const status = async (query: string) =>
      (await callApi(simulator, token, `/me/videos?${query}`)).status

    assert.equal(await status('query=a&query_fields=titel'), 400)
    assert.equal(await status('query=a&query_fields=title,tags'), 200)
    assert.equal(await status('filter=embeddable'), 400)
    assert.equal(await status('filter=embeddable&filter_embeddable=true'), 200)
  })
})

describe('If-Modified-Since', () => {
  test('is answered 304 where no video came since, and counts as a request', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const ask = (since: string) =>
      fetch(`${simulator.origin}/me/videos`, {
        headers: { authorization: `Bearer ${token}`, 'if-modified-since': since },
      })
    const first = await callApi(simulator, token, '/me/videos')
    const lastModified = first.headers.get('last-modified') ?? ''

    const same = await ask(lastModified)
    const older = await ask('Tue, 05 Nov 2024 13:19:59 GMT')

    assert.equal(lastModified, 'Tue, 05 Nov 2024 13:20:00 GMT')
    assert.deepEqual([same.status, await same.text()], [304, ''])
    assert.equal(older.status, 200)
    const remaining = (response: Response) => Number(response.headers.get('x-ratelimit-remaining'))
    assert.equal(remaining(first) - remaining(same), 2)
  })

  test('follows changed videos too, or nothing, where the switch says so', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const read = async () =>
      (await callApi(simulator, token, '/me/videos')).headers.get('last-modified')

    const [, modified] = await compare(simulator, { lastModified: 'modified' }, read)
    simulator.setSwitches({ lastModified: 'none' })

    // The clips were written to this disk after the newest of their notes.
    assert.ok(Date.parse(modified ?? '') > Date.parse('2024-11-05T13:20:00Z'))
    assert.equal(await read(), null)
  })
})

describe('further switches', () => {
  test('give the uri of an unlisted video a hash, with which it is found', async (t) => {
    const library = { 'harbour-at-dawn.mp4': { owner: 'Ada Example', view: 'unlisted' } }
    const simulator = await startTestSimulator(t, { library })
    const token = await connect(simulator)

    const [plain, hashed] = await compare(simulator, { unlistedHash: true }, async () => {
      const page = await readApi<Page>(simulator, token, '/me/videos?query=harbour')
      return String(page.data[0]?.['uri'])
    })

    assert.match(plain, /^\/videos\/\d+$/)
    assert.match(hashed, new RegExp(`^${plain}:[0-9a-f]{10}$`))
    assert.equal((await readApi(simulator, token, hashed))['name'], 'Harbour at dawn')
    const around = `/me/videos?per_page=1&containing_uri=${hashed}`
    assert.equal((await readApi<Page>(simulator, token, around)).data[0]?.['uri'], hashed)
  })

  test('list all folders or the outermost, and write times of text tracks either way', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const page = await readApi<Page>(simulator, token, '/me/videos?query=harbour&fields=uri')
    const tracks = `${String(page.data[0]?.['uri'])}/texttracks`

    const [before, after] = await compare(
      simulator,
      { folderList: 'top', trackTimes: 'number' },
      async () => ({
        folders: (await readApi<Page>(simulator, token, '/me/projects')).total,
        time: (await readApi<Page>(simulator, token, tracks)).data[0]?.['link_expires_time'],
      }),
    )

    assert.deepEqual([before.folders, typeof before.time], [2, 'string'])
    assert.deepEqual([after.folders, typeof after.time], [1, 'number'])
    assert.equal(Number(before.time), after.time)
  })

  test('word the rate limit otherwise', async (t) => {
    const switches = { requestsPerMinute: 0, rateLimitText: 'Slow down.' }
    const simulator = await startTestSimulator(t, { switches })

    const body = await readApi(simulator, await connect(simulator), '/me')

    assert.equal(body['error'], 'Slow down.')
  })
})
