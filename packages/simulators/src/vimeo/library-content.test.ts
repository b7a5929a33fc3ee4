/** What a library holds beside plain videos: generated ones, renditions, captions, folders. */
import assert from 'node:assert/strict'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'

import { groupVideoNames } from './library-files.ts'
import { parseLibraryNotes } from './library-notes.ts'
import { shippedClips } from './start.ts'
import { callApi, connect, readApi, startTestSimulator, type TestSimulator } from './testing.ts'

interface Page<Entry = Readonly<Record<string, unknown>>> {
  readonly total: number
  readonly page: number
  readonly paging: { readonly next: string | null }
  readonly data: readonly Entry[]
}

interface Named {
  readonly uri: string
  readonly name: string
}

async function createFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vimeo-content-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

function copyClip(folder: string, name: string): Promise<void> {
  return copyFile(join(shippedClips, 'interview-take-1.mp4'), join(folder, name))
}

/** The names on a page, in its order. */
async function readNames(
  simulator: TestSimulator,
  token: string,
  path: string,
): Promise<readonly string[]> {
  return (await readApi<Page<Named>>(simulator, token, path)).data.map(({ name }) => name)
}

async function findUri(
  simulator: TestSimulator,
  token: string,
  list: string,
  name: string,
): Promise<string> {
  const { data } = await readApi<Page<Named>>(simulator, token, list)
  return data.find((entry) => entry.name === name)?.uri ?? ''
}

describe('a generated library', () => {
  test('starts with ten thousand videos of the first person and lists them all in 100 pages', async (t) => {
    const simulator = await startTestSimulator(t, {
      generate: 10_000,
      switches: { requestsPerMinute: 1000 },
    })
    const token = await connect(simulator)
    const seen = new Set<string>()
    let next: string | null = '/me/videos?per_page=100&sort=alphabetical&fields=uri,name'
    while (next !== null) {
      const page: Page<Named> = await readApi<Page<Named>>(simulator, token, next)
      for (const { uri } of page.data) seen.add(uri)
      next = page.paging.next
    }

    assert.equal(seen.size, 10_000)
    assert.equal((await readApi<Page>(simulator, token, '/users/87654321/videos')).total, 0)
  })

  test('is the same at every start, and its bytes are those of the file each stands for', async (t) => {
    const read = async () => {
      const simulator = await startTestSimulator(t, { generate: 30 })
      const fields = 'uri,name,created_time,privacy.view,parent_folder.name,download'
      const token = await connect(simulator)
      const page = await readApi<Page>(simulator, token, `/me/videos?per_page=30&fields=${fields}`)
      return page.data
    }
    const plain = ({ download: _, ...rest }: Readonly<Record<string, unknown>>) => rest
    const [first, second] = [await read(), await read()]

    assert.deepEqual(first.map(plain), second.map(plain))
    assert.equal(new Set(first.map(({ name }) => name)).size, 30)
    const [video] = first
    const download = video?.['download'] as { quality: string; link: string; size: number }[]
    const source = download.find(({ quality }) => quality === 'source')
    const body = await (await fetch(source?.link ?? '')).arrayBuffer()
    assert.equal(body.byteLength, source?.size)
  })

  test('needs a count and a file', async (t) => {
    const videosDir = await createFolder(t)

    await assert.rejects(startTestSimulator(t, { generate: 1.5 }), /"generate" is 1\.5\. Expected/)
    await assert.rejects(startTestSimulator(t, { generate: 5, videosDir }), /no video to generate/)
  })
})

