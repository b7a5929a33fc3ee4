import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  ACCOUNT,
  accountApp,
  arrive,
  connectInTab,
  consent,
  leave,
  startStage,
  withParameters,
} from './consent.ts'

describe('connect() with optionalScope', () => {
  test('asks for both, and goes on without what was not allowed', async (t) => {
    const { program, server } = await startStage(t, {
      server: { grantedScope: 'public' },
      connect: { scope: ['public'], optionalScope: ['private'] },
    })
    const tab = await arrive(program)

    await connectInTab(tab)
    assert.match(tab.text, /Connected as Ada Example \(public\)/)
    assert.equal(server.requestsTo('/authorize')[0]?.query.get('scope'), 'public private')
  })

  test('is left out where the provider refuses to be asked for it, and only then', async (t) => {
    const { program } = await startStage(t, {
      connect: { scope: ['public'], optionalScope: ['private'] },
    })
    const tab = await arrive(program)
    const refuse = async () => {
      const back = await consent(await leave(tab))
      await tab.go(withParameters(back, { code: undefined, error: 'invalid_scope' }))
    }

    await refuse()
    assert.match(tab.text, /Acme does not let this program ask for all .* it asks for less now\./)
    await tab.go(ACCOUNT)
    const url = await leave(tab)
    assert.equal(url.searchParams.get('scope'), 'public')
    await tab.go(await consent(url))
    assert.match(tab.text, /Connected as Ada Example \(public\)/)
  })

  test('is left out once: what is needed and refused is for the operator to mend', async (t) => {
    const { program } = await startStage(t, {
      connect: { scope: ['public'], optionalScope: ['private'] },
    })
    const tab = await arrive(program)
    for (const _ of [1, 2]) {
      const back = await consent(await leave(tab))
      await tab.go(withParameters(back, { code: undefined, error: 'invalid_scope' }))
    }

    assert.match(tab.text, /Acme does not accept this program\./)
    assert.equal(program.log.length, 2)
    assert.equal((await leave(tab)).searchParams.get('scope'), 'public private')
  })

  test('is asked for again where a script then needs it, in the script’s words', async (t) => {
    const request = { scope: ['public'], optionalScope: ['private'] }
    const { program, provider, server } = await startStage(t, {
      server: { grantedScope: 'public' },
      connect: request,
    })
    const tab = await arrive(program)
    await connectInTab(tab)

    const needing = program.another(
      accountApp(provider, { scope: ['public', 'private'], message: 'Allow <private> too.' }),
    )
    const later = await arrive(needing)
    await connectInTab(later)
    assert.match(later.text, /Allow <private> too\./)
    const url = await leave(later)
    assert.equal(url.searchParams.get('scope'), 'public private')
    assert.equal(server.requestsTo('/authorize').length, 2)
  })

  test('TK-09 is asked for also where the server once granted what is no name', async (t) => {
    const { program, provider } = await startStage(t, { server: { grantedScope: 'public we"ird' } })
    await connectInTab(await arrive(program))

    const needing = program.another(accountApp(provider, { scope: ['public', 'private'] }))
    const later = await arrive(needing)
    await connectInTab(later)
    const url = await leave(later)
    assert.equal(url.searchParams.get('scope'), 'public private')
  })
})
