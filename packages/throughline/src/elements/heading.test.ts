import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { heading } from './heading.ts'
import type { HeadingLevel } from './heading.ts'
import { testRun } from './test-run.ts'
import { text } from './text.ts'

describe('heading()', () => {
  test('is the title of the page unless it is said otherwise', () => {
    assert.match(testRun(() => heading('Videos')).html, /<h1 dir="auto">Videos<\/h1>/)
    assert.match(testRun(() => heading('Videos', { level: 3 })).html, /<h3 dir="auto">Videos<\/h3>/)
  })

  test('refuses a level that there is not', () => {
    assert.throws(() => testRun(() => heading('Videos', { level: 7 as HeadingLevel })), {
      message: 'heading() takes a level from 1 to 6, received 7. The title of a page is level 1.',
    })
  })
})

describe('text()', () => {
  test('shows strings and numbers as they are', () => {
    assert.match(testRun(() => text('1 < 2')).html, />1 &lt; 2<\/p>/)
    assert.match(testRun(() => text(0)).html, />0<\/p>/)
    assert.match(testRun(() => text(12n)).html, />12<\/p>/)
  })

  test('refuses what would be shown as [object Object]', () => {
    const wrong = { name: 'Ada' } as unknown as string

    assert.throws(
      () => testRun(() => text(wrong)),
      /^TypeError: text\(\) takes a string or a number, received an object/,
    )
  })
})
