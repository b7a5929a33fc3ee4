import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMarkup } from '../html/test-markup.ts'
import { folderButton, type FolderButtonOptions } from './folder-button.ts'
import { testRun } from './test-run.ts'

const outcome = { file: 'Videos', bytes: 3, files: [], failures: [] }
const files: FolderButtonOptions['files'] = () =>
  assert.fail('asked for before the person has pressed')
const save = (options: Partial<FolderButtonOptions> = {}) => {
  return () => folderButton('Save <all>', { files, ...options })
}

describe('folderButton()', () => {
  test('offers its files and returns what came of them', () => {
    const run = testRun(save(), { outcome })

    assert.deepEqual(run.offered, ['folder'])
    assert.equal(run.result, outcome)
  })

  test('offers nothing while it is disabled', () => {
    const run = testRun(save({ disabled: true }), { outcome })

    assert.deepEqual(run.offered, [])
    assert.equal(run.result, undefined)
  })

  test('says in words which browsers can, beside a button for those that do', () => {
    const { html } = testRun(save())
    const { tags, text } = readMarkup(html)
    const press = tags.find(({ name }) => name === 'button')

    assert.ok(press?.attributes.has('data-tl-saves'))
    assert.equal(press?.attributes.get('value'), 'folder-button:Save%20%3Call%3E')
    assert.match(text, /Save <all>: saving into a folder works in Chrome, Edge and Opera/)
    assert.doesNotMatch(html, /<all>/)
  })

  test('refuses to go without a function', () => {
    const wrong = { files: [] } as unknown as FolderButtonOptions

    assert.throws(
      () => testRun(save(wrong)),
      /takes a function as "files", received an array\. Write \{ files: \(\) => …/,
    )
  })
})
