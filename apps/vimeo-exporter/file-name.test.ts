/*
 * File names from titles: a table of what people and attackers write, and what must hold for any
 * text.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  createFileNames,
  LONGEST_FILE_NAME_BYTES,
  toFileName,
  toPictureExtension,
  toStem,
  toVideoExtension,
} from './file-name.ts'

/** Title and expected name, all with the extension `mp4`. */
const TABLE: readonly (readonly [title: string, name: string])[] = [
  // What is safe stays as it is.
  ['Harbour at dawn', 'Harbour at dawn.mp4'],
  ['Ünïcödé – „Quotes“ & more!', 'Ünïcödé – „Quotes“ & more!.mp4'],
  ['日本語のビデオ', '日本語のビデオ.mp4'],
  ['עברית', 'עברית.mp4'],
  ['می‌خواهم', 'می‌خواهم.mp4'],
  ['Family 👨‍👩‍👧‍👦 day', 'Family 👨‍👩‍👧‍👦 day.mp4'],
  ['-5 °C', '-5 °C.mp4'],
  ['100%', '100%.mp4'],
  ['a;b$(c)`d`', 'a;b$(c)`d`.mp4'],
  // Separators, drives and paths.
  ['../../etc/passwd', 'etc-passwd.mp4'],
  ['/etc/passwd', 'etc-passwd.mp4'],
  ['..\\..\\windows\\system32', 'windows-system32.mp4'],
  ['C:\\Users\\me', 'C--Users-me.mp4'],
  ['C:clip', 'C-clip.mp4'],
  ['12/05: Rome', '12-05- Rome.mp4'],
  ['a|b', 'a-b.mp4'],
  ['stream:$DATA', 'stream-$DATA.mp4'],
  ['file:///etc', 'file----etc.mp4'],
  // Characters that Windows refuses.
  ['What is love?', 'What is love.mp4'],
  ['5 * 5 < 26 > 24', '5 5 26 24.mp4'],
  ['The "best" one', "The 'best' one.mp4"],
  ['<script>alert(1)</script>', 'script alert(1) -script.mp4'],
  // Dots and spaces at the edges.
  ['.htaccess', 'htaccess.mp4'],
  ['...', 'Untitled.mp4'],
  ['. . .', 'Untitled.mp4'],
  ['..', 'Untitled.mp4'],
  ['end.', 'end.mp4'],
  ['end. . ', 'end.mp4'],
  ['   lead', 'lead.mp4'],
  ['a   b\t\nc', 'a b c.mp4'],
  ['a\u00a0\u3000b', 'a b.mp4'],
  ['question? ', 'question.mp4'],
  // Nothing.
  ['', 'Untitled.mp4'],
  ['   ', 'Untitled.mp4'],
  ['///', 'Untitled.mp4'],
  ['???', 'Untitled.mp4'],
  ['\u200b\u2060', 'Untitled.mp4'],
  ['\u202e\u202c', 'Untitled.mp4'],
  // Controls, bidi controls, invisible characters.
  ['a\0b', 'ab.mp4'],
  ['a\u0007\u001b[31mb', 'a[31mb.mp4'],
  ['a\u007f\u0085b', 'ab.mp4'],
  ['a\r\nSet-Cookie: x=y', 'a Set-Cookie- x=y.mp4'],
  ['photo\u202egpj.exe', 'photogpj.exe.mp4'],
  ['\u2067rtl\u2069', 'rtl.mp4'],
  ['\u200e\u200f\u061cmarks', 'marks.mp4'],
  ['zero\u200bwidth\ufeff', 'zerowidth.mp4'],
  ['soft\u00adhyphen', 'softhyphen.mp4'],
  ['a\u2028b\u2029c', 'a b c.mp4'],
  ['lone \ud800 surrogate', 'lone \ufffd surrogate.mp4'],
  // Normal form C.
  ['Cafe\u0301', 'Café.mp4'],
  ['e\u202e\u0301', 'é.mp4'],
  ['\u212bngstro\u0308m', 'Ångström.mp4'],
  // The extension is there already, or looks so.
  ['clip.mp4', 'clip.mp4'],
  ['CLIP.MP4', 'CLIP.mp4'],
  ['clip.mov', 'clip.mov.mp4'],
  ['clip .mp4', 'clip.mp4'],
  ['.mp4', 'mp4.mp4'],
  ['clip.mp4.mp4', 'clip.mp4.mp4'],
  ['clip.exe', 'clip.exe.mp4'],
  // Devices of Windows.
  ['CON', '_CON.mp4'],
  ['con', '_con.mp4'],
  ['PRN', '_PRN.mp4'],
  ['aux.', '_aux.mp4'],
  ['NUL.mp4', '_NUL.mp4'],
  ['nul.tar', '_nul.tar.mp4'],
  ['nul .tar', '_nul .tar.mp4'],
  ['COM1', '_COM1.mp4'],
  ['com9.x', '_com9.x.mp4'],
  ['COM²', '_COM².mp4'],
  ['LPT9', '_LPT9.mp4'],
  ['CONIN$', '_CONIN$.mp4'],
  ['"CON', "'CON.mp4"],
  ['CO\u200bN', '_CO\u004e.mp4'],
  ['CONcert', 'CONcert.mp4'],
  ['COM10', 'COM10.mp4'],
  ['LPT', 'LPT.mp4'],
]

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const bytes = (text: string) => Buffer.byteLength(text, 'utf8')
const mp4 = (title: string) => ({ title, extension: 'mp4' })

