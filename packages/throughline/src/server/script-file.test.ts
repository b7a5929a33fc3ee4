import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ORIGIN, startProgram } from '../testing/program.ts'
import { appOfError } from './script-file.ts'

test('HB-09: a script that cannot be loaded makes pages of paths alone, none of which leads elsewhere', async (t) => {
  const program = startProgram(appOfError(new Error('broken')))
  t.after(() => program.close())
  const ask = (path: string) =>
    program.fetch(new Request(`${ORIGIN}${path}`, { headers: { host: new URL(ORIGIN).host } }))

  for (const path of ['/', '/videos', '/a/b.c']) {
    assert.match(await (await ask(path)).text(), new RegExp(`action="${path}"`))
  }
  for (const path of ['//evil.example/', '//evil.example', '/.//evil.example/x', '/%0a']) {
    const answer = await ask(path)
    assert.equal(answer.status, 404, path)
    assert.doesNotMatch(await answer.text(), /evil/)
  }
})
