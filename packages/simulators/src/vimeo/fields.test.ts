import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { keepFields } from './fields.ts'

const video = {
  uri: '/videos/1',
  user: { name: 'Ada', link: 'l' },
  files: [{ a: 1, b: 2 }, { a: 3 }],
  none: null,
}

describe('keepFields()', () => {
  test('keeps everything without fields', () => {
    assert.equal(keepFields(video, undefined), video)
    assert.equal(keepFields(video, ' , '), video)
  })

  test('goes through objects and lists at dots', () => {
    assert.deepEqual(keepFields(video, 'uri, user.name,files.a,none.deeper'), {
      uri: '/videos/1',
      user: { name: 'Ada' },
      files: [{ a: 1 }, { a: 3 }],
      none: null,
    })
  })

  test('lets a parent win over its children, in either order', () => {
    assert.deepEqual(keepFields(video, 'user,user.name'), { user: video.user })
    assert.deepEqual(keepFields(video, 'user.name,user'), { user: video.user })
  })

  test('ignores names that are not there, those of Object included', () => {
    assert.deepEqual(keepFields(video, 'nothing,user.nothing,constructor,__proto__.x'), {
      user: {},
    })
  })
})
