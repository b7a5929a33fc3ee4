import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { repositoryRoot } from './modules.ts'
import { UNVERIFIED_FILE, unverifiedFile } from './unverified-providers.ts'

const ROOT = repositoryRoot()

describe('the unverified providers', () => {
  test('are those of the installed grant (else: node scripts/unverified-providers.ts)', () => {
    const file = readFileSync(join(ROOT, UNVERIFIED_FILE), 'utf8')

    assert.equal(file, unverifiedFile(ROOT))
    assert.match(file, /MIT License[\s\S]+Simeon Velichkov[\s\S]+above copyright notice/)
    assert.doesNotMatch(file, /\[subdomain\]|http:\/\/(?!.*simov)/)
  })
})
