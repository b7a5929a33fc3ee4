/*
 * Memory of the server while it sends a large file through a download button.
 * The limit beside it: the same bytes by a bare node:http server.
 *
 *   node --conditions=throughline-source bench/large-download.ts [gigabytes]
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, downloadButton } from 'throughline'
import { serve } from 'throughline/serve'
import { firstLine, measure } from './download-measure.ts'

const CHUNK = new Uint8Array(1024 * 1024)
const [mode = 'bench', amount = '5'] = process.argv.slice(2)

if (mode === 'serve' || mode === 'bare') await serveBytes(mode, Number(amount))
else await bench(Number(mode === 'bench' ? amount : mode))

async function serveBytes(kind: 'serve' | 'bare', gigabytes: number): Promise<void> {
  const size = gigabytes * 1e9
  if (kind === 'bare') {
    const server = createServer((_, answer) => void sendAll(answer, size))
    server.listen(0, '127.0.0.1', () => {
      console.log(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
    })
    return
  }
  const page = () =>
    void downloadButton('Download', {
      file: 'large.bin',
      from: () => ({ size, body: bytes(size) }),
    })
  const { url } = await serve(app(page), { env: { ...process.env, PORT: '0' }, log: () => {} })
  console.log(url)
}

async function bench(gigabytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  try {
    for (const kind of ['bare', 'serve'] as const) {
      const args = [...process.execArgv, new URL(import.meta.url).pathname, kind, String(gigabytes)]
      const child = spawn(process.execPath, args, {
        env: { ...process.env, THROUGHLINE_DATA: folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      try {
        const origin = await firstLine(child.stdout)
        const isPage = kind === 'serve'
        const { received } = await measure({ name: kind, origin, child, isPage })
        if (received !== gigabytes * 1e9) throw new Error(`Received only ${received} bytes`)
      } finally {
        child.kill('SIGKILL')
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function* bytes(size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; left -= CHUNK.length)
    yield CHUNK.subarray(0, Math.min(left, CHUNK.length))
}

async function sendAll(answer: ServerResponse, size: number): Promise<void> {
  for await (const chunk of bytes(size)) {
    if (!answer.write(chunk)) await new Promise((resolve) => answer.once('drain', resolve))
  }
  answer.end()
}
