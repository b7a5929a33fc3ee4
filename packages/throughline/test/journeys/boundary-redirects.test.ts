import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { app, switchPage, text } from '../../src/index.ts'
import { isReservedPath } from '../../src/protocol/paths.ts'
import { ACCOUNT, arrive, consent, leave, startStage, withParameters } from './consent.ts'
import { Person } from '../../src/testing/person.ts'
import { ORIGIN, startProgram } from '../../src/testing/program.ts'

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
  test('HB-09: no path, parameter or field of a request leads to another origin (CVE-2022-24858, CVE-2022-29214, CVE-2022-23527)', async (t) => {
    assert.ok(nasty.length >= 60)
    const limits = { departuresOfSession: { atOnce: nasty.length, perSecond: 1 } }
    const { program } = await startStage(t, { limits })
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

  test('HB-09: whatever becomes a page’s path is a path of ours, and switchPage() knows no other (CVE-2024-56734, CVE-2025-27143, CVE-2025-71403)', async (t) => {
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
          '/next': () => text('next'),
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
