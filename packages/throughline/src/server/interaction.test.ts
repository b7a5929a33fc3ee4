import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readCount, readForm, readTabId } from './interaction.ts'

const TAB = 'A1b2C3d4E5f6G7h8I9j0_-'
const post = (body: string | ReadableStream<Uint8Array>, headers: Record<string, string> = {}) =>
  new Request('http://placeholder.example/', {
    method: 'POST',
    headers,
    body,
    duplex: 'half',
  })

describe('readForm()', () => {
  test('tells our own fields from a widget’s values, in their order', async () => {
    const body = new URLSearchParams([
      ['tl-tab', TAB],
      ['tl-token', 't'],
      ['tl-number', '7'],
      ['tl-run', '3'],
      ['tl-press', 'button:Go'],
      ['checkbox:A', ''],
      ['checkbox:A', 'on'],
      ['text-input:ü', 'a & b'],
      ['unknown', 'x'],
    ])
    const form = await readForm(post(String(body)))
    assert.ok('interaction' in form)
    assert.equal(form.tabId, TAB)
    assert.equal(form.token, 't')
    assert.equal(form.shownRun, 3)
    assert.equal(form.stops, false)
    assert.equal(form.interaction.number, 7)
    assert.equal(form.interaction.press, 'button:Go')
    const { values } = form.interaction
    assert.deepEqual({ ...values }, { 'checkbox:A': ['', 'on'], 'text-input:ü': ['a & b'] })
  })

  test('SE-10: names that reach for a prototype are names and nothing more', async () => {
    const form = await readForm(
      post('__proto__=a&__proto__:x=b&constructor=c&constructor:prototype=d&tl-__proto__=e'),
    )
    assert.ok('interaction' in form)
    assert.equal(Object.getPrototypeOf(form.interaction.values), null)
    assert.deepEqual(Object.keys(form.interaction.values), ['__proto__:x', 'constructor:prototype'])
    assert.equal(({} as Record<string, unknown>)['x'], undefined)
  })

  test('DO-01: refuses more than 2 MiB or 60,000 fields, however they are announced', async () => {
    const large = 'a:b='.padEnd(2 * 1024 * 1024 + 1, 'x')
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let part = 0; part < 33; part += 1) controller.enqueue(new Uint8Array(65_536))
        controller.close()
      },
    })
    for (const request of [
      post(large),
      post(chunks),
      post('a:b=1', { 'content-length': '3000000' }),
      post('a&'.repeat(60_001)),
    ]) {
      const refusal = await readForm(request)
      assert.ok('status' in refusal && refusal.status === 413)
    }
    const whole = await readForm(post('a:b='.padEnd(2 * 1024 * 1024, 'x')))
    assert.ok('interaction' in whole)
    assert.ok('interaction' in (await readForm(post('a&'.repeat(60_000)))))
    assert.ok('interaction' in (await readForm(post('a:b=1', { 'content-length': 'many' }))))
  })

  test('DO-01: refuses a form in more than 20,000 pieces, and asks for no more of them', async () => {
    let given = 0
    const inPieces = (count: number) =>
      new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            if (given === count) return controller.close()
            given += 1
            controller.enqueue(new Uint8Array([97]))
          },
        },
        { highWaterMark: 0 },
      )

    assert.ok('interaction' in (await readForm(post(inPieces(20_000)))))
    given = 0
    const refusal = await readForm(post(inPieces(1_000_000)))
    assert.equal('status' in refusal && refusal.status, 413)
    assert.ok(given < 20_100, String(given))
  })

  test('DO-01: a form of many fields is read, or refused, without holding up everybody', async (t) => {
    const { URLSearchParams } = globalThis
    const read = t.mock.method(globalThis, 'URLSearchParams', URLSearchParams)
    for (const body of ['a&'.repeat(1_000_000), 'a=&'.repeat(400_000)]) {
      const refusal = await readForm(post(body))
      assert.ok('status' in refusal && refusal.status === 413)
    }
    assert.equal(read.mock.callCount(), 0)

    const form = await readForm(post('a:b&&=x&c:d=&'.repeat(15_000)))

    assert.ok('interaction' in form)
    assert.deepEqual(
      Object.values(form.interaction.values).map((values) => values.length),
      [15_000, 15_000],
    )
    // Node takes seconds over fields without "=" where a long text follows them.
    assert.doesNotMatch(String(read.mock.calls[0]?.arguments[0]), /(?:^|&)[^=&]*(?:&|$)/)
  })

  test('HB-10: whatever is posted, it answers', async () => {
    const texts = fc.string({ unit: 'binary', maxLength: 200 })
    const names = fc.constantFrom('tl-number', 'tl-run', 'tl-tab', 'tl-press', 'a:b')
    const fields = fc.tuple(names, texts).map((field) => new URLSearchParams([field]).toString())
    await fc.assert(
      fc.asyncProperty(fc.oneof(texts, fields), async (body) => {
        const form = await readForm(post(body))
        assert.ok('interaction' in form && form.interaction.number >= 0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('readTabId() and readCount()', () => {
  test('take what we write, and nothing else', () => {
    assert.equal(readTabId(TAB), TAB)
    for (const text of [
      undefined,
      null,
      '',
      'short',
      `${TAB}x`,
      `${TAB} `,
      '../../../../etc/passwd',
      'a'.repeat(21) + '/',
    ]) {
      assert.equal(readTabId(text), undefined)
    }
    assert.equal(readCount('42'), 42)
    assert.equal(readCount('999999999'), 999_999_999)
    assert.equal(readCount('9007199254740991'), 0)
    for (const text of [
      undefined,
      null,
      '',
      '-1',
      '1e3',
      '0x10',
      ' 1',
      '9007199254740993',
      'NaN',
    ]) {
      assert.equal(readCount(text), 0, String(text))
    }
  })
})
