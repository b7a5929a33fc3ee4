import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { assertProvider } from './provider.ts'
import { vimeo } from './vimeo.ts'

const unasked = () => assert.fail('the API was asked')
const ada = { uri: '/users/98765432', name: 'Ada Example', link: 'https://vimeo.com/user98765432' }

/** Reads the account with a /me that answers so, and notes what was asked. */
async function readWith(user: unknown, me: () => Response) {
  const asked: string[] = []
  const request = async (path: string) => {
    asked.push(path)
    return me()
  }
  return { account: await vimeo.account({ answer: { user }, request }), asked }
}

describe('vimeo', () => {
  test('is a sound record that gives a reason for each of its quirks', () => {
    assertProvider(vimeo)
    assert.ok(vimeo.source && vimeo.checked)
    assert.deepEqual(Object.keys(vimeo.quirks).toSorted(), [
      'errorsMean',
      'pkceUnconfirmed',
      'revokesBy',
      'tokenNeverExpires',
    ])
  })

  test('asks for version 3.4, sends the secret unencoded, and its tokens only to the API', () => {
    assert.equal(vimeo.apiHeaders?.['accept'], 'application/vnd.vimeo.*+json;version=3.4')
    assert.equal(vimeo.clientAuthentication, 'basic-raw')
    assert.deepEqual(vimeo.apiOrigins, ['https://api.vimeo.com'])
  })

  test('reads the account from the token response, whole uri and name, without a request', async () => {
    const account = await vimeo.account({ answer: { user: ada }, request: unasked })

    assert.deepEqual(account, { subject: '/users/98765432', name: 'Ada Example', claims: {} })
  })

  for (const user of [
    undefined,
    null,
    {},
    [],
    'ada',
    { uri: 5, name: 'Ada' },
    { uri: '/users/1' },
  ]) {
    test(`asks /me when the token response has the user ${JSON.stringify(user)}`, async () => {
      const { account, asked } = await readWith(user, () => Response.json(ada))

      assert.deepEqual(asked, ['/me?fields=uri,name'])
      assert.equal(account.subject, '/users/98765432')
    })
  }

  const answers: Readonly<Record<string, () => Response>> = {
    'status 401': () => Response.json({ error: 'no' }, { status: 401 }),
    'status 503': () => new Response('<h1>busy', { status: 503 }),
    'no JSON': () => new Response('<h1>hello'),
    null: () => Response.json(null),
    'no uri': () => Response.json({ name: 'Ada' }),
    'an empty uri': () => Response.json({ uri: '', name: 'Ada' }),
    'a uri that is no path': () => Response.json({ uri: 'users/1', name: 'Ada' }),
    'a uri with a line break': () => Response.json({ uri: '/users/1\n', name: 'Ada' }),
    'a uri of 256 characters': () => Response.json({ uri: `/${'x'.repeat(255)}`, name: 'Ada' }),
    'a name that is no text': () => Response.json({ uri: '/users/1', name: {} }),
  }
  for (const [name, me] of Object.entries(answers)) {
    test(`knows no account when /me answers with ${name}`, async () => {
      await assert.rejects(readWith(undefined, me), (thrown) =>
        isThroughlineError(thrown, 'providers.account-unreadable'),
      )
    })
  }

  const names: readonly (readonly [string, string])[] = [
    ['x'.repeat(500), 'x'.repeat(200)],
    ['🙅'.repeat(500), '🙅'.repeat(200)],
    ['Ada\u202E\u0000Example', 'Ada Example'],
    ['<b>Ada</b>', '<b>Ada</b>'],
    ['東京 Ω', '東京 Ω'],
    ['', '/users/1'],
    ['\u200B', '/users/1'],
  ]
  for (const [given, shown] of names) {
    test(`CB-07 takes the name ${JSON.stringify(given.slice(0, 12))} (${given.length}) for ${JSON.stringify(shown.slice(0, 12))}`, async () => {
      const answer = { user: { uri: '/users/1', name: given } }

      assert.equal((await vimeo.account({ answer, request: unasked })).name, shown)
    })
  }

  test('takes a subject of 255 characters, and one that is no number', async () => {
    for (const uri of [`/${'x'.repeat(254)}`, '/users/dashron']) {
      const answer = { user: { uri, name: 'Ada' } }
      assert.equal((await vimeo.account({ answer, request: unasked })).subject, uri)
    }
  })
})
