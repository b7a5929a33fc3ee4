import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { app, button, connect, signOut, switchPage, text, textInput } from '../../src/index.ts'
import { ACCOUNT, arrive, connectInTab, consent, leave, startStage } from './consent.ts'
import { Person } from '../../src/testing/person.ts'
import { ORIGIN } from '../../src/testing/program.ts'

describe('the headers of an answer', () => {
  for (const publicUrl of [ORIGIN, 'https://app.example']) {
    test(`HB-12: every answer is locked down, documents with a nonce of their own (${publicUrl})`, async (t) => {
      const { program } = await startStage(t, {
        publicUrl,
        app: (provider) =>
          app({
            title: 'Titled',
            providers: [provider],
            pages: {
              '/': () => text('first'),
              [ACCOUNT]: async () => {
                textInput('Note')
                if (button('Keep')) text('kept')
                if (button('Fail')) throw new Error('on purpose')
                if (button('Go')) switchPage('/')
                if (button('Sign out')) signOut()
                text((await connect(provider)).account.name)
              },
            },
          }),
      })
      const person = new Person(program.fetch, publicUrl)
      const tab = await person.open(ACCOUNT)
      await tab.press('button:Keep')
      const ours = { 'sec-fetch-site': 'same-origin' }
      const frames = { ...ours, accept: 'application/vnd.throughline.frames+x-ndjson' }
      const stream = {
        ...ours,
        'throughline-tab': tab.field('tl-tab') ?? '',
        'throughline-token': tab.field('tl-token') ?? '',
      }
      const press = (id: string) => {
        const init = tab.pressInit(id)
        tab.fields.set('tl-number', [String(Number(tab.field('tl-number')) + 1)])
        return person.send(ACCOUNT, init)
      }
      const early = new Map(person.jar)
      const back = await consent(await leave(tab))
      const answers: Record<string, Response> = {
        page: await person.send('/'),
        'another page': await person.send(ACCOUNT),
        health: await person.send('/healthz'),
        nowhere: await person.send('/nowhere'),
        'no asset': await person.send('/-/asset/none.css'),
        'no download': await person.send('/-/download/none'),
        stream: await person.send('/-/news', { headers: stream }),
        'refused stream': await person.send('/-/news'),
        frames: await person.send(ACCOUNT, { headers: frames }),
        'refused frames': await person.send(ACCOUNT, { headers: { accept: frames.accept } }),
        press: await press('button:Keep'),
        switch: await press('button:Go'),
        failure: await press('button:Fail'),
        leaving: await press('connect-button:acme'),
        'cross-site press': await person.send(ACCOUNT, { method: 'POST', body: 'a' }),
        'wrong type': await person.send(ACCOUNT, {
          method: 'POST',
          headers: { ...ours, 'content-type': 'text/plain' },
          body: 'a',
        }),
        'too large': await person.send(ACCOUNT, {
          method: 'POST',
          headers: { ...ours, 'content-type': 'application/x-www-form-urlencoded' },
          body: 'a'.repeat(3_000_000),
        }),
        'no cookie': await new Person(program.fetch, publicUrl).send(ACCOUNT, {
          method: 'POST',
          headers: { ...ours, 'content-type': 'application/x-www-form-urlencoded' },
          body: 'a=b',
        }),
        'other method': await person.send('/', { method: 'PUT' }),
        head: await person.send('/', { method: 'HEAD' }),
        'too long': await person.send(`/?${'a'.repeat(20_000)}`),
        'other host': await program.fetch(
          new Request('http://placeholder.example/', { headers: { host: 'evil.test' } }),
        ),
        'malformed callback': await person.send('/oauth/callback/acme?code=1'),
        'foreign callback': await new Person(program.fetch, publicUrl).send(back),
        'unknown callback': await person.send(
          `/oauth/callback/acme?code=1&state=${'A'.repeat(43)}`,
        ),
        'callback ahead': await person.send(back, { headers: { 'sec-purpose': 'prefetch' } }),
        callback: await person.send(back),
      }
      const old = new Person(program.fetch, publicUrl)
      for (const [name, value] of early) old.jar.set(name, value)
      answers['a moment'] = await old.send(ACCOUNT)
      const { program: parts } = program.handler
      const kinds: Record<string, string[]> = {}
      const nonces = new Set<string>()
      for (const [name, answer] of Object.entries(answers)) {
        const { headers } = answer
        assert.equal(headers.get('x-content-type-options'), 'nosniff', name)
        assert.match(headers.get('cache-control') ?? '', /^no-store(?:, no-transform)?$/, name)
        assert.match(headers.get('x-request-id') ?? '', /^[\w-]{8}$/, name)
        assert.equal(headers.get('x-frame-options'), 'DENY', name)
        assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', name)
        assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', name)
        const isBack = name.includes('callback') && name !== 'callback ahead'
        assert.equal(headers.get('referrer-policy'), isBack ? 'no-referrer' : 'same-origin', name)
        assert.equal(
          headers.get('strict-transport-security'),
          parts.identity.cookie.secure ? 'max-age=31536000' : null,
          name,
        )
        for (const header of ['access-control-allow-origin', 'x-powered-by', 'server']) {
          assert.equal(headers.get(header), null, name)
        }
        const type = headers.get('content-type')?.split(';')[0] ?? 'nothing'
        ;(kinds[type] ??= []).push(name)
        if (type !== 'text/html') continue
        const policy = headers.get('content-security-policy') ?? ''
        const nonce =
          /script-src 'nonce-([A-Za-z0-9+/]{22}==)'/.exec(policy)?.[1] ?? assert.fail(name)
        nonces.add(nonce)
        const isLocal = publicUrl === ORIGIN
        assert.deepEqual(policy.replaceAll(nonce, 'N').split('; '), [
          "default-src 'none'",
          "script-src 'nonce-N'",
          "style-src 'self' 'nonce-N'",
          `img-src 'self' data: https:${isLocal ? ' http://127.0.0.1:*' : ''}`,
          "connect-src 'self'",
          "form-action 'self'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
        ])
        const html = await answer.text()
        if (name === 'head') continue
        assert.match(html, /<title>Titled<\/title>/, name)
        assert.doesNotMatch(html, /\son[a-z]+="|style="|javascript:/, name)
        for (const [tag] of html.matchAll(/<(?:script|style)\b[^>]*>/g)) {
          assert.ok(tag.includes(`nonce="${nonce}"`), `${name}: ${tag}`)
        }
      }
      assert.ok((kinds['text/html']?.length ?? 0) >= 10, JSON.stringify(kinds))
      assert.equal(nonces.size, kinds['text/html']?.length)
      await answers['stream']?.body?.cancel()

      await tab.go(ACCOUNT)
      assert.match(tab.text, /Ada Example/)
      const out = await person.send(ACCOUNT, tab.pressInit('button:Sign%20out'))
      assert.equal(out.headers.get('location'), '/')
      assert.equal(out.headers.get('cache-control'), 'no-store')
    })
  }

  test('HB-11: a check that fails by itself lets nobody through (GHSA-8fpg-xm3f-6cx3)', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'private')
    await connectInTab(tab)
    const { sessions } = program.handler.program.identity
    const broken = sessions as { loadSession: typeof sessions.loadSession }
    const { loadSession } = broken
    broken.loadSession = () => Promise.reject(new Error('the store is down'))
    for (const path of [ACCOUNT, '/', '/oauth/callback/acme?code=1&state=2']) {
      const answer = await tab.person.send(path)
      assert.equal(answer.status, 500)
      assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/)
      assert.doesNotMatch(await answer.text(), /private|store is down|Connected/)
    }
    const press = await tab.person.send(ACCOUNT, tab.pressInit('button:Fetch'))
    assert.equal(press.status, 500)
    broken.loadSession = loadSession
    await tab.go(ACCOUNT)
    assert.match(tab.text, /Connected/)
  })
})
