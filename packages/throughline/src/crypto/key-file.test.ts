import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { loadKeyFile, replaceKeys, type KeyFile } from './key-file.ts'
import { parseKeys, serializeKey } from './key-ring.ts'
import { hashOf } from './mac.ts'

const base = mkdtempSync(join(tmpdir(), 'throughline-keys-'))
after(() => rmSync(base, { recursive: true }))

/** Names the key that seals without showing it. */
function probeOf({ sealing }: KeyFile): string {
  return hashOf(serializeKey(sealing.primary))
}

describe('loadKeyFile()', () => {
  test('makes folder and file for their owner only, and reads the same key ever after', () => {
    const folder = join(base, 'new', 'deep')

    const first = loadKeyFile(folder, systemRandom)
    const second = loadKeyFile(folder, systemRandom)

    assert.deepEqual([first.made, second.made], [true, false])
    assert.equal(first.path, join(folder, 'keys'))
    assert.deepEqual(second.sealing.keys, first.sealing.keys)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(first.path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder), ['keys'])
  })

  test('makes a different key for each folder', () => {
    const [one, two] = ['one', 'two'].map((name) => loadKeyFile(join(base, name), systemRandom))

    assert.notDeepEqual(one?.sealing.primary.bytes, two?.sealing.primary.bytes)
  })

  test('refuses a file that others can read, and says what to do', () => {
    const { path } = loadKeyFile(join(base, 'open'), systemRandom)
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(path, mode)

      assert.throws(() => loadKeyFile(join(base, 'open'), systemRandom), {
        code: 'crypto.key-file-readable',
        message: `Others can read the key file \`${path}\`. Run: chmod 600 '${path}'`,
      })
    }
    chmodSync(path, 0o600)
    assert.equal(loadKeyFile(join(base, 'open'), systemRandom).made, false)
  })

  test('refuses a file that holds no keys, and leaves it as it is', () => {
    const folder = join(base, 'broken')
    mkdirSync(folder)
    writeFileSync(join(folder, 'keys'), 'k1:short\n', { mode: 0o600 })

    assert.throws(() => loadKeyFile(folder, systemRandom), {
      code: 'crypto.bad-keys',
      message: /^The key file `.*keys`: the key of entry 1 of 1/,
    })
    assert.equal(statSync(join(folder, 'keys')).size, 9)
  })

  test('says so when the file can neither be read nor made', () => {
    writeFileSync(join(base, 'file'), '')

    assert.throws(() => loadKeyFile(join(base, 'file'), systemRandom), {
      code: 'crypto.key-file-unusable',
      message: /set THROUGHLINE_KEYS/,
    })
  })

  test('takes the key of a process that was first, however late that is', () => {
    const folder = join(base, 'late')
    const firsts: string[] = []
    // Asked for bytes, so that the file was missing: now another process makes it.
    const random = (length: number) => {
      firsts.push(probeOf(loadKeyFile(folder, systemRandom)))
      return systemRandom(length)
    }

    const late = loadKeyFile(folder, random)

    assert.equal(late.made, false)
    assert.equal(probeOf(late), firsts[0])
    assert.deepEqual(readdirSync(folder), ['keys'])
  })

  test('CR-06 makes none where something is there that needs the one that was lost, and says so', () => {
    const folder = join(base, 'lost')
    assert.throws(
      () => loadKeyFile(folder, systemRandom, () => true),
      (thrown) => isThroughlineError(thrown, 'crypto.key-file-missing'),
    )
    assert.equal(existsSync(join(folder, 'keys')), false)
    loadKeyFile(folder, systemRandom)
    assert.equal(loadKeyFile(folder, systemRandom, () => true).made, false)
  })

  test('gives processes that start at the same time the same key', async () => {
    const folder = join(base, 'race')
    const script = `
      const { loadKeyFile } = await import(${JSON.stringify(import.meta.resolve('./key-file.ts'))})
      const { hashOf } = await import(${JSON.stringify(import.meta.resolve('./mac.ts'))})
      const { serializeKey } = await import(${JSON.stringify(import.meta.resolve('./key-ring.ts'))})
      const { systemRandom } = await import(${JSON.stringify(import.meta.resolve('../base/random.ts'))})
      const { sealing, made } = loadKeyFile(${JSON.stringify(folder)}, systemRandom)
      console.log(JSON.stringify([hashOf(serializeKey(sealing.primary)), made]))`
    const args = ['--conditions=throughline-source', '--input-type=module', '--eval', script]

    const outputs = await Promise.all(
      Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, args)),
    )

    const answers = outputs.map(({ stdout }) => JSON.parse(stdout) as [string, boolean])
    const probe = probeOf(loadKeyFile(folder, systemRandom))
    assert.deepEqual(
      answers.map(([answer]) => answer),
      [probe, probe, probe, probe],
    )
    assert.equal(answers.filter(([, made]) => made).length, 1)
    assert.deepEqual(readdirSync(folder), ['keys'])
  })
})

describe('replaceKeys()', () => {
  const newKey = (id: string) => ({ id, bytes: systemRandom(32) })

  test('CR-07 a program that read the file seals by its new first key at once, and opens by all', () => {
    const { sealing, path } = loadKeyFile(join(base, 'replaced'), systemRandom)
    const old = sealing.primary
    const [second, third] = [newKey('k2'), newKey('k3')]

    replaceKeys(path, [old, second], systemRandom)
    assert.deepEqual([sealing.primary.id, ...sealing.keys.keys()], ['k1', 'k1', 'k2'])
    replaceKeys(path, [third, second], systemRandom)

    assert.deepEqual([sealing.primary.id, ...sealing.keys.keys()], ['k3', 'k3', 'k2'])
    assert.deepEqual(Buffer.from(sealing.primary.bytes), Buffer.from(third.bytes))
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(join(base, 'replaced')), ['keys'])
  })

  test('CR-06 a program goes on with the keys that it has where the file is gone or broken', () => {
    const folder = join(base, 'lost')
    const { sealing, path } = loadKeyFile(folder, systemRandom)
    const text = readFileSync(path, 'utf8')
    const second = newKey('k2')

    rmSync(path)
    assert.equal(sealing.primary.id, 'k1')
    writeFileSync(path, 'k1:short\n', { mode: 0o600 })
    assert.equal(sealing.primary.id, 'k1')
    writeFileSync(path, text, { mode: 0o600 })
    chmodSync(path, 0o644)
    assert.equal(sealing.primary.id, 'k1')
    chmodSync(path, 0o600)
    replaceKeys(path, [second, ...parseKeys(text).keys.values()], systemRandom)

    assert.equal(sealing.primary.id, 'k2')
  })

  test('refuses keys that no program could read, and leaves the file as it is', () => {
    const folder = join(base, 'twice')
    const { sealing, path } = loadKeyFile(folder, systemRandom)

    assert.throws(() => replaceKeys(path, [sealing.primary, newKey('k1')], systemRandom), {
      code: 'crypto.bad-keys',
    })
    assert.throws(() => replaceKeys(path, [], systemRandom), { code: 'crypto.bad-keys' })

    assert.equal(loadKeyFile(folder, systemRandom).sealing.primary.id, 'k1')
    assert.deepEqual(readdirSync(folder), ['keys'])
  })
})
