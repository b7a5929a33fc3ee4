import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'

/** Runs a program in which promises are forgotten, and returns what it printed and how it ended. */
function runForgetful(survives: boolean) {
  const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
  const program = `
    import { surviveForgottenPromises } from ${at('./forgotten-promises.ts')}
    import { ControlSignal } from ${at('../script/control-signal.ts')}
    ${survives ? 'surviveForgottenPromises((entry) => console.log(String(entry.error)))' : ''}
    void Promise.reject(new ControlSignal({ kind: 'finished' }))
    void Promise.reject(new Error('forgotten'))
    setTimeout(() => console.log('still alive'), 20)
  `
  const args = ['--no-warnings', '--input-type=module', '--eval', program]
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 })
}

describe('surviveForgottenPromises()', () => {
  test('tells the operator of what was rejected, but not of runs that had ended, and goes on', () => {
    const { stdout, status } = runForgetful(true)

    assert.equal(stdout, 'Error: forgotten\nstill alive\n')
    assert.equal(status, 0)
  })

  test('is needed: Node ends the process otherwise', () => {
    assert.notEqual(runForgetful(false).status, 0)
  })
})
