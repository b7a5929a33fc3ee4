/** What outlives a restart of the simulator. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'

import { callApi, connect, consent, requestToken, startTestSimulator } from './testing.ts'

async function createFileName(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'grants-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'grants.json')
}

describe('keepIn', () => {
  test('keeps tokens and unused codes over a restart, for the owner of the file only', async (t) => {
    const keepIn = await createFileName(t)
    const first = await startTestSimulator(t, { keepIn })
    const token = await connect(first)
    const used = (await consent(first)).searchParams.get('code') ?? ''
    await requestToken(first, { code: used })
    const unused = (await consent(first)).searchParams.get('code') ?? ''
    await first.close()
    assert.equal((await stat(keepIn)).mode & 0o777, 0o600)

    const { clientId, clientSecret } = first
    const second = await startTestSimulator(t, { keepIn, clientId, clientSecret })
    const again = { ...second, clientId, basic: first.basic }
    assert.equal((await callApi(again, token, '/me')).status, 200)
    assert.equal((await requestToken(again, { code: used })).status, 400)
    assert.equal((await requestToken(again, { code: unused })).status, 200)
  })

  test('keeps a revocation as well, and nothing is kept without it', async (t) => {
    const keepIn = await createFileName(t)
    const first = await startTestSimulator(t, { keepIn })
    const token = await connect(first)
    first.revokeGrant(first.people[0].uri)
    await first.close()
    const second = await startTestSimulator(t, { keepIn })
    assert.equal((await callApi(second, token, '/me')).status, 401)

    const third = await startTestSimulator(t)
    const forgotten = await connect(third)
    await third.close()
    const fourth = await startTestSimulator(t)
    assert.equal((await callApi(fourth, forgotten, '/me')).status, 401)
  })

  test('refuses a file that holds something else, in one sentence', async (t) => {
    const keepIn = await createFileName(t)
    await writeFile(keepIn, '[]')
    await assert.rejects(startTestSimulator(t, { keepIn }), {
      message: `${keepIn} does not hold the simulator's grants. Delete it and start again.`,
    })
  })
})
