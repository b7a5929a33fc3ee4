import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { manifestLength, renderManifest } from './manifest.ts'
import type { ManifestEntry } from './manifest.ts'

const text = fc.string({ unit: 'binary', maxLength: 400 })
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom('0', 'f'), minLength: length, maxLength: length })

const planned = fc.record({
  id: text,
  name: text,
  title: text,
  quality: fc.option(text),
  date: fc.constantFrom(null, '2024-05-01T10:00:00.000Z'),
  size: fc.maxSafeNat(),
})
const learnt = fc.record({
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  sha256: fc.option(hex(64)),
  md5: fc.option(hex(32)),
  state: fc.constantFrom('whole' as const, 'damaged' as const),
  reason: fc.option(text),
})
const leftOut = fc.record({ id: text, title: text, reason: text }).map((one): ManifestEntry => ({
  ...one,
  ...{ name: null, quality: null, date: null, size: null, sent: null, sha256: null, md5: null },
  state: 'left out',
}))

describe('renderManifest()', () => {
  it('fits the room that was promised before anything was sent, whatever is learnt', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(planned, learnt)), fc.array(leftOut), (files, missing) => {
        const before = files.map(([plan]): ManifestEntry => {
          return { ...plan, sent: 0, sha256: null, md5: null, state: 'damaged', reason: null }
        })
        const after = files.map(([plan, { share, ...rest }]): ManifestEntry => {
          return { ...plan, ...rest, sent: Math.floor(plan.size * share) }
        })
        const length = manifestLength([...before, ...missing])
        const bytes = Buffer.from(renderManifest([...after, ...missing], length))
        assert.equal(bytes.byteLength, length)
        assert.equal(bytes.at(-1), 10)
        const read = JSON.parse(bytes.toString()) as { files: ManifestEntry[] }
        const withoutReason = (entry: ManifestEntry) => ({
          ...entry,
          reason: entry.reason === null,
        })
        assert.deepEqual(read.files.map(withoutReason), [...after, ...missing].map(withoutReason))
      }),
    )
  })

  it('keeps a short reason as it is, and cuts a long one between characters', () => {
    const entry: ManifestEntry = {
      ...{
        id: '/videos/1',
        name: 'a.mp4',
        title: 'a',
        quality: null,
        date: null,
        size: 1,
        sent: 1,
      },
      ...{ sha256: null, md5: null, state: 'damaged', reason: 'The file broke off.' },
    }
    const read = (reason: string) => {
      const bytes = renderManifest([{ ...entry, reason }], manifestLength([entry]))
      return (JSON.parse(String(Buffer.from(bytes))) as { files: ManifestEntry[] }).files[0]!.reason
    }
    assert.equal(read('The file broke off.'), 'The file broke off.')
    assert.match(read('🎬'.repeat(500))!, /^(🎬){70,}…$/u)
  })

  it('refuses what does not fit rather than move what follows', () => {
    assert.throws(() => renderManifest([], 3), /bytes longer than was promised/)
  })
})