describe('files beside a video', () => {
  test('are renditions and captions by their names, and videos where they belong to none', () => {
    const grouped = groupVideoNames([
      'a.360p.mp4',
      'a.de-CH.vtt',
      'a.mov',
      'b.720p.mp4',
      'c.en.vtt',
      'd/a.360p.mp4',
    ])

    assert.deepEqual(
      grouped.map(({ name, renditions, textTracks }) => [name, [...renditions], [...textTracks]]),
      [
        ['a.mov', [['360p', 'a.360p.mp4']], [['de-CH', 'a.de-CH.vtt']]],
        ['b.720p.mp4', [], []],
        ['d/a.360p.mp4', [], []],
      ],
    )
  })

  test('a rendition is sent as the file that it is', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const page = await readApi<Page>(simulator, token, '/me/videos?query=harbour&fields=download')
    const download = page.data[0]?.['download'] as { rendition: string; link: string }[]
    const link = download.find(({ rendition }) => rendition === '360p')?.link ?? ''

    const body = Buffer.from(await (await fetch(link)).arrayBuffer())

    assert.deepEqual(body, await readFile(join(shippedClips, 'harbour-at-dawn.360p.mp4')))
  })

  test('captions are listed with a link that ends', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const uri = await findUri(simulator, token, '/me/videos', 'Harbour at dawn')
    const { data } = await readApi<Page<{ language: string; link: string; hls_link: string }>>(
      simulator,
      token,
      `${uri}/texttracks`,
    )
    const track = data.find(({ language }) => language === 'en')
    const link = track?.link ?? ''

    const list = await fetch(track?.hls_link ?? '')
    const inTime = await fetch(link)
    const text = await inTime.text()
    const forged = await fetch(link.replace(/expires=\d+/, 'expires=9999999999'))
    simulator.passSeconds(86_400)
    const tooLate = await fetch(link)

    assert.equal((await readApi(simulator, token, uri))['has_text_tracks'], true)
    assert.deepEqual(data.map(({ language }) => language).toSorted(), ['de', 'en'])
    assert.equal(inTime.headers.get('content-type'), 'text/vtt')
    assert.match(text, /^WEBVTT\n/)
    assert.equal(list.headers.get('content-type'), 'application/vnd.apple.mpegurl')
    assert.ok((await list.text()).includes(`\n${link}\n`))
    assert.equal(forged.status, 403)
    assert.equal(tooLate.status, 410)
  })
})

describe('a path below a video', () => {
  test('leads to one of its captions, and to its pictures', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const uri = await findUri(simulator, token, '/me/videos', 'Harbour at dawn')
    const { data } = await readApi<Page<Named>>(simulator, token, `${uri}/texttracks`)
    const track = data[0]?.uri ?? ''

    assert.equal((await readApi(simulator, token, track))['uri'], track)
    assert.equal((await callApi(simulator, token, `${uri}/texttracks/1`)).status, 404)
    const pictures = await readApi<Page>(simulator, token, `${uri}/pictures`)
    const video = await readApi(simulator, token, uri)
    assert.deepEqual(pictures.data, [video['pictures']])
  })

  test('is as closed as the video itself, with 5460', async (t) => {
    const simulator = await startTestSimulator(t)
    const grace = await connect(simulator, { person: 1 })
    const ada = await connect(simulator)
    const uri = await findUri(simulator, ada, '/me/videos', 'Harbour at dawn')

    for (const path of [uri, `${uri}/texttracks`, `${uri}/pictures`]) {
      assert.equal((await readApi(simulator, grace, path))['error_code'], 5460)
      assert.equal((await callApi(simulator, ada, path)).status, 200)
    }
  })
})

