import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { app, button, sessionState, text, textInput } from '../../src/index.ts'
import { hashOf } from '../../src/crypto/mac.ts'
import { ACCOUNT, arrive, connectInTab, rowsOf, startStage } from './consent.ts'
import { Person, type LiveTab } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'

describe('one session and another', () => {
  test('TU-03: no id opens, uses or ends what another session has connected (CVE-2026-70474, CVE-2026-54305)', async (t) => {
    const { program, server } = await startStage(t)
    const victim = await arrive(program, 'private')
    await connectInTab(victim)
    const attacker = await arrive(program, 'mine')
    const before = ['sessions', 'connections', 'token_sets'].map((table) => rowsOf(program, table))
    const requests = server.requests.length
    const [session] = rowsOf(program, 'sessions')
    const [connection] = rowsOf(program, 'connections')
    const ids = [
      victim.field('tl-tab') ?? '',
      String(session?.['key']),
      String(session?.['cookie_hash']),
      String(connection?.['subject_index']),
      String(connection?.['client_id']),
      '/users/1',
    ]
    for (const id of ids) {
      for (const press of ['Fetch', 'Disconnect', 'Keep']) {
        const fields = { 'tl-tab': id, 'tl-number': '90', acme: id, connection: id }
        const answer = await attacker.person.send(
          `${ACCOUNT}?tab=${encodeURIComponent(id)}`,
          attacker.pressInit(`button:${press}`, fields),
        )
        await attacker.follow(answer, ACCOUNT)
        assert.doesNotMatch(attacker.text, /Connected|private|Answer|Disconnected/)
      }
      const frames = await attacker.person.send(ACCOUNT, {
        headers: {
          accept: 'application/vnd.throughline.frames+x-ndjson',
          'sec-fetch-site': 'same-origin',
          'throughline-tab': encodeURIComponent(id),
          'throughline-copy': encodeURIComponent(id),
        },
      })
      assert.doesNotMatch(await frames.text(), /Connected|private/)
      for (const path of [`/-/download/${id}`, `/oauth/callback/${id}`]) {
        const status = (await attacker.person.send(encodeURI(path))).status
        assert.ok([403, 404].includes(status), `${path} ${status}`)
      }
    }
    assert.equal(server.requests.length, requests)
    const after = ['sessions', 'connections', 'token_sets'].map((table) => rowsOf(program, table))
    assert.deepEqual(after, before)
    await victim.press('button:Fetch')
    assert.match(victim.text, /Answer 200/)
  })

  test('HB-04: the stream and the frames of one session never reach another (CVE-2026-73308)', async (t) => {
    const state = sessionState({ tag: '' })
    const program = startProgram(
      app(() => {
        const tag = textInput('Tag')
        if (button('Keep')) state.tag = tag
        text(`<${state.tag}>`)
      }),
    )
    t.after(() => program.close())
    const people = []
    for (let index = 0; index < 20; index += 1) {
      people.push(await new Person(program.fetch).openLive('/'))
    }
    await Promise.all(
      people.map((live, index) => live.press('button:Keep', { 'text-input:Tag': [`t${index}t`] })),
    )
    for (const [index, live] of people.entries()) {
      const stranger: LiveTab = people[(index + 1) % people.length] ?? assert.fail()
      assert.deepEqual(
        live.text.match(/t\d+t/g)?.every((tag) => tag === `t${index}t`),
        true,
      )
      // Neither a foreign tab id, nor a forged place in a stream, nor a foreign token opens anything.
      const headers: Record<string, string> = {
        'sec-fetch-site': 'same-origin',
        'throughline-tab': stranger.tab,
        'throughline-token': stranger.token,
        'last-event-id': '1',
      }
      assert.notEqual((await live.person.send('/-/news', { headers })).status, 200)
      const own = { ...headers, 'throughline-tab': live.tab, 'throughline-token': live.token }
      const stream = await live.person.send('/-/news', { headers: own })
      assert.equal(stream.status, 200)
      await stream.body?.cancel()
      const asked = await live.person.send('/', {
        headers: {
          ...headers,
          'throughline-copy': stranger.tab,
          accept: 'application/vnd.throughline.frames+x-ndjson',
        },
      })
      assert.doesNotMatch(await asked.text(), new RegExp(`t${(index + 1) % 20}t`))
    }

    // A stream hears its own session's numbers: those of a session that is far ahead never arrive.
    const [one = assert.fail()] = people
    const { sessions } = program.handler.program.identity
    const cookie = one.person.jar.get('tl-session-3000') ?? assert.fail()
    const own = await sessions.loadSession(hashOf(cookie.slice(0, cookie.lastIndexOf('.'))))
    const keys = rowsOf(program, 'sessions').map(({ key }) => String(key))
    const others = keys.filter((key) => key !== own?.key)
    assert.equal(others.length, people.length - 1)
    for (const key of others) await sessions.announce(key)
    const headers = {
      'sec-fetch-site': 'same-origin',
      'throughline-tab': one.tab,
      'throughline-token': one.token,
    }
    const stream = await one.person.send('/-/news', { headers })
    for (const key of others) await sessions.announce(key)
    await sessions.announce(own?.key ?? '')
    const heard: string[] = []
    for await (const chunk of stream.body as AsyncIterable<Uint8Array>) {
      heard.push(...Buffer.from(chunk).toString().trim().split('\n\n'))
      if (heard.length > 1) break
    }
    assert.deepEqual(heard, ['data: 0', 'data: 1'])
  })
})
