/** How a folder of files becomes a library. */
import assert from 'node:assert/strict'
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'

import { parseLibraryNotes } from './library-notes.ts'
import { loadLibrary, toTitle } from './library.ts'
import type { LibraryVideo } from './library-video.ts'
import { samplePeople } from './people.ts'
import { shippedClips } from './start.ts'

async function createFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vimeo-library-'))
  context.after(() => rm(folder, { recursive: true }))
  return folder
}

async function load(
  videosDir: string,
): Promise<{ readonly videos: readonly LibraryVideo[]; readonly lines: readonly string[] }> {
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const { videos } = await loadLibrary({ videosDir, people: samplePeople, log })
  return { videos, lines }
}

describe('the shipped clips', () => {
  test('are six, under three megabytes together, owned by both people, and all readable', async () => {
    const { videos, lines } = await load(shippedClips)
    const bytes = await Promise.all(
      (await readdir(shippedClips)).map(
        async (name) => (await stat(join(shippedClips, name))).size,
      ),
    )

    assert.equal(videos.length, 6)
    assert.deepEqual(lines, [])
    assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 3_000_000)
    assert.deepEqual(
      samplePeople.map(({ uri }) => videos.filter(({ owner }) => owner.uri === uri).length),
      [4, 2],
    )
  })

  test('tell their own length and size, whatever the container', async () => {
    const { videos } = await load(shippedClips)
    const facts = videos.map(
      ({ fileName, width, height, duration, mediaType, hasAudio, fps, codec }) => [
        fileName,
        `${width}x${height}`,
        Math.round(duration),
        mediaType,
        hasAudio,
        fps,
        codec,
      ],
    )

    assert.deepEqual(facts, [
      ['colour-test-chart.mp4', '640x480', 6, 'video/mp4', true, 24, 'H264'],
      ['gruesse-aus-zuerich.mov', '360x640', 5, 'video/quicktime', false, 15, 'H264'],
      ['harbour-at-dawn.mp4', '1280x720', 8, 'video/mp4', true, 25, 'H264'],
      ['interview-take-1.mp4', '854x480', 2, 'video/mp4', true, 25, 'H264'],
      ['interview-take-2.mp4', '1920x1080', 3, 'video/mp4', true, 25, 'H264'],
      ['mandelbrot-dive.webm', '480x270', 4, 'video/webm', false, 20, null],
    ])
  })

  test('have titles that are hard to make file names of', async () => {
    const titles = (await load(shippedClips)).videos.map(({ title }) => title)

    assert.ok(titles.some((title) => /[äöüß]/.test(title)))
    assert.ok(titles.some((title) => /\p{Extended_Pictographic}/u.test(title)))
    assert.ok(titles.some((title) => /\/.*[:"<>]|[:"<>].*\//.test(title)))
    assert.equal(titles.length - new Set(titles).size, 1)
  })
})

describe('loadLibrary()', () => {
  test('takes title and dates from the file where there is no library.json', async (t) => {
    const folder = await createFolder(t)
    const path = join(folder, 'my_holiday--film.mp4')
    await copyFile(join(shippedClips, 'interview-take-1.mp4'), path)
    await utimes(path, 0, Date.parse('2020-02-03T04:05:06Z') / 1000)

    const [video] = (await load(folder)).videos

    assert.equal(video?.title, 'My holiday film')
    assert.equal(video?.created.toISOString(), '2020-02-03T04:05:06.000Z')
    assert.equal(video?.description, null)
    assert.equal(video?.owner.name, 'Ada Example')
    assert.equal(video?.size, (await stat(path)).size)
  })

  test('takes title, date, description, owner and view from library.json', async (t) => {
    const folder = await createFolder(t)
    await copyFile(join(shippedClips, 'interview-take-1.mp4'), join(folder, 'a.mp4'))
    const note = {
      title: ' A/B ',
      created_time: '2021-01-01T00:00:00+02:00',
      description: '<i>',
      owner: 'Grace Sample',
      view: 'unlisted',
    }
    await writeFile(join(folder, 'library.json'), JSON.stringify({ 'a.mp4': note }))

    const [video] = (await load(folder)).videos

    assert.equal(video?.title, ' A/B ')
    assert.equal(video?.created.toISOString(), '2020-12-31T22:00:00.000Z')
    assert.equal(video?.description, '<i>')
    assert.equal(video?.owner.name, 'Grace Sample')
    assert.equal(video?.view, 'unlisted')
  })

  test('skips what cannot be read with one line each and keeps the rest', async (t) => {
    const folder = await createFolder(t)
    await copyFile(join(shippedClips, 'interview-take-1.mp4'), join(folder, 'good.mp4'))
    await writeFile(join(folder, 'broken.mp4'), 'this is no film')
    await writeFile(join(folder, 'empty.mkv'), '')
    await symlink(join(folder, 'gone.mp4'), join(folder, 'link.mp4'))
    await mkdir(join(folder, 'folder.mov'))
    await writeFile(join(folder, 'notes.txt'), 'passed over in silence')
    await writeFile(join(folder, '._good.mp4'), 'passed over in silence')
    await writeFile(join(folder, 'script.ts'), 'passed over in silence')
    await mkdir(join(folder, 'node_modules'))
    await writeFile(join(folder, 'node_modules', 'a.mp4'), 'passed over in silence')

    const { videos, lines } = await load(folder)

    assert.deepEqual(
      videos.map(({ fileName }) => fileName),
      ['good.mp4'],
    )
    assert.deepEqual(lines, [
      `Skipped ${join(folder, 'broken.mp4')}: it is broken, or no mp4, mov, webm, mkv or ts file.`,
      `Skipped ${join(folder, 'empty.mkv')}: it is empty.`,
      `Skipped ${join(folder, 'link.mp4')}: it is a link that leads nowhere.`,
    ])
  })

  test('follows links to files and folders, and not around in a circle', async (t) => {
    const [folder, elsewhere] = [await createFolder(t), await createFolder(t)]
    await copyFile(join(shippedClips, 'interview-take-1.mp4'), join(elsewhere, 'a.mp4'))
    await symlink(elsewhere, join(folder, 'linked'))
    await symlink(join(elsewhere, 'a.mp4'), join(folder, 'b.mp4'))
    await symlink(folder, join(elsewhere, 'back'))

    const { videos, lines } = await load(folder)

    assert.deepEqual(
      videos.map(({ fileName, folder: inside }) => [inside?.name, fileName]),
      [
        [undefined, 'b.mp4'],
        ['linked', 'a.mp4'],
      ],
    )
    assert.deepEqual(lines, [])
  })

  test('shows what lies deeper than folders go in the last of them', async (t) => {
    const folder = await createFolder(t)
    const deep = join(folder, ...'a b c d e f g h i j k l'.split(' '))
    await mkdir(deep, { recursive: true })
    await copyFile(join(shippedClips, 'interview-take-1.mp4'), join(deep, 'x.mp4'))

    assert.equal((await load(folder)).videos[0]?.folder?.name, 'j')
  })

  test('keeps the id of a file when others come', async (t) => {
    const folder = await createFolder(t)
    await copyFile(join(shippedClips, 'interview-take-1.mp4'), join(folder, 'm.mp4'))
    const before = (await load(folder)).videos[0]?.id
    await copyFile(join(shippedClips, 'interview-take-2.mp4'), join(folder, 'a.mp4'))

    const after = (await load(folder)).videos.find(({ fileName }) => fileName === 'm.mp4')?.id

    assert.match(before ?? '', /^7\d{8}$/)
    assert.equal(after, before)
  })

  test('says so when library.json speaks of a file that is not there', async (t) => {
    const folder = await createFolder(t)
    await writeFile(join(folder, 'library.json'), '{"gone.mp4":{}}')

    assert.match((await load(folder)).lines.join(), /library\.json speaks of "gone\.mp4"/)
  })

  test('refuses a folder that is not there, and an owner nobody knows', async (t) => {
    const folder = await createFolder(t)
    await copyFile(join(shippedClips, 'interview-take-1.mp4'), join(folder, 'a.mp4'))
    await writeFile(join(folder, 'library.json'), '{"a.mp4":{"owner":"Nobody"}}')

    await assert.rejects(load(join(folder, 'no')), /cannot be read\. Name one that holds/)
    await assert.rejects(load(folder), /owner "Nobody"\. Known are Ada Example, Grace Sample/)
  })
})

describe('parseLibraryNotes()', () => {
  test('names the place of what is wrong', () => {
    const parse = (text: string) => () => parseLibraryNotes(text, 'library.json')

    assert.throws(parse('{'), /library\.json is not valid JSON/)
    assert.throws(parse('[]'), /must hold one object/)
    assert.throws(parse('{"a":1}'), /at "a": expected an object/)
    assert.throws(parse('{"a":{"tilte":"x"}}'), /unknown field "tilte"/)
    assert.throws(parse('{"a":{"title":1}}'), /"title" must be a string/)
    assert.throws(parse('{"a":{"created_time":"soon"}}'), /must be an ISO 8601 time, not `soon`/)
    assert.equal(parseLibraryNotes('{"a":{"title":"x"}}', 'library.json').get('a')?.title, 'x')
  })
})

describe('toTitle()', () => {
  test('makes words of a file name', () => {
    assert.equal(toTitle('harbour-at-dawn.mp4'), 'Harbour at dawn')
    assert.equal(toTitle('ärger__im   büro.final.mov'), 'Ärger im büro.final')
    assert.equal(toTitle('iPhone.mov'), 'IPhone')
    assert.equal(toTitle('---.mp4'), '---.mp4')
  })
})
