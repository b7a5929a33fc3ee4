import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { connect } from '../connect/connect.ts'
import { userRecord } from '../connect/user-record.ts'
import { button } from '../elements/button.ts'
import { checkbox } from '../elements/checkbox.ts'
import { dataGrid } from '../elements/data-grid.ts'
import { downloadButton } from '../elements/download-button.ts'
import { heading } from '../elements/heading.ts'
import { select } from '../elements/select.ts'
import { text } from '../elements/text.ts'
import { textInput } from '../elements/text-input.ts'
import type { AccountSource } from '../providers/provider.ts'
import type { ProviderRecord } from '../providers/provider-record.ts'
import { vimeo } from '../providers/vimeo.ts'
import { app } from '../script/app.ts'
import { sessionState } from '../script/session-state.ts'
import { startAuthorizationServer } from './authorization-server.ts'
import { providerAt } from './provider-at.ts'
import { startTest, type TestOptions } from './start-test.ts'

function notes() {
  const state = sessionState({ kept: '' })
  return app({
    title: 'Notes',
    pages: {
      '/': () => {
        heading('Notes')
        const note = textInput('Note', { key: 'the-note' })
        const isLoud = checkbox('Loud')
        const tone = select('Tone', ['plain', { value: 'warm', label: 'Warm one' }])
        const chosen = dataGrid(
          [
            { id: 'a', title: 'Apple & pear' },
            { id: 'b', title: 'Berry' },
          ],
          { key: 'fruit', rowKey: 'id', select: 'many', columns: { title: 'Title' } },
        )
        if (button('Keep')) state.kept = note
        button('Never', { disabled: true })
        if (button('Break')) throw new Error('The jar is empty.')
        const outcome = downloadButton('Fetch', {
          file: 'näme.txt',
          from: () => ({ body: bytesOf(note) }),
        })
        text(`kept ${state.kept}, ${isLoud}, ${tone}, ${chosen.map(({ id }) => id).join()}`)
        if (outcome) text(`sent ${outcome.bytes}`)
      },
      '/account': async () => {
        const connection = await connect({ provider: vimeo, scope: ['public', 'private'] })
        const user = await userRecord(connection, { visits: 0 })
        heading(`${user.isNew ? 'Welcome' : 'Welcome back'}, ${connection.account.name}`)
        text(connection.scope.join(' '))
        if (button('Remember')) await user.save({ visits: 1 })
        if (button('Fetch')) text(`Answer ${(await connection.fetch('/me')).status}`)
      },
    },
  })
}

async function* bytesOf(note: string) {
  yield new TextEncoder().encode(note)
}

async function start(t: TestContext, options?: TestOptions) {
  const started = await startTest(notes(), options)
  t.after(() => started.close())
  return started
}

