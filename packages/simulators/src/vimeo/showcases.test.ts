/** Showcases: lists of them, their videos, and the two ways to one. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { callApi, connect, readApi, startTestSimulator, type TestSimulator } from './testing.ts'

interface Page {
  readonly data: readonly { readonly uri: string; readonly name: string }[]
}

async function readNames(simulator: TestSimulator, token: string, path: string) {
  return (await readApi<Page>(simulator, token, path)).data.map(({ name }) => name)
}

describe('showcases', () => {
  test('hold their videos in the order of library.json, or another that is asked for', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const [{ uri } = { uri: '' }] = (await readApi<Page>(simulator, token, '/me/albums')).data
    const videos = `/me/albums/${uri.split('/').at(-1)}/videos`
    const byHand = ['Harbour at dawn', 'Colour chart: 4/3, "final" <v2>']

    assert.match(uri, /^\/showcases\/\d{8}$/)
    assert.deepEqual(await readNames(simulator, token, videos), byHand)
    assert.deepEqual(await readNames(simulator, token, `${videos}?sort=manual`), byHand)
    assert.deepEqual(
      await readNames(simulator, token, `${videos}?sort=alphabetical`),
      byHand.toReversed(),
    )
    assert.equal((await callApi(simulator, token, '/me/videos?sort=manual')).status, 400)
  })

  test('are found under their id alone, though their uri says showcase', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const [own] = (await readApi<Page>(simulator, token, '/me/albums')).data
    const path = `/albums/${own?.uri.split('/').at(-1)}`

    assert.equal((await readApi(simulator, token, path))['uri'], own?.uri)
    assert.equal((await readNames(simulator, token, `${path}/videos`)).length, 2)
    const missing = await callApi(simulator, token, '/albums/1')
    assert.equal(missing.status, 404)
    assert.equal(((await missing.json()) as { error_code: number }).error_code, 5000)
  })

  test('are sorted, turned around and searched', async (t) => {
    const note = (showcase: string) => ({ showcase, owner: 'Ada Example' })
    const simulator = await startTestSimulator(t, {
      library: {
        'harbour-at-dawn.mp4': note('Zoo'),
        'interview-take-1.mp4': note('Zoo'),
        'interview-take-2.mp4': note('Alps'),
      },
    })
    const token = await connect(simulator)
    const read = (query: string) => readNames(simulator, token, `/me/albums?${query}`)

    assert.deepEqual(await read('sort=alphabetical'), ['Alps', 'Zoo'])
    assert.deepEqual(await read('sort=videos'), ['Zoo', 'Alps'])
    assert.deepEqual(await read('sort=duration&direction=asc'), ['Alps', 'Zoo'])
    assert.deepEqual(await read('query=alp'), ['Alps'])
    assert.equal((await callApi(simulator, token, '/me/albums?sort=manual')).status, 400)
  })
})
