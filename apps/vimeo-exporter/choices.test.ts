import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFilter, folderOptions, viewOptions, yearOptions, type Filter } from './choices.ts'
import { videoOf } from './video.ts'

const rough = { uri: '/users/1/projects/7', name: 'Rough cuts' }
const videos = [
  { uri: '/videos/1', name: 'Harbour at dawn', created_time: '2024-05-01T10:00:00+00:00' },
  { uri: '/videos/2', name: 'Valley', description: 'A harbour too', parent_folder: rough },
  { uri: '/videos/3', name: 'Train', created_time: '2022-01-01T00:00:00+00:00' },
].map((video, index) =>
  videoOf({ ...video, privacy: { view: index === 1 ? 'anybody' : 'nobody' } }),
)

const narrowed = (filter: Filter) =>
  videos
    .filter(createFilter(filter))
    .map(({ uri }) => uri.slice(-1))
    .join('')

describe('createFilter()', () => {
  it('leaves all where nothing is asked', () => {
    assert.equal(narrowed({}), '123')
    assert.equal(narrowed({ words: ' ', folder: '', year: '', view: '' }), '123')
  })

  it('wants every word, in the title or the description, whatever their case', () => {
    assert.equal(narrowed({ words: ' HARBOUR ' }), '12')
    assert.equal(narrowed({ words: 'harbour dawn' }), '1')
    assert.equal(narrowed({ words: 'harbour ship' }), '')
  })

  it('narrows by folder, by none, by year and by who may see it', () => {
    assert.equal(narrowed({ folder: rough.uri }), '2')
    assert.equal(narrowed({ folder: 'none' }), '13')
    assert.equal(narrowed({ year: '2022' }), '3')
    assert.equal(narrowed({ view: 'nobody' }), '13')
    assert.equal(narrowed({ view: 'nobody', year: '2024' }), '1')
  })
})

describe('what there is to choose among', () => {
  it('is what occurs', () => {
    assert.deepEqual(
      folderOptions(videos).map(({ label }) => label),
      ['All folders', 'Rough cuts', 'In no folder'],
    )
    assert.deepEqual(
      yearOptions(videos).map(({ value }) => value),
      ['', '2024', '2022'],
    )
    assert.deepEqual(
      viewOptions(videos).map(({ label }) => label),
      ['Whoever may see it', 'Only me', 'Everyone'],
    )
  })

  it('is nothing where all videos are alike in it', () => {
    const alike = videos.slice(0, 1)
    assert.deepEqual([folderOptions(alike), yearOptions(alike), viewOptions(alike)], [[], [], []])
  })
})
