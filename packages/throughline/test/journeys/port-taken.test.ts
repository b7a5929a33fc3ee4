import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { app, text } from '../../src/index.ts'
import { serve } from '../../src/serve.ts'

describe('serve()', () => {
  test('says that another program has the port, and leaves nothing open behind it', async (t) => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
    t.after(() => {
      other.close()
      rmSync(folder, { recursive: true, force: true })
    })
    const survivors = process.listenerCount('unhandledRejection')

    await assert.rejects(
      serve(
        app(() => text('Ours')),
        { env: { THROUGHLINE_DATA: folder, PORT: String(port) }, log: () => {} },
      ),
      { code: 'server.port-taken', message: new RegExp(`Port ${port} is taken`) },
    )

    assert.equal(process.listenerCount('unhandledRejection'), survivors)
    // SQLite takes its log away with the last connection.
    assert.ok(existsSync(join(folder, 'throughline.sqlite')))
    assert.equal(existsSync(join(folder, 'throughline.sqlite-wal')), false)
  })
})