/** Text in which what matters here is frequent: plain random text would hardly ever hold it. */
const anyTitle = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom(
        ...['/', '\\', ':', '*', '?', '"', '<', '>', '|', '.', '..', ' ', '\n', '\0', '\u202e'],
        ...['\ud800', 'CON', 'nul', 'COM1', 'lpt9', '.mp4', '.MP4', 'e', '\u0301', 'ß', 'é', '🎬'],
        ...['\u0345', 'x'.repeat(190), 'あ'.repeat(65), ' (2)', 'a', 'A'],
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

const anyExtension = fc.constantFrom('mp4', 'mov', 'MP4', '', '../x', 'm/p4', 'x'.repeat(300))

describe('toFileName() (FI-01)', () => {
  it('names what people and attackers write', () => {
    for (const [title, name] of TABLE) assert.equal(toFileName(mp4(title)), name)
  })

  it('gives any text a name that every file system takes', () => {
    fc.assert(
      fc.property(anyTitle, anyExtension, (title, extension) => {
        const name = toFileName({ title, extension })
        assert.doesNotMatch(name, /[/\\:*?"<>|\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
        assert.doesNotMatch(name, /^[.\s]|[.\s]$/u)
        assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)/i)
        assert.ok(bytes(name) <= LONGEST_FILE_NAME_BYTES && name.length > 0)
        assert.ok(name.isWellFormed())
        assert.equal(name, name.normalize('NFC'))
      }),
      { numRuns: 1000 },
    )
  })

  it('leaves a name that it made as it is', () => {
    fc.assert(
      fc.property(anyTitle, fc.constantFrom('mp4', 'mov', ''), (title, extension) => {
        const name = toFileName({ title, extension })
        assert.equal(toFileName({ title: name, extension }), name)
      }),
      { numRuns: 1000 },
    )
  })

  it('cuts a long title after a whole grapheme and keeps the extension', () => {
    const family = '👨‍👩‍👧‍👦'
    const name = toFileName(mp4(family.repeat(50)))
    const stem = name.slice(0, -'.mp4'.length)
    assert.ok(name.endsWith('.mp4'))
    assert.equal(stem, family.repeat(Math.floor((200 - 4) / bytes(family))))
    assert.ok([...graphemes.segment(stem)].every(({ segment }) => segment === family))
    assert.equal(toFileName(mp4('a'.repeat(196))), `${'a'.repeat(196)}.mp4`)
    assert.equal(toFileName(mp4('a'.repeat(197))), `${'a'.repeat(196)}.mp4`)
    assert.equal(toFileName(mp4(`${'a'.repeat(195)}é`)), `${'a'.repeat(195)}.mp4`)
    assert.equal(toFileName(mp4(`${'a'.repeat(195)} .b`)), `${'a'.repeat(195)}.mp4`)
    assert.equal(bytes(toFileName(mp4(`con.${'a'.repeat(500)}`))), 200)
    assert.equal(toFileName(mp4(`con🎬${'\u0335'.repeat(100)}`)), '_con.mp4')
  })

  it('cuts a single grapheme that is longer than a name between code points', () => {
    const name = toFileName(mp4(`z${'\u0335'.repeat(500)}`))
    assert.equal(name, `z${'\u0335'.repeat(97)}.mp4`)
  })

  it('names a file in a moment, however long the title', () => {
    for (const piece of ['.', '/', ' .', '\u3000']) {
      const startedAt = performance.now()
      toFileName(mp4(`x${piece.repeat(50_000)}y`))
      assert.ok(performance.now() - startedAt < 500, piece)
    }
  })

  it('cleans the extension as well, and goes without one', () => {
    assert.equal(toFileName({ title: 'a', extension: '../Mp4' }), 'a.mp4')
    assert.equal(toFileName({ title: 'a', extension: '' }), 'a')
  })
})

describe('createFileNames() (FI-01)', () => {
  const unique = (...titles: readonly string[]) => titles.map(mp4).map(createFileNames())

  it('numbers equal names in their order', () => {
    assert.deepEqual(unique('a', 'b', 'a', 'a'), ['a.mp4', 'b.mp4', 'a (2).mp4', 'a (3).mp4'])
    assert.deepEqual(unique('', '?', '/'), ['Untitled.mp4', 'Untitled (2).mp4', 'Untitled (3).mp4'])
  })

  it('takes names for equal that differ by case or normal form alone', () => {
    assert.deepEqual(unique('Film', 'FILM'), ['Film.mp4', 'FILM (2).mp4'])
    assert.deepEqual(unique('Café', 'CAFE\u0301'), ['Café.mp4', 'CAFÉ (2).mp4'])
    assert.deepEqual(unique('Straße', 'STRASSE'), ['Straße.mp4', 'STRASSE (2).mp4'])
    assert.deepEqual(unique('ΟΔΟΣ', 'οδος'), ['ΟΔΟΣ.mp4', 'οδος (2).mp4'])
  })

  it('keeps names apart that differ by extension', () => {
    const files = ['mp4', 'mov'].map((extension) => ({ title: 'a', extension }))
    assert.deepEqual(files.map(createFileNames()), ['a.mp4', 'a.mov'])
  })

  it('steps over a number that a title has taken', () => {
    assert.deepEqual(unique('a (2)', 'a', 'a'), ['a (2).mp4', 'a.mp4', 'a (3).mp4'])
    assert.deepEqual(unique('a', 'a', 'a (2)'), ['a.mp4', 'a (2).mp4', 'a (2) (2).mp4'])
  })

  it('keeps numbered long names apart within the limit', () => {
    const names = unique(...Array.from({ length: 12 }, () => 'あ'.repeat(100)))
    assert.equal(new Set(names).size, 12)
    assert.ok(names.every((name) => bytes(name) <= LONGEST_FILE_NAME_BYTES))
    assert.ok(names[11]!.endsWith(' (12).mp4'))
  })

  it('gives any titles names that differ, the same each time', () => {
    const anyFiles = fc.array(fc.record({ title: anyTitle, extension: anyExtension }), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(anyFiles, (files) => {
        const names = files.map(createFileNames())
        assert.equal(names.length, files.length)
        assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length)
        assert.equal(new Set(names.map((name) => name.toUpperCase())).size, names.length)
        assert.ok(names.every((name) => bytes(name) <= LONGEST_FILE_NAME_BYTES))
        assert.deepEqual(files.map(createFileNames()), names)
      }),
    )
  })

  it('names thousands of equal titles without trying every number anew', () => {
    const names = unique(...Array.from({ length: 20_000 }, () => 'a'))
    assert.equal(names.at(-1), 'a (20000).mp4')
  })
})

