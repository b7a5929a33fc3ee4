/*
 * Links of a list end with the account that was connected when they were made.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { app, button, connect, linkListButton, text, type OfferedFile } from '../../src/index.ts'
import { ACCOUNT, arrive, connectInTab, startStage } from './consent.ts'
import { Person } from '../../src/testing/person.ts'

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

for (const isChecked of [true, false]) {
  const where = isChecked ? 'behind connect()' : 'by its press alone'
  test(`a link ${where} leads nowhere once its account is disconnected (FI-05)`, async (t) => {
    const stage = await startStage(t, {
      app: (provider) =>
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
        }),
    })
    const { program } = stage
    const tab = await arrive(program)
    await connectInTab(tab)
    const answer = await tab.person.send(ACCOUNT, tab.pressInit('link-list-button:Links'))
    const list = await tab.person.send(answer.headers.get('location') ?? '/none')
    const [url = ''] = /^http:\S+$/m.exec(await list.text()) ?? []
    const stranger = new Person(program.fetch)

    const before = await stranger.send(new URL(url).pathname)
    await tab.go(ACCOUNT)
    await tab.press('button:Disconnect')
    const after = await stranger.send(new URL(url).pathname)

    assert.deepEqual([before.status, await before.text()], [200, 'film'])
    assert.equal(after.status, 404)
  })
}
