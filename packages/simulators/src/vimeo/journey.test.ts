/** The whole way of a client, by raw fetch: consent, code, token, account, videos, bytes. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

import { shippedClips } from './start.ts'
import { callApi, connect, readApi, startTestSimulator } from './testing.ts'

interface Listed {
  readonly uri: string
  readonly name: string
  readonly download: readonly {
    readonly link: string
    readonly size: number
    readonly quality: string
  }[]
}

test('a client gets from consent to the bytes of a video', async (t) => {
  const simulator = await startTestSimulator(t)

  const token = await connect(simulator)
  const me = await readApi(simulator, token, '/me?fields=uri,name')
  const videos = await readApi(simulator, token, '/me/videos?fields=uri,name')
  const harbour = (videos['data'] as Listed[]).find(({ name }) => name === 'Harbour at dawn')
  const video = await callApi(simulator, token, `${harbour?.uri}?fields=download`)
  const { download } = (await video.json()) as Listed
  const source = download.find(({ quality }) => quality === 'source')
  const bytes = await fetch(source?.link ?? '')

  assert.deepEqual(me, { uri: '/users/98765432', name: 'Ada Example' })
  assert.equal(bytes.status, 200)
  assert.equal(new URL(bytes.url).origin, simulator.cdnOrigin)
  assert.equal(bytes.headers.get('content-length'), String(source?.size))
  assert.deepEqual(
    Buffer.from(await bytes.arrayBuffer()),
    await readFile(join(shippedClips, 'harbour-at-dawn.mp4')),
  )
})
