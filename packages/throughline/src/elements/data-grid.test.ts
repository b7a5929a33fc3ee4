import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { dataGrid } from './data-grid.ts'
import type { DataGridOptions } from './data-grid.ts'
import { testRun } from './test-run.ts'

interface Video {
  readonly uri: string
  readonly name: string
  readonly plays: number
  readonly created: Date
  readonly isPublic: boolean
}

const created = new Date('2026-03-04T23:00:00Z')
const harbour: Video = { uri: '/videos/1', name: 'Harbour', plays: 12, created, isPublic: true }
const valley: Video = { uri: '/videos/2', name: 'Valley', plays: 3, created, isPublic: false }
const train: Video = { uri: '/videos/3', name: 'Train', plays: 0, created, isPublic: true }
const videos = [harbour, valley, train]

const id = 'data-grid:videos'
const grid = (options: Partial<DataGridOptions<Video>> = {}, rows = videos) => {
  return () => dataGrid(rows, { key: 'videos', select: 'many', rowKey: 'uri', ...options })
}
const growing = { key: 'videos', select: 'many', rowKey: 'uri' } as const
async function* listsOf(...lists: readonly Video[][]) {
  yield* lists
}
const allKeys = JSON.stringify(videos.map(({ uri }) => uri))
const sent = (...keys: string[]) => ({ sent: { [id]: [allKeys, ...keys] } })

