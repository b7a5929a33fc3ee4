/** How a video is written down, and when its file links are there. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import type { VimeoSwitches } from './switches.ts'
import {
  callApi,
  connect,
  readApi,
  startTestSimulator,
  type ConsentOptions,
  type TestSimulator,
} from './testing.ts'

type Video = Record<string, unknown>

async function readVideo(
  simulator: TestSimulator,
  token: string,
  title: string,
  query = '',
): Promise<Video> {
  const page = await readApi(simulator, token, `/me/videos?fields=uri,name`)
  const found = (page['data'] as Video[]).find(({ name }) => name === title)
  return readApi(simulator, token, `${String(found?.['uri'])}${query}`)
}

/** Which of the three keys a whole video shows, under the given consent and switches. */
async function readFileKeys(
  simulator: TestSimulator,
  options: { readonly consent?: ConsentOptions; readonly switches?: Partial<VimeoSwitches> } = {},
): Promise<readonly string[]> {
  simulator.setSwitches(options.switches ?? {})
  const token = await connect(simulator, options.consent)
  const page = await readApi(simulator, token, '/me/videos')
  const [video = {}] = page['data'] as Video[]
  assert.ok('uri' in video)
  return ['play', 'files', 'download'].filter((key) => key in video)
}

const ALL = ['play', 'files', 'download']

describe('a video', () => {
  test('says what its file says', async (t) => {
    const simulator = await startTestSimulator(t)
    const video = await readVideo(simulator, await connect(simulator), 'Harbour at dawn')

    assert.match(String(video['uri']), /^\/videos\/7\d{8}$/)
    assert.deepEqual([video['width'], video['height'], video['duration']], [1280, 720, 8])
    assert.equal(video['created_time'], '2024-05-01T10:00:00+00:00')
    assert.equal(video['description'], 'First light over the water.\nOne take, no cuts.')
    assert.equal((video['privacy'] as Video)['view'], 'nobody')
    assert.deepEqual(video['transcode'], { status: 'complete' })
    assert.match(String(video['resource_key']), /^[0-9a-f]{40}$/)
  })

  test('has a picture in each size it names, drawn with its title', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const video = await readVideo(simulator, token, 'Colour chart: 4/3, "final" <v2>')
    const { sizes } = video['pictures'] as { sizes: { link: string; width: number }[] }

    const pictures = await Promise.all(sizes.map(({ link }) => fetch(link)))

    assert.equal(pictures.length, 5)
    for (const [index, picture] of pictures.entries()) {
      const svg = await picture.text()
      assert.equal(new URL(picture.url).origin, simulator.cdnOrigin)
      assert.equal(picture.headers.get('content-type'), 'image/svg+xml')
      assert.ok(svg.includes(`width="${sizes[index]?.width}"`))
      assert.ok(svg.includes('&quot;final&quot;') && !svg.includes('"final"'))
    }
  })

  test('has a source and renditions, each with exact size and an expiry in a day', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const video = await readVideo(simulator, token, 'Harbour at dawn', '?fields=download')
    const download = video['download'] as Record<string, unknown>[]

    assert.deepEqual(
      download.map(({ quality, rendition, type }) => [quality, rendition, type]),
      [
        ['hd', '720p', 'video/mp4'],
        ['sd', '360p', 'video/mp4'],
        ['source', 'source', 'source'],
      ],
    )
    assert.deepEqual(
      download.map(({ size, size_short: short, height }) => [size, short, height]),
      [
        [124036, '0.12MB', 720],
        [66280, '0.06MB', 360],
        [124036, '0.12MB', 720],
      ],
    )
    for (const file of download) {
      assert.equal(file['md5'], null)
      assert.equal(file['expires'], '2026-11-24T12:00:00+00:00')
      assert.ok(String(file['link']).startsWith(`${simulator.playerOrigin}/progressive_redirect/`))
    }
    assert.match(String(download[2]?.['link']), /harbour_at_dawn%20%28Original%29\.mp4\?/)
  })

  test('can lie about size and md5 when told to', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { size: 'wrong', md5: 'wrong' } })
    const token = await connect(simulator)

    const wrong = await readVideo(simulator, token, 'Harbour at dawn', '?fields=download')
    simulator.setSwitches({ size: 'null' })
    const none = await readVideo(simulator, token, 'Harbour at dawn', '?fields=download')

    const [file] = wrong['download'] as Video[]
    assert.equal(file?.['size'], 125036)
    assert.match(String(file?.['md5']), /^[0-9a-f]{32}$/)
    assert.equal((none['download'] as Video[])[0]?.['size'], null)
  })
})

