import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accountApp, arrive, connectInTab, leave, startStage } from './consent.ts'

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
