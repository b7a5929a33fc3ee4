/*
 * The calls to Vimeo, against an HTTP server on loopback that answers as Vimeo was seen to answer.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import type { ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { ThroughlineError } from 'throughline'
import { connectionTo, sendJson, startOrigin } from './test-origin.ts'
import type { Answer } from './test-origin.ts'
import { accountOf, downloadableVideo, downloadableVideos, listVideos } from './vimeo.ts'
import { VimeoError } from './vimeo-request.ts'
import type { Pace, VimeoConnection } from './vimeo-request.ts'

const token = randomUUID()
const noWait = async () => {}

/** The whole list, as the last step has it. */
async function videosOf(connection: VimeoConnection, pace: Pace = {}) {
  const steps = await Array.fromAsync(listVideos(connection, pace))
  return steps.at(-1)!.videos
}

async function vimeo(test: TestContext, answer: Answer) {
  const api = await startOrigin(test, answer)
  return { api, connection: connectionTo(api, token) }
}

/** A list in pages, as Vimeo gives it: `next` is a path that keeps the query. */
function inPages(pages: readonly (readonly unknown[])[]): Answer {
  return (response, url) => {
    const number = Number(url.searchParams.get('page') ?? 1)
    const data = pages[number - 1]
    if (data === undefined) return sendJson(response, { error: 'No such page.' }, 404)
    const next = new URL(url)
    next.searchParams.set('page', String(number + 1))
    const isLast = number === pages.length
    sendJson(response, { data, paging: { next: isLast ? null : next.pathname + next.search } })
  }
}

const clip = (number: number) => ({ uri: `/videos/${number}`, name: `Clip ${number}` })

describe('an answer of Vimeo', () => {
  it('that does not end is not read on for ever, nor held (TK-04)', async (test) => {
    let sent = 0
    const { connection } = await vimeo(test, (response) => {
      const chunk = Buffer.alloc(1 << 20, ' ')
      const send = () => {
        while (!response.destroyed && sent < 100) {
          sent += 1
          if (!response.write(chunk)) return
        }
        response.end('{}')
      }
      response.writeHead(200, { 'content-type': 'application/json' }).on('drain', send)
      send()
    })

    await assert.rejects(accountOf(connection), /gave an answer that cannot be read/)
    assert.ok(sent < 60, String(sent))
  })
})

