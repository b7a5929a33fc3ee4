import assert from 'node:assert/strict'
import { stripTypeScriptTypes } from 'node:module'
import { describe, test } from 'node:test'
import { catalogue } from '../providers/catalogue.ts'
import { completeProvider, type ProviderRecord } from '../providers/provider-record.ts'
import { assertProvider } from '../providers/provider.ts'
import { unverifiedProviders } from '../providers/unverified.ts'
import { listProviders, toRecordText } from './provider-list.ts'

const PUBLIC_URL = 'http://127.0.0.1:3000'

describe('listProviders()', () => {
  test('says of every provider of the catalogue what its operator must set', () => {
    const all = listProviders(PUBLIC_URL, {})

    for (const { name, title, pages } of catalogue) {
      const found = listProviders(PUBLIC_URL, {}, title)
      assert.ok(all.includes(found.split('\n\n')[0] ?? assert.fail()), name)
      const variable = name.toUpperCase()
      assert.match(found, new RegExp(`set +${variable}_CLIENT_ID, ${variable}_CLIENT_SECRET\n`))
      assert.match(found, new RegExp(`redirect URI +${PUBLIC_URL}/oauth/callback/${name}\n`))
      assert.ok(found.includes(pages?.registration ?? assert.fail()))
      assert.match(found, /compared with https:.+ on 2026-/)
    }
  })

  test('names those that nobody has checked as such, and none of ours among them', () => {
    const all = listProviders(PUBLIC_URL, {})
    const [, names = ''] = all.split('perhaps out of date')

    assert.match(all, /Further, not checked by anybody here, and perhaps out of date/)
    assert.match(names, / box /)
    for (const { name } of catalogue) assert.doesNotMatch(names, new RegExp(` ${name}( |$)`, 'm'))
    assert.ok(
      names
        .split('\n')
        .slice(1)
        .every((line) => line.length <= 100),
    )
  })

  test('shows the record to paste of the few that a search finds', () => {
    assert.match(listProviders(PUBLIC_URL, {}, 'BOX'), /const box: .*unverified\n.*"box"/)
    assert.match(listProviders(PUBLIC_URL, {}, 'dropbox'), /^Dropbox: (?:(?!unverified)[\s\S])+$/)
  })

  test('says what to do where a search finds none', () => {
    assert.match(
      listProviders(PUBLIC_URL, {}, 'nowhere'),
      /^No provider has "nowhere" .*issuer only/,
    )
    assert.match(
      listProviders(PUBLIC_URL, {}, 'github extra'),
      /^No provider has "github extra" in its name, which is looked for as one text\. /,
    )
  })

  test('shows the redirect URI that the operator has chosen', () => {
    const env = { VIMEO_REDIRECT_PATH: '/videos' }
    assert.match(
      listProviders(PUBLIC_URL, env, 'vimeo'),
      /redirect URI +http:\/\/127\.0\.0\.1:3000\/videos\n/,
    )
    assert.match(listProviders(PUBLIC_URL, env, 'github'), /:3000\/oauth\/callback\/github\n/)
  })
})

describe('toRecordText()', () => {
  test('is a sound record of ten lines or less, for each provider that nobody has checked', async () => {
    const all = unverifiedProviders()
    assert.ok(all.length > 150)
    for (const unverified of all) {
      const text = toRecordText(unverified)
      assert.ok(text.split('\n').length <= 10, text)
      const code = stripTypeScriptTypes(`export ${text}`)
      const [provider = assert.fail()] = Object.values(
        (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Readonly<
          Record<string, ProviderRecord>
        >,
      )
      assertProvider(completeProvider(provider))
      assert.equal(provider.authorizationServer.token_endpoint, unverified.tokenEndpoint)
    }
  })
})
