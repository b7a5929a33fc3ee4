/*
 * The files for hosts, as far as they can be looked at without one: they set what there is to set, and no secret.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { repositoryRoot } from './modules.ts'

const root = repositoryRoot()
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const files = globSync('hosting/*', { cwd: root })

/** Of Caddy, of the image, and those whose names a provider's completes. */
const OTHERS = ['SITE', 'PROGRAM', 'SCRIPTS', 'VIMEO_CLIENT_ID', 'VIMEO_CLIENT_SECRET']

describe('the files for hosts', () => {
  test('set variables that the program reads', () => {
    const help = read('packages/throughline/src/cli.ts')
    const known = new Set([...help.matchAll(/^ {2}([A-Z][A-Z_]+)\b/gm)].map(([, name]) => name))
    assert.ok(known.has('TRUSTED_PROXIES'))
    for (const file of [...files, 'docs/hosting.md']) {
      const named = [...read(file).matchAll(/(?<![\w{])([A-Z][A-Z_]{3,})[=:](?=[\w/$ ])/g)]
      const unknown = named.flatMap(([, name = '']) => (known.has(name) ? [] : [name]))
      assert.deepEqual(
        unknown.filter((name) => !OTHERS.includes(name)),
        [],
        file,
      )
    }
  })

  test('CR-06: hold no key, no registration, and leave both out of an image', () => {
    for (const file of files) assert.doesNotMatch(read(file), /k\d+:[A-Za-z\d+/]{20}/, file)
    const dockerfile = read('hosting/Dockerfile')
    assert.doesNotMatch(dockerfile, /^(?:ENV|ARG) .*(?:KEYS|SECRET|CLIENT)/m)
    const left = read('.dockerignore').split('\n')
    for (const one of ['**/.throughline', '**/.env*', '**/environment', '**/key.json'])
      assert.ok(left.includes(one))
  })

  test('LG-05 no proxy writes addresses down', () => {
    // Of nginx every server would; Caddy does where it is told to.
    const servers = read('hosting/nginx.conf')
      .split(/^server \{$/m)
      .slice(1)
    assert.equal(servers.length, 2)
    for (const server of servers) assert.match(server, /^ {4}access_log off;$/m)
    assert.doesNotMatch(read('hosting/Caddyfile'), /^\s*log\b/m)
  })

  test('run the program without more rights than it needs', () => {
    const dockerfile = read('hosting/Dockerfile')
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
    assert.match(last, /^USER node$/m)
    assert.match(last, /^HEALTHCHECK .*\n.*\/healthz/m)
    assert.match(read('hosting/compose.yaml'), /read_only: true[^]*cap_drop: \[ALL\]/)
    const unit = read('hosting/throughline.service')
    for (const line of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet=']) {
      assert.ok(unit.split('\n').includes(line), line)
    }
  })
})
