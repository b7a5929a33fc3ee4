import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { app, sessionState, text, textInput, button } from '../../src/index.ts'
import { listen } from '../../src/server/listen.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { DEADLINE_MS, runs } from './runs.ts'

const OWN = '\u0001'
const OTHER = '\u0002'
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(OWN, OWN, OTHER) },
  fc.constantFrom('; ', ';', ', ', '"', '$Version=1; ', '\t', '\u00a0', '\u0085', '%', '%3D', '='),
  fc.constantFrom(
    'tl-session-3000=',
    '__Host-tl-session=',
    'tl-session-3000',
    'a=b; '.repeat(99),
    'tl-tab=x',
  ),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((n) => String.fromCharCode(n)) }),
)

test(
  'SE-04 HB-10: on the wire, any cookie header is answered: with the genuine session, or as to somebody new (GHSA-xmf8-cvqr-rfgj, CVE-2024-24814)',
  { timeout: DEADLINE_MS },
  async (t) => {
    const kept = sessionState({ name: '' })
    const program = startProgram(
      app(() => {
        const name = textInput('Name')
        if (button('Keep')) kept.name = name
        text(`Kept <${kept.name}>.`)
      }),
    )
    t.after(() => program.close())
    const server = await listen({ fetch: program.fetch, port: 0, hostname: '127.0.0.1' })
    t.after(() => {
      server.close()
      server.closeAllConnections()
    })
    const keep = async (name: string) => {
      const tab = await new Person(program.fetch).open('/')
      tab.set('text-input:Name', name)
      await tab.press('button:Keep')
      return [...tab.person.jar].map((pair) => pair.join('=')).find((one) => /session/.test(one))
    }
    const own = (await keep('own')) ?? ''
    const other = (await keep('other')) ?? ''
    const { port } = server.address() as AddressInfo
    const ask = async (cookie: string) => {
      const socket = connect(port, '127.0.0.1').setEncoding('utf8')
      const lines = ['GET / HTTP/1.1', 'Host: 127.0.0.1:3000', 'Connection: close']
      socket.write(`${lines.join('\r\n')}\r\nCookie: ${cookie}\r\n\r\n`, 'latin1')
      let answer = ''
      socket.on('data', (part) => (answer += String(part)))
      await once(socket, 'close')
      return answer
    }
    assert.match(await ask(own), /Kept &lt;own/)

    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const header = pieces.join('').replaceAll(OWN, own).replaceAll(OTHER, other)
        const answer = await ask(header)
        if (header.includes('\u007f')) return assert.match(answer, /^HTTP\/1\.1 400 /)
        assert.match(answer, /^HTTP\/1\.1 200 /)
        const [, name] = /Kept &lt;(\w*)&gt;/.exec(answer) ?? []
        assert.ok(name !== undefined)
        // Somebody new gets a cookie; whose session is shown had sent its own, and no other one beside it.
        assert.equal(/^set-cookie: tl-session-3000=/im.test(answer), name === '')
        if (name === 'own') assert.ok(header.includes(own))
        if (name === 'other') assert.ok(header.includes(other))
        const isBoth = header === `${own}; ${other}` || header === `${other}; ${own}`
        if (isBoth) assert.equal(name, '')
      }),
      {
        ...runs(300),
        examples: [[[OWN, '; ', OTHER]], [[OWN, '; ', OWN]], [['a=b; '.repeat(99), OWN]]],
      },
    )
    assert.deepEqual(program.log, [])
  },
)
