import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileReason } from './file-reason.ts'

const reasonOf = (work: () => unknown) => {
  try {
    return work()
  } catch (error) {
    return fileReason(error)
  }
}

test('fileReason() says in words why a file cannot be read, else what the error says', () => {
  const { dirname, filename } = import.meta
  assert.equal(
    reasonOf(() => readFileSync(dirname)),
    'it is a folder',
  )
  assert.equal(
    reasonOf(() => readFileSync(`${dirname}/none`)),
    'nothing is there',
  )
  assert.equal(
    reasonOf(() => readFileSync(`${filename}/x`)),
    'a part of the path is no folder',
  )
  assert.equal(fileReason(new Error('it vanished')), 'it vanished')
})
