import assert from 'node:assert/strict'
import { parseFrame } from '../../src/protocol/frame.ts'
import { describe, test } from 'node:test'
import { ACCOUNT, arrive, rowsOf, startStage } from './consent.ts'
import { ORIGIN } from '../../src/testing/program.ts'

const FORM = 'application/x-www-form-urlencoded'
const FRAMES = 'application/vnd.throughline.frames+x-ndjson'

/** A body that fails the test when somebody reads it. */
function unreadable(onRead: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        onRead()
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

describe('a POST from elsewhere', () => {
  const refused: readonly (readonly [string, Record<string, string>])[] = [
    ['nothing said', {}],
    ['Origin: null', { origin: 'null' }],
    ['Origin: null, though same-origin', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['empty origin', { origin: '' }],
    ['another site', { origin: 'https://evil.example' }],
    [
      'another site, same-origin',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ],
    ['another port', { origin: 'http://127.0.0.1:3001' }],
    ['no port', { origin: 'http://127.0.0.1' }],
    ['another scheme', { origin: 'https://127.0.0.1:3000' }],
    ['another name of the loopback', { origin: 'http://localhost:3000' }],
    ['a longer name', { origin: 'http://127.0.0.1:3000.evil.example' }],
    ['a longer port', { origin: 'http://127.0.0.1:30000' }],
    ['a user name', { origin: 'http://127.0.0.1:3000@evil.example' }],
    ['a slash', { origin: 'http://127.0.0.1:3000/' }],
    ['a path', { origin: 'http://127.0.0.1:3000/account' }],
    ['two origins', { origin: 'http://127.0.0.1:3000, https://evil.example' }],
    ['two origins, other order', { origin: 'https://evil.example http://127.0.0.1:3000' }],
    ['upper case', { origin: 'HTTP://127.0.0.1:3000' }],
    ['a file', { origin: 'file://' }],
    ['an extension', { origin: 'chrome-extension://aaaa' }],
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site', { 'sec-fetch-site': 'same-site' }],
    ['none', { 'sec-fetch-site': 'none' }],
    ['same-origin, misspelt', { 'sec-fetch-site': 'Same-Origin' }],
    ['same-origin and more', { 'sec-fetch-site': 'same-origin, cross-site' }],
    ['a referrer only', { referer: `${ORIGIN}/account` }],
    ['X-Requested-With only', { 'x-requested-with': 'XMLHttpRequest' }],
    ['a forwarded host', { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }],
  ]
  const types: readonly (readonly [string, Record<string, string>])[] = [
    ['no type', {}],
    ['text', { 'content-type': 'text/plain' }],
    ['JSON', { 'content-type': 'application/json' }],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['XML', { 'content-type': 'text/xml' }],
    ['almost a form', { 'content-type': `${FORM}x` }],
    ['text with a form', { 'content-type': `text/plain; ${FORM}` }],
    ['two types', { 'content-type': `text/plain, ${FORM}` }],
    ['empty', { 'content-type': '' }],
  ]
  const taken: readonly (readonly [string, Record<string, string>])[] = [
    ['our origin', { origin: ORIGIN, 'content-type': FORM }],
    ['no origin, same-origin', { 'sec-fetch-site': 'same-origin', 'content-type': FORM }],
    ['with a charset', { origin: ORIGIN, 'content-type': `${FORM}; charset=UTF-8` }],
    ['another case', { origin: ORIGIN, 'content-type': 'Application/X-WWW-Form-Urlencoded' }],
    [
      'our origin, whatever else',
      { origin: ORIGIN, 'content-type': FORM, 'sec-fetch-site': 'cross-site' },
    ],
  ]

  test('HB-01: is refused before its body is read, whatever it looks like', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const before = rowsOf(program, 'tabs')
    const body = String(tab.pressInit('button:Sign%20out').body)
    let reads = 0
    const post = (headers: Record<string, string>, content: ReadableStream | string) =>
      tab.person.send(ACCOUNT, {
        method: 'POST',
        headers,
        body: content,
        ...(typeof content === 'string' ? {} : { duplex: 'half' }),
      })
    for (const accept of ['text/html', FRAMES]) {
      for (const [name, headers] of refused) {
        const sent = { ...headers, 'content-type': FORM, accept }
        const answer = await post(
          sent,
          unreadable(() => (reads += 1)),
        )
        assert.equal(answer.status, 403, name)
        assert.equal(reads, 0, name)
        assert.equal(answer.headers.get('access-control-allow-origin'), null)
      }
      for (const [name, headers] of types) {
        const answer = await post(
          { origin: ORIGIN, accept, ...headers },
          unreadable(() => (reads += 1)),
        )
        assert.equal(answer.status, 415, name)
        assert.equal(reads, 0, name)
      }
    }
    assert.ok(refused.length + types.length >= 36)
    assert.deepEqual(rowsOf(program, 'tabs'), before)
    for (const [index, [name, headers]] of taken.entries()) {
      const keep = body.replace(/tl-press=[^&]*/, 'tl-press=button%3AKeep')
      const numbered = keep.replace(/tl-number=\d+/, `tl-number=${50 + index}`)
      assert.equal((await post(headers, numbered)).status, 303, name)
    }
    const last = body.replace(/tl-number=\d+/, 'tl-number=60')
    assert.equal((await post({ origin: ORIGIN, 'content-type': FORM }, last)).status, 303)
    assert.deepEqual(rowsOf(program, 'sessions'), [])
  })

  test('meets no page where there is none, and no press where only GET is answered', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const statusOf = async (path: string, method: string) =>
      (await tab.person.send(path, { method, headers: { origin: ORIGIN, 'content-type': FORM } }))
        .status

    for (const method of ['POST', 'PUT', 'DELETE']) {
      assert.equal(await statusOf('/nowhere', method), 404, method)
      assert.equal(await statusOf('/-/news', method), 405, method)
      assert.equal(await statusOf('/-/nowhere', method), 405, method)
    }
    assert.equal(await statusOf(ACCOUNT, 'PUT'), 405)
    assert.equal(await statusOf(ACCOUNT, 'POST'), 303)
  })

  test('HB-01: from a page of ours but without its token does nothing', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'before')
    const stranger = await arrive(program, 'other')
    for (const token of ['', 'x', stranger.field('tl-token') ?? '', tab.field('tl-tab') ?? '']) {
      const press = tab.pressInit('button:Sign%20out', { 'tl-token': token })
      const headers = new Headers(press.headers)
      await tab.person.send(ACCOUNT, press)
      assert.equal(rowsOf(program, 'sessions').length, 2)
      headers.set('accept', FRAMES)
      const answer = await tab.person.send(ACCOUNT, { ...press, headers })
      assert.deepEqual(
        (await answer.text())
          .trim()
          .split('\n')
          .map((line) => parseFrame(line).type),
        ['token'],
      )
    }
    assert.equal(rowsOf(program, 'sessions').length, 2)
    await tab.go(ACCOUNT)
    await tab.press('button:Sign%20out')
    assert.equal(rowsOf(program, 'sessions').length, 1)
  })

  test('HB-02 HB-03: the stream opens for a page of ours with cookie and token, and for nobody else', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const tabs = rowsOf(program, 'tabs')
    const ours = {
      'throughline-tab': tab.field('tl-tab') ?? '',
      'throughline-token': tab.field('tl-token') ?? '',
      'sec-fetch-site': 'same-origin',
    }
    const ask = (headers: Record<string, string>) => tab.person.send('/-/news', { headers })
    const { 'sec-fetch-site': _site, ...bare } = ours
    for (const headers of [
      bare,
      { ...ours, 'sec-fetch-site': 'cross-site' },
      { ...ours, 'sec-fetch-site': 'same-site' },
      { ...ours, origin: 'https://evil.example' },
      { ...ours, origin: 'null' },
      { ...ours, 'throughline-tab': '' },
      { ...ours, 'throughline-token': '' },
      { ...ours, 'throughline-token': 'A'.repeat(43) },
      { ...ours, cookie: 'tl-session-3000=none' },
      { ...ours, cookie: '' },
    ]) {
      const answer = await ask(headers)
      assert.notEqual(answer.status, 200, JSON.stringify(headers))
      assert.equal(answer.body, null)
      for (const name of answer.headers.keys()) assert.doesNotMatch(name, /^access-control/)
    }
    const stream = await ask(ours)
    assert.equal(stream.status, 200)
    assert.equal(stream.headers.get('content-type'), 'text/event-stream')
    assert.equal(stream.headers.get('access-control-allow-origin'), null)
    assert.equal(stream.headers.get('cross-origin-resource-policy'), 'same-origin')
    await stream.body?.cancel()
    assert.deepEqual(rowsOf(program, 'tabs'), tabs)
    // There is no WebSocket to take over.
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket' }
    assert.notEqual((await ask({ ...ours, ...upgrade })).status, 101)
  })

  test('HB-02: what is there now is told to pages of ours only, and asking has no effect', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'private')
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch' },
    ]) {
      const answer = await tab.person.send(ACCOUNT, { headers: { accept: FRAMES, ...headers } })
      assert.equal(answer.status, 403)
      assert.doesNotMatch(await answer.text(), /private/)
    }
    const ours = { accept: FRAMES, 'sec-fetch-site': 'same-origin' }
    assert.equal((await tab.person.send(ACCOUNT, { headers: ours })).status, 200)
  })

  test('HB-02 DO-04: a page is run to be shown, and makes no tab as a picture, in a frame or for a script', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const before = rowsOf(program, 'tabs').length
    const ask = (dest: string) =>
      tab.person.send(ACCOUNT, {
        headers: { 'sec-fetch-dest': dest, 'sec-fetch-site': 'same-origin' },
      })

    for (const dest of ['image', 'iframe', 'frame', 'object', 'script', 'style', 'empty', '']) {
      assert.equal((await ask(dest)).status, 403, dest)
    }
    assert.equal(rowsOf(program, 'tabs').length, before)
    assert.equal((await ask('document')).status, 200)
    assert.equal(rowsOf(program, 'tabs').length, before + 1)
  })
})