describe('listVideos()', () => {
  it('lists the videos of all pages, each once', async (test) => {
    const pages = [[clip(1), clip(2)], [clip(2), clip(3)], [clip(4)]]
    const { api, connection } = await vimeo(test, inPages(pages))
    const videos = await videosOf(connection)
    assert.deepEqual(
      videos.map(({ uri }) => uri),
      ['/videos/1', '/videos/2', '/videos/3', '/videos/4'],
    )
    assert.equal(api.requests.length, 3)
  })

  it('asks for named fields in version 3.4, and for no link to a file', async (test) => {
    const { api, connection } = await vimeo(test, inPages([[clip(1)], [clip(2)]]))
    await videosOf(connection)
    for (const { path, headers } of api.requests) {
      const query = new URL(path, api.url).searchParams
      assert.equal(headers['accept'], 'application/vnd.vimeo.*+json;version=3.4')
      assert.equal(headers['authorization'], `Bearer ${token}`)
      assert.equal(query.get('per_page'), '100')
      assert.match(query.get('fields') ?? '', /^uri,name,.*download\.size$/)
      assert.doesNotMatch(query.get('fields') ?? '', /download(\.link|,|$)|password/)
    }
  })

  it('gives plain frozen records', async (test) => {
    const full = {
      ...clip(1),
      created_time: '2024-05-01T10:00:00+00:00',
      description: 'x'.repeat(400),
      duration: 81,
      width: 1920,
      height: 1080,
      privacy: { view: 'nobody' },
      parent_folder: { uri: '/users/1/projects/2', name: 'Rough cuts' },
      pictures: {
        sizes: [640, 100, 295].map((width) => ({ width, link: `https://i.test/${width}` })),
      },
      status: 'available',
      transcode: { status: 'complete' },
      user: { uri: '/users/1' },
      download: [
        { quality: 'hls', link: 'https://a.test/hls' },
        {
          quality: 'hd',
          rendition: '1080p',
          width: 1920,
          height: 1080,
          size: 20,
          link: 'https://a',
        },
      ],
      metadata: { connections: { texttracks: { total: 1 } } },
    }
    const { connection } = await vimeo(test, inPages([[full]]))
    const videos = await videosOf(connection)
    assert.deepEqual(videos, [
      {
        uri: '/videos/1',
        title: 'Clip 1',
        description: `${'x'.repeat(299)}…`,
        createdAt: new Date('2024-05-01T10:00:00Z'),
        duration: 81,
        width: 1920,
        height: 1080,
        view: 'nobody',
        folder: { uri: '/users/1/projects/2', name: 'Rough cuts' },
        thumbnail: 'https://i.test/295',
        status: 'available',
        transcoding: 'complete',
        ownerUri: '/users/1',
        files: [{ quality: 'hd', rendition: '1080p', width: 1920, height: 1080, size: 20 }],
        textTracks: 1,
      },
    ])
    assert.ok(Object.isFrozen(videos) && Object.isFrozen(videos[0]))
  })

  it('takes no picture from where a page may show none, and keeps its video (XS-01)', async (test) => {
    const links = {
      'https://i.test/1.jpg': 'https://i.test/1.jpg',
      'https://i.test/a b.jpg': 'https://i.test/a%20b.jpg',
      'http://127.0.0.1:3003/1.svg': 'http://127.0.0.1:3003/1.svg',
      'http://i.test/1.jpg': undefined,
      'javascript:alert(1)': undefined,
      'data:image/svg+xml,x': undefined,
      '//i.test/1.jpg': undefined,
    }
    const list = Object.keys(links).map((link, at) => ({
      ...clip(at),
      pictures: { sizes: [{ width: 200, link }] },
    }))
    const { connection } = await vimeo(test, inPages([list]))
    const videos = await videosOf(connection)
    assert.deepEqual(
      videos.map(({ thumbnail }) => thumbnail),
      Object.values(links),
    )
  })

  it('gives what has come so far after each page, and the total', async (test) => {
    const pages = [
      [clip(1), clip(2)],
      [clip(2), clip(3)],
    ]
    const { api, connection } = await vimeo(test, inPages(pages))
    const seen: unknown[][] = []
    for await (const { videos, total, isWhole } of listVideos(connection)) {
      seen.push([videos.length, total, isWhole, api.requests.length])
    }
    assert.deepEqual(seen, [
      [2, 2, false, 1],
      [3, 3, false, 2],
      [3, 3, true, 2],
    ])
  })

  it('waits before Vimeo refuses, and says until when', async (test) => {
    let time = Date.parse('2024-06-01T10:00:00Z')
    const now = () => time
    const wait = async (milliseconds: number) => void (time += milliseconds)
    const answer = inPages([[clip(1)], [clip(2)], [clip(3)]])
    let left = 2
    const { connection } = await vimeo(test, (response, url, request) => {
      left -= 1
      response.setHeader('x-ratelimit-remaining', Math.max(left, 0))
      response.setHeader('x-ratelimit-reset', '2024-06-01T10:00:30+00:00')
      assert.ok(left >= 0 || time > Date.parse('2024-06-01T10:00:30Z'), 'never asks too early')
      return answer(response, url, request)
    })
    const steps = await Array.fromAsync(listVideos(connection, { now, wait }))
    assert.deepEqual(
      steps.map(({ videos, waitingUntil }) => [videos.length, waitingUntil?.toISOString()]),
      [
        [1, undefined],
        [2, undefined],
        [2, '2024-06-01T10:00:31.000Z'],
        [3, undefined],
        [3, undefined],
      ],
    )
  })

  it('lists 10,000 videos in a hundred requests', async (test) => {
    const pages = Array.from({ length: 100 }, (_page, page) =>
      Array.from({ length: 100 }, (_video, index) => clip(page * 100 + index)),
    )
    const { api, connection } = await vimeo(test, inPages(pages))
    const videos = await videosOf(connection)
    assert.equal(new Set(videos.map(({ uri }) => uri)).size, 10_000)
    assert.equal(api.requests.length, 100)
  })

  it('reads a video of which nothing but the uri is known', async (test) => {
    const odd = [
      { uri: '/videos/1' },
      { uri: '/videos/2', name: null, created_time: 'soon', duration: -1, download: null },
      { uri: '/videos/3', width: '640', download: ['?', { size: 'large' }] },
      { name: 'no uri' },
      null,
      'text',
    ]
    const { connection } = await vimeo(test, inPages([odd]))
    const videos = await videosOf(connection)
    assert.deepEqual(
      videos.map(({ title, createdAt, duration, width, files }) => [
        title,
        createdAt,
        duration,
        width,
        files.map(({ size }) => size),
      ]),
      [
        ['', undefined, 0, 0, []],
        ['', undefined, 0, 0, []],
        ['', undefined, 0, 640, [undefined, undefined]],
      ],
    )
  })

  it('takes a page past the end, or a page without a list, for the end', async (test) => {
    const answer = inPages([[clip(1)], [clip(2)]])
    const shrunk = await vimeo(test, (response, url, request) =>
      url.searchParams.get('page') === '2'
        ? sendJson(response, { error: 'No such page.' }, 404)
        : answer(response, url, request),
    )
    assert.equal((await videosOf(shrunk.connection)).length, 1)
    const empty = await vimeo(test, (response) => sendJson(response, { total: 0 }))
    assert.deepEqual(await videosOf(empty.connection), [])
    const none = await vimeo(test, (response) => sendJson(response, { error: 'None.' }, 404))
    assert.deepEqual(await videosOf(none.connection), [])
    const elsewhere = await vimeo(test, (response) => response.writeHead(404).end('<h1>Lost</h1>'))
    await assert.rejects(videosOf(elsewhere.connection), { name: 'VimeoError', status: 404 })
  })

  it('ends where the list leads back to a page it had', async (test) => {
    const { api, connection } = await vimeo(test, (response) =>
      sendJson(response, { data: [clip(1)], paging: { next: '/me/videos?page=2' } }),
    )
    assert.equal((await videosOf(connection)).length, 1)
    assert.equal(api.requests.length, 2)
  })

  it('follows no next page off the API, so that the token stays there (TU-01)', async (test) => {
    const canary = await startOrigin(test, (response) => response.end('{}'))
    const host = new URL(canary.url).host
    const elsewhere = [canary.url, `//${host}/x`, `/\\${host}/x`, `\\\\${host}`, 'x', 7]
    for (const next of [...elsewhere, `/\t/${host}/x`]) {
      const { api, connection } = await vimeo(test, (response) =>
        sendJson(response, { data: [clip(1)], paging: { next } }),
      )
      await assert.rejects(videosOf(connection), /not on its own server/)
      assert.equal(api.requests.length, 1)
    }
    assert.deepEqual(canary.requests, [])
  })
})

