import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  fileFor,
  isSameFile,
  originalQuality,
  qualitiesOf,
  sizeOf,
  toQualityName,
  toQualityOptions,
} from './quality.ts'
import type { ListedFile, Quality } from './quality.ts'

function file(rendition: string, width: number, height: number, size?: number): ListedFile {
  const quality = rendition === 'source' ? 'source' : 'hd'
  return { quality, rendition, width, height, size }
}

const source = file('source', 3840, 2160, 900)
const full = file('1080p', 1920, 1080, 200)
const half = file('720p', 1280, 720, 100)
const upright = file('720p', 720, 1280, 110)
const upTo = (lines: number): Quality => ({ kind: 'up-to', lines })

describe('fileFor()', () => {
  it('gives the original, else the best, in whatever order they stand', () => {
    assert.equal(fileFor([half, source, full], originalQuality), source)
    assert.equal(fileFor([half, full], originalQuality), full)
    assert.equal(fileFor([], originalQuality), undefined)
  })

  it('gives the best within a limit, else the smallest', () => {
    assert.equal(fileFor([half, source, full], upTo(1080)), full)
    assert.equal(fileFor([full, half, source], upTo(1000)), half)
    assert.equal(fileFor([source, full, half], upTo(480)), half)
    assert.equal(fileFor([source], upTo(480)), source)
    assert.equal(fileFor([], upTo(480)), undefined)
  })

  it('counts the shorter side, so that upright videos are treated alike', () => {
    assert.equal(fileFor([source, upright], upTo(720)), upright)
  })

  it('takes the smaller file that Vimeo made where the upload has as many lines', () => {
    const upload = file('source', 1920, 1080, 9000)
    assert.equal(fileFor([upload, full], upTo(1080)), full)
    assert.equal(fileFor([upload, half], upTo(1080)), upload)
  })

  it('goes by the name of the rendition where the picture size is unknown', () => {
    const unknown = file('540p', 0, 0)
    assert.equal(fileFor([full, unknown], upTo(600)), unknown)
    assert.equal(fileFor([file('', 0, 0)], upTo(600))?.rendition, '')
  })

  it('always gives a file where there is one, the same in any order', () => {
    const anyFile = fc.record({
      quality: fc.constantFrom('source', 'hd', 'sd', ''),
      rendition: fc.constantFrom('source', '1080p', '720p', ''),
      width: fc.constantFrom(0, 640, 1920),
      height: fc.constantFrom(0, 360, 1080),
      size: fc.option(fc.nat(9), { nil: undefined }),
    })
    const files = fc.uniqueArray(anyFile, { minLength: 1, selector: JSON.stringify })
    fc.assert(
      fc.property(files, fc.constantFrom(originalQuality, upTo(720)), (some, quality) => {
        const found = fileFor(some, quality)
        const again = fileFor(some.toReversed(), quality)
        assert.ok(found !== undefined && again !== undefined)
        assert.deepEqual([found.width, found.height], [again.width, again.height])
      }),
    )
  })
})

describe('qualitiesOf()', () => {
  it('offers the original and the limits that occur, the largest first', () => {
    const wide = file('1080p', 1920, 804)
    const choices = qualitiesOf([{ files: [half, source] }, { files: [wide] }, { files: [] }])
    assert.deepEqual(choices.map(toQualityName), ['Original', 'Up to 1080p', 'Up to 720p'])
    assert.deepEqual(qualitiesOf([]).map(toQualityName), ['Original'])
  })
})

describe('toQualityOptions()', () => {
  it('says what the chosen videos weigh, and nothing where none is chosen', () => {
    const all = [{ files: [half, source] }]
    const labels = (chosen: typeof all) =>
      toQualityOptions(all, chosen).map(({ label }) => label.replaceAll(/, .*/g, ', …'))
    assert.deepEqual(labels(all), ['Original, …', 'Up to 720p, …'])
    assert.deepEqual(labels([]), ['Original', 'Up to 720p'])
  })
})

describe('sizeOf()', () => {
  it('adds up what is known and counts what is not', () => {
    const videos = [{ files: [source, half] }, { files: [file('720p', 1280, 720)] }, { files: [] }]
    assert.deepEqual(sizeOf(videos, upTo(720)), { bytes: 100, unknown: 1 })
    assert.deepEqual(sizeOf(videos, originalQuality), { bytes: 900, unknown: 1 })
  })
})

describe('isSameFile()', () => {
  it('looks at everything but the size, which Vimeo corrects at times', () => {
    assert.ok(isSameFile(half, { ...half, size: 7 }))
    for (const other of [full, upright, { ...half, quality: 'sd' }]) {
      assert.ok(!isSameFile(half, other))
    }
  })
})
