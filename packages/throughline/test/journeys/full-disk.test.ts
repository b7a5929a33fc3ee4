import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const CHILD = fileURLToPath(new URL('./full-disk-child.ts', import.meta.url))

/** Runs a command where `folder` is a disk of 2 MB that nobody else sees. */
function withSmallDisk(folder: string, command: readonly string[]) {
  const script = 'mount -t tmpfs -o size=2m none "$TMPDIR" && exec "$@"'
  return spawnSync('unshare', ['-Urm', 'sh', '-c', script, 'sh', ...command], {
    encoding: 'utf8',
    timeout: 45_000,
    env: { ...process.env, TMPDIR: folder },
  })
}

test('DO-08: on a full disk a press fails and says so, nothing acknowledged is lost, and all goes on once there is room', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-disk-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  if (withSmallDisk(folder, ['true']).status !== 0) {
    return t.skip('this system lets nobody mount a disk of their own (unshare -Urm)')
  }

  const { status, stdout, stderr } = withSmallDisk(folder, [
    process.execPath,
    '--conditions=throughline-source',
    CHILD,
  ])

  assert.equal(status, 0, stderr)
  assert.match(stdout, /^refused \d+ presses\n$/)
})