describe('accountOf()', () => {
  it('tells uri, plan and granted scope', async (test) => {
    const me = { uri: '/users/1', account: null, membership: { type: 'standard' } }
    const { api, connection } = await vimeo(test, (response) => sendJson(response, me))
    const scope = ['public']
    assert.deepEqual(await accountOf({ ...connection, scope }), {
      uri: '/users/1',
      plan: 'standard',
      scope,
    })
    assert.equal(api.requests[0]!.path, '/me?fields=uri,account,membership.type')
  })
})

describe('downloadableVideos()', () => {
  const clips = Array.from({ length: 300 }, (_, index) => clip(index))
  const pages = [clips.slice(0, 100), clips.slice(100, 200), clips.slice(200)]

  it('finds many videos in the list, and reads no more of it than needed', async (test) => {
    const { api, connection } = await vimeo(test, inPages(pages))
    const uris = clips.slice(50, 150).map(({ uri }) => `${uri}:hash`)
    const found = await downloadableVideos(connection, uris)
    assert.deepEqual([...found.keys()], uris)
    assert.equal(api.requests.length, 2)
  })

  it('leaves a few videos to single requests', async (test) => {
    const { api, connection } = await vimeo(test, inPages(pages))
    const found = await downloadableVideos(connection, ['/videos/1'])
    assert.equal(found.size + api.requests.length, 0)
  })
})