describe('toVideoExtension()', () => {
  it('believes the first name with an ending that videos have', () => {
    assert.equal(toVideoExtension(['clip.MOV', 'clip.mp4'], 'video/mp4'), 'mov')
    assert.equal(toVideoExtension(['download', '/a/b.webm'], 'video/mp4'), 'webm')
  })

  it('believes no ending of a program, and asks the media type instead', () => {
    assert.equal(toVideoExtension(['clip.exe', 'clip.mp4.bat'], 'video/quicktime'), 'mov')
  })

  it('says mp4 when nothing tells', () => {
    assert.equal(toVideoExtension([], 'application/octet-stream'), 'mp4')
    assert.equal(toVideoExtension(['noextension'], 'constructor'), 'mp4')
  })
})

describe('names of what comes along with a video (FI-01)', () => {
  it('puts the qualifier before the extension, and the number before it where two are alike', () => {
    const nameOf = createFileNames()
    const captions = { title: 'Film (2)', extension: 'vtt', qualifier: 'pt-BR' }
    assert.equal(nameOf(captions), 'Film (2).pt-BR.vtt')
    assert.equal(nameOf(captions), 'Film (2).pt-BR (2).vtt')
  })

  it('lets no qualifier make a path, an ending or a long name', () => {
    const named = (qualifier: string) => toFileName({ title: 'a', extension: 'vtt', qualifier })
    assert.equal(named('../../x'), 'a.x.vtt')
    assert.equal(named('en.exe\u202e'), 'a.enexe.vtt')
    assert.equal(named('\0'), 'a.vtt')
    assert.equal(named('x'.repeat(500)), `a.${'x'.repeat(20)}.vtt`)
  })

  it('gives any video and its captions safe names that differ', () => {
    const language = fc.oneof(fc.constantFrom('en', 'EN', 'pt-BR', '', '/'), fc.string())
    const video = fc.record({ title: anyTitle, languages: fc.array(language, { maxLength: 3 }) })
    fc.assert(
      fc.property(fc.array(video, { maxLength: 10 }), (videos) => {
        const nameOf = createFileNames()
        const names = videos.flatMap(({ title, languages }) => {
          const name = nameOf({ title, extension: 'mp4' })
          const captions = languages.map((qualifier) =>
            nameOf({ title: toStem(name), extension: 'vtt', qualifier }),
          )
          return [name, ...captions]
        })
        assert.equal(
          new Set(names.map((name) => name.normalize('NFD').toLowerCase())).size,
          names.length,
        )
        for (const name of names) {
          assert.ok(bytes(name) <= LONGEST_FILE_NAME_BYTES)
          assert.doesNotMatch(name, /[/\\:*?"<>|\p{Cc}\p{Bidi_Control}]|^[. ]|[. ]$/u)
          assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)\./i)
        }
      }),
    )
  })

  it('knows the endings of pictures', () => {
    const types = ['image/png', 'IMAGE/SVG+XML', 'image/webp', 'image/x-unknown']
    assert.deepEqual(types.map(toPictureExtension), ['png', 'svg', 'webp', 'jpg'])
  })
})
