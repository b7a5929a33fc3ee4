/*
 * Saving into a folder, in a real browser against a real program. Nobody can pick a folder in a headless browser, so the
 * browser's picker is replaced: it gives a folder of the browser's own file system, which has the same interface.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { after, before, describe, test, type TestContext } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import type { Browser, Page } from 'playwright-core'
import {
  app,
  button,
  folderButton,
  sessionState,
  text,
  type DownloadOutcome,
  type OfferedFile,
} from '../../src/index.ts'
import { cutOff, type Outgoing } from '../../src/server/cut-off.ts'
import { loadAssets } from '../../src/server/assets.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate } from '../journeys/streamed.ts'
import { startChromium } from './chromium.ts'

const PATIENCE_MS = 15_000

const PICKER = `
window.picks = 0
window.showDirectoryPicker = async () => {
  window.picks += 1
  if (window.refuses) throw new DOMException('closed', 'AbortError')
  const root = await navigator.storage.getDirectory()
  return root.getDirectoryHandle('Films', { create: true })
}`

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

/** A file whose bytes come in two pieces, the second when `gate` opens or never. */
function fileOf(key: string, content: string, more: Partial<OfferedFile> = {}): OfferedFile {
  return {
    key,
    name: `${key}.mp4`,
    size: content.length,
    open: async (start) => ({
      size: content.length,
      validator: content,
      body: pieces(content.slice(start)),
    }),
    ...more,
  }
}

async function* pieces(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

async function start(t: TestContext, files: { list: readonly OfferedFile[] }, prepare = PICKER) {
  const state = sessionState({ outcome: undefined as DownloadOutcome | undefined, runs: 0 })
  const page = () => {
    state.runs += 1
    const outcome = folderButton('Save', { files: () => files.list })
    if (outcome !== undefined) state.outcome = outcome
    const { files: saved = [], failures = [] } = state.outcome ?? {}
    text(
      `Saved ${saved.map(({ key }) => key).join()}; failed ${failures.map(({ key }) => key).join()}.`,
    )
    text(`Run ${state.runs}`)
    button('Look')
  }
  const served: { listener?: ReturnType<typeof getRequestListener> } = {}
  const server: Server = createServer(
    (request, response) => void served.listener?.(request, response),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const origin = `http://127.0.0.1:${port}`
  const program = startProgram(app(page), { publicUrl: origin, assets: loadAssets() })
  const answer = async (request: Request, { outgoing }: { readonly outgoing: Outgoing }) =>
    cutOff(await program.fetch(request), outgoing, 60_000)
  served.listener = getRequestListener(answer, { overrideGlobalObjects: false })
  const context = await browser.newContext()
  context.setDefaultTimeout(PATIENCE_MS)
  await context.addInitScript(prepare)
  t.after(async () => {
    await context.close()
    server.closeAllConnections()
    server.close()
    await program.close()
  })
  const tab = await context.newPage()
  const errors: string[] = []
  const posts: string[] = []
  tab.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url())
  })
  tab.on('pageerror', (error) => errors.push(String(error)))
  tab.on('dialog', (dialog) => void dialog.accept())
  await tab.goto(origin)
  return { tab, errors, posts }
}

const pressSave = (tab: Page) => tab.getByRole('button', { name: 'Save', exact: true }).click()

const read = (tab: Page, name: string) =>
  tab.evaluate(`(async () => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle('Films')
    return (await (await folder.getFileHandle('${name}')).getFile()).text()
  })()`)

const write = (tab: Page, name: string, content: string) =>
  tab.evaluate(`(async () => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle('Films', { create: true })
    const file = await (await folder.getFileHandle('${name}', { create: true })).createWritable()
    await file.write('${content}')
    await file.close()
  })()`)

