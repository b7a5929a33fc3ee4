/*
 * Whole archives against programs that nobody here wrote: what they unpack is what the manifest says, and
 * files that ffmpeg wrote come out byte for byte. A program that this machine lacks is skipped by name.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { archiveOf } from './archive.ts'
import type { ManifestEntry } from './manifest.ts'
import { connectionTo, sendJson, startOrigin } from './test-origin.ts'

interface StoredFile {
  readonly title: string
  /** Name at the end of the link. */
  readonly file: string
  readonly bytes: Buffer
  /** Breaks the connection after so many bytes, and has another version each time. */
  readonly breaksAfter?: number
  readonly hasCaptions?: boolean
}

/** Vimeo with these videos; gives the archive of them all. */
async function archived(test: TestContext, files: readonly StoredFile[]): Promise<Buffer> {
  let versions = 0
  const captions = Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nGrüße\n')
  const cdn = await startOrigin(test, (response, url, request) => {
    const [, kind, id] = url.pathname.split('/')
    const { bytes, breaksAfter } = files[Number(id)]!
    const whole = kind === 'captions' ? captions : bytes
    response.setHeader('content-type', kind === 'captions' ? 'text/vtt' : 'video/mp4')
    response.setHeader('etag', `"${breaksAfter === undefined ? 1 : (versions += 1)}"`)
    if (request.headers.range === 'bytes=0-0') {
      response.setHeader('content-range', `bytes 0-0/${whole.byteLength}`)
      return response.writeHead(206, { 'content-length': 1 }).end(whole.subarray(0, 1))
    }
    response.setHeader('content-length', whole.byteLength)
    if (breaksAfter === undefined) return response.end(whole)
    return response.write(whole.subarray(0, breaksAfter), () => response.destroy())
  })
  const api = await startOrigin(test, (response, url) => {
    const [, , id, isTracks] = url.pathname.split('/')
    const video = files[Number(id)]
    if (video === undefined) return sendJson(response, { error: 'No such video.' }, 404)
    if (isTracks !== undefined) {
      const link = `${cdn.url}/captions/${id}`
      return sendJson(response, { data: [{ uri: `${url.pathname}/1`, language: 'de', link }] })
    }
    const link = `${cdn.url}/video/${id}/${encodeURIComponent(video.file)}`
    return sendJson(response, {
      name: video.title,
      has_text_tracks: video.hasCaptions === true,
      download: [{ quality: 'source', rendition: 'source', link }],
    })
  })
  const videos = [...files, undefined].map((_file, index) => ({ uri: `/videos/${index}` }))
  const options = { captions: true, wait: async () => {} }
  const archive = await archiveOf(connectionTo(api, 'a token'), videos, options)
  const zip = Buffer.concat(await Array.fromAsync(archive.body))
  assert.equal(zip.byteLength, archive.size)
  return zip
}

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-readers-test-'))
})
after(() => rm(folder, { recursive: true, force: true }))

function started(program: string, args: readonly string[], cwd = folder) {
  const env = { ...process.env, LC_ALL: 'C.UTF-8' }
  return spawnSync(program, args, { cwd, env, encoding: 'utf8', maxBuffer: 64 << 20 })
}

function run(program: string, args: readonly string[], cwd = folder): string {
  const result = started(program, args, cwd)
  assert.equal(result.status, 0, `${program} ${args.join(' ')}\n${result.stdout}${result.stderr}`)
  return result.stdout
}

function lacks(program: string): string | false {
  const isThere = spawnSync(program, ['-version']).error === undefined
  return isThere ? false : `no ${program} on this machine`
}

const READERS: readonly (readonly [program: string, args: (zip: string) => readonly string[]])[] = [
  ['unzip', (zip) => ['-q', zip]],
  ['python3', (zip) => ['-m', 'zipfile', '-e', zip, '.']],
  ['7z', (zip) => ['x', zip]],
  ['bsdtar', (zip) => ['-xf', zip]],
]

const ODD_TITLES = [
  ...['../../etc/passwd', 'CON', 'Café', 'Cafe\u0301', 'CAFÉ', 'עברית \u202egnp', '👨‍👩‍👧‍👦'.repeat(20)],
  ...['end. . ', '日本語', '-rf', '$(reboot)', 'a\\b:c*d?e"f<g>h|i', 'manifest.json', ''],
]

