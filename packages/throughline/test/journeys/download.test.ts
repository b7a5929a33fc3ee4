import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import {
  app,
  downloadButton,
  sessionState,
  text,
  textInput,
  type Download,
  type DownloadOutcome,
} from '../../src/index.ts'
import { Person, type LiveTab } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { rowsOf } from './consent.ts'
import { createGate, Streamed } from './streamed.ts'
import { listen } from './on-a-port.ts'

const FILE = 'download-button:File'
const NAME = 'text-input:Name'

interface Offer {
  from: (name: string) => Download | Promise<Download>
}

/** A page that offers a file of what stands in its input, and shows what came of it. */
function offering(offer: Offer) {
  const state = sessionState({ runs: 0, outcome: undefined as DownloadOutcome | undefined })
  return () => {
    state.runs += 1
    const name = textInput('Name', { value: 'nobody' })
    const outcome = downloadButton('File', { file: 'note.txt', from: () => offer.from(name) })
    if (outcome !== undefined) state.outcome = outcome
    const { file, bytes } = state.outcome ?? {}
    text(`outcome ${file} ${bytes}, told now: ${outcome !== undefined}, run ${state.runs}`)
  }
}

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield new TextEncoder().encode(part)
}

const noteOf = (name: string): Download => {
  const note = `A note for ${name}`
  return { type: 'text/plain', size: Buffer.byteLength(note), body: chunks(note) }
}

async function start(t: TestContext, from: Offer['from'] = noteOf) {
  const offer = { from }
  const program = startProgram(app(offering(offer)))
  t.after(() => program.close())
  let node = program
  const person = new Person((request) => node.fetch(request))
  const live = await person.openLive('/')
  const another = () => (node = program.another(app(offering(offer))))
  return { program, person, live, offer, another }
}

async function fetchFile(live: LiveTab, init?: RequestInit): Promise<Response> {
  return live.person.send(live.away ?? '/none', init)
}

