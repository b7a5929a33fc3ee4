/*
 * Files that a script offers as a set: by links without a cookie, and to the session's own browser for a folder.
 */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import {
  app,
  button,
  folderButton,
  linkListButton,
  sessionState,
  signOut,
  text,
  textInput,
  ThroughlineError,
  type DownloadOutcome,
  type LinkListFormat,
  type OfferedFile,
} from '../../src/index.ts'
import { Person, type LiveTab } from '../../src/testing/person.ts'
import { ORIGIN, startProgram } from '../../src/testing/program.ts'
import { createGate } from './streamed.ts'

const LINKS = 'link-list-button:Links'
const FOLDER = 'folder-button:Save'
const NAME = 'text-input:Name'

/** A file of these characters, opened where it is wanted. */
function fileOf(key: string, content: string, more: Partial<OfferedFile> = {}): OfferedFile {
  const bytes = Buffer.from(content)
  return {
    key,
    name: `${key}.txt`,
    size: bytes.length,
    open: async (start) => ({
      size: bytes.length,
      validator: content,
      body: (async function* () {
        yield bytes.subarray(start)
      })(),
    }),
    ...more,
  }
}

interface Offer {
  files: (name: string) => readonly OfferedFile[]
  format?: LinkListFormat
  hours?: number
}

function offering(offer: Offer) {
  const state = sessionState({ outcome: undefined as DownloadOutcome | undefined })
  return () => {
    const name = textInput('Name', { value: 'nobody' })
    const files = () => offer.files(name)
    const { format = 'aria2', hours } = offer
    linkListButton('Links', { format, file: 'links.txt', files, hours })
    const outcome = folderButton('Save', { files })
    if (outcome !== undefined) state.outcome = outcome
    text(`outcome ${JSON.stringify(state.outcome)}, told now: ${outcome !== undefined}.`)
    if (button('Sign out')) signOut()
  }
}

const two: Offer['files'] = (name) => [fileOf('a', `0123456789 ${name}`), fileOf('b', 'second')]

async function start(t: TestContext, files = two, more: Partial<Offer> = {}) {
  const offer: Offer = { files, ...more }
  const program = startProgram(app(offering(offer)))
  t.after(() => program.close())
  const person = new Person(program.fetch)
  const live = await person.openLive('/')
  const another = () => program.another(app(offering(offer)))
  return { program, person, live, offer, another }
}

/** Presses for a list and reads the paths of its links. */
async function links(live: LiveTab): Promise<readonly string[]> {
  await live.press(LINKS, { [NAME]: ['Ada'] })
  const list = await (await live.person.send(live.away ?? '/none')).text()
  return [...list.matchAll(/^http:\S+$/gm)].map(([url]) => url.slice(ORIGIN.length))
}

/** Presses for a folder and reads the list of its files. */
async function folder(live: LiveTab): Promise<readonly { name: string; url: string }[]> {
  await live.press(FOLDER, { [NAME]: ['Ada'] })
  const answer = await live.person.send(live.files ?? '/none')
  return ((await answer.json()) as { files: { name: string; url: string }[] }).files
}

const stranger = (fetch: (request: Request) => Promise<Response>) => new Person(fetch)

