/*
 * The archive from three origins on loopback, as at Vimeo: the API, the links, and the servers
 * behind them that have the files.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import type { Preparing } from 'throughline'
import { ArchiveError, archiveOf, readerOf } from './archive.ts'
import type { Archive, ArchiveOptions } from './archive.ts'
import type { ManifestEntry } from './manifest.ts'
import { offeredFiles } from './offered-files.ts'
import { restOf } from './outcome.ts'
import { prepareFiles } from './prepare.ts'
import { connectionTo, sendJson, startOrigin } from './test-origin.ts'
import type { NotedRequest } from './test-origin.ts'

/** A video at the world's Vimeo, and what is wrong with it. */
interface Clip {
  readonly title: string
  readonly bytes?: Buffer
  /** Name at the end of the link. */
  readonly file?: string
  /** What the API says of the size (the truth). */
  readonly size?: number | null
  /** What the API answers instead. */
  readonly answer?: readonly [status: number, body: unknown]
  /** Members of the API's answer that differ. */
  readonly video?: object
  /** How the link ends instead of at the file. */
  readonly linkStatus?: number
  /** Each link works so many times (for ever). */
  readonly linkUses?: number
  /** Breaks the connection after so many bytes, at each request for more than one byte. */
  readonly cut?: number
  /** A version that changes with each request. */
  readonly isChanging?: boolean
  /** MD5 that the API names. */
  readonly md5?: string
  /** Languages with captions; those of `broken` lead nowhere. */
  readonly languages?: readonly string[]
  readonly hasPicture?: boolean
  /** A 720p file beside the upload. */
  readonly rendition?: Buffer
}

async function startWorld(test: TestContext, clips: readonly Clip[]) {
  const token = randomUUID()
  let links = 0
  let isConnected = true
  const uses = new Map<string, number>()

  const cdn = await startOrigin(test, (response, url, request) => {
    if (url.pathname === '/broken') return response.writeHead(410).end()
    const clip = clips[Number(url.searchParams.get('id'))]!
    const extra = extraFile(url.pathname, clip)
    const { cut, isChanging } = extra === undefined ? clip : {}
    const { bytes, type } = extra ?? { bytes: clip.bytes ?? Buffer.alloc(0), type: 'video/mp4' }
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const start = Number(from)
    const end = to === '' ? bytes.byteLength : Number(to) + 1
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      'content-type': type,
      'content-length': end - start,
      'content-range': `bytes ${start}-${end - 1}/${bytes.byteLength}`,
      etag: isChanging === true ? `"${randomUUID()}"` : '"v1"',
    })
    const isProbe = end - start === 1
    if (cut === undefined || isProbe) return response.end(bytes.subarray(start, end))
    return response.write(bytes.subarray(start, start + cut), () => response.destroy())
  })

  const home = await startOrigin(test, (response) => {
    response.setHeader('content-type', 'text/html').end('<html>Watch videos</html>')
  })

  const player = await startOrigin(test, (response, url) => {
    const id = Number(url.pathname.split('/')[2])
    const { linkStatus, linkUses = Infinity } = clips[id]!
    const used = uses.get(url.search) ?? 0
    uses.set(url.search, used + 1)
    if (linkStatus !== undefined) return response.writeHead(linkStatus).end()
    const target = used < linkUses ? `${cdn.url}/prod?id=${id}&download=1` : home.url
    return response.writeHead(302, { location: target }).end()
  })

  const api = await startOrigin(test, (response, url) => {
    const id = Number(url.pathname.split('/')[2])
    const clip = clips[id]
    if (!isConnected) return sendJson(response, { error: 'You must provide a token.' }, 401)
    if (url.pathname.endsWith('/texttracks')) {
      const data = clip?.languages?.map((language, index) => ({
        uri: `/videos/${id}/texttracks/${index}`,
        language,
        link: `${cdn.url}/${language === 'broken' ? language : 'captions'}?id=${id}`,
      }))
      return sendJson(response, { data })
    }
    if (clip?.answer !== undefined) return sendJson(response, clip.answer[1], clip.answer[0])
    if (clip === undefined) return sendJson(response, { error: 'Not found.' }, 404)
    const { title, file = 'clip.mp4', size = clip.bytes?.byteLength, video, md5 } = clip
    links += 1
    const link = `${player.url}/download/${id}/rendition/source/${file}?signature=${links}`
    const download = [
      {
        ...{ quality: 'hd', width: 1280, height: 720, size: 1 },
        link: clip.rendition ? `${cdn.url}/rendition?id=${id}` : `${home.url}/wrong.mp4`,
      },
      { quality: 'source', rendition: 'source', width: 1920, height: 1080, size, link, md5 },
    ]
    const pictures = clip.hasPicture
      ? { sizes: [{ width: 640, link: `${cdn.url}/picture?id=${id}` }] }
      : undefined
    const created_time = '2024-05-01T10:00:00+00:00'
    return sendJson(response, {
      uri: `/videos/${id}`,
      name: title,
      created_time,
      download,
      pictures,
      has_text_tracks: clip.languages !== undefined,
      ...video,
    })
  })

  const uris = clips.map((_clip, index) => `/videos/${index}`)
  const pauses: number[] = []
  const wait = async (milliseconds: number) => pauses.push(milliseconds)
  const connection = connectionTo(api, token)
  const start = (chosen: readonly string[] = uris, options: ArchiveOptions = {}) =>
    archiveOf(
      connection,
      chosen.map((uri) => ({ uri })),
      { wait, ...options },
    )
  const endConnection = () => {
    isConnected = false
  }
  return { api, player, cdn, home, token, pauses, connection, start, endConnection }
}