describe('a download', () => {
  test('is a press that leads to a GET, whose file was made of the values at the press', async (t) => {
    const { live } = await start(t)
    await live.press(FILE, { [NAME]: ['Ada'] })

    const answer = await fetchFile(live)

    assert.match(live.away ?? '', /^\/-\/download\/[\w-]{22}$/)
    assert.equal(await answer.text(), 'A note for Ada')
    assert.equal(answer.headers.get('content-length'), '14')
    assert.equal(answer.headers.get('content-type'), 'text/plain')
    assert.match(
      answer.headers.get('content-disposition') ?? '',
      /attachment; filename="note\.txt"/,
    )
  })

  test('is a 303 where the browser submits the form itself', async (t) => {
    const { person } = await start(t)
    const still = await person.open('/')
    still.set(NAME, 'Ada')

    const answer = await person.send('/', still.pressInit(FILE))
    const file = await person.send(answer.headers.get('location') ?? '')

    assert.equal(answer.status, 303)
    assert.equal(await file.text(), 'A note for Ada')
  })

  test('works on another node, and after the tab’s values have changed', async (t) => {
    const { live, another } = await start(t)
    await live.press(FILE, { [NAME]: ['Ada'] })
    const { away } = live
    await live.change({ [NAME]: ['Eve'] })
    another()

    const answer = await live.person.send(away ?? '')

    assert.equal(await answer.text(), 'A note for Ada')
  })

  test('has its outcome told once, to its own tab', async (t) => {
    const { live, person } = await start(t)
    await live.press(FILE)
    await (await fetchFile(live)).arrayBuffer()
    const other = await person.openLive('/')

    await live.ask()
    const first = live.text
    await live.ask()

    assert.match(other.text, /outcome undefined undefined, told now: false/)
    assert.match(first, /outcome note\.txt 17, told now: true/)
    assert.match(live.text, /outcome note\.txt 17, told now: false/)
  })

  test('has its outcome stored before its last byte can be had', async (t) => {
    const gate = createGate()
    const { live } = await start(t, () => ({
      size: 5,
      body: (async function* () {
        yield* chunks('whole')
        await gate.opened
      })(),
    }))
    await live.press(FILE)
    const file = new Streamed(await fetchFile(live))
    const reading = file.toEnd()
    await new Promise((resolve) => setTimeout(resolve, 30))
    const before = file.text
    gate.open()
    await reading
    await live.ask()

    assert.equal(before, '')
    assert.equal(file.text, 'whole')
    assert.match(live.text, /told now: true/)
  })

  test('has its outcome told again where the run that was told yielded', async (t) => {
    const gate = createGate()
    const isPatient = { now: false }
    const program = startProgram(
      app(async () => {
        const outcome = downloadButton('File', { file: 'note.txt', from: () => noteOf('Ada') })
        if (isPatient.now) await gate.opened
        text(`told now: ${outcome !== undefined}`)
      }),
    )
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')
    await live.press(FILE)
    await (await fetchFile(live)).arrayBuffer()
    isPatient.now = true
    const first = live.post({ number: 3, values: {} })
    await new Promise((resolve) => setTimeout(resolve, 20))
    const second = live.post({ number: 4, values: {} })
    await new Promise((resolve) => setTimeout(resolve, 20))
    gate.open()
    await (await first).text()

    await live.apply(await second)

    assert.match(live.text, /told now: true/)
  })

  test('without JavaScript has its outcome told when the person goes on', async (t) => {
    const { person } = await start(t)
    const still = await person.open('/')
    const answer = await person.send('/', still.pressInit(FILE))
    await (await person.send(answer.headers.get('location') ?? '')).arrayBuffer()

    await still.press(undefined, { 'tl-number': '2' })

    assert.match(still.html, /<noscript><button[^>]*>Continue</)
    assert.match(still.text, /told now: true/)
  })

  test('runs the script without writing anything', async (t) => {
    const { live } = await start(t)
    await live.press(FILE)
    await live.ask()
    const before = Number(/run (\d+)/.exec(live.text)?.[1])
    await (await fetchFile(live)).arrayBuffer()
    await (await fetchFile(live)).arrayBuffer()

    await live.ask()

    assert.match(live.text, new RegExp(`run ${before + 1}$`))
  })

  test('may be fetched again, and its newest outcome is told again', async (t) => {
    const { live } = await start(t)
    await live.press(FILE)
    await (await fetchFile(live)).arrayBuffer()
    await live.ask()

    assert.equal((await fetchFile(live)).status, 200)
  })

  test('is not for another session, nor after an hour', async (t) => {
    const { live, program } = await start(t)
    await live.press(FILE)
    const stranger = await new Person(program.fetch).openLive('/')
    await stranger.press(FILE)
    stranger.away = live.away

    const foreign = await fetchFile(stranger)
    program.advance(61 * 60_000)
    const late = await fetchFile(live)

    assert.deepEqual([foreign.status, late.status], [404, 404])
    assert.match(await late.text(), /This download is no longer there/)
  })

  test('is not begun by a browser that fetches ahead, nor by HEAD', async (t) => {
    let made = 0
    const { live } = await start(t, (name) => {
      made += 1
      return noteOf(name)
    })
    await live.press(FILE)

    const ahead = await fetchFile(live, { headers: { 'sec-purpose': 'prefetch' } })
    const head = await fetchFile(live, { method: 'HEAD' })

    assert.equal(head.status, 405)
    assert.notEqual(ahead.status, 200)
    assert.equal(made, 0)
  })

  test('leads back to the program where its page is no longer in it', async (t) => {
    const { live, program } = await start(t)
    await live.press(FILE)
    const next = program.another(app({ title: 'T', pages: { '/other': () => {} } }))
    const person = new Person(next.fetch)
    for (const [name, value] of live.person.jar) person.jar.set(name, value)

    const answer = await person.send(live.away ?? '')

    assert.equal(answer.status, 404)
    assert.match(await answer.text(), /href="\/"/)
  })
})