describe('downloadableVideo()', () => {
  it('gives the files that have a link', async (test) => {
    const download = [
      { quality: 'hls', link: 'https://a.test/hls' },
      { quality: 'sd', width: 640, height: 360, link: 'https://a.test/sd' },
      { quality: 'hd', width: 1920, height: 1080, size: 1, link: 'https://a.test/hd' },
      { rendition: 'source', link: 'https://a.test/source' },
      { quality: 'uhd', width: 3840, height: 2160 },
    ]
    const video = { ...clip(7), transcode: { status: 'complete' }, download }
    const { api, connection } = await vimeo(test, (response) => sendJson(response, video))
    const { title, transcoding, files } = await downloadableVideo(connection, '/videos/7:abc')
    assert.deepEqual([title, transcoding], ['Clip 7', 'complete'])
    assert.deepEqual(
      files.map(({ link }) => link.slice('https://a.test/'.length)),
      ['sd', 'hd', 'source'],
    )
    assert.match(api.requests[0]!.path, /^\/videos\/7\?fields=uri,name,.*download$/)
  })

  it('takes a missing list of files for an empty one', async (test) => {
    for (const download of [undefined, null, [], {}]) {
      const { connection } = await vimeo(test, (response) =>
        sendJson(response, { ...clip(7), download }),
      )
      assert.deepEqual((await downloadableVideo(connection, '/videos/7')).files, [])
    }
  })

  it("asks for nothing where the uri is no video's (TU-01)", async (test) => {
    const { api, connection } = await vimeo(test, (response) => sendJson(response, clip(1)))
    const uris = [
      '',
      '/me',
      '/videos/',
      '/videos/1/../../me',
      '/videos/1?x=',
      'http://x.test/videos/1',
    ]
    for (const uri of uris) {
      await assert.rejects(downloadableVideo(connection, uri), TypeError)
    }
    assert.deepEqual(api.requests, [])
  })
})

describe('errors of Vimeo', () => {
  const cases: readonly (readonly [what: string, status: number, body: string, RegExp])[] = [
    [
      'the full shape',
      400,
      '{"error":"An invalid parameter.","developer_message":"See sort.","error_code":2204,"link":null}',
      /^Vimeo refused \(400\): An invalid parameter\.$/,
    ],
    [
      'the short shape',
      403,
      '{"error":"No \\"private\\"\\n scope"}',
      /\(403\): No "private" scope$/,
    ],
    [
      "OAuth's shape",
      400,
      '{"error":"invalid_request","error_description":"Bad code"}',
      /^Vimeo refused \(400\): Bad code$/,
    ],
    [
      'a web page',
      403,
      '<html><b>Blocked</b></html>',
      /^Vimeo refused without giving a reason \(403\)\. Try/,
    ],
    ['nothing', 404, '', /^Vimeo cannot find this video/],
    ['a token that is gone', 401, '{"error":"You must provide a token."}', /Connect your account/],
    ['a list instead of an object', 418, '[{"error":"x"}]', /without giving a reason \(418\)/],
    ['a web page as success', 200, '<html>home</html>', /an answer that cannot be read/],
  ]

  for (const [what, status, body, sentence] of cases) {
    it(`become a sentence for the person: ${what}`, async (test) => {
      const { api, connection } = await vimeo(test, (response) => {
        response.writeHead(status).end(body)
      })
      await assert.rejects(downloadableVideo(connection, '/videos/1'), (error) => {
        assert.ok(error instanceof VimeoError)
        assert.match(error.message, sentence)
        assert.doesNotMatch(error.message, /<|\n/)
        return error.status === status
      })
      assert.equal(api.requests.length, 1, 'and are not asked for again')
    })
  }

  it("keep Vimeo's own number and its word to the developer", async (test) => {
    const { connection } = await vimeo(test, (response) =>
      sendJson(response, { error: 'x', error_code: '8003', developer_message: 'No token.' }, 401),
    )
    const expected = { status: 401, errorCode: 8003, developerMessage: 'No token.' }
    await assert.rejects(videosOf(connection), expected)
  })
})

