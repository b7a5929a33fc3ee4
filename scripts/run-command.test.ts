import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { describe, test } from 'node:test'

import { runCommand } from './run-command.ts'

const options = { folder: tmpdir(), deadline: 20_000 }

describe('runCommand()', () => {
  test('returns the exit code and both outputs', async () => {
    const script = 'console.log("out"); console.error("err"); process.exitCode = 3'

    const result = await runCommand([process.execPath, '-e', script], options)

    assert.equal(result.code, 3)
    assert.match(result.output, /out/)
    assert.match(result.output, /err/)
  })

  test('returns 0 for a program that ends well', async () => {
    assert.equal((await runCommand([process.execPath, '-e', ''], options)).code, 0)
  })

  test('fails for a program that is not there', async () => {
    const result = await runCommand(['no-such-program-here'], options)

    assert.equal(result.code, 1)
    assert.match(result.output, /Cannot start `no-such-program-here`/)
  })

  test('kills a program past its deadline, and what that program started', async () => {
    // The grandchild holds the output open: the result comes only if it is killed as well.
    const script = `
      require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      setInterval(() => {}, 1000)`

    const result = await runCommand([process.execPath, '-e', script], { ...options, deadline: 300 })

    assert.equal(result.code, 1)
    assert.match(result.output, /Still running after 0\.3 s: killed/)
  })
})
