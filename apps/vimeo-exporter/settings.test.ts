import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { placeOf } from './settings.ts'

describe('placeOf()', () => {
  test('reads where Vimeo opens, in the same tab unless told otherwise', () => {
    assert.equal(placeOf({}), 'same-tab')
    assert.equal(placeOf({ VIMEO_OPENS_IN: 'popup' }), 'popup')
  })

  test('names what there is where it is told something else', () => {
    assert.throws(
      () => placeOf({ VIMEO_OPENS_IN: 'window' }),
      /VIMEO_OPENS_IN is "window"\. It takes same-tab, new-tab, popup/,
    )
  })
})