/** What lies beside a video at its server. */
function extraFile(path: string, { rendition }: Clip) {
  if (path === '/captions') return { bytes: Buffer.from('WEBVTT\n\n'), type: 'text/vtt' }
  if (path === '/picture') return { bytes: Buffer.from('a picture'), type: 'image/png' }
  if (path === '/rendition') return { bytes: rendition!, type: 'video/mp4' }
  return undefined
}

/** The entries of the manifest, which is stored as it is and is the last thing in braces. */
function manifestOf(zip: Buffer): readonly ManifestEntry[] {
  const text = zip.toString('latin1')
  const start = text.lastIndexOf('{"version"')
  const end = text.indexOf('\n]}', start) + 3
  return (JSON.parse(zip.subarray(start, end).toString()) as { files: ManifestEntry[] }).files
}

async function bodyOf(archive: Archive): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(archive.body))
}

/** What the archive holds beside its manifest, as Python's reader sees it after checking every checksum. */
async function contentsOf(zip: Buffer): Promise<[name: string, hex: string, year: number][]> {
  const folder = await mkdtemp(join(tmpdir(), 'archive-test-'))
  try {
    await writeFile(join(folder, 'a.zip'), zip)
    const program =
      'import json, zipfile; z = zipfile.ZipFile("a.zip"); assert z.testzip() is None; ' +
      'print(json.dumps([(i.filename, z.read(i).hex(), i.date_time[0]) for i in z.infolist()]))'
    const { stdout, stderr, status } = spawnSync('python3', ['-c', program], {
      cwd: folder,
      maxBuffer: 64 << 20,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    const entries = JSON.parse(stdout) as [name: string, hex: string, year: number][]
    assert.equal(entries.at(-1)![0], 'manifest.json')
    return entries.slice(0, -1)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const hasPython = spawnSync('python3', ['--version']).error === undefined
const readsBack = { skip: hasPython ? false : 'no python3 on this machine to read the archive' }

const dawn: Clip = { title: 'Harbour at dawn', bytes: randomBytes(200_000), file: 'raw%20(1).mov' }
const dusk: Clip = { title: 'Harbour at dusk', bytes: randomBytes(1000) }

describe('archiveOf()', () => {
  it('holds the chosen videos, with the size it promised', readsBack, async (test) => {
    const world = await startWorld(test, [dawn, dusk])
    const archive = await world.start()
    assert.equal(archive.type, 'application/zip')
    const zip = await bodyOf(archive)
    assert.equal(zip.byteLength, archive.size)
    assert.deepEqual(await contentsOf(zip), [
      ['Harbour at dawn.mov', dawn.bytes!.toString('hex'), 2024],
      ['Harbour at dusk.mp4', dusk.bytes!.toString('hex'), 2024],
    ])
    assert.deepEqual(archive.outcome(), {
      files: [
        { name: 'Harbour at dawn.mov', size: 200_000, key: '/videos/0' },
        { name: 'Harbour at dusk.mp4', size: 1000, key: '/videos/1' },
      ],
      failures: [],
    })
  })

  it('sends the token to the API and nowhere else (TU-01)', async (test) => {
    const world = await startWorld(test, [
      { ...dawn, linkUses: 1 },
      { ...dusk, cut: 400 },
    ])
    await bodyOf(await world.start())
    const { token, api, player, cdn, home } = world
    const holds = ({ path, headers }: NotedRequest) =>
      JSON.stringify({ path, headers }).includes(token)
    assert.ok(api.requests.length > 2 && api.requests.every(holds))
    for (const origin of [player, cdn, home]) {
      assert.ok(origin.requests.length > 0)
      assert.ok(origin.requests.every((request) => !holds(request)))
      assert.ok(origin.requests.every(({ headers }) => !('authorization' in headers)))
      assert.ok(origin.requests.every(({ headers }) => !('cookie' in headers)))
    }
  })

  it('asks for no content before the body is read', async (test) => {
    const world = await startWorld(test, [dawn, dusk])
    await world.start()
    assert.ok(world.cdn.requests.length > 0)
    assert.ok(world.cdn.requests.every(({ headers }) => headers['range'] === 'bytes=0-0'))
  })

  it('goes by the size of the file itself, not by what Vimeo says', async (test) => {
    const clips = [
      { ...dawn, size: 7 },
      { ...dusk, size: null },
    ]
    const archive = await (await startWorld(test, clips)).start()
    assert.equal((await bodyOf(archive)).byteLength, archive.size)
    assert.deepEqual(
      archive.outcome().files.map(({ size }) => size),
      [200_000, 1000],
    )
  })

  it('takes a fresh link when one has expired since', readsBack, async (test) => {
    const world = await startWorld(test, [{ ...dawn, linkUses: 1 }])
    const archive = await world.start()
    const contents = await contentsOf(await bodyOf(archive))
    assert.equal(contents[0]![1], dawn.bytes!.toString('hex'))
    assert.equal(world.home.requests.length, 1, 'the old link led to the home page')
    assert.equal(world.api.requests.length, 2)
  })

  it('reads on with fresh links where connections break', readsBack, async (test) => {
    const world = await startWorld(test, [{ ...dawn, cut: 60_000 }, dusk])
    const archive = await world.start()
    const contents = await contentsOf(await bodyOf(archive))
    assert.equal(contents[0]![1], dawn.bytes!.toString('hex'))
    const ranges = world.cdn.requests.map(({ headers }) => headers['range'])
    assert.deepEqual(
      ranges.filter((range) => range !== undefined && range !== 'bytes=0-0'),
      ['bytes=60000-', 'bytes=120000-', 'bytes=180000-'],
    )
    assert.equal(new Set(world.player.requests.map(({ path }) => path)).size, 2 + 3)
  })

  it(
    'completes a file that cannot be read to its end, and says that it is damaged',
    readsBack,
    async (test) => {
      for (const [broken, read] of [
        [{ ...dawn, cut: 0 }, 0],
        [{ ...dawn, cut: 60_000, isChanging: true }, 60_000],
      ] as const) {
        const world = await startWorld(test, [dusk, broken, dusk])
        const archive = await world.start()
        const zip = await bodyOf(archive)
        assert.equal(zip.byteLength, archive.size)
        const contents = await contentsOf(zip)
        const damaged = Buffer.alloc(200_000)
        dawn.bytes!.copy(damaged, 0, 0, read)
        assert.equal(contents[1]![1], damaged.toString('hex'))
        assert.equal(contents[2]![1], dusk.bytes!.toString('hex'))
        assert.deepEqual(
          archive.outcome().files.map(({ key }) => key),
          ['/videos/0', '/videos/2'],
        )
        const [failure] = archive.outcome().failures
        assert.deepEqual([failure!.title, failure!.key], ['Harbour at dawn', '/videos/1'])
        assert.match(failure!.reason, /broke off|has changed/)
        const [, entry] = manifestOf(zip)
        const sha256 = createHash('sha256').update(damaged).digest('hex')
        const { state, size, sent, reason } = entry!
        assert.deepEqual([state, size, sent, reason], ['damaged', 200_000, read, failure!.reason])
        assert.equal(entry!.sha256, sha256)
      }
    },
  )

  it('takes a file that has another checksum than Vimeo names for damaged', async (test) => {
    const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex')
    const right = md5(dusk.bytes!)
    const world = await startWorld(test, [
      { ...dusk, md5: right.toUpperCase() },
      { ...dusk, md5: md5(dawn.bytes!) },
    ])
    const archive = await world.start()
    const manifest = manifestOf(await bodyOf(archive))
    assert.deepEqual(
      manifest.map((entry) => [entry.state, entry.md5, entry.sent]),
      [
        ['whole', right, 1000],
        ['damaged', right, 1000],
      ],
    )
    assert.match(archive.outcome().failures[0]!.reason, /checksum/)
  })

  it('goes on with the links it has when the connection to Vimeo ends', readsBack, async (test) => {
    const world = await startWorld(test, [{ ...dusk, linkUses: 1 }, dusk])
    const archive = await world.start()
    world.endConnection()
    const contents = await contentsOf(await bodyOf(archive))
    assert.equal(contents[1]![1], dusk.bytes!.toString('hex'))
    const { files, failures } = archive.outcome()
    assert.deepEqual(
      files.map(({ key }) => key),
      ['/videos/1'],
    )
    assert.match(failures[0]!.reason, /Connect again and download the rest/)
    const rest = restOf(archive.outcome())
    assert.deepEqual(rest, [{ uri: '/videos/0' }])
  })

  it('tells how far it has come, before and while the bytes go out', async (test) => {
    const prepared: unknown[] = []
    const world = await startWorld(test, [dawn, { title: 'Gone', linkStatus: 410 }, dusk])
    const onPreparing: Preparing = ({ done, total }) => prepared.push([done, total])
    const archive = await world.start(undefined, { onPreparing })
    assert.deepEqual(prepared, [
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 3],
    ])
    const seen = new Set<string>()
    for await (const _chunk of archive.body) {
      const { text, done, total, failures } = archive.progress()
      seen.add(`${text} ${done} of ${total}, ${failures?.length} failed`)
    }
    assert.deepEqual(
      [...seen],
      [
        'Harbour at dawn 0 of 2, 1 failed',
        'Harbour at dawn 1 of 2, 1 failed',
        'Harbour at dusk 1 of 2, 1 failed',
        'Harbour at dusk 2 of 2, 1 failed',
      ],
    )
  })

  it('brings captions and pictures along, named after the video', readsBack, async (test) => {
    const world = await startWorld(test, [
      { ...dawn, languages: ['en', 'pt-BR', 'en'], hasPicture: true },
      { ...dawn, languages: ['broken'], hasPicture: true },
    ])
    const archive = await world.start(undefined, { captions: true, pictures: true })
    const contents = await contentsOf(await bodyOf(archive))
    assert.deepEqual(
      contents.map(([name]) => name),
      [
        'Harbour at dawn.mov',
        'Harbour at dawn.en.vtt',
        'Harbour at dawn.pt-BR.vtt',
        'Harbour at dawn.en (2).vtt',
        'Harbour at dawn.png',
        'Harbour at dawn (2).mov',
        'Harbour at dawn (2).png',
      ],
    )
    assert.match(Buffer.from(contents[1]![1], 'hex').toString(), /^WEBVTT/)
    const keys = archive.outcome().files.map(({ key }) => key)
    assert.equal(new Set(keys).size, keys.length)
    assert.deepEqual(
      archive.outcome().failures.map(({ key }) => key),
      ['/videos/1/texttracks/0'],
    )
    assert.deepEqual(restOf(archive.outcome()), [])
  })

  it('takes the file of the quality asked for', async (test) => {
    const world = await startWorld(test, [{ ...dawn, rendition: dusk.bytes! }])
    const archive = await world.start(undefined, { quality: { kind: 'up-to', lines: 720 } })
    await bodyOf(archive)
    assert.equal(archive.outcome().files[0]!.size, 1000)
  })

  it('leaves out what cannot be had, and tells why', async (test) => {
    const clips: readonly (readonly [Clip, RegExp])[] = [
      [{ title: 'No list', video: { download: undefined } }, /does not say why/],
      [{ title: 'Empty list', video: { download: [] } }, /does not say why/],
      [
        { title: 'Soon', video: { download: [], transcode: { status: 'in_progress' } } },
        /still preparing/,
      ],
      [{ title: 'Never', video: { download: [], transcode: { status: 'error' } } }, /could not/],
      [{ title: 'Expired', bytes: dawn.bytes!, linkStatus: 410 }, /no longer valid \(410\)/],
      [
        { title: 'Refused', bytes: dawn.bytes!, linkStatus: 403 },
        /refused to give the file \(403\)/,
      ],
      [{ title: 'Busy', bytes: dawn.bytes!, linkStatus: 503 }, /busy or out of order \(503\)/],
      [{ title: 'Home page', bytes: dawn.bytes!, linkUses: 0 }, /something else than a video/],
      [{ title: '', answer: [404, { error: 'The requested video is gone.' }] }, /video is gone/],
    ]
    const world = await startWorld(test, [...clips.map(([clip]) => clip), dawn])
    const archive = await world.start()
    const { failures } = archive.outcome()
    assert.deepEqual(
      failures.map(({ title }) => title),
      clips.map(([{ title }], index) => title || `Video ${index}`),
    )
    for (const [index, [, reason]] of clips.entries()) {
      assert.match(failures[index]!.reason, reason)
    }
    assert.equal((await bodyOf(archive)).byteLength, archive.size)
    assert.deepEqual(
      archive.outcome().files.map(({ name }) => name),
      ['Harbour at dawn.mov'],
    )
  })

  it('gives files safe names that differ (FI-01, FI-02)', readsBack, async (test) => {
    const titles = ['../../etc/passwd', 'C:\\con', 'Film', 'FILM', '', '.\u202e']
    const world = await startWorld(
      test,
      titles.map((title) => ({ title, bytes: dusk.bytes! })),
    )
    const archive = await world.start()
    assert.deepEqual(
      (await contentsOf(await bodyOf(archive))).map(([name]) => name),
      [
        'etc-passwd.mp4',
        'C--con.mp4',
        'Film.mp4',
        'FILM (2).mp4',
        'Untitled.mp4',
        'Untitled (2).mp4',
      ],
    )
  })

  it('takes a video once that was chosen twice, in the order chosen', async (test) => {
    const world = await startWorld(test, [dawn, dusk])
    const archive = await world.start(['/videos/1', '/videos/0', '/videos/1'])
    await bodyOf(archive)
    assert.deepEqual(
      archive.outcome().files.map(({ name }) => name),
      ['Harbour at dusk.mp4', 'Harbour at dawn.mov'],
    )
  })

  it('refuses to make an archive of nothing', async (test) => {
    const world = await startWorld(test, [{ title: 'Gone', linkStatus: 410 }])
    await assert.rejects(world.start([]), /No video is chosen/)
    await assert.rejects(world.start(), (error) => {
      assert.ok(error instanceof ArchiveError)
      assert.match(error.message, /^None of the chosen videos .* \(410\)\.$/)
      return error.failures.length === 1
    })
  })

  it('begins nothing more when the connection is gone', async (test) => {
    const gone: Clip = { title: '', answer: [401, { error: 'You must provide a token.' }] }
    const world = await startWorld(
      test,
      Array.from({ length: 60 }, () => gone),
    )
    await assert.rejects(world.start(), { name: 'VimeoError', status: 401 })
    assert.ok(world.api.requests.length <= 16, `${world.api.requests.length} requests`)
  })

  it('refuses a uri that is no video’s (TU-01)', async (test) => {
    const world = await startWorld(test, [dawn])
    await assert.rejects(world.start(['/me?fields=email']), TypeError)
    assert.deepEqual(world.api.requests, [])
  })
})

/** Prepares the files and offers them. */
async function offeredIn(
  { connection }: Awaited<ReturnType<typeof startWorld>>,
  videos: readonly { readonly uri: string }[],
) {
  const wait = async () => {}
  return offeredFiles(connection, await prepareFiles(readerOf(connection, { wait }), videos), {
    wait,
  })
}

describe('offeredFiles()', () => {
  it('offers the files by the names in the archive, from any byte on', async (test) => {
    const world = await startWorld(test, [{ ...dawn, linkUses: 2 }, { ...dawn }])
    const videos = [{ uri: '/videos/0' }, { uri: '/videos/1' }]
    const files = await offeredIn(world, videos)
    assert.deepEqual(
      files.map(({ key, name, size }) => [key, name, size]),
      [
        ['/videos/0', 'Harbour at dawn.mov', 200_000],
        ['/videos/1', 'Harbour at dawn (2).mov', 200_000],
      ],
    )
    for (const start of [0, 150_000, 199_999, 200_000]) {
      const opened = await files[0]!.open(start)
      assert.deepEqual([opened.size, opened.validator], [200_000, '"v1"'])
      const bytes = Buffer.concat(await Array.fromAsync(opened.body))
      assert.deepEqual(bytes, dawn.bytes!.subarray(start))
    }
    await assert.rejects(files[0]!.open(200_001), RangeError)
  })

  it('offers what cannot be had as well, which says why when it is opened', async (test) => {
    const world = await startWorld(test, [{ title: 'Gone', linkStatus: 410 }])
    const [file] = await offeredIn(world, [{ uri: '/videos/0' }])
    await assert.rejects(file!.open(0), /no longer valid/)
  })

  it('gives an error for a file that has changed since, and not a mixture', async (test) => {
    const world = await startWorld(test, [{ ...dawn, isChanging: true }])
    const files = await offeredIn(world, [{ uri: '/videos/0' }])
    const { body } = await files[0]!.open(1000)
    await assert.rejects(Array.fromAsync(body), /has changed/)
  })
})
