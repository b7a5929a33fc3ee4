import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import {
  app,
  button,
  cached,
  connect,
  sessionState,
  text,
  textInput,
  type Connection,
} from '../../src/index.ts'
import { TAB_COOKIE } from '../../src/protocol/fields.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { App } from '../../src/script/app.ts'
import { connectInTab, rowsOf, startStage } from './consent.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate } from './streamed.ts'

/** Shows a value on a page of its own; the person has sent something, so that there is a session. */
async function open(t: TestContext, script: () => Promise<void>) {
  const program = startProgram(
    app(async () => {
      textInput('Word')
      button('Look')
      await script()
    }),
  )
  t.after(() => program.close())
  const visit = async () => {
    const tab = await new Person(program.fetch).open('/')
    await tab.press('button:Look')
    return tab
  }
  return { program, visit }
}

describe('cached()', () => {
  test('calls once per session and argument, or once for all where the author says so', async (t) => {
    const calls: string[] = []
    const mine = cached(async function mineOf(word: string) {
      calls.push(`mine ${word}`)
      return word.toUpperCase()
    })
    const ours = cached(
      async function oursOf(word: string) {
        calls.push(`ours ${word}`)
        return word.toUpperCase()
      },
      { scope: 'app', ttl: 60 },
    )
    const { program, visit } = await open(t, async () => {
      text(`${await mine('a')} ${await ours('a')} ${await mine('b')}`)
    })
    const one = await visit()
    await one.go('/')
    await visit()
    assert.match(one.text, /A A B/)
    const counted = calls.toSorted().join()
    // The first document of each of the two browsers had no session to keep anything in.
    assert.equal(counted, `${'mine a,'.repeat(4)}${'mine b,'.repeat(4)}ours a`)
    const settled = calls.length
    await one.go('/')
    assert.equal(calls.length, settled)
    program.advance(61_000)
    await one.go('/')
    assert.deepEqual(calls.slice(settled), ['ours a'])
  })

  test('callers at once share one call, its failure too, and a failure is not kept', async (t) => {
    let calls = 0
    let fails = true
    const slow = cached(async function slowly() {
      calls += 1
      await new Promise((resolve) => setTimeout(resolve, 30))
      if (fails) throw new Error('not now')
      return { at: new Date(0), list: [1] }
    })
    const { visit } = await open(t, async () => {
      const results = await Promise.allSettled([slow(), slow(), slow()])
      text(results.map(({ status }) => status).join())
      const values = results.map((one) => (one.status === 'fulfilled' ? one.value : undefined))
      values[0]?.list.push(2)
      text(`${values[1]?.list.join()} ${values[1]?.at instanceof Date}`)
    })
    const tab = await visit()
    assert.match(tab.text, /rejected,rejected,rejected/)
    const before = calls
    fails = false
    await tab.go('/')
    assert.match(tab.text, /fulfilled,fulfilled,fulfilled 1 true/)
    await tab.go('/')
    assert.equal(calls, before + 1)
  })

  test('two functions of one name do not share results; a name that is given is shared', async (t) => {
    const first = cached(async function load() {
      return 'first'
    })
    const second = cached(async function load() {
      return 'second'
    })
    const third = cached(async () => 'third', { name: 'shared' })
    const fourth = cached(async () => 'fourth', { name: 'shared' })
    const { visit } = await open(t, async () => {
      text([await first(), await second(), await third(), await fourth()].join())
    })
    const tab = await visit()
    await tab.go('/')
    assert.match(tab.text, /first,second,third,third/)
    assert.throws(() => cached(async () => 1), /cached\(\) was given a function without a name/)
  })

  test('runs outside of the run: elements and session state throw there, and the caller’s leaving ends nothing', async (t) => {
    const state = sessionState({ count: 1 })
    const seen: string[] = []
    const outside = cached(async function outside() {
      for (const call of [() => text('inside'), () => void state.count]) {
        try {
          call()
        } catch (error) {
          seen.push((error as { code?: string }).code ?? 'other')
        }
      }
      return 1
    })
    const { visit } = await open(t, async () => {
      text(`got ${await outside()}`)
    })
    const tab = await visit()
    assert.match(tab.text, /got 1/)
    assert.doesNotMatch(tab.text, /inside/)
    assert.deepEqual(new Set(seen), new Set(['context.outside-run']))
  })

  test('an argument or a result that is no data is refused by its path', async (t) => {
    const take = cached(async function take(_argument: unknown) {
      return 1
    })
    const give = cached(async function give() {
      return { fn: () => 1 }
    })
    const codes: string[] = []
    const { visit } = await open(t, async () => {
      for (const call of [() => take({ deep: [() => 1] }), () => give()]) {
        await call().catch((error: { code?: string }) => codes.push(error.code ?? 'other'))
      }
    })
    await visit()
    assert.deepEqual(new Set(codes), new Set(['base.value-not-plain']))
  })

  test('a connection counts as its account and scope; disconnecting drops what was kept of it', async (t) => {
    const calls: string[] = []
    const stage = await startStage(t, { app: (provider) => connectionApp(provider, calls) })
    const { program } = stage
    const tab = await new Person(program.fetch).open('/')
    await tab.press('button:Look')
    await connectInTab(tab)
    assert.match(tab.text, /kept of Ada Example, shared of Ada Example/)
    const once = calls.length
    await tab.go('/')
    const second = await connectedAgain(program.fetch)
    assert.match(second.text, /kept of Ada Example, shared of Ada Example/)
    // The other session asks for its own, and shares what is the app's.
    assert.deepEqual(calls.slice(once), ['kept'])
    const kept = () => rowsOf(program, 'cached_results').filter(({ account }) => account !== null)
    assert.equal(kept().length, 3)

    await second.press('button:Disconnect')
    assert.deepEqual(kept(), [])
    await tab.go('/')
    await connectInTab(tab)
    assert.deepEqual(calls.slice(once + 1).toSorted(), ['kept', 'shared'])
  })

  test('D7: what was still being read of an account when it was disconnected is not kept', async (t) => {
    const gate = createGate()
    const begun = createGate()
    const listOf = cached(async function listOf(connection: Connection) {
      begun.open()
      await gate.opened
      return `films of ${connection.account.name}`
    })
    const { program } = await startStage(t, {
      app: (provider) =>
        app(async () => {
          button('Look')
          const connection = await connect(provider)
          if (button('Disconnect')) await connection.disconnect()
          if (button('List')) text(await listOf(connection))
        }),
    })
    const tab = await connectedAgain(program.fetch)
    tab.person.jar.delete(TAB_COOKIE) // so that it is a tab of its own
    const live = await tab.person.openLive('/')
    const listed = live.press('button:List')
    await begun.opened

    await tab.press('button:Disconnect')
    gate.open()
    await listed

    assert.deepEqual(
      rowsOf(program, 'cached_results').filter(({ account }) => account !== null),
      [],
    )
  })

  test('of a generator all see the newest step, then each further one; the last is kept', async (t) => {
    let calls = 0
    const gates = [createGate(), createGate()]
    const counted = cached(async function* counting() {
      calls += 1
      yield ['one']
      await gates[0]?.opened
      yield ['one', 'two']
      await gates[1]?.opened
      yield ['one', 'two', 'three']
    })
    const { visit } = await open(t, async () => {
      const seen: number[] = []
      for await (const step of counted()) {
        seen.push(step.length)
        text(`Step ${step.join(' ')}.`)
      }
      text(`Seen ${seen.length}, last ${seen.at(-1)}.`)
    })
    for (const gate of gates) gate.open()
    const tab = await visit()
    assert.match(tab.text, /Step one two three\./)
    const before = calls
    await tab.go('/')
    assert.match(tab.text, /Seen 1, last 3\./)
    assert.equal(calls, before)
  })

  test('of a generator a failure reaches all who wait and is not kept', async (t) => {
    let fails = true
    const halting = cached(async function* halting() {
      yield 1
      if (fails) throw new Error('not now')
      yield 2
    })
    const { visit } = await open(t, async () => {
      try {
        for await (const step of halting()) text(`Step ${step}`)
      } catch (error) {
        text(`Failed: ${(error as Error).message}`)
      }
    })
    const tab = await visit()
    assert.match(tab.text, /Step 1 .*Failed: not now/)
    fails = false
    await tab.go('/')
    assert.match(tab.text, /Step 2/)
  })
})

async function connectedAgain(
  fetch: (request: Request) => Promise<Response>,
): Promise<DocumentTab> {
  const tab = await new Person(fetch).open('/')
  await tab.press('button:Look')
  await connectInTab(tab)
  return tab
}

function connectionApp(provider: Provider, calls: string[]): App {
  const keptOf = cached(async function keptOf(connection: Connection) {
    calls.push('kept')
    const me = (await (await connection.fetch('/me')).json()) as { name: string }
    return me.name
  })
  const sharedOf = cached(
    async function sharedOf(connection: Connection) {
      calls.push('shared')
      return connection.account.name
    },
    { scope: 'app' },
  )
  return app({
    title: 'Cached',
    providers: [provider],
    pages: {
      '/': async () => {
        button('Look')
        const connection = await connect(provider)
        text(`kept of ${await keptOf(connection)}, shared of ${await sharedOf(connection)}`)
        await assert.rejects(sharedOf({ connection } as unknown as Connection), /cannot hold/)
        if (button('Disconnect')) await connection.disconnect()
      },
    },
  })
}