describe('startTest()', () => {
  for (const javascript of [true, false]) {
    test(`lets a person fill in, choose, press and download (JavaScript: ${javascript})`, async (t) => {
      const tab = await (await start(t)).person('Ada').open('/', { javascript })
      assert.equal(tab.heading, 'Notes')
      assert.deepEqual(tab.inputs, ['Note', 'Loud', 'Tone', 'fruit'])

      await tab.set('the-note', 'milk <b>')
      await tab.set('Loud', true)
      await tab.set('Tone', 'Warm one')
      await tab.choose('fruit', 'Apple & pear')
      await tab.press('Keep')
      assert.match(tab.text, /kept milk <b>, true, warm, a$/)

      const { name, bytes } = await tab.download('Fetch')
      assert.equal(name, 'näme.txt')
      assert.equal(new TextDecoder().decode(bytes), 'milk <b>')
      assert.match(tab.text, /sent 8$/)
    })

    test(`goes to the provider and back (JavaScript: ${javascript})`, async (t) => {
      const started = await start(t)
      const tab = await started.person('Ada Example').open('/account', { javascript })
      await tab.connect({ deny: true })
      assert.equal(tab.heading, '')
      assert.match(tab.notices.join(), /declined|denied|not connected|did not/i)

      await tab.connect({ scope: ['public'] })
      assert.equal(tab.heading, '')
      assert.match(tab.notices.join(), /needs more access/)

      await tab.connect()
      assert.equal(tab.heading, 'Welcome, Ada Example')
    })
  }

  test('names what there is where the person names what there is not', async (t) => {
    const tab = await (await start(t)).person('Ada').open('/')
    await assert.rejects(tab.press('Kep'), /no button "Kep".*"Keep", "Never", "Break", "Fetch"/)
    await assert.rejects(tab.press('Never'), /cannot be pressed/)
    await assert.rejects(tab.set('Nota', ''), /no input "Nota".*"Note"/)
    await assert.rejects(tab.set('Note', true), /"Note" takes a text or a number, not true/)
    await assert.rejects(tab.set('Loud', 'yes'), /"Loud" is ticked by true or false, not "yes"/)
    await assert.rejects(tab.set('fruit', 'Berry'), /"fruit" is a grid. Use choose/)
    await assert.rejects(tab.choose('fruit', 'Cherry'), /no "Cherry".*"Apple & pear", "Berry"/)
    await assert.rejects(tab.connect(), /no connect button/)
  })

  for (const javascript of [true, false]) {
    test(`refuses what two of a page are called (JavaScript: ${javascript})`, async (t) => {
      const twins = app(() => {
        button('Twin', { key: 'one' })
        if (button('Twin', { key: 'two' })) text('the second')
        const rows = [
          { id: 'a', title: 'Same' },
          { id: 'b', title: 'Same' },
        ]
        const chosen = dataGrid(rows, { key: 'twins', select: 'many', columns: { title: 'Title' } })
        text(`chosen ${chosen.map(({ id }) => id).join()}`)
      })
      const started = await startTest(twins)
      t.after(() => started.close())
      const tab = await started.person('Ada').open('/', { javascript })

      await assert.rejects(
        tab.press('Twin'),
        /2 of button "Twin"\. Use a key instead: "one", "two"/,
      )
      await assert.rejects(tab.choose('twins', 'Same'), /by value instead: "a", "b"/)
      await tab.press('two')
      assert.match(tab.text, /the second/)
      await tab.choose('twins', 'b')
      if (!javascript) await tab.press('Update')
      assert.match(tab.text, /chosen b/)
    })

    test(`fails to open a page whose script fails (JavaScript: ${javascript})`, async (t) => {
      const started = await startTest(
        app(() => {
          throw new Error('The jar is empty.')
        }),
      )
      t.after(() => started.close())
      const opening = started.person('Ada').open('/', { javascript })
      await assert.rejects(opening, /The script failed:.*The jar is empty\./)
    })
  }

  test('fails a press with the message of the script that failed', async (t) => {
    const tab = await (await start(t)).person('Ada').open('/')
    await assert.rejects(tab.press('Break'), /The script failed:.*The jar is empty\./)
  })

  test('keeps what was remembered over a restart, and tells another tab', async (t) => {
    const started = await start(t)
    const ada = started.person('Ada Example')
    const first = await ada.open('/account')
    const second = await ada.open('/account')
    await second.connect()
    await first.news()
    assert.equal(first.heading, 'Welcome, Ada Example')
    await second.press('Remember')
    await started.restart()
    await started.restart()
    started.passTime({ minutes: 11 })
    await first.go('/account')
    assert.equal(first.heading, 'Welcome back, Ada Example')
  })

  test('answers at /me behind the API of a record, wherever that is', async (t) => {
    const deep = { ...vimeo, name: 'deep', api: `${vimeo.api}/v1/things`, quirks: {} }
    const account = async ({ request }: AccountSource) => {
      const { name } = (await (await request('/me')).json()) as { name: string }
      return { subject: name, name, claims: {} }
    }
    const provider = { ...deep, account }
    const script = app({
      title: 'Deep',
      providers: [provider],
      pages: { '/': async () => text(`In: ${(await connect({ provider })).account.name}`) },
    })
    const started = await startTest(script)
    t.after(() => started.close())
    const tab = await started.person('Ada Example').open('/')
    await tab.connect()
    assert.match(tab.text, /In: Ada Example/)
  })

  test('lets another person consent, and ends what was granted', async (t) => {
    const grace = { uri: '/users/2', name: 'Grace Sample' }
    const started = await start(t, { providers: { vimeo: { people: [grace] } } })
    const tab = await started.person('Grace Sample').open('/account')
    await tab.connect()
    assert.equal(tab.heading, 'Welcome, Grace Sample')
    started.provider.endGrants()
    await tab.press('Fetch')
    assert.match(tab.buttons.join(), /Vimeo/)
    const asNobody = tab.connect({ as: 'Nobody' })
    await assert.rejects(asNobody, /called "Nobody", but "Ada Example", "Grace Sample"\. Name one/)
  })
})