describe('a file that can’t be made', () => {
  test('is told to the person with an id that is in the log, and nothing counts as sent', async (t) => {
    const { live, program } = await start(t, () => {
      throw new Error('no archive')
    })
    await live.press(FILE)

    const answer = await fetchFile(live)
    const page = await answer.text()
    await live.ask()

    const [entry] = program.log
    assert.equal(answer.status, 502)
    assert.match(page, /The file could not be made/)
    assert.ok(entry?.id !== undefined && page.includes(entry.id))
    assert.doesNotMatch(page, /no archive/)
    assert.match(live.text, /outcome undefined/)
  })

  test('is refused where its size is no length', async (t) => {
    const { live, program } = await start(t, () => ({ size: -1, body: chunks('a') }))
    await live.press(FILE)

    assert.equal((await fetchFile(live)).status, 502)
    assert.match(String(program.log[0]?.error), /"size" is -1/)
  })

  for (const [what, download] of [
    ['throws', { body: failing() }],
    ['is shorter than its size', { size: 20, body: chunks('short') }],
    ['is longer than its size', { size: 3, body: chunks('longer') }],
  ] as const) {
    test(`cuts the connection where its body ${what}, and no outcome is told`, async (t) => {
      const { live, program } = await start(t, () => download)
      await live.press(FILE)

      await assert.rejects(async () => (await fetchFile(live)).arrayBuffer())
      await live.ask()

      assert.match(live.text, /outcome undefined/)
      assert.equal(program.log.length, 1)
    })
  }

  async function* failing(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(3)
    throw new Error('the source broke off')
  }
})

describe('a large download', () => {
  const MEGABYTE = new Uint8Array(1024 * 1024)

  /** A body that counts what was taken from it, and whether it was ended early. */
  function counted(megabytes: number) {
    const seen = { pulled: 0, returned: false }
    const body = (async function* () {
      try {
        for (; seen.pulled < megabytes;) {
          seen.pulled += 1
          yield MEGABYTE
        }
      } finally {
        seen.returned = true
      }
    })()
    return { seen, download: { size: megabytes * MEGABYTE.length, body } }
  }

  test('of 200 MB is pulled only as fast as it is taken, and arrives whole', async (t) => {
    const { seen, download } = counted(200)
    const { live } = await start(t, () => download)
    await live.press(FILE)
    const body = (await fetchFile(live)).body as ReadableStream<Uint8Array>
    const reader = body.getReader()
    let taken = 0
    let most = 0
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      taken += value.length
      most = Math.max(most, seen.pulled - taken / MEGABYTE.length)
    }

    assert.equal(taken, 200 * MEGABYTE.length)
    assert.ok(most <= 4, `${most} MB were made ahead`)
  })

  test('whose browser goes away is ended at its source', async (t) => {
    const { seen, download } = counted(500)
    const { live, program } = await start(t, () => download)
    await live.press(FILE)
    const url = await listen(t, (request) => {
      const headers = new Headers(request.headers)
      headers.set('host', '127.0.0.1:3000')
      return program.fetch(new Request(request, { headers }))
    })
    const cookie = [...live.person.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const away = new AbortController()
    const answer = await fetch(url + live.away, { headers: { cookie }, signal: away.signal })
    await answer.body?.getReader().read()

    away.abort()
    while (!seen.returned) await new Promise((resolve) => setTimeout(resolve, 5))
    await live.ask()

    assert.ok(seen.pulled < 500)
    assert.match(live.text, /outcome undefined/)
  })

  test('CR-01: that broke off is told to the person, in a sentence that rests sealed', async (t) => {
    const { program, live } = await start(t, (name) => ({
      ...{ name: `${name}.txt`, size: 99, body: chunks('x') },
    }))
    await live.press(FILE, { [NAME]: ['marvellous'] })
    await assert.rejects(async () => (await fetchFile(live)).text())
    const rows = JSON.stringify(rowsOf(program, 'tabs'))
    await live.ask()

    assert.match(rows, /"notice":"tl1\./)
    assert.doesNotMatch(rows, /marvellous/)
    assert.match(live.notices.join(), /marvellous\.txt was not sent to its end/)
  })
})