describe('a link of a list', () => {
  test('gives the file to whoever has it, without a cookie and with the values of the press', async (t) => {
    const { live, program } = await start(t)
    const [first = '', second = ''] = await links(live)

    const answer = await stranger(program.fetch).send(first)

    assert.match(first, /^\/-\/file\/[\w-]{22}\/0-[\w-]{43}\/a\.txt$/)
    assert.equal(await answer.text(), '0123456789 Ada')
    assert.equal(await (await stranger(program.fetch).send(second)).text(), 'second')
    assert.deepEqual(answer.headers.getSetCookie(), [])
  })

  test('is answered as a file that no browser shows, keeps or tells of (FI-04)', async (t) => {
    const { live, program } = await start(t)
    const [first = ''] = await links(live)

    const { headers } = await stranger(program.fetch).send(first)

    assert.equal(headers.get('content-length'), '14')
    assert.equal(headers.get('accept-ranges'), 'bytes')
    assert.match(headers.get('content-disposition') ?? '', /^attachment; filename="a\.txt"/)
    assert.equal(headers.get('content-security-policy'), "sandbox; default-src 'none'")
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('cache-control'), 'no-store, no-transform')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('access-control-allow-origin'), null)
  })

  test('tells its length by HEAD, without the file being opened', async (t) => {
    const closed = () => assert.fail('opened')
    const { live, program } = await start(t, () => [fileOf('a', 'abc', { open: closed })])
    const [first = ''] = await links(live)

    const answer = await stranger(program.fetch).send(first, { method: 'HEAD' })

    assert.deepEqual([answer.status, answer.headers.get('content-length')], [200, '3'])
    assert.equal(await answer.text(), '')
  })

  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    test(`answers nothing to ${method}`, async (t) => {
      const { live, program } = await start(t)
      const [first = ''] = await links(live)

      assert.equal((await stranger(program.fetch).send(first, { method })).status, 405)
    })
  }

  for (const [range, status, body, contentRange] of [
    ['bytes=0-', 206, '0123456789 Ada', 'bytes 0-13/14'],
    ['bytes=4-', 206, '456789 Ada', 'bytes 4-13/14'],
    ['bytes=4-6', 206, '456', 'bytes 4-6/14'],
    ['bytes=-3', 206, 'Ada', 'bytes 11-13/14'],
    ['bytes=4-99', 206, '456789 Ada', 'bytes 4-13/14'],
    ['bytes=14-', 416, '', 'bytes */14'],
    ['bytes=0-1,4-5', 200, '0123456789 Ada', null],
    ['bytes=6-4', 200, '0123456789 Ada', null],
    ['lines=1-2', 200, '0123456789 Ada', null],
  ] as const) {
    for (const isKnown of [true, false]) {
      test(`answers ${status} to ${range} where its length is ${isKnown ? '' : 'not '}known before (FI-05)`, async (t) => {
        const { live, program } = await start(t, (name) => {
          const { size, ...file } = fileOf('a', `0123456789 ${name}`)
          return [isKnown ? { ...file, size: size ?? 0 } : file]
        })
        const [first = ''] = await links(live)

        const answer = await stranger(program.fetch).send(first, { headers: { range } })

        assert.equal(answer.status, status)
        assert.equal(await answer.text(), body)
        assert.equal(answer.headers.get('content-range'), contentRange)
        if (status !== 416) assert.equal(answer.headers.get('content-length'), `${body.length}`)
      })
    }
  }

  test('goes on only while the file is the same (If-Range)', async (t) => {
    const { live, program, offer } = await start(t)
    const [first = ''] = await links(live)
    const send = (headers: Record<string, string>) =>
      stranger(program.fetch).send(first, { headers })
    const tag = (await send({})).headers.get('etag') ?? ''

    const same = await send({ range: 'bytes=4-', 'if-range': tag })
    offer.files = () => [fileOf('a', 'another file')]
    const changed = await send({ range: 'bytes=4-', 'if-range': tag })
    const beyond = await send({ range: 'bytes=400-', 'if-range': tag })

    assert.deepEqual([same.status, await same.text()], [206, '456789 Ada'])
    assert.deepEqual([changed.status, await changed.text()], [200, 'another file'])
    assert.deepEqual([beyond.status, await beyond.text()], [200, 'another file'])
  })

  test('works after a restart and on another node, and whatever the tab does meanwhile', async (t) => {
    const { live, another, program } = await start(t)
    const [first = ''] = await links(live)
    await live.change({ [NAME]: ['Eve'] })
    const second = another()
    program.handler.close()

    assert.equal(await (await stranger(second.fetch).send(first)).text(), '0123456789 Ada')
  })

  test('ends after its hours (FI-05)', async (t) => {
    const { live, program } = await start(t, two, { hours: 2 })
    const [first = ''] = await links(live)
    program.advance(2 * 3600_000 - 60_000)
    const before = await stranger(program.fetch).send(first)
    program.advance(61_000)

    assert.equal(before.status, 200)
    assert.equal((await stranger(program.fetch).send(first)).status, 404)
  })

  test('ends when its person signs out (FI-05)', async (t) => {
    const { live, program } = await start(t)
    const [first = ''] = await links(live)
    await live.press('button:Sign%20out')

    assert.equal((await stranger(program.fetch).send(first)).status, 404)
  })

  test('is one file’s and no other’s: what is altered leads nowhere, and nobody is told why (FI-05)', async (t) => {
    const { live, program } = await start(t)
    const [first = '', second = ''] = await links(live)
    const [, , , id = '', place = ''] = first.split('/')
    const proof = place.slice(2)
    const forged = [
      `/-/file/${'A'.repeat(22)}/${place}/a.txt`,
      `/-/file/${id}/1-${proof}/b.txt`,
      `/-/file/${id}/7-${proof}/a.txt`,
      `/-/file/${id}/0-${'A'.repeat(43)}/a.txt`,
      `/-/file/${id}/0/a.txt`,
      `/-/file/${id}/-1-${proof}/a.txt`,
      `/-/file/${id}/0-${proof}`,
      `/-/file/${id}/0-${proof}/a/b.txt`,
      `/-/file/${id}/`,
      `/-/file/${id}`,
      '/-/file/',
    ]

    const answers = await Promise.all(
      forged.map(async (path) => {
        const answer = await stranger(program.fetch).send(path)
        return [answer.status, answer.headers.get('content-type'), await answer.text()]
      }),
    )

    const none = [404, 'text/plain; charset=utf-8', 'There is no such file.\n']
    assert.deepEqual(
      answers,
      forged.map(() => none),
    )
    assert.equal((await stranger(program.fetch).send(second)).status, 200)
  })

  test('leads nowhere once another file stands in its place', async (t) => {
    const { live, program, offer } = await start(t)
    const [first = '', second = ''] = await links(live)
    offer.files = (name) => [...two(name)].reverse()

    const statuses = [first, second].map(
      async (path) => (await stranger(program.fetch).send(path)).status,
    )
    assert.deepEqual(await Promise.all(statuses), [404, 404])
  })

  test('is not followed ahead of the person', async (t) => {
    const { live, program } = await start(t)
    const [first = ''] = await links(live)
    const headers = { 'sec-purpose': 'prefetch' }

    assert.equal((await stranger(program.fetch).send(first, { headers })).status, 404)
  })

  test('opens at most 16 files of its set at once, and says when to come again (FI-05)', async (t) => {
    const gate = createGate()
    const slow = fileOf('a', 'abcdef', {
      open: async () => ({
        size: 6,
        body: (async function* () {
          yield Buffer.from('abc')
          await gate.opened
          yield Buffer.from('def')
        })(),
      }),
    })
    const { live, program } = await start(t, () => [slow])
    const [first = ''] = await links(live)
    const send = () => stranger(program.fetch).send(first)
    const open = await Promise.all(Array.from({ length: 16 }, send))

    const refused = await send()
    await open[0]?.body?.cancel()
    const afterOneLeft = await send()
    gate.open()
    const texts = await Promise.all([...open.slice(1), afterOneLeft].map((one) => one.text()))

    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '5'])
    assert.equal(afterOneLeft.status, 200)
    assert.deepEqual(new Set(texts), new Set(['abcdef']))
    assert.equal((await send()).status, 200)
  })

  for (const [what, body] of [
    ['fewer', 'abc'],
    ['more', 'abcdefghi'],
  ] as const) {
    test(`is never longer than it says, and the operator hears of a file that gives ${what} bytes`, async (t) => {
      const wrong = fileOf('a', body, {
        size: 6,
        open: async () => ({
          size: 6,
          body: (async function* () {
            yield Buffer.from(body)
          })(),
        }),
      })
      const { live, program } = await start(t, () => [wrong])
      const [first = ''] = await links(live)

      const reading = (await stranger(program.fetch).send(first)).text()

      if (what === 'fewer') await assert.rejects(reading)
      else assert.equal(await reading, 'abcdef')
      assert.match(String(program.log[0]?.error), /to give 6 bytes/)
    })
  }

  test('tells a stranger nothing of why a file cannot be opened, and the operator all', async (t) => {
    const reason = new ThroughlineError('app.gone', 'Ada has deleted it.', {
      attribution: 'person',
    })
    const gone = fileOf('a', 'abc', { open: () => Promise.reject(reason) })
    const { live, program } = await start(t, () => [gone])
    const [first = ''] = await links(live)

    const answer = await stranger(program.fetch).send(first)

    assert.equal(answer.status, 502)
    assert.match(await answer.text(), /^The file could not be opened \(error id [\w-]{8}\)\.\n$/)
    assert.equal(program.log[0]?.error, reason)
  })

  test('of an empty file gives nothing, whole', async (t) => {
    const { live, program } = await start(t, () => [fileOf('a', '')])
    const [first = ''] = await links(live)

    const answer = await stranger(program.fetch).send(first)

    assert.deepEqual([answer.status, answer.headers.get('content-length')], [200, '0'])
  })
})

