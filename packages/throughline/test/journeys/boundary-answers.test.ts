import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { app, button, connect, signOut, switchPage, text, textInput } from '../../src/index.ts'
import { isReservedPath } from '../../src/protocol/paths.ts'
import {
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  leave,
  startStage,
  withParameters,
} from './consent.ts'
import { Person } from './person.ts'
import { ORIGIN, startProgram } from './program.ts'

/** Paths that some reader of URLs takes for another origin, or for a script. */
const nasty: readonly string[] = [
  '//evil.test',
  '///evil.test',
  '////evil.test',
  '//evil.test/%2e%2e',
  '//evil.test:80',
  '//user@evil.test',
  '//evil%2etest',
  '//[::1]/',
  '/\\evil.test',
  '/\\/evil.test',
  '\\\\evil.test',
  '\\/evil.test',
  '\\evil.test',
  '/\t/evil.test',
  '/\n/evil.test',
  '/\r\n/evil.test',
  '\t//evil.test',
  ' //evil.test',
  '//evil.test ',
  '/ /evil.test',
  '/\u00a0/evil.test',
  '/\u2028/evil.test',
  '/\0/evil.test',
  '/%09/evil.test',
  '/%0a/evil.test',
  '/%0d%0aLocation:%20//evil.test',
  '/%5cevil.test',
  '/%2f/evil.test',
  '/%2f%2fevil.test',
  '/.//evil.test',
  '/..//evil.test',
  '/./\\evil.test',
  '/../\\/evil.test',
  '/%2e%2e//evil.test',
  '/account/..//evil.test',
  '/account//evil.test',
  '/account\\..\\..\\evil.test',
  'http://evil.test',
  'https://evil.test',
  'https:evil.test',
  'https:/evil.test',
  'https:\\evil.test',
  'http:///evil.test',
  'HTTP://EVIL.TEST',
  'ht\ttp://evil.test',
  '://evil.test',
  ':80//evil.test',
  '@evil.test',
  '.evil.test',
  'evil.test',
  '?//evil.test',
  '#//evil.test',
  '/?next=//evil.test',
  '/#@evil.test',
  '/;@evil.test',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  '/javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:http://127.0.0.1/x',
  '"><meta http-equiv=refresh content=0;url=//evil.test>',
  "';url=//evil.test",
  '/\uff0fevil.test',
  '/\u3002evil.test',
  '',
]

