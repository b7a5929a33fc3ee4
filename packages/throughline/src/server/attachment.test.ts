import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { attachmentHeaders } from './attachment.ts'
import type { Program } from './program.ts'

const program = { publicUrl: new URL('http://127.0.0.1:3000') } as Program

function dispositionOf(file: string): string {
  return attachmentHeaders(program, 'video/mp4', file).get('content-disposition') ?? ''
}

describe('attachmentHeaders()', () => {
  test('carries a plain name twice, for old programs and for new ones', () => {
    assert.equal(
      dispositionOf('Älter 1.mp4'),
      `attachment; filename="_lter 1.mp4"; filename*=UTF-8''%C3%84lter%201.mp4`,
    )
  })

  test('FI-01: suggests a name that is a file’s in any folder, whoever has made it up', () => {
    for (const [file, suggested] of [
      ['../../.bashrc', 'bashrc'],
      ['C:\\a\\b.mp4', 'C--a-b.mp4'],
      ['holiday\u202e4pm.exe', 'holiday4pm.exe'],
      ['con ', '_con'],
    ] as const) {
      assert.equal(
        dispositionOf(file),
        `attachment; filename="${suggested}"; filename*=UTF-8''${suggested}`,
      )
    }
  })

  test('XS-05: no name begins another header, another parameter or the end of its own', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        'a\r\nset-cookie: b=c',
        'a\rb',
        'a"; filename="b.exe',
        'a\\',
        '%22',
        '\ud800',
      ),
    )
    fc.assert(
      fc.property(names, (name) => {
        assert.match(
          dispositionOf(name),
          /^attachment; filename="[\x20\x21\x23-\x24\x26-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[\w%.~-]*$/,
        )
      }),
      { numRuns: 500 },
    )
  })
})
