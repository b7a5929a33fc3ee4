import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

test('the lock file knows the content of every package, of other platforms too', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { link?: boolean; integrity?: string }>
  }
  const installed = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && link !== true,
  )

  const unknown = installed.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))
  assert.ok(installed.length > 100)
  // npm leaves it out where only the packages of this platform were there: delete these entries, then `npm install`.
  assert.deepEqual(
    unknown.map(([path]) => path),
    [],
  )
})