/** Where an answer may send a browser: every redirect, refresh, link and form of it. */
async function targetsOf(answer: Response): Promise<readonly string[]> {
  const html = await answer.text()
  const attributes = [...html.matchAll(/\s(?:href|src|action|formaction)="([^"]*)"/g)]
  const refreshes = [...html.matchAll(/http-equiv="refresh" content="[^"]*?url=([^"]*)"/gi)]
  const written = [...attributes, ...refreshes].map(([, url]) => url ?? '')
  const headers = ['location', 'refresh', 'link', 'content-location'].flatMap((name) => {
    const value = answer.headers.get(name)
    return value === null || /^\d+$/.test(value) ? [] : [value]
  })
  return [...headers, ...written].map((url) => url.replaceAll('&amp;', '&'))
}

async function assertStaysHere(answer: Response, what: string): Promise<void> {
  for (const target of await targetsOf(answer)) {
    if (target.startsWith('data:image/svg+xml')) continue
    const { origin } = new URL(target, ORIGIN)
    assert.equal(origin, ORIGIN, `${what} → ${target}`)
    assert.doesNotMatch(target, /^[/\\][/\\]|[\\\u0000-\u0020]/, what)
  }
}

describe('where an answer leads', () => {
  test('HB-09: no path, parameter or field of a request leads to another origin', async (t) => {
    assert.ok(nasty.length >= 60)
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const retired = new Person(program.fetch)
    for (const [name, value] of tab.person.jar) retired.jar.set(name, value)
    const backs = []
    for (const path of nasty) backs.push([path, await consent(await leave(tab))] as const)

    const send = (person: Person, path: string, init?: RequestInit) =>
      program.fetch(
        new Request(new URL(`${ORIGIN}${path.startsWith('/') ? '' : '/'}${path}`), {
          redirect: 'manual',
          ...init,
          headers: {
            host: '127.0.0.1:3000',
            cookie: [...person.jar].map((pair) => pair.join('=')).join('; '),
            ...(init?.headers as Record<string, string> | undefined),
          },
        }),
      )
    for (const path of nasty) {
      await assertStaysHere(await send(tab.person, path), `GET ${path}`)
      const press = tab.pressInit('button:Keep', { 'tl-tab': path, 'tl-number': '1' })
      await assertStaysHere(await send(tab.person, path, press), `POST ${path}`)
      await assertStaysHere(await send(tab.person, ACCOUNT, press), `tab ${path}`)
      for (const name of ['next', 'return_to', 'redirect_uri', 'url', 'tab', 'page']) {
        const query = `${ACCOUNT}?${name}=${encodeURIComponent(path)}`
        await assertStaysHere(await send(tab.person, query), query)
        await assertStaysHere(await send(tab.person, query, press), query)
      }
    }
    for (const [path, back] of backs.slice(-20)) {
      const more = { next: path, return_to: path, redirect_uri: path, tab: path, page: path }
      const answer = await send(tab.person, withParameters(back, more))
      assert.ok([303, 403].includes(answer.status))
      assert.ok([ACCOUNT, null].includes(answer.headers.get('location')))
      await assertStaysHere(answer, `callback ${path}`)
      for (const line of answer.headers.getSetCookie()) tab.person.keep(line)
    }
    await tab.go(ACCOUNT)
    assert.match(tab.text, /Connected/)
    for (const path of nasty) {
      await assertStaysHere(await send(retired, path), `retired GET ${path}`)
    }
    assert.deepEqual(program.log, [])
  })

  test('HB-09: whatever becomes a page’s path is a path of ours, and switchPage() knows no other', async (t) => {
    const isPath = (path: string) => {
      try {
        app({ title: 'x', pages: { [path]: () => {} } })
        return true
      } catch {
        return false
      }
    }
    for (const path of nasty) assert.equal(isPath(path), false, path)
    for (const path of ['/', '/a', '/a/b-c_d.e~f', '/.well-known/x', '/A']) assert.ok(isPath(path))
    const pieces = [
      '/',
      '\\',
      '.',
      '..',
      '%2f',
      '%5c',
      '\t',
      ' ',
      '@',
      ':',
      'evil.test',
      'a',
      '?',
      '#',
    ]
    const anyPath = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(anyPath, (path) => {
        if (!isPath(path)) return
        const url = new URL(path, ORIGIN)
        assert.equal(url.origin, ORIGIN)
        assert.equal(url.href, ORIGIN + path)
        assert.equal(isReservedPath(path), false)
      }),
      { numRuns: 3_000 },
    )

    const caught: string[] = []
    const program = startProgram(
      app({
        title: 'x',
        pages: {
          '/': () => {
            for (const path of nasty) {
              try {
                switchPage(path)
              } catch (error) {
                caught.push((error as { code?: string }).code ?? 'signal')
              }
            }
            switchPage('/next')
          },
          '/next': () => void text('next'),
        },
      }),
    )
    t.after(() => program.close())
    const page = await new Person(program.fetch).open('/')
    assert.match(page.text, /next/)
    assert.deepEqual(new Set(caught), new Set(['script.unknown-page']))
    assert.equal(caught.length, nasty.length)
  })
})

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
              '/': () => void text('first'),
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
        assert.equal(headers.get('cache-control'), 'no-store', name)
        assert.equal(headers.get('x-frame-options'), 'DENY', name)
        assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', name)
        assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', name)
        const isBack = name.includes('callback') && name !== 'callback ahead'
        assert.equal(headers.get('referrer-policy'), isBack ? 'no-referrer' : 'same-origin', name)
        assert.equal(
          headers.get('strict-transport-security'),
          parts.identity.secure ? 'max-age=31536000' : null,
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

  test('HB-11: a check that fails by itself lets nobody through', async (t) => {
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
