import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameRoute } from './route-name.ts'

test('LG-05: a request is named by what is ours; ids, proofs, codes and guesses are left out', () => {
  const pages = new Set(['/', '/account'])
  const named = (path: string, method = 'GET') => {
    const { route, path: shown } = nameRoute(pages, method, path)
    return `${route} ${shown}`
  }
  assert.equal(named('/account'), 'page /account')
  assert.equal(named('/account', 'POST'), 'press /account')
  assert.equal(named('/healthz'), 'health /healthz')
  assert.equal(named('/-/news'), 'news /-/news')
  assert.equal(named('/-/download/SECRET'), 'download /-/download/…')
  assert.equal(named('/-/file/SECRET/0.MAC/name.mp4'), 'file /-/file/…')
  assert.equal(named('/oauth/callback/SECRET'), 'callback /oauth/callback/…')
  assert.equal(named('/-/asset/style.SECRET.css'), 'asset /-/asset/…')
  for (const path of ['/SECRET', '/account/', '/-/SECRET', '//account', '', '/account%00', '*']) {
    assert.equal(named(path), 'other …', path)
  }
})
