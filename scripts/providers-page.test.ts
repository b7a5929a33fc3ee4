import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { catalogue } from '../packages/throughline/src/providers/catalogue.ts'
import { repositoryRoot } from './modules.ts'
import { PROVIDERS_PAGE, withGenerated } from './providers-page.ts'

const ROOT = repositoryRoot()
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

describe('docs/providers.md', () => {
  test('says what the records say (else: node scripts/providers-page.ts)', () => {
    const page = read(PROVIDERS_PAGE)

    assert.equal(page, withGenerated(page))
    for (const { title, quirks } of catalogue) {
      assert.match(page, new RegExp(`^\\| \\[${title}\\]\\(https:`, 'm'))
      for (const { reason } of Object.values(quirks)) assert.ok(page.includes(reason), reason)
    }
  })
})