describe('a folder button in a browser', () => {
  test('saves every file, says so, and the script is told', async (t) => {
    const list = [fileOf('a', 'first film'), fileOf('b', 'second film'), fileOf('c', '')]
    const { tab, errors } = await start(t, { list })

    await pressSave(tab)
    await tab.getByText('3 of 3 files saved, 21 bytes.').waitFor()
    await tab.getByText('Saved a,b,c; failed .').waitFor()

    assert.equal(await read(tab, 'a.mp4'), 'first film')
    assert.equal(await read(tab, 'b.mp4'), 'second film')
    assert.deepEqual(errors, [])
  })

  test('does nothing when the person closes the picker', async (t) => {
    const { tab, posts } = await start(t, { list: [fileOf('a', 'film')] })
    await tab.evaluate('window.refuses = true')
    await pressSave(tab)
    await tab.waitForFunction('window.picks === 1')
    await tab.getByRole('button', { name: 'Look' }).click()

    await tab.waitForFunction('document.querySelector("#tl-busy").hidden')
    await tab.getByText(/^Run \d$/).waitFor()

    assert.equal(posts.length, 1)
  })

  test('skips what is there, and leaves alone what is the person’s own', async (t) => {
    let opened = 0
    const counted = fileOf('a', 'film', { open: () => assert.fail(`opened ${(opened += 1)}`) })
    const { tab } = await start(t, { list: [counted, fileOf('b', 'another film')] })
    await write(tab, 'a.mp4', 'mine')
    await write(tab, 'b.mp4', 'my own')

    await pressSave(tab)
    await tab.getByText('1 of 2 files saved').waitFor()
    await tab.getByText('b.mp4: Another file of this name is in the folder already.').waitFor()

    assert.equal(opened, 0)
    assert.equal(await read(tab, 'b.mp4'), 'my own')
  })

  test('is stopped by the person, and goes on from where it was', async (t) => {
    const gate = createGate()
    const starts: number[] = []
    const slow = fileOf('a', 'first half, second half', {
      open: async (at) => {
        starts.push(at)
        const body = (async function* () {
          if (at === 0) yield* pieces('first half')
          if (at === 0) await gate.opened
          yield* pieces('first half, second half'.slice(at === 0 ? 10 : at))
        })()
        return { size: 23, validator: 'v1', body }
      },
    })
    const { tab } = await start(t, { list: [slow, fileOf('b', 'film')] })
    await pressSave(tab)
    await tab.getByText('a.mp4, 10 bytes of 23 bytes').waitFor()

    await tab.getByRole('button', { name: 'Cancel' }).click()
    await tab.getByText('0 of 2 files saved').waitFor()
    await tab.getByText('b.mp4: Not saved, as it was stopped.').waitFor()
    await tab.getByText('Saved ; failed a,b.').waitFor()
    await tab.getByRole('button', { name: 'Try the rest again' }).click()
    await tab.getByText('2 of 2 files saved').waitFor()
    await tab.getByText('Saved a,b; failed .').waitFor()
    gate.open()

    assert.deepEqual(starts, [0, 10])
    assert.equal(await read(tab, 'a.mp4'), 'first half, second half')
  })

  test('goes on by itself where the connection broke off', async (t) => {
    const gate = createGate()
    const starts: number[] = []
    const broken = fileOf('a', 'first half, second half', {
      open: async (at) => {
        starts.push(at)
        const body = (async function* () {
          if (at > 0) return yield* pieces('first half, second half'.slice(at))
          yield* pieces('first half')
          await gate.opened
          throw new Error('the source broke off')
        })()
        return { size: 23, validator: 'v1', body }
      },
    })
    const { tab } = await start(t, { list: [broken] })

    await pressSave(tab)
    await tab.getByText('a.mp4, 10 bytes of 23 bytes').waitFor()
    gate.open()
    await tab.getByText('1 of 1 files saved').waitFor()

    assert.deepEqual(starts, [0, 10])
    assert.equal(await read(tab, 'a.mp4'), 'first half, second half')
  })

  test('shows how far it is whatever the page is rendered anew for', async (t) => {
    const gate = createGate()
    const slow = fileOf('a', 'film', {
      open: async () => ({
        size: 4,
        body: (async function* () {
          yield* pieces('fi')
          await gate.opened
          yield* pieces('lm')
        })(),
      }),
    })
    const { tab } = await start(t, { list: [slow] })
    await pressSave(tab)
    await tab.getByText('a.mp4, 2 bytes of 4 bytes').waitFor()
    const before = await tab.getByText(/^Run \d$/).textContent()
    await tab.getByRole('button', { name: 'Look' }).click()
    await tab.getByText(before ?? '', { exact: true }).waitFor({ state: 'detached' })
    const isShown = await tab.getByText('a.mp4, 2 bytes of 4 bytes').isVisible()
    gate.open()
    await tab.getByText('1 of 1 files saved').waitFor()

    assert.equal(isShown, true)
  })

  test('says which browsers can, in one that cannot', async (t) => {
    const { tab } = await start(t, { list: [] }, 'delete window.showDirectoryPicker')

    await tab.getByText('Save: saving into a folder works in Chrome, Edge and Opera').waitFor()

    assert.equal(await tab.getByRole('button', { name: 'Save', exact: true }).count(), 0)
  })
})
