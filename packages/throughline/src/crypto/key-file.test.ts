import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { systemRandom } from '../base/random.ts'
import { loadKeyFile } from './key-file.ts'
import { mac } from './mac.ts'

const base = mkdtempSync(join(tmpdir(), 'throughline-keys-'))
after(() => rmSync(base, { recursive: true }))

describe('loadKeyFile()', () => {
  test('makes folder and file for their owner only, and reads the same key ever after', () => {
    const folder = join(base, 'new', 'deep')

    const first = loadKeyFile(folder, systemRandom)
    const second = loadKeyFile(folder, systemRandom)

    assert.deepEqual([first.made, second.made], [true, false])
    assert.equal(first.path, join(folder, 'keys'))
    assert.deepEqual(second.ring, first.ring)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(first.path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder), ['keys'])
  })

  test('makes a different key for each folder', () => {
    const [one, two] = ['one', 'two'].map((name) => loadKeyFile(join(base, name), systemRandom))

    assert.notDeepEqual(one?.ring.primary.bytes, two?.ring.primary.bytes)
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
      firsts.push(mac(loadKeyFile(folder, systemRandom).ring, 'cookie', 'probe'))
      return systemRandom(length)
    }

    const { ring, made } = loadKeyFile(folder, random)

    assert.equal(made, false)
    assert.equal(mac(ring, 'cookie', 'probe'), firsts[0])
    assert.deepEqual(readdirSync(folder), ['keys'])
  })

  test('gives processes that start at the same time the same key', async () => {
    const folder = join(base, 'race')
    const script = `
      const { loadKeyFile } = await import(${JSON.stringify(import.meta.resolve('./key-file.ts'))})
      const { mac } = await import(${JSON.stringify(import.meta.resolve('./mac.ts'))})
      const { systemRandom } = await import(${JSON.stringify(import.meta.resolve('../base/random.ts'))})
      const { ring, made } = loadKeyFile(${JSON.stringify(folder)}, systemRandom)
      console.log(JSON.stringify([mac(ring, 'cookie', 'probe'), made]))`
    const args = ['--conditions=throughline-source', '--input-type=module', '--eval', script]

    const outputs = await Promise.all(
      Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, args)),
    )

    const answers = outputs.map(({ stdout }) => JSON.parse(stdout) as [string, boolean])
    const probe = mac(loadKeyFile(folder, systemRandom).ring, 'cookie', 'probe')
    assert.deepEqual(
      answers.map(([answer]) => answer),
      [probe, probe, probe, probe],
    )
    assert.equal(answers.filter(([, made]) => made).length, 1)
    assert.deepEqual(readdirSync(folder), ['keys'])
  })
})