describe('file links', () => {
  test('are there for the owner on a plan with files, with the scope', async (t) => {
    assert.deepEqual(await readFileKeys(await startTestSimulator(t)), ALL)
  })

  test('are silently missing without the scope video_files', async (t) => {
    const simulator = await startTestSimulator(t)
    const consent = { ticked: ['public', 'private'] }

    assert.deepEqual(await readFileKeys(simulator, { consent }), [])
    const switches = { filesNeedScope: false }
    assert.deepEqual(await readFileKeys(simulator, { consent, switches }), ALL)
  })

  test('are silently missing on a plan without files', async (t) => {
    const simulator = await startTestSimulator(t)

    assert.deepEqual(await readFileKeys(simulator, { switches: { plan: 'free' } }), [])
    assert.deepEqual(await readFileKeys(simulator, { switches: { plan: 'advanced' } }), ALL)
  })

  test('stay missing after an upgrade until there is a new token', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { plan: 'starter' } })
    const old = await connect(simulator)
    simulator.setSwitches({ plan: 'standard' })

    const before = await readVideo(simulator, old, 'Harbour at dawn')
    const after = await readVideo(simulator, await connect(simulator), 'Harbour at dawn')

    assert.equal('download' in before, false)
    assert.equal('download' in after, true)
  })

  test('are silently missing for apps that may not have them', async (t) => {
    const simulator = await startTestSimulator(t)

    assert.deepEqual(await readFileKeys(simulator, { switches: { filesForApp: false } }), [])
  })

  test('are silently missing until transcoding is complete', async (t) => {
    const simulator = await startTestSimulator(t)

    assert.deepEqual(await readFileKeys(simulator, { switches: { transcode: 'in_progress' } }), [])
    assert.deepEqual(await readFileKeys(simulator, { switches: { transcode: 'error' } }), [])
  })

  test("are silently missing on another person's public video", async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const path = `${simulator.people[1].uri}/videos`

    const strict = await readApi(simulator, token, path)
    simulator.setSwitches({ filesNeedOwner: false })
    const lax = await readApi(simulator, token, path)

    assert.equal('download' in ((strict['data'] as Video[])[0] ?? {}), false)
    assert.equal('download' in ((lax['data'] as Video[])[0] ?? {}), true)
  })

  test('are silently missing for another API version, also when it is the default one', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { defaultVersion: '3.2' } })
    const token = await connect(simulator)
    const video = await readVideo(simulator, token, 'Harbour at dawn')
    const read = async (accept: string) => {
      const headers = { authorization: `Bearer ${token}`, accept }
      const response = await fetch(`${simulator.origin}${String(video['uri'])}`, { headers })
      return 'download' in ((await response.json()) as Video)
    }

    assert.equal(await read('*/*'), false)
    assert.equal(await read('application/vnd.vimeo.*+json;version=3.2'), false)
    assert.equal(await read('application/vnd.vimeo.*+json; version=3.4'), true)
    assert.equal(await read('application/vnd.vimeo.*;version=3.4'), true)
  })

  test('hide behind fields like everything else', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const video = await readVideo(simulator, token, 'Harbour at dawn', '?fields=name,download.size')

    assert.deepEqual(video, {
      name: 'Harbour at dawn',
      download: [{ size: 124036 }, { size: 66280 }, { size: 124036 }],
    })
    assert.equal((await callApi(simulator, token, '/me?fields=download')).status, 200)
  })
})
