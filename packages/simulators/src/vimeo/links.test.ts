/** The way from a link to bytes: player, CDN, ranges, and the ends of both. */
import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { shippedClips } from './start.ts'
import { connect, readApi, startTestSimulator, type TestSimulator } from './testing.ts'

const FILE = 'harbour-at-dawn.mp4'

/** The download link of the harbour's source. */
async function readLink(simulator: TestSimulator): Promise<string> {
  const token = await connect(simulator)
  const page = await readApi(simulator, token, '/me/videos?query=harbour&fields=download')
  const [video] = page['data'] as { download: { link: string; quality: string }[] }[]
  return video?.download.find(({ quality }) => quality === 'source')?.link ?? ''
}

/** The CDN address that the download link leads to. */
async function readCdnAddress(simulator: TestSimulator): Promise<string> {
  const answer = await fetch(await readLink(simulator), { redirect: 'manual' })
  return answer.headers.get('location') ?? ''
}

function readClip(): Promise<Buffer> {
  return readFile(join(shippedClips, FILE))
}

describe('the player origin', () => {
  test('answers 302 to the CDN, which sends the file as an attachment with its exact length', async (t) => {
    const simulator = await startTestSimulator(t)

    const player = await fetch(await readLink(simulator), { redirect: 'manual' })
    const location = player.headers.get('location') ?? ''
    const cdn = await fetch(location, { redirect: 'manual' })

    assert.equal(player.status, 302)
    assert.match(
      location,
      /\/exp=\d+~acl=[^~]+~hmac=[0-9a-f]{64}\/vimeo-prod-src-reg-us-east1\/videos\//,
    )
    assert.equal(cdn.status, 200)
    assert.equal(cdn.headers.get('content-type'), 'video/mp4')
    assert.equal(cdn.headers.get('content-length'), '124036')
    assert.equal(cdn.headers.get('accept-ranges'), 'bytes')
    assert.equal(
      cdn.headers.get('content-disposition'),
      'attachment; filename="harbour_at_dawn (Original).mp4"',
    )
    assert.deepEqual(Buffer.from(await cdn.arrayBuffer()), await readClip())
  })

  test('leads an expired link home, to a page that is no video', async (t) => {
    const simulator = await startTestSimulator(t)
    const link = await readLink(simulator)

    simulator.passSeconds(86_399)
    const inTime = await fetch(link, { method: 'HEAD' })
    simulator.passSeconds(1)
    const tooLate = await fetch(link, { redirect: 'manual' })
    const home = await fetch(link)

    assert.equal(inTime.headers.get('content-type'), 'video/mp4')
    assert.equal(tooLate.status, 302)
    assert.equal(tooLate.headers.get('location'), `${simulator.playerOrigin}/`)
    assert.equal(home.status, 200)
    assert.match(home.headers.get('content-type') ?? '', /^text\/html/)
  })

  test('leads a link home whose expiry, video or name was changed', async (t) => {
    const simulator = await startTestSimulator(t)
    const link = await readLink(simulator)
    const expires = new URL(link).searchParams.get('expires') ?? ''

    for (const forged of [
      link.replace(expires, String(Number(expires) + 1)),
      link.replace('798064216', '773570998'),
      link.replace('harbour_at_dawn', '..%2F..%2Fpackage.json'),
      link.replace('signature=', 'signature=0'),
      `${simulator.playerOrigin}/somewhere`,
    ]) {
      const answer = await fetch(forged, { redirect: 'manual' })
      assert.equal(answer.headers.get('location'), `${simulator.playerOrigin}/`, forged)
    }
  })

  test('gives file links that stay, for playing', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const page = await readApi(simulator, token, '/me/videos?query=harbour&fields=files.link')
    const [video] = page['data'] as { files: { link: string }[] }[]

    simulator.passSeconds(10 * 86_400)
    const response = await fetch(video?.files[0]?.link ?? '')

    assert.equal(response.headers.get('content-type'), 'video/mp4')
    assert.equal(response.headers.get('content-disposition'), null)
    await response.body?.cancel()
  })
})

