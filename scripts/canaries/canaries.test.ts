import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { checkRun } from './check-canaries.ts'
import { formsOf, isRandom } from './forms.ts'
import { makeRunFolder } from './run-folder.ts'
import { prepareSearch } from './search.ts'

function makeCanaries(count: number) {
  return Array.from({ length: count }, (_, at) => ({
    name: `canary-${at}`,
    secret: Buffer.from(`access-${randomBytes(16).toString('hex')}`),
  }))
}

describe('prepareSearch()', () => {
  test('LG-01: finds each of a thousand secrets in every form, anywhere in the bytes', () => {
    const canaries = makeCanaries(1000)
    const search = prepareSearch(canaries)
    for (const { name, secret } of canaries.slice(0, 50)) {
      for (const form of formsOf(secret).values()) {
        const around = randomBytes(Math.floor(Math.random() * 40))
        assert.deepEqual(search(Buffer.concat([around, form, around])), [name])
      }
    }
    assert.deepEqual(search(randomBytes(1_000_000)), [])
  })

  test('LG-01: finds a secret within what is encoded as a whole, wherever it begins', () => {
    const [canary = assert.fail()] = makeCanaries(1)
    const search = prepareSearch([canary])
    for (const before of ['', 'a', 'ab', 'abc', 'client:']) {
      const whole = Buffer.concat([Buffer.from(before), canary.secret, Buffer.from('|end')])
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        assert.deepEqual(search(Buffer.from(whole.toString(encoding))), [canary.name])
      }
    }
  })

  test('finds no part of one, and no other', () => {
    const [one = assert.fail(), other = assert.fail()] = makeCanaries(2)
    assert.deepEqual(prepareSearch([one])(other.secret), [])
    assert.deepEqual(prepareSearch([one])(one.secret.subarray(0, -1)), [])
  })
})

describe('isRandom()', () => {
  test('takes what was made by chance, and leaves what a test has spelt out', () => {
    assert.ok(isRandom(`code-${randomBytes(16).toString('hex')}`))
    assert.ok(isRandom(randomBytes(32).toString('base64url')))
    for (const text of ['planted-client-secret', 'a'.repeat(4096), 'short1234', 'not a real one']) {
      assert.equal(isRandom(text), false, text)
    }
  })
})

describe('checkRun()', () => {
  test('LG-01: fails by the name and the file of what it finds, and passes what is clean', (t) => {
    const run = makeRunFolder()
    t.after(() => rmSync(run.path, { recursive: true }))
    const [{ name, secret } = assert.fail()] = makeCanaries(1)
    writeFileSync(join(run.secrets, '1.txt'), `${name} ${secret.toString('hex')}\n`)
    mkdirSync(join(run.kept, '1-1-folder'))
    writeFileSync(join(run.kept, '1-1-folder', 'clean'), 'nothing')
    assert.deepEqual(checkRun(run, false).failures, [])

    writeFileSync(join(run.kept, '1-1-folder', 'db.sqlite-wal'), secret)
    const titles = checkRun(run, false).failures.map(({ title }) => title)

    assert.deepEqual(titles, [`secrets: a ${name} stands in kept/1-1-folder/db.sqlite-wal`])
    assert.ok(checkRun(run, true).failures.length > 5, 'nothing of what travels was noted')
  })
})