describe('files for a folder', () => {
  test('are listed and given to the browser that pressed, and to no other (FI-05)', async (t) => {
    const { live, program, person } = await start(t)
    const files = await folder(live)
    const other = new Person(program.fetch)
    await (await other.openLive('/')).press(LINKS)

    const paths = [live.files ?? '', ...files.map(({ url }) => url)]
    const foreign = await Promise.all(paths.map(async (path) => (await other.send(path)).status))
    const bare = await Promise.all(
      paths.map(async (path) => (await stranger(program.fetch).send(path)).status),
    )

    assert.deepEqual(
      files.map(({ name }) => name),
      ['a.txt', 'b.txt'],
    )
    assert.equal(await (await person.send(files[0]?.url ?? '')).text(), '0123456789 Ada')
    assert.deepEqual(
      [...foreign, ...bare],
      Array.from({ length: 6 }, () => 404),
    )
  })

  test('say to their person why one cannot be opened, where that was written for them', async (t) => {
    const reason = new ThroughlineError('app.gone', 'It was deleted.', { attribution: 'person' })
    const secret = fileOf('b', 'abc', { open: () => Promise.reject(new Error('token 123')) })
    const gone = fileOf('a', 'abc', { open: () => Promise.reject(reason) })
    const { live, person } = await start(t, () => [gone, secret])
    const [first, second] = await folder(live)

    const told = await person.send(first?.url ?? '')
    const untold = await person.send(second?.url ?? '')

    assert.deepEqual([told.status, await told.text()], [502, 'It was deleted.\n'])
    assert.doesNotMatch(await untold.text(), /token/)
  })

  test('have their outcome told once, in the script’s own names and keys', async (t) => {
    const { live, person } = await start(t)
    await folder(live)
    const saved = { folder: 'My ../videos', saved: [[0, 14]], failed: [[1, 'The disk is full.']] }

    const answer = await tell(person, live, saved)
    await live.ask()
    const first = live.text
    await live.ask()

    assert.equal(answer.status, 204)
    const outcome = {
      file: 'My ..-videos',
      bytes: 14,
      files: [{ name: 'a.txt', size: 14, key: 'a' }],
      failures: [{ title: 'b.txt', reason: 'The disk is full.', key: 'b' }],
    }
    assert.ok(first.includes(`outcome ${JSON.stringify(outcome)}, told now: true`), first)
    assert.match(live.text, /told now: false/)
  })

  test('believe nothing that is no outcome, and no file twice', async (t) => {
    const { live, person } = await start(t)
    await folder(live)
    const wrong = [
      'text',
      {},
      { folder: 'f', saved: [['a', 1]], failed: [] },
      { folder: 'f', saved: [[0, -1]], failed: [] },
      { folder: 'f', saved: [], failed: [[0, 1]] },
    ]
    const answers = await Promise.all(
      wrong.map(async (one) => (await tell(person, live, one)).status),
    )
    await tell(person, live, {
      folder: 'f',
      saved: [
        [0, 1],
        [0, 1],
        [9, 1],
      ],
      failed: [[0, 'x']],
    })
    await live.ask()

    assert.deepEqual(
      answers,
      wrong.map(() => 400),
    )
    assert.match(
      live.text,
      /"bytes":1,"files":\[\{"name":"a\.txt","size":1,"key":"a"\}\],"failures":\[\]/,
    )
  })

  test('take an outcome only from a page of ours in their own browser (CSRF)', async (t) => {
    const { live, person, program } = await start(t)
    await folder(live)
    const saved = { folder: 'f', saved: [[0, 1]], failed: [] }

    const foreign = await tell(person, live, saved, 'https://evil.example')
    const other = await tell(stranger(program.fetch), live, saved)
    await live.ask()

    assert.deepEqual([foreign.status, other.status], [403, 404])
    assert.match(live.text, /outcome undefined/)
  })

  test('are not to be had without JavaScript, nor as a download', async (t) => {
    const { person, live } = await start(t)
    const still = await person.open('/')
    const answer = await person.send('/', still.pressInit(FOLDER))
    await folder(live)
    const id = live.files?.split('/')[3]

    assert.match(answer.headers.get('location') ?? '', /^\/\?tab=/)
    assert.equal((await person.send(`/-/download/${id}`)).status, 404)
  })

  test('need a key of their own, a name and a way to open them', async (t) => {
    const { live, person, program, offer } = await start(t)
    for (const [files, words] of [
      [[fileOf('a', ''), fileOf('a', '')], /File 2 of 2 has the key of another/],
      [[{ key: 'a', name: 'a' }], /File 1 of 1 has no "open"/],
      [[{ key: 'a', open() {} }], /File 1 of 1 has no "key" or no "name"/],
      [[fileOf('a', '', { size: 1.5 })], /has the "size" 1\.5/],
      ['all', /"files" gave no array/],
    ] as const) {
      offer.files = () => files as unknown as readonly OfferedFile[]
      await live.press(FOLDER)
      const answer = await person.send(live.files ?? '')

      assert.equal(answer.status, 502)
      assert.match(await answer.text(), /^The files could not be looked up \(error id/)
      assert.match(String(program.log.at(-1)?.error), words)
    }
  })
})

function tell(person: Person, live: LiveTab, saved: unknown, origin = ORIGIN): Promise<Response> {
  const body = new URLSearchParams({ outcome: JSON.stringify(saved) })
  return person.send(live.files ?? '/none', { method: 'POST', headers: { origin }, body })
}