describe('archiveOf() read by other programs (FI-02)', () => {
  for (const [program, args] of READERS) {
    it(
      `unpacks with ${program} to what the manifest says`,
      { skip: lacks(program) },
      async (test) => {
        const bytes = randomBytes(100_000)
        const odd = ODD_TITLES.map((title) => ({ title, file: 'clip.mp4', bytes }))
        const zip = await archived(test, [
          { title: 'Broken', file: 'broken.mov', bytes, breaksAfter: 30_000 },
          { title: 'Spoken', file: 'spoken.mkv', bytes, hasCaptions: true },
          ...odd,
        ])
        const path = join(folder, `${program}.zip`)
        await writeFile(path, zip)
        const into = join(folder, program)
        await mkdir(into)
        run(program, args(path), into)

        const manifest = await readFile(join(into, 'manifest.json'), 'utf8')
        const { files } = JSON.parse(manifest) as { files: ManifestEntry[] }
        const present = files.filter(({ name }) => name !== null)
        const names = await readdir(into)
        assert.deepEqual(
          names.toSorted(),
          ['manifest.json', ...present.map(({ name }) => name!)].toSorted(),
        )
        for (const { name, sha256, size, state } of present) {
          const unpacked = await readFile(join(into, name!))
          assert.equal(unpacked.byteLength, size)
          assert.equal(createHash('sha256').update(unpacked).digest('hex'), sha256, name!)
          assert.equal(state, name === 'Broken.mov' ? 'damaged' : 'whole')
        }
        assert.ok(names.includes('Spoken.de.vtt'))
        assert.deepEqual(
          files.filter(({ state }) => state === 'left out').map(({ id }) => id),
          [`/videos/${2 + odd.length}`],
        )
      },
    )
  }
})

const MP4 = ['-c:v', 'mpeg4', '-c:a', 'aac']
const MPEG2 = ['-c:v', 'mpeg2video', '-c:a', 'mp2']
/** A name, and what ffmpeg is told after the picture and the sound. */
const CONTAINERS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['plain.mp4', MP4],
  ['faststart.mp4', [...MP4, '-movflags', '+faststart']],
  ['fragmented.mp4', [...MP4, '-movflags', 'frag_keyframe+empty_moov']],
  ['timecode.mov', [...MP4, '-timecode', '01:02:03:04']],
  ['matroska.mkv', MP4],
  ['vp8.webm', ['-c:v', 'libvpx', '-c:a', 'libvorbis']],
  ['transport.ts', MPEG2],
  ['interleaved.avi', [...MP4.slice(0, 3), 'mp2']],
  ['broadcast.mxf', ['-c:v', 'mpeg2video', '-c:a', 'pcm_s16le', '-ar', '48000']],
  [
    'odd-metadata.mov',
    [
      ...MP4,
      ...['-movflags', 'use_metadata_tags', '-metadata', 'title=\u202e"<🎬>" \\'],
      ...['-metadata', `comment=${'x'.repeat(5000)}`, '-metadata', 'location=+27.59+086.56/'],
    ],
  ],
]

describe('archiveOf() with files as cameras and ffmpeg write them', () => {
  const skip = lacks('ffmpeg') || lacks('ffprobe') || lacks('unzip')

  it('gives them back byte for byte', { skip }, async (test) => {
    const clips = join(folder, 'clips')
    const unpacked = join(folder, 'unpacked')
    await mkdir(clips)
    await mkdir(unpacked)
    const sources = ['testsrc=duration=0.5:size=128x96:rate=25', 'sine=duration=0.5']
    const inputs = sources.flatMap((one) => ['-f', 'lavfi', '-i', one])
    const made: string[] = []
    for (const [name, args] of CONTAINERS) {
      const path = join(clips, name)
      const all = ['-v', 'error', ...inputs, ...args, path]
      if (started('ffmpeg', all).status === 0) made.push(name)
      else test.diagnostic(`${name}: this ffmpeg cannot write it`)
    }
    assert.ok(made.length >= 5, `ffmpeg wrote only ${made.join(', ')}`)
    // Cut in the middle: a recording whose index was never written, which no program can play.
    const plain = await readFile(join(clips, made[0]!))
    await writeFile(join(clips, 'without-index.mp4'), plain.subarray(0, plain.byteLength >> 1))

    const names = [...made, 'without-index.mp4']
    const files = await Promise.all(
      names.map(async (file) => ({
        title: file.replace(/\.\w+$/, ''),
        file,
        bytes: await readFile(join(clips, file)),
      })),
    )
    await writeFile(join(folder, 'clips.zip'), await archived(test, files))
    run('unzip', ['-q', '../clips.zip'], unpacked)
    const probe = ['-v', 'error', '-show_format', '-show_streams', '-of', 'json']
    for (const { file, bytes } of files) {
      assert.deepEqual(await readFile(join(unpacked, file)), bytes)
      if (file === 'without-index.mp4') continue
      assert.equal(
        run('ffprobe', [...probe, file], unpacked),
        run('ffprobe', [...probe, file], clips),
      )
    }
  })
})
