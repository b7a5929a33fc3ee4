import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { html } from '../html/escape.ts'
import type { Patch } from '../protocol/frame.ts'
import { createDiff } from './diff.ts'
import type { ViewEntry } from './diff.ts'

type Content = readonly (readonly [id: string, text: string])[]

/** What the browser does with a patch: a list of ids with their markup. */
function applyPatches(before: Content, patches: readonly Patch[]): Content {
  const page = before.map(([id, text]): [string, string] => [id, text])
  const placeOf = (id: string): number => page.findIndex(([name]) => name === id)
  for (const patch of patches) {
    if (patch.type === 'remove') {
      for (const id of patch.ids) page.splice(placeOf(id), 1)
      continue
    }
    const place = placeOf(patch.id)
    const markup = patch.type === 'put' ? patch.html : (page[place]?.[1] ?? 'missing')
    if (patch.after === undefined) {
      assert.notEqual(place, -1, `put without a place for ${patch.id}, which is not on the page`)
      page[place] = [patch.id, markup]
      continue
    }
    if (place !== -1) page.splice(place, 1)
    assert.ok(patch.after === '' || placeOf(patch.after) !== -1, `no ${patch.after} on the page`)
    page.splice(placeOf(patch.after) + 1, 0, [patch.id, markup])
  }
  return page
}

function diffAll(
  before: readonly ViewEntry[] | undefined,
  after: Content,
): { readonly patches: readonly Patch[]; readonly view: readonly ViewEntry[] } {
  const diff = createDiff(before)
  const patches = after.flatMap(([id, text]) => diff.append(id, html`${text}`))
  return { patches: [...patches, ...diff.finish()], view: diff.view() }
}

const viewOf = (content: Content): readonly ViewEntry[] => diffAll(undefined, content).view

const thousand: Content = Array.from({ length: 1000 }, (_, index) => [`e${index}`, `text ${index}`])

const contents = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 })), {
    selector: ([name]) => name,
    maxLength: 20,
  })
  .map((entries): Content => entries.map(([name, text]) => [`e${name}`, `text ${text}`]))

describe('createDiff()', () => {
  test('yields nothing for a view that is the same', () => {
    const { patches, view } = diffAll(viewOf(thousand), thousand)

    assert.deepEqual(patches, [])
    assert.deepEqual(view, viewOf(thousand))
  })

  test('makes one put of less than 100 bytes beside its html out of one changed text', () => {
    const after = thousand.with(500, ['e500', 'changed'])

    const { patches } = diffAll(viewOf(thousand), after)

    assert.deepEqual(patches, [{ type: 'put', id: 'e500', html: 'changed' }])
    assert.ok(JSON.stringify(patches[0]).length - 'changed'.length < 100)
  })

  test('makes one put out of one element inserted among 1,000', () => {
    const after = thousand.toSpliced(500, 0, ['new', 'new'])

    const { patches } = diffAll(viewOf(thousand), after)

    assert.deepEqual(patches, [{ type: 'put', id: 'new', html: 'new', after: 'e499' }])
  })

  test('puts an element that is inserted at the front behind nothing', () => {
    const { patches } = diffAll(viewOf(thousand), [['new', 'new'], ...thousand])

    assert.deepEqual(patches, [{ type: 'put', id: 'new', html: 'new', after: '' }])
  })

  test('makes one remove out of one element taken from 1,000', () => {
    const { patches } = diffAll(viewOf(thousand), thousand.toSpliced(500, 1))

    assert.deepEqual(patches, [{ type: 'remove', ids: ['e500'] }])
  })

  test('makes one remove out of many elements taken from 1,000', () => {
    const { patches } = diffAll(viewOf(thousand), thousand.toSpliced(500, 3))

    assert.deepEqual(patches, [{ type: 'remove', ids: ['e500', 'e501', 'e502'] }])
  })

  test('makes one move out of one element that comes later than before', () => {
    const after = thousand.toSpliced(500, 1).toSpliced(600, 0, ['e500', 'text 500'])

    const { patches } = diffAll(viewOf(thousand), after)

    assert.deepEqual(patches, [{ type: 'move', id: 'e500', after: 'e600' }])
  })

  test('yields patches that turn the old view into the new one, whatever was edited', () => {
    fc.assert(
      fc.property(contents, contents, (before, after) => {
        const { patches, view } = diffAll(viewOf(before), after)

        assert.deepEqual(applyPatches(before, patches), after)
        assert.deepEqual(view, viewOf(after))
      }),
      { numRuns: 500 },
    )
  })

  test('yields no patch that changes nothing', () => {
    fc.assert(
      fc.property(contents, contents, (before, after) => {
        let page = before
        for (const patch of diffAll(viewOf(before), after).patches) {
          const changed = applyPatches(page, [patch])
          if (patch.type !== 'move') assert.notDeepEqual(changed, page)
          page = changed
        }
      }),
      { numRuns: 200 },
    )
  })

  test('keeps the page in step while elements are replaced and removed in between', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('append'), name: fc.nat(12), text: fc.nat(3) }),
      fc.record({ type: fc.constant('replace'), name: fc.nat(12), text: fc.nat(3) }),
      fc.record({ type: fc.constant('remove'), name: fc.nat(12), text: fc.constant(0) }),
    )
    fc.assert(
      fc.property(contents, fc.array(step, { maxLength: 30 }), (before, steps) => {
        const diff = createDiff(viewOf(before))
        const after = new Map<string, string>()
        const patches = steps.flatMap(({ type, name, text }) => {
          const id = `e${name}`
          const markup = html`text ${text}`
          if (type === 'append') {
            after.set(id, markup.toString())
            return diff.append(id, markup)
          }
          if (type === 'replace') {
            if (after.has(id)) after.set(id, markup.toString())
            return diff.replace(id, markup)
          }
          after.delete(id)
          return diff.remove(id)
        })

        const page = applyPatches(before, [...patches, ...diff.finish()])

        assert.deepEqual(page, [...after])
        assert.deepEqual(
          diff.view().map(({ id }) => id),
          [...after.keys()],
        )
      }),
      { numRuns: 500 },
    )
  })

  test('puts every element with its place when the old view is not known', () => {
    const { patches } = diffAll(undefined, thousand.slice(0, 3))

    assert.deepEqual(
      patches.map((patch) => patch.type === 'put' && [patch.id, patch.after]),
      [
        ['e0', ''],
        ['e1', 'e0'],
        ['e2', 'e1'],
      ],
    )
  })

  test('replaces without a place, and only what changed', () => {
    const diff = createDiff(undefined)
    diff.append('bar', html`0 %`)

    assert.deepEqual(diff.replace('bar', html`50 %`), [{ type: 'put', id: 'bar', html: '50 %' }])
    assert.deepEqual(diff.replace('bar', html`50 %`), [])
  })

  test('does not name a removed element as the one before', () => {
    const diff = createDiff(undefined)
    diff.append('a', html`a`)
    diff.append('spinner', html`…`)

    assert.deepEqual(diff.remove('spinner'), [{ type: 'remove', ids: ['spinner'] }])
    assert.deepEqual(diff.append('b', html`b`), [{ type: 'put', id: 'b', html: 'b', after: 'a' }])
  })

  test('removes what waits once, also when it is finished twice', () => {
    const diff = createDiff(viewOf(thousand.slice(0, 1)))

    assert.deepEqual(diff.finish(), [{ type: 'remove', ids: ['e0'] }])
    assert.deepEqual(diff.finish(), [])
  })
})
