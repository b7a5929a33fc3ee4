import assert from 'node:assert/strict'
import { request } from 'node:http'
import { describe, test, type TestContext } from 'node:test'
import {
  app,
  downloadButton,
  text,
  type Download,
  type DownloadProgress,
  type Preparing,
} from '../../src/index.ts'
import { Person, type LiveTab } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate, Streamed, type Gate } from './streamed.ts'
import { listen } from './on-a-port.ts'

const FILE = 'download-button:File'

async function* bytes(gate: Gate, rest = 1): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(3000)
  await gate.opened
  for (let count = 0; count < rest; count += 1) yield new Uint8Array(1000)
}

async function start(t: TestContext, from: (preparing: Preparing) => Download | Promise<Download>) {
  const script = () => {
    const outcome = downloadButton('File', { file: 'films.zip', from })
    text(`Outcome ${outcome?.bytes}, failed ${outcome?.failures.map(({ key }) => key).join()}.`)
  }
  const program = startProgram(app(script))
  t.after(() => program.close())
  const another = program.another(app(script))
  const live = await new Person(program.fetch).openLive('/')
  await live.press(FILE)
  return { program, another, live }
}

/** Asks until the page shows it; the notes of a download come by themselves. */
async function askUntil(live: LiveTab, pattern: RegExp): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!pattern.test(`${live.text} ${live.notices.join(' ')}`)) {
    assert.ok(performance.now() < deadline, `Never saw ${pattern}: ${live.text}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await live.ask()
  }
}

describe('the progress of a download', () => {
  test('is shown live by its button, also by another node, and gives way to the outcome', async (t) => {
    const gate = createGate()
    const failure = { title: 'Harbour <1>', reason: 'Gone & lost.', key: 'h' }
    const progress = (): DownloadProgress => ({
      text: 'Valley',
      done: 2,
      total: 12,
      failures: [failure],
    })
    const outcome = () => ({ files: [{ name: 'a', size: 4000 }], failures: [failure] })
    const { live, another } = await start(t, () => ({
      size: 4000,
      body: bytes(gate),
      progress,
      outcome,
    }))
    const file = new Streamed(await live.person.send(live.away ?? ''))
    const reading = file.toEnd()

    await askUntil(live, /3\.0 kB of 4\.0 kB/)
    assert.match(live.text, /Sending films\.zip Valley · 2 of 12 files · 3\.0 kB of 4\.0 kB/)
    assert.match(live.html, /<progress[^>]* value="0\.75"/)
    assert.match(live.html, /<strong>Harbour &lt;1&gt;<\/strong>: Gone &amp; lost\./)
    const elsewhere = new Person(another.fetch)
    for (const [name, value] of live.person.jar) elsewhere.jar.set(name, value)
    elsewhere.jar.set('tl-tab', live.tab)
    assert.match((await elsewhere.open('/')).text, /Valley · 2 of 12 files/)

    gate.open()
    await reading
    await askUntil(live, /Outcome 4000, failed h\./)
    assert.doesNotMatch(live.text, /Sending/)
  })

  test('begins with its preparation, before the first byte', async (t) => {
    const gate = createGate()
    const { live } = await start(t, async (preparing) => {
      preparing({ text: 'Asking for links…', done: 3, total: 10 })
      await gate.opened
      return { body: bytes(gate) }
    })
    const answer = live.person.send(live.away ?? '')

    await askUntil(live, /Preparing films\.zip Asking for links… · 3 of 10 files/)
    assert.match(live.html, /<progress[^>]* value="0\.3"/)
    gate.open()
    await (await answer).arrayBuffer()
    await askUntil(live, /Outcome 4000/)
  })

  test('is taken away, and the page says so, where the person ends it or it cannot be made', async (t) => {
    const gate = createGate()
    t.after(() => gate.open())
    const { live } = await start(t, () => ({ size: 9000, body: bytes(gate, 6) }))
    const file = new Streamed(await live.person.send(live.away ?? ''))
    await askUntil(live, /Sending films\.zip/)
    await file.cancel()
    gate.open()

    await askUntil(live, /films\.zip was not sent to its end\. Please press again\./)
    assert.doesNotMatch(live.text, /Sending/)

    const failing = await start(t, () => Promise.reject(new Error('no archive')))
    await failing.live.person.send(failing.live.away ?? '')
    await failing.live.ask()
    assert.doesNotMatch(failing.live.text, /Preparing/)
  })

  test('says that it has stopped where its sender is silent, as one that was killed', async (t) => {
    const gate = createGate()
    t.after(() => gate.open())
    const { live, program } = await start(t, () => ({ size: 4000, body: bytes(gate) }))
    const file = new Streamed(await live.person.send(live.away ?? ''))
    await askUntil(live, /Sending films\.zip/)
    program.advance(21_000)
    await live.ask()

    assert.match(live.text, /The download has stopped\. Press again to start it anew\./)
    gate.open()
    await file.toEnd()
  })

  test('is that of the newest press, also where an older one fell silent', async (t) => {
    const gate = createGate()
    t.after(() => gate.open())
    const bodies = [bytes(gate), (async function* () {})()]
    const { live, program } = await start(t, () => ({ body: bodies.shift() ?? bytes(gate) }))
    const silent = new Streamed(await live.person.send(live.away ?? ''))
    await askUntil(live, /Sending films\.zip/)
    program.advance(21_000)
    await live.press(FILE)
    await (await live.person.send(live.away ?? '')).arrayBuffer()

    await askUntil(live, /Outcome 0/)
    assert.doesNotMatch(live.text, /stopped|Sending/)
    await silent.cancel()
  })

  test('is sent to its end where the script fails to say how far it is', async (t) => {
    const gate = createGate()
    let asked = 0
    const progress = () => {
      asked += 1
      throw new Error('no progress')
    }
    const { live, program } = await start(t, () => ({ body: bytes(gate), progress }))
    const reading = new Streamed(await live.person.send(live.away ?? '')).toEnd()

    await askUntil(live, /Sending films\.zip films\.zip · 3\.0 kB/)
    gate.open()
    await reading
    await askUntil(live, /Outcome 4000/)
    assert.equal(asked, 1)
    assert.equal(program.log.filter(({ message }) => /"progress" failed/.test(message)).length, 1)
  })

  test('says in one short notice what had left and what failed, also of thousands', async (t) => {
    const gate = createGate()
    t.after(() => gate.open())
    const failures = Array.from({ length: 5000 }, (_, at) => ({ title: `${at}`, reason: 'Gone.' }))
    const { live } = await start(t, () => ({
      size: 9000,
      body: bytes(gate, 6),
      progress: () => ({ text: 'Valley', failures }),
      outcome: () => ({ files: [], failures }),
    }))
    const file = new Streamed(await live.person.send(live.away ?? ''))
    await askUntil(live, /19 : Gone\. and 4,980 more/)
    await file.cancel()
    gate.open()

    await askUntil(live, /\d kB of 9\.0 kB had left\./)
    assert.match(live.notices.join(), /0: Gone\. 1: Gone\. 2: Gone\. And 4,997 more failed\.$/)
  })

  test('is taken away where the outcome of what was cut short cannot be told', async (t) => {
    const gate = createGate()
    t.after(() => gate.open())
    const outcome = () => assert.fail('asked too early')
    const { live } = await start(t, () => ({ size: 9000, body: bytes(gate, 6), outcome }))
    const file = new Streamed(await live.person.send(live.away ?? ''))
    await askUntil(live, /Sending films\.zip/)
    await file.cancel()
    gate.open()

    await askUntil(live, /was not sent to its end/)
    assert.doesNotMatch(live.text, /Sending/)
  })
})

describe('a browser that goes away before the first byte', () => {
  /** A page of a real server, which waits in its run or in making the file; the file's browser gone. */
  async function leave(t: TestContext, waits: 'in its run' | 'in from()') {
    const gate = createGate()
    t.after(() => gate.open())
    const began = createGate()
    const seen = { isFile: false, discarded: createGate() }
    const body: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: new Uint8Array(1000) }),
        return: () => {
          seen.discarded.open()
          return Promise.resolve({ done: true, value: undefined })
        },
      }),
    }
    const halt = () => {
      began.open()
      return gate.opened
    }
    const script = async () => {
      if (seen.isFile && waits === 'in its run') await halt()
      downloadButton('File', {
        file: 'films.zip',
        from: async () => {
          if (waits === 'in from()') await halt()
          return { body }
        },
      })
    }
    const program = startProgram(app(script))
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')
    await live.press(FILE)
    seen.isFile = true
    const url = new URL(live.away ?? '', await listen(t, program.fetch))
    const cookie = [...live.person.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const host = '127.0.0.1:3000'
    const going = request(url, { headers: { cookie, host } }).on('error', () => {})
    going.end()
    await began.opened
    const gone = new Promise((resolve) => going.once('close', resolve))
    going.destroy()
    await gone
    seen.isFile = false
    return { live, gate, seen }
  }

  test('ends the preparation on the page at once, and the file when it is made', async (t) => {
    const { live, gate, seen } = await leave(t, 'in from()')

    await askUntil(live, /films\.zip was not sent to its end\. Please press again\./)
    assert.doesNotMatch(live.text, /Preparing/)
    gate.open()
    await seen.discarded.opened
  })

  test('leaves nothing on the page where it left during the run that finds the file', async (t) => {
    const { live, gate, seen } = await leave(t, 'in its run')
    gate.open()

    await seen.discarded.opened
    await askUntil(live, /films\.zip was not sent to its end\. Please press again\./)
    assert.doesNotMatch(live.text, /Preparing/)
  })
})
