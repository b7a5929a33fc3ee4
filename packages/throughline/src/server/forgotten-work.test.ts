import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'

/** Runs a program that forgets what it began, and returns what it printed and how it ended. */
function runForgetful(forgotten: string, survives = true) {
  const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
  const program = `
    import { surviveForgottenWork } from ${at('./forgotten-work.ts')}
    import { ControlSignal } from ${at('../script/control-signal.ts')}
    ${survives ? 'surviveForgottenWork(({ message, error }) => console.log(message, String(error?.message)))' : ''}
    ${forgotten}
    setTimeout(() => console.log('still alive'), 20)
  `
  const args = ['--no-warnings', '--input-type=module', '--eval', program]
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 })
}

const PROMISE = "void Promise.reject(new Error('forgotten'))"
const TIMER = "setTimeout(() => { throw new Error('forgotten') })"
const LATE = `
  const signal = new ControlSignal({ kind: 'finished' })
  signal.lateSite = { file: '/scripts/hello.ts', line: 5 }
  setTimeout(() => { throw signal })
`

describe('surviveForgottenWork()', () => {
  for (const forgotten of [PROMISE, TIMER]) {
    test(`PF-03: tells the operator of ${forgotten}, and goes on`, () => {
      const { stdout, status } = runForgetful(forgotten)

      assert.match(stdout, /^A promise or a timer .* failed\. forgotten\nstill alive\n$/)
      assert.equal(status, 0)
    })

    test(`is needed: Node ends the process otherwise, after ${forgotten}`, () => {
      assert.notEqual(runForgetful(forgotten, false).status, 0)
    })
  }

  test('names the line of a call that came after the end of its run, where it is known', () => {
    const { stdout } = runForgetful(LATE)

    assert.match(stdout, /^A call came after its run had ended \(hello\.ts:5\), .*\nstill alive\n$/)
  })

  test('says nothing of a run that had ended where no line is known', () => {
    const signal = "void Promise.reject(new ControlSignal({ kind: 'finished' }))"

    assert.equal(runForgetful(signal).stdout, 'still alive\n')
  })
})
