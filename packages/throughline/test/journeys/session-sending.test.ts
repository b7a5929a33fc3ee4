/*
 * Files that are on their way when their session ends.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  app,
  button,
  connect,
  downloadButton,
  linkListButton,
  signOut,
  textInput,
  type Connection,
} from '../../src/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { DocumentTab } from '../../src/testing/person.ts'
import { ACCOUNT, arrive, connectInTab, startStage } from './consent.ts'

const SIZE = 1_000_000

/** What the account has, asked for piece by piece, for as long as somebody takes it. */
async function* pieces(connection: Connection): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(await (await connection.fetch('/me')).arrayBuffer())
}

const sendingApp = (provider: Provider) =>
  app({
    title: 'Sending',
    providers: [provider],
    pages: {
      '/': () => {},
      [ACCOUNT]: async () => {
        textInput('Note')
        button('Keep')
        if (button('Sign out everywhere')) signOut({ everywhere: true })
        const connection = await connect(provider)
        const body = () => pieces(connection)
        downloadButton('All', { file: 'all.bin', from: () => ({ body: body() }) })
        const open = async () => ({ size: SIZE, body: body() })
        const files = () => [{ key: 'film', name: 'film.mp4', open }]
        linkListButton('Links', { format: 'aria2', file: 'l.txt', files })
      },
    },
  })

/** Presses a button that is answered by the way to a file. */
async function fileOf(tab: DocumentTab, widget: string): Promise<Response> {
  const answer = await tab.person.send(ACCOUNT, tab.pressInit(widget))
  return tab.person.send(answer.headers.get('location') ?? '/none')
}

async function linkedFileOf(tab: DocumentTab): Promise<Response> {
  const list = await (await fileOf(tab, 'link-list-button:Links')).text()
  return tab.person.send(new URL(/^http:\S+$/m.exec(list)?.[0] ?? '').pathname)
}

describe('signing out everywhere, with a file on its way to another browser', () => {
  for (const [what, send] of [
    ['download', (tab: DocumentTab) => fileOf(tab, 'download-button:All')],
    ['file of a link', linkedFileOf],
  ] as const) {
    test(`SE-07: breaks off the ${what} within a second, and nothing more is read of the account`, async (t) => {
      const { server, program } = await startStage(t, { app: sendingApp })
      const thief = await arrive(program)
      await connectInTab(thief)
      const file = await send(thief)
      assert.equal(file.status, 200)
      const reader = (file.body ?? assert.fail()).getReader()
      await reader.read()
      await reader.read()

      const owner = await arrive(program)
      await connectInTab(owner)
      await owner.press('button:Sign%20out%20everywhere')
      program.advance(1_000)

      await assert.rejects(async () => {
        for (let reads = 0; reads < 10; reads += 1) await reader.read()
      })
      const asked = server.requestsTo('/me').length
      await reader.read().catch(() => {})
      assert.equal(server.requestsTo('/me').length, asked)
    })
  }
})