describe('folders', () => {
  test('nest, hold videos, and are counted in /me', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const me = await readApi<{ metadata: { connections: Record<string, { total: number }> } }>(
      simulator,
      token,
      '/me',
    )
    const coast = await findUri(simulator, token, '/me/projects', 'Coast')
    const inner = await findUri(simulator, token, '/me/projects', 'Interviews')

    assert.equal(me.metadata.connections['folders']?.total, 2)
    assert.match(coast, /^\/users\/98765432\/projects\/\d{8}$/)
    assert.deepEqual((await readApi(simulator, token, inner))['parent_folder'], {
      uri: coast,
      name: 'Coast',
    })
    assert.deepEqual(await readNames(simulator, token, `${coast}/videos`), ['Harbour at dawn'])
    assert.equal(
      (await readNames(simulator, token, `${coast}/videos?include_subfolders=true`)).length,
      3,
    )
    const items = await readApi<Page<{ type: string }>>(simulator, token, `${coast}/items`)
    assert.deepEqual(
      items.data.map(({ type }) => type),
      ['folder', 'video'],
    )
    const folders = await readApi<Page>(simulator, token, `${coast}/items?filter=folder`)
    assert.equal(folders.total, 1)
    assert.equal((await callApi(simulator, token, `${coast}/items?filter=x`)).status, 400)
    assert.equal((await callApi(simulator, token, '/me/projects/1/videos')).status, 404)
  })

  test("come from subfolders, and are nobody else's to see", async (t) => {
    const videosDir = await createFolder(t)
    await mkdir(join(videosDir, 'Trips', 'Oslo'), { recursive: true })
    await copyClip(videosDir, join('Trips', 'Oslo', 'day-1.mp4'))
    const simulator = await startTestSimulator(t, { videosDir })
    const ada = await connect(simulator)
    const grace = await connect(simulator, { person: 1 })
    const narrow = await connect(simulator, { scope: 'public' })

    const page = await readApi<Page<{ parent_folder: Named }>>(simulator, ada, '/me/videos')
    assert.equal(page.data[0]?.parent_folder.name, 'Oslo')
    assert.deepEqual(await readNames(simulator, ada, '/me/projects?sort=name'), ['Oslo', 'Trips'])
    assert.deepEqual(await readNames(simulator, grace, '/users/98765432/projects'), [])
    assert.equal((await callApi(simulator, grace, page.data[0].parent_folder.uri)).status, 404)
    assert.equal((await callApi(simulator, narrow, '/me/projects')).status, 403)
  })
})

describe('library.json', () => {
  test('says how far one video is transcoded, which then has no files', async (t) => {
    const videosDir = await createFolder(t)
    await copyClip(videosDir, 'a.mp4')
    await copyClip(videosDir, 'b.mp4')
    await writeFile(join(videosDir, 'library.json'), '{"b.mp4":{"transcode":"in_progress"}}')
    const simulator = await startTestSimulator(t, { videosDir })
    const token = await connect(simulator)

    const { data } = await readApi<Page>(simulator, token, '/me/videos?sort=alphabetical')

    assert.deepEqual(
      data.map((video) => [video['status'], 'download' in video]),
      [
        ['available', true],
        ['transcoding', false],
      ],
    )
    const playable = await readNames(simulator, token, '/me/videos?filter=playable')
    assert.deepEqual(playable, ['A'])
  })

  test('is refused where a value is not one of those that there are', () => {
    assert.throws(
      () => parseLibraryNotes('{"a":{"transcode":"soon"}}', 'library.json'),
      /"transcode" must be one of complete, in_progress, error, not `soon`/,
    )
  })
})

describe('a list', () => {
  test('starts at the page that holds a video, and searches the fields that are named', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const uri = await findUri(simulator, token, '/me/videos', 'Harbour at dawn')

    const page = await readApi<Page<Named>>(
      simulator,
      token,
      `/me/videos?per_page=1&containing_uri=${uri}`,
    )

    assert.deepEqual([page.page, page.data[0]?.uri], [3, uri])
    assert.doesNotMatch(page.paging.next ?? '', /containing_uri/)
    const search = (fields: string) =>
      readNames(simulator, token, `/me/videos?query=light&query_fields=${fields}`)
    assert.deepEqual(await search('title'), [])
    assert.deepEqual(await search('title,description'), ['Harbour at dawn'])
    const both = `/me/videos?query=a&containing_uri=${uri}`
    assert.equal((await callApi(simulator, token, both)).status, 400)
    assert.deepEqual(await readNames(simulator, token, '/me/videos?filter_playable=false'), [])
    assert.equal((await callApi(simulator, token, '/me/videos?filter_playable=x')).status, 400)
  })
})