describe('patience with Vimeo', () => {
  const now = () => Date.parse('2024-06-01T10:00:00Z')

  it('waits for the next minute when the quota is used up, however it is told', async (test) => {
    const resets = ['2024-06-01T10:00:20+00:00', String(now() / 1000 + 20)]
    for (const [reset, pause] of [
      ...resets.map((one) => [one, 21_000] as const),
      ['', 61_000],
    ] as const) {
      const pauses: number[] = []
      const { api, connection } = await vimeo(test, (response) =>
        pauses.length === 0
          ? sendJson(response, { error_code: 9000 }, 429, { 'x-ratelimit-reset': reset })
          : sendJson(response, clip(1)),
      )
      const wait = async (milliseconds: number) => pauses.push(milliseconds)
      await downloadableVideo(connection, '/videos/1', { wait, now })
      assert.deepEqual(pauses, [pause])
      assert.equal(api.requests.length, 2)
    }
  })

  it('gives up in plain words after a few attempts', async (test) => {
    const { api, connection } = await vimeo(test, (response) => sendJson(response, {}, 429))
    await assert.rejects(videosOf(connection, { wait: noWait }), /Try again in a minute/)
    assert.equal(api.requests.length, 3)
  })

  it('asks again after a server error and after a broken network', async (test) => {
    let count = 0
    const { connection } = await vimeo(test, (response) => {
      count += 1
      if (count === 1) return response.writeHead(503).end('<html>busy</html>')
      if (count === 2) return response.destroy()
      return sendJson(response, { data: [clip(1)] })
    })
    assert.equal((await videosOf(connection, { wait: noWait })).length, 1)
    assert.equal(count, 3)
  })

  it('gives up in plain words where no answer comes to its end', async (test) => {
    const ends = [() => {}, (response: ServerResponse) => void response.destroy()]
    for (const end of ends) {
      const { api, connection } = await vimeo(test, (response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"data":', () => end(response))
      })
      await assert.rejects(videosOf(connection, { wait: noWait, answerWithin: 100 }), {
        name: 'VimeoError',
        status: 0,
        message: /does not answer to the end/,
      })
      assert.equal(api.requests.length, 3)
    }
  })

  it('asks again where the connection did not reach Vimeo', async (test) => {
    const { connection } = await vimeo(test, (response) => sendJson(response, { data: [clip(1)] }))
    const sentence = 'Vimeo cannot be reached just now.'
    const offline = new ThroughlineError('connect.unreachable', sentence, { attribution: 'person' })
    const answers = [() => Promise.reject(offline), connection.fetch]
    const flaky = { fetch: (path: string) => (answers.shift() ?? connection.fetch)(path) }
    assert.equal((await videosOf(flaky, { wait: noWait })).length, 1)
    assert.equal(answers.length, 0)
  })

  it('lets pass at once what the connection itself has to say', async () => {
    const signal = new Error('connect again')
    const connection = { fetch: () => Promise.reject(signal) }
    const pauses: number[] = []
    const wait = async (milliseconds: number) => pauses.push(milliseconds)
    await assert.rejects(videosOf(connection, { wait }), signal)
    assert.deepEqual(pauses, [])
  })

  it('stops when it is told to', async (test) => {
    const { api, connection } = await vimeo(test, (response) => sendJson(response, {}, 500))
    const stopping = new AbortController()
    const wait = async () => stopping.abort()
    await assert.rejects(videosOf(connection, { wait, signal: stopping.signal }), {
      name: 'AbortError',
    })
    assert.equal(api.requests.length, 1)
  })
})