describe('dataGrid()', () => {
  test('returns no row until one is chosen', () => {
    assert.deepEqual(testRun(grid()).result, [])
    assert.deepEqual(testRun(grid(), sent()).result, [])
  })

  test('returns the chosen rows in their order', () => {
    assert.deepEqual(testRun(grid(), sent('/videos/3', '/videos/1')).result, [harbour, train])
  })

  test('ignores forged row keys', () => {
    assert.deepEqual(testRun(grid(), sent('/videos/9', '__proto__', '/videos/2')).result, [valley])
  })

  test('lets one row at most be chosen where one is asked for', () => {
    const run = testRun(grid({ select: 'one' }), sent('/videos/3', '/videos/2'))

    assert.deepEqual(run.result, [valley])
    assert.equal(
      readMarkup(run.html).tags.filter(({ attributes }) => attributes.has('checked')).length,
      1,
    )
  })

  test('lets no row be chosen where none is asked for', () => {
    const run = testRun(grid({ select: 'none' }), sent('/videos/3'))

    assert.deepEqual(run.result, [])
    assert.doesNotMatch(run.html, /<input|<button/)
  })

  test('chooses all rows by a press that works without JavaScript, and keeps that', () => {
    const run = testRun(grid(), { pressed: 'data-grid-all:videos' })

    assert.deepEqual(run.result, videos)
    assert.deepEqual(run.kept.get(id), [allKeys, '/videos/1', '/videos/2', '/videos/3'])
    assert.match(run.html, /3 of 3 selected/)
  })

  test('chooses none by a press, and keeps that', () => {
    const run = testRun(grid(), { ...sent('/videos/1'), pressed: 'data-grid-none:videos' })

    assert.deepEqual(run.result, [])
    assert.deepEqual(run.kept.get(id), [allKeys])
  })

  test('shows each list of rows as it arrives, and returns what is chosen of the last', async () => {
    const run = testRun(() => dataGrid(listsOf([harbour], videos), growing), sent('/videos/3'))

    assert.deepEqual(await run.result, [train])
    assert.deepEqual(run.log, [
      'append data-grid:videos',
      'replace data-grid:videos',
      'replace data-grid:videos',
    ])
    assert.match(run.html, /1 of 3 selected/)
    assert.doesNotMatch(run.html, /more on the way/)
  })

  test('shows an empty grid where no list arrives, and passes on what the lists throw', async () => {
    const none = testRun(() => dataGrid(listsOf(), growing))
    assert.deepEqual(await none.result, [])
    assert.match(none.html, /Nothing here\./)

    const failing = (async function* () {
      yield [harbour]
      throw new Error('no more')
    })()
    const failed = testRun(() => dataGrid(failing, growing))
    await assert.rejects(failed.result, /no more/)
    assert.match(failed.html, /Harbour/)
  })

  test('closes the rows that arrive when the run yields', async () => {
    const closed: string[] = []
    const interaction: { signal?: Error } = {}
    const lists = (async function* () {
      try {
        yield [harbour]
        interaction.signal = new Error('yielded')
        yield videos
      } finally {
        closed.push('closed')
      }
    })()
    await assert.rejects(testRun(() => dataGrid(lists, growing), interaction).result, /yielded/)
    assert.deepEqual(closed, ['closed'])
  })

  test('keeps what is chosen of the rows that have come, while others are on their way', async () => {
    const interaction: { sent: Record<string, string[]>; signal?: Error } = {
      sent: { [id]: ['["/videos/1"]', '/videos/1'] },
    }
    const lists = (async function* () {
      yield [harbour]
      interaction.signal = new Error('yielded')
      yield videos
    })()
    const run = testRun(() => dataGrid(lists, growing), interaction)
    await assert.rejects(run.result, /yielded/)
    assert.deepEqual(run.kept.get('data-grid-memory:videos')?.slice(1), ['/videos/1'])
  })

  test('shows a picture that names nothing, loads late and keeps its place', () => {
    const columns = { name: { label: 'Picture', kind: 'picture' as const }, uri: 'Address' }
    const rows = [
      { ...harbour, name: 'https://pictures.example/1.jpg' },
      { ...valley, name: '' },
    ]
    const { html } = testRun(grid({ columns }, rows))
    const pictures = readMarkup(html).tags.filter(({ name }) => name === 'img')

    assert.equal(pictures.length, 1)
    assert.equal(pictures[0]?.attributes.get('alt'), '')
    assert.equal(pictures[0]?.attributes.get('loading'), 'lazy')
    assert.ok(pictures[0]?.attributes.has('width') && pictures[0].attributes.has('height'))
    for (const name of ['javascript:alert(1)', 'http://user:word@pictures.example/1.jpg', '<']) {
      assert.throws(() => testRun(grid({ columns }, [{ ...harbour, name }])), {
        code: 'elements.refused-address',
      })
    }
  })

  test('makes texts only of the rows on its page', () => {
    let formatted = 0
    const format = (name: string) => {
      formatted += 1
      return name
    }
    const rows = Array.from({ length: 500 }, (_, index) => ({ id: index, name: `${index}` }))
    testRun(() =>
      dataGrid(rows, { key: 'k', pageSize: 20, columns: { name: { label: 'N', format } } }),
    )

    assert.equal(formatted, 20)
  })

  test('keeps nothing where nobody has touched it', () => {
    assert.equal(testRun(grid()).kept.size, 0)
  })

  test('names the checkbox of a row by exactly its label', () => {
    const { html } = testRun(grid({ columns: { plays: 'Plays', name: 'Title' }, label: 'name' }))
    const [box] = readMarkup(html).tags.filter(
      ({ attributes }) => attributes.get('type') === 'checkbox',
    )

    const boxId = box?.attributes.get('id') ?? ''
    assert.ok(html.includes(`<label for="${boxId}">Harbour</label>`))
    assert.equal(box?.attributes.has('aria-label'), false)
  })

  test('names the checkbox by an attribute where the label is not shown or is empty', () => {
    const hidden = testRun(grid({ columns: { plays: 'Plays' }, label: 'name' })).html
    const unnamed = testRun(grid({ columns: { name: 'Title' } }, [{ ...harbour, name: '' }])).html

    assert.match(hidden, /aria-label="Harbour"/)
    assert.match(unnamed, /aria-label="Row 1"/)
  })

  test('shows dates as days, yes and no in words, and numbers to the right', () => {
    const { html } = testRun(grid())

    assert.match(html, /<td class="tl-short">2026-03-04<\/td><td>Yes<\/td>/)
    assert.match(html, /<td class="tl-end tl-short">12<\/td>/)
  })

  test('shows fields under readable headings where no columns are given', () => {
    const { text } = readMarkup(
      testRun(() => dataGrid([{ playCount: 1, file_size: 2 }], { key: 'k' })).html,
    )

    assert.equal(text, 'Play countFile size12')
  })

  test('shows what a column makes of a value and its row', () => {
    const columns = {
      name: { label: 'Title', format: (name: string, row: Video) => `${name}, ${row.plays} plays` },
      plays: { label: 'Plays', align: 'center' as const },
    }
    const { html } = testRun(grid({ columns }))

    assert.match(html, />Harbour, 12 plays<\/label>/)
    assert.match(html, /<td class="tl-center tl-short">12<\/td>/)
  })

  test('has the type of its rows', () => {
    testRun(() => {
      const chosen: Video[] = dataGrid(videos, { key: 'videos' })
      // @ts-expect-error: no such field
      const wrong = dataGrid(videos, { key: 'other', columns: { title: 'Title' } })
      return [chosen, wrong]
    })
  })

  test('knows rows by a field of their own where none is named', () => {
    const rows = [
      { id: 7, name: 'a' },
      { id: 8, name: 'a' },
    ]
    const choose = () => dataGrid(rows, { key: 'videos', select: 'many' })

    assert.deepEqual(testRun(choose, { sent: { [id]: ['["7","8"]', '8'] } }).result, [rows[1]])
  })

  test('knows rows by their content where they have no such field, also twice the same', () => {
    const rows = [{ name: 'a' }, { name: 'b' }, { name: 'a' }]
    const choose = () => dataGrid(rows, { key: 'videos', select: 'many' })
    const boxes = readMarkup(testRun(choose).html).tags.filter(
      ({ attributes }) => attributes.get('type') === 'checkbox',
    )
    const keys = boxes.map(({ attributes }) => attributes.get('value') ?? '')

    assert.equal(new Set(keys).size, 3)
    assert.deepEqual(
      testRun(choose, { sent: { [id]: [JSON.stringify(keys), keys[1] ?? ''] } }).result,
      [rows[1]],
    )
  })

  test('says how to fix two rows of one key', () => {
    assert.throws(() => testRun(grid({}, [harbour, valley, harbour])), {
      code: 'elements.duplicate-row-key',
      message:
        'Rows 0 and 2 of dataGrid() both have the "uri" "/videos/1". ' +
        'Row keys must differ: choose a field that names one row only.',
    })
  })

  test('refuses to go without a key or rows', () => {
    assert.throws(
      () => testRun(grid({ key: '' })),
      /^TypeError: dataGrid\(\) takes a key, received ""/,
    )
    assert.throws(
      () => testRun(() => dataGrid(undefined as unknown as Video[], { key: 'k' })),
      TypeError,
    )
    assert.throws(() => testRun(grid({ rowKey: 'isPublic' })), /field "isPublic" of every row/)
  })

  test('says that there is nothing where there are no rows', () => {
    assert.match(testRun(grid({ columns: { name: 'Title' } }, [])).html, /Nothing here\./)
  })

  test('spends fewer than 220 bytes on the markup of a row beside its texts', () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({ id: index, name: '' }))
    const { html } = testRun(() =>
      dataGrid(rows, { key: 'k', select: 'many', columns: { name: 'N' } }),
    )

    assert.ok(html.length / 100 < 220, `${html.length / 100} bytes a row`)
    assert.doesNotMatch(html, />\s+</)
  })
})