describe('the CDN origin', () => {
  test('answers 410 when its address has expired', async (t) => {
    const simulator = await startTestSimulator(t)
    const address = await readCdnAddress(simulator)

    simulator.passSeconds(14_399)
    const inTime = await fetch(address, { method: 'HEAD' })
    simulator.passSeconds(1)
    const tooLate = await fetch(address)

    assert.equal(inTime.status, 200)
    assert.equal(inTime.headers.get('content-length'), '124036')
    assert.equal(tooLate.status, 410)
  })

  test('answers 403 to a forged signature', async (t) => {
    const simulator = await startTestSimulator(t)
    const address = await readCdnAddress(simulator)

    const exp = /exp=(\d+)/.exec(address)?.[1] ?? ''
    const longer = await fetch(address.replace(exp, String(Number(exp) + 9999)))
    const other = await fetch(address.replace('/videos/798064216', '/videos/773570998'))

    assert.equal(longer.status, 403)
    assert.equal(other.status, 403)
  })

  test('never leaves its library, however the path climbs', async (t) => {
    const simulator = await startTestSimulator(t)
    const address = await readCdnAddress(simulator)

    for (const path of ['../../package.json', '..%2f..%2fpackage.json', '%2e%2e/library.json']) {
      const inTicket = await fetch(address.replace('798064216?', `${path}?`))
      const plain = await fetch(`${simulator.cdnOrigin}/vimeo-prod-src-reg-us-east1/videos/${path}`)
      assert.ok([403, 404].includes(inTicket.status), path)
      assert.ok([403, 404].includes(plain.status), path)
    }
    assert.equal((await fetch(`${simulator.cdnOrigin}/video/..%2f-d_1x1`)).status, 404)
  })

  test('puts no quote or line of the address into Content-Disposition', async (t) => {
    const simulator = await startTestSimulator(t)
    const url = new URL(await readCdnAddress(simulator))
    url.searchParams.set('filename', '../a"b\r\nc;é.mp4')

    const response = await fetch(url, { method: 'HEAD' })

    assert.equal(response.headers.get('content-disposition'), 'attachment; filename="a_b__c__.mp4"')
  })

  test('sends ranges: from a byte on, between two, the last ones', async (t) => {
    const simulator = await startTestSimulator(t)
    const address = await readCdnAddress(simulator)
    const clip = await readClip()
    const read = async (range: string) => {
      const response = await fetch(address, { headers: { range } })
      return {
        status: response.status,
        range: response.headers.get('content-range'),
        length: response.headers.get('content-length'),
        bytes: Buffer.from(await response.arrayBuffer()),
      }
    }

    const tail = await read('bytes=124000-')
    const middle = await read('bytes=10-19')
    const last = await read('bytes=-5')

    assert.deepEqual(
      [tail.status, tail.range, tail.length],
      [206, 'bytes 124000-124035/124036', '36'],
    )
    assert.deepEqual(tail.bytes, clip.subarray(124_000))
    assert.deepEqual([middle.status, middle.range], [206, 'bytes 10-19/124036'])
    assert.deepEqual(middle.bytes, clip.subarray(10, 20))
    assert.deepEqual(last.bytes, clip.subarray(-5))
  })

  test('answers 416 past the end, naming the size', async (t) => {
    const simulator = await startTestSimulator(t)
    const address = await readCdnAddress(simulator)

    const response = await fetch(address, { headers: { range: 'bytes=124036-' } })

    assert.equal(response.status, 416)
    assert.equal(response.headers.get('content-range'), 'bytes */124036')
    assert.equal(await response.text(), '')
  })

  test('sends all of a file that If-Range no longer names', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'vimeo-links-'))
    t.after(() => rm(folder, { recursive: true }))
    const path = join(folder, FILE)
    await copyFile(join(shippedClips, FILE), path)
    const simulator = await startTestSimulator(t, { videosDir: folder })
    const address = await readCdnAddress(simulator)
    const etag = (await fetch(address, { method: 'HEAD' })).headers.get('etag') ?? ''
    const resume = () => fetch(address, { headers: { range: 'bytes=100-199', 'if-range': etag } })

    const same = await resume()
    await utimes(path, 0, 1)
    const changed = await resume()

    assert.equal(same.status, 206)
    assert.equal((await same.arrayBuffer()).byteLength, 100)
    assert.equal(changed.status, 200)
    assert.equal((await changed.arrayBuffer()).byteLength, 124_036)
  })

  test('ignores Range where the switch is off', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { range: false } })

    const response = await fetch(await readCdnAddress(simulator), {
      headers: { range: 'bytes=5-' },
    })

    assert.equal(response.status, 200)
    assert.equal(response.headers.get('accept-ranges'), null)
    assert.equal((await response.arrayBuffer()).byteLength, 124_036)
  })

  test('leaves Content-Length out where the switch says so, and sends the same bytes', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { contentLength: false } })

    const response = await fetch(await readCdnAddress(simulator))

    assert.equal(response.headers.get('content-length'), null)
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), await readClip())
  })

  test('breaks the connection after the bytes that the switch names', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { cutAfterBytes: 50_000 } })
    const response = await fetch(await readCdnAddress(simulator))
    let received = 0

    await assert.rejects(async () => {
      const body = response.body as ReadableStream<Uint8Array> | null
      for await (const chunk of body ?? []) received += chunk.byteLength
    })

    assert.equal(response.headers.get('content-length'), '124036')
    assert.equal(received, 50_000)
  })
})

describe('the log of requests', () => {
  test('tells of a token on player or CDN, without keeping it or any signature', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const link = await readLink(simulator)

    await (await fetch(link)).arrayBuffer()
    const clean = simulator.requests.filter(({ origin }) => origin !== 'api')
    const careless = await fetch(link, {
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, range: 'bytes=0-1' },
    })

    assert.equal(careless.status, 302)
    assert.deepEqual(
      clean.map(({ origin, method, status, hasAuthorization }) => [
        origin,
        method,
        status,
        hasAuthorization,
      ]),
      [
        ['player', 'GET', 302, false],
        ['cdn', 'GET', 200, false],
      ],
    )
    const last = simulator.requests.at(-1)
    assert.deepEqual(
      [last?.origin, last?.hasAuthorization, last?.range],
      ['player', true, 'bytes=0-1'],
    )
    const log = JSON.stringify(simulator.requests)
    assert.ok(!log.includes(token) && !log.includes(simulator.clientSecret))
    assert.ok(!log.includes(new URL(link).searchParams.get('signature') ?? ''))
    assert.doesNotMatch(log, /[0-9a-f]{64}/)
  })
})
