/*
 * Links of a list end with the connections that there were when they were made.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { app, button, connect, linkListButton, text, type OfferedFile } from '../../src/index.ts'
import { ACCOUNT, arrive, connectInTab, startStage } from './consent.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'

const film: OfferedFile = {
  key: 'film',
  name: 'film.mp4',
  open: async (start) => ({
    size: 4,
    body: (async function* () {
      yield Buffer.from('film').subarray(start)
    })(),
  }),
}

/** A page that offers a film before it connects, or behind. */
const filmsApp = (isChecked: boolean) => (provider: Provider) =>
  app({
    title: 'Films',
    pages: {
      '/': () => text('Home'),
      [ACCOUNT]: async () => {
        const links = () =>
          linkListButton('Links', { format: 'aria2', file: 'l.txt', files: () => [film] })
        if (!isChecked) links()
        const connection = await connect(provider)
        if (isChecked) links()
        if (button('Disconnect')) await connection.disconnect()
      },
    },
  })

/** Presses for a list, and reads the path of its link. */
async function linkOf(tab: DocumentTab): Promise<string> {
  const answer = await tab.person.send(ACCOUNT, tab.pressInit('link-list-button:Links'))
  const list = await tab.person.send(answer.headers.get('location') ?? '/none')
  const [url = ''] = /^http:\S+$/m.exec(await list.text()) ?? []
  return new URL(url).pathname
}

for (const isChecked of [true, false]) {
  const where = isChecked ? 'behind connect()' : 'by its press alone'
  test(`a link ${where} leads nowhere once its account is disconnected, nor when it is connected again (FI-05)`, async (t) => {
    const { program } = await startStage(t, { app: filmsApp(isChecked) })
    const tab = await arrive(program)
    await connectInTab(tab)
    const link = await linkOf(tab)
    const stranger = new Person(program.fetch)

    const before = await stranger.send(link)
    await tab.go(ACCOUNT)
    await tab.press('button:Disconnect')
    const after = await stranger.send(link)
    program.advance(1000)
    await tab.go(ACCOUNT)
    await connectInTab(tab)
    const again = await stranger.send(link)

    assert.deepEqual([before.status, await before.text()], [200, 'film'])
    assert.deepEqual([after.status, again.status], [404, 404])
    assert.equal(await (await stranger.send(await linkOf(tab))).text(), 'film')
  })
}

test('AT-10: a link made in a planted session leads nowhere once the person has connected in it', async (t) => {
  const { program } = await startStage(t, { app: filmsApp(false) })
  const planter = await arrive(program)
  const link = await linkOf(planter)
  const stranger = new Person(program.fetch)
  const before = await stranger.send(link)
  const victim = new Person(program.fetch)
  for (const [name, value] of planter.person.jar) victim.jar.set(name, value)

  await connectInTab(await victim.open(ACCOUNT))

  assert.equal(before.status, 200)
  assert.equal((await stranger.send(link)).status, 404)
})