describe('an app with a provider of its own', () => {
  for (const [what, behaviour] of [
    ['HTML', { body: '<h1>Bad gateway</h1>', headers: { 'content-type': 'text/html' } }],
    ['nothing', { body: '' }],
    ['too much', { body: `{"access_token":"${'a'.repeat(4_000_000)}"}` }],
    ['an error', { status: 500 }],
    ['half an answer', { drop: 'within-body' }],
  ] as const) {
    test(`tells the person and tries again where the token endpoint answers ${what}`, async (t) => {
      const idle = await startAuthorizationServer()
      t.after(() => idle.close())
      const provider = providerAt(idle)
      const script = app({
        title: 'Acme',
        providers: [provider],
        pages: {
          '/': async () => {
            const { account } = await connect({ provider, scope: ['public'] })
            heading(`Hello ${account.name}`)
          },
        },
      })
      const started = await startTest(script)
      t.after(() => started.close())
      const tab = await started.person('Ada Example').open('/')
      started.providerOf('acme').next(behaviour)

      await tab.connect()
      assert.equal(tab.heading, '')
      assert.equal(tab.notices.length, 1)

      await tab.connect()
      assert.equal(tab.heading, 'Hello Ada Example')
    })
  }
})

describe('startTest() of an app that knows only an issuer', () => {
  const company: ProviderRecord = {
    name: 'company',
    title: 'Company',
    authorizationServer: { issuer: 'https://login.company.example/main' },
  }
  const welcome = app({
    title: 'Welcome',
    providers: [company],
    pages: {
      '/': async () => {
        const { account, fetch } = await connect({ provider: company, scope: ['email'] })
        heading(`Hello ${account.name}, ${account.claims.email}`)
        if (button('Fetch')) text(`Answer ${(await fetch('/me')).status}`)
      },
    },
  })

  test('ID-01 ID-03 ID-07 signs people in, and refreshes hours later by the program’s clock', async (t) => {
    const account = { sub: 'account-1', name: 'Ada Example', email: 'ada@company.example' }
    const providers = { company: { account, expiresIn: 600 } }
    const started = await startTest(welcome, { providers })
    t.after(() => started.close())
    const server = started.providerOf('company')
    const tab = await started.person('Ada Example').open('/')

    server.nextIdToken({ claims: { aud: 'other' } })
    await tab.connect()
    assert.match(tab.text, /Company could not be connected/)
    assert.match(started.log.at(-1) ?? '', /^\[warn\] .* its "aud" is not this program/)
    await tab.connect()
    assert.equal(tab.heading, 'Hello Ada Example, ada@company.example')
    started.passTime({ hours: 5 })
    await tab.press('Fetch')
    assert.match(tab.text, /Answer 200/)
    assert.equal(server.requestsTo('/token').length, 3)
  })
})
