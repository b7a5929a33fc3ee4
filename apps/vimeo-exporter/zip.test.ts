/*
 * The ZIP writer against programs that nobody here wrote, and against its own promises. A program
 * that this machine lacks is skipped by name.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { makeZip, predictLength } from 'client-zip'
import fc from 'fast-check'
import { zipLength, ZipSizeError, zipStream } from './zip.ts'
import type { ZipSource } from './zip.ts'

const JUNE = new Date('2024-06-01T10:20:30Z')

function source(name: string, content: Uint8Array | string, modifiedAt = JUNE): ZipSource {
  const bytes = Buffer.from(content)
  return {
    name,
    size: bytes.byteLength,
    modifiedAt,
    async *open() {
      // Two chunks, so that the checksum has to go on across them.
      yield bytes.subarray(0, 3)
      yield bytes.subarray(3)
    },
  }
}

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream))
}

const SAMPLE = [
  source('Harbour at dawn.mp4', 'not quite a film'),
  source('日本語 – Ünïcode 🎬.mov', Buffer.from(Array.from({ length: 100_000 }, (_, i) => i * 7))),
  source('folder/empty.mp4', ''),
]

function contentOf(name: string): Promise<Buffer> {
  return collected(SAMPLE.find((one) => one.name === name)!.open())
}

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zip-test-'))
})
after(() => rm(folder, { recursive: true, force: true }))

/**
 * Runs a program and gives what it printed; the error tells all of it when it does not end with 0.
 */
function output(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): string {
  const result = spawnSync(program, args, {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    maxBuffer: 64 << 20,
  })
  assert.equal(result.status, 0, `${program} ${args.join(' ')}\n${result.stdout}${result.stderr}`)
  return result.stdout
}

function lacks(program: string): string | false {
  return spawnSync(program, ['--help']).error === undefined
    ? false
    : `no ${program} on this machine`
}

async function written(name: string, sources: readonly ZipSource[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, await collected(zipStream(sources)))
  return path
}

describe('zipStream() read by other programs (FI-02)', () => {
  it('passes unzip -t', { skip: lacks('unzip') }, async () => {
    const path = await written('unzip.zip', SAMPLE)
    assert.match(output('unzip', ['-t', path]), /No errors detected/)
  })

  it('gives unzip the very files, names and times', { skip: lacks('unzip') }, async () => {
    const path = await written('tree.zip', SAMPLE)
    output('unzip', ['-q', path, '-d', 'tree'])
    const names = await readdir(join(folder, 'tree'), { recursive: true })
    assert.deepEqual(names.toSorted(), [...SAMPLE.map(({ name }) => name), 'folder'].toSorted())
    for (const { name } of SAMPLE) {
      assert.deepEqual(await readFile(join(folder, 'tree', name)), await contentOf(name))
    }
    // The instant survives a reader in another zone, which a DOS date alone would not.
    assert.match(output('unzip', ['-l', path], { TZ: 'America/Lima' }), /2024-06-01 05:20/)
  })

  it('passes python3 -m zipfile -t', { skip: lacks('python3') }, async () => {
    const path = await written('python.zip', SAMPLE)
    assert.match(output('python3', ['-m', 'zipfile', '-t', path]), /Done testing/)
  })

  it('passes 7z t', { skip: lacks('7z') }, async () => {
    const path = await written('7z.zip', SAMPLE)
    assert.match(output('7z', ['t', path]), /Everything is Ok/)
  })

  it(
    'gives bsdtar the files, by directory and as a stream',
    { skip: lacks('bsdtar') },
    async () => {
      const path = await written('bsdtar.zip', SAMPLE)
      const { name } = SAMPLE[1]!
      for (const from of [path, '-']) {
        const result = spawnSync('bsdtar', ['-xOf', from, name], {
          input: from === '-' ? await readFile(path) : '',
          env: { ...process.env, LC_ALL: 'C.UTF-8' },
        })
        assert.equal(result.status, 0, String(result.stderr))
        assert.deepEqual(result.stdout, await contentOf(name))
      }
    },
  )

  it(
    'is refused by unzip when one byte of content is altered',
    { skip: lacks('unzip') },
    async () => {
      const bytes = await collected(zipStream(SAMPLE))
      bytes[bytes.indexOf('not quite')]! ^= 1
      await writeFile(join(folder, 'altered.zip'), bytes)
      const result = spawnSync('unzip', ['-t', 'altered.zip'], { cwd: folder, encoding: 'utf8' })
      assert.match(result.stdout, /bad CRC/)
    },
  )
})

describe('zipStream() beside client-zip', () => {
  const TIME_EXTRAS = 9 + 9 // in the local and the central header; client-zip writes none

  it('holds the contents that client-zip holds', { skip: lacks('python3') }, async () => {
    const theirs = makeZip(
      SAMPLE.map((one) => ({ name: one.name, lastModified: one.modifiedAt, input: one.open() })),
    )
    await writeFile(join(folder, 'theirs.zip'), theirs)
    await written('ours.zip', SAMPLE)
    const program =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); ' +
      'print([(i.filename, i.file_size, i.CRC, z.read(i)[:9]) for i in z.infolist()])'
    const ours = output('python3', ['-c', program, 'ours.zip'])
    assert.equal(ours, output('python3', ['-c', program, 'theirs.zip']))
    assert.match(ours, /Harbour/)
  })

  it('has the length that client-zip predicts, and the time extras', () => {
    const entry = fc.record({ name: entryName, size: fc.nat({ max: 1e7 }) })
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ name }) => name }), (entries) => {
        const predicted = Number(predictLength(entries)) + entries.length * TIME_EXTRAS
        assert.equal(zipLength(entries.map((one) => ({ ...one, modifiedAt: JUNE }))), predicted)
      }),
    )
  })
})

const entryName = fc.stringMatching(/^[a-zé日🎬 ]{1,12}$/u).filter((name) => name.trim() !== '')

describe('zipLength()', () => {
  it('equals the bytes that zipStream() yields, whatever the entries', async () => {
    const anySource = fc
      .record({
        name: entryName,
        content: fc.uint8Array({ maxLength: 300 }),
        date: fc.date({ noInvalidDate: true }),
      })
      .map(({ name, content, date }) => source(name, content, date))
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anySource, { selector: ({ name }) => name }),
        async (sources) => {
          assert.equal((await collected(zipStream(sources))).byteLength, zipLength(sources))
        },
      ),
    )
  })

  it('turns to ZIP64 sizes at 0xFFFFFFFF bytes and not one below', () => {
    const lengthAt = (size: number) => zipLength([{ name: 'a', size, modifiedAt: JUNE }]) - size
    const plain = lengthAt(1)
    const directoryStartsBelow = 0xffffffff - 1 - (30 + 1 + 9 + 16)
    assert.equal(lengthAt(directoryStartsBelow), plain)
    assert.equal(lengthAt(directoryStartsBelow + 1), plain + 76, 'the end alone is wide')
    assert.equal(lengthAt(0xfffffffe), plain + 76, 'the end alone is wide')
    assert.equal(lengthAt(0xffffffff), plain + 76 + 20 + 8 + 20, 'and now the sizes are')
  })

  it('turns to a ZIP64 offset at 0xFFFFFFFF and not one below', () => {
    const firstIsLongerBy = 30 + 1 + 9 + 16
    const lengthAt = (offset: number) => {
      const size = offset - firstIsLongerBy
      const entries = [
        { name: 'a', size, modifiedAt: JUNE },
        { name: 'b', size: 0, modifiedAt: JUNE },
      ]
      return zipLength(entries) - size
    }
    assert.equal(lengthAt(0xffffffff) - lengthAt(0xfffffffe), 12)
  })

  it('counts terabytes exactly, and refuses what a number cannot count', () => {
    const entries = (size: number) =>
      Array.from({ length: 4 }, (_, i) => ({ name: `${i}.mp4`, size, modifiedAt: JUNE }))
    const overhead = zipLength(entries(2 ** 40)) - 4 * 2 ** 40
    assert.equal(zipLength(entries(2 ** 49)) - 4 * 2 ** 49, overhead)
    assert.throws(() => zipLength(entries(2 ** 51)), RangeError)
  })

  it('refuses names that lead out of a folder, and takes one that does not (FI-02)', () => {
    const named = (name: string) => () => zipLength([{ name, size: 1, modifiedAt: JUNE }])
    const names = ['', '/etc/passwd', '../up', 'a/../../b', './a', 'a//b', 'C:\\x', 'C:x', 'a\\b']
    for (const name of [...names, 'a/', 'nul\0byte', '\ud800']) {
      assert.throws(named(name), TypeError, JSON.stringify(name))
    }
    assert.throws(named('x'.repeat(65_536)), /Pass a shorter one/)
    assert.doesNotThrow(named('a/..b/c..'))
  })

  it('refuses a name used twice, a size that is no size and a date that is none', () => {
    const entry = { name: 'a', size: 1, modifiedAt: JUNE }
    assert.throws(() => zipLength([entry, entry]), /Two entries have the name "a"/)
    for (const size of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      assert.throws(() => zipLength([{ ...entry, size }]), TypeError, String(size))
    }
    assert.throws(() => zipLength([{ ...entry, modifiedAt: new Date(Number.NaN) }]), TypeError)
  })
})

describe('zipStream()', () => {
  it('yields the same bytes for the same entries', async () => {
    assert.deepEqual(await collected(zipStream(SAMPLE)), await collected(zipStream(SAMPLE)))
  })

  it('writes the instant where 32 bits can hold it, and DOS years from 1980 to 2107', async () => {
    const dates: readonly (readonly [date: string, year: number, hasInstant: boolean])[] = [
      ['1899-01-01T00:00:00Z', 1980, false],
      ['1975-06-07T08:09:10Z', 1980, true],
      ['2038-01-19T03:14:07Z', 2038, true],
      ['2038-01-19T03:14:08Z', 2038, false],
      ['2107-12-31T23:59:59Z', 2107, false],
      ['9999-01-01T00:00:00Z', 2107, false],
    ]
    for (const [date, year, hasInstant] of dates) {
      const bytes = await collected(zipStream([source('a', 'film', new Date(date))]))
      assert.equal((bytes.readUInt16LE(12) >> 9) + 1980, year, date)
      const at = bytes.indexOf('UT\x05\x00\x01')
      assert.equal(at !== -1, hasInstant, date)
      if (hasInstant) assert.equal(bytes.readInt32LE(at + 5), Date.parse(date) / 1000)
    }
  })

  it('passes the chunks on uncopied', async () => {
    const chunk = Buffer.from('film')
    const one = {
      name: 'a',
      size: 4,
      modifiedAt: JUNE,
      async *open() {
        yield chunk
      },
    }
    const chunks = await Array.fromAsync(zipStream([one]))
    assert.ok(chunks.includes(chunk))
  })

  for (const [relation, promised] of [
    ['fewer', 5],
    ['more', 3],
  ] as const) {
    it(`throws where a source gives ${relation} bytes than promised`, async () => {
      const lying = { ...source('b.mp4', 'film'), size: promised }
      const seen: Uint8Array[] = []
      await assert.rejects(
        async () => {
          for await (const chunk of zipStream([source('a.mp4', 'good'), lying])) seen.push(chunk)
        },
        (error) => {
          assert.ok(error instanceof ZipSizeError)
          assert.deepEqual([error.entry, error.expected, error.received], ['b.mp4', promised, 4])
          return error.code === 'zip.size-differs'
        },
      )
      const bytes = Buffer.concat(seen)
      assert.equal(bytes.indexOf('PK\x01\x02'), -1, 'no directory left')
      assert.equal(bytes.includes('film'), relation === 'fewer', 'no byte too many left')
    })
  }

  it("passes a source's own error on", async () => {
    const failing: ZipSource = {
      ...source('a', 'film'),
      async *open() {
        yield Buffer.from('fi')
        throw new Error('cut')
      },
    }
    await assert.rejects(collected(zipStream([failing])), { message: 'cut' })
  })

  it('ends the source that is open when the reader goes away', async () => {
    let hasEnded = false
    const endless: ZipSource = {
      name: 'a',
      size: 1000,
      modifiedAt: JUNE,
      async *open() {
        try {
          for (;;) yield Buffer.from('x')
        } finally {
          hasEnded = true
        }
      },
    }
    for await (const chunk of zipStream([endless])) if (chunk.byteLength === 1) break
    assert.ok(hasEnded)
  })

  it('opens a source only when the archive has come to it', async () => {
    const opened: string[] = []
    const noting = SAMPLE.map((one): ZipSource => ({
      ...one,
      open() {
        opened.push(one.name)
        return one.open()
      },
    }))
    const stream = zipStream(noting)
    await stream.next()
    assert.deepEqual(opened, [])
    await stream.next()
    assert.deepEqual(opened, [SAMPLE[0]!.name])
    await stream.return()
  })

  it('holds 65,534 entries without ZIP64 and 65,535 with it', async () => {
    const nothing = { size: 0, modifiedAt: JUNE, async *open() {} }
    const many = Array.from({ length: 65_535 }, (_, i) => ({ name: `${i}`, ...nothing }))
    const bytes = await collected(zipStream(many))
    assert.equal(bytes.byteLength, zipLength(many))
    const recordsOfFirst = 30 + 1 + 9 + 16 + (46 + 1 + 9)
    assert.equal(bytes.byteLength - zipLength(many.slice(1)), recordsOfFirst + 76)
    // Some readers look right before the end; others go where the locator points.
    const locator = bytes.indexOf('PK\x06\x07')
    assert.equal(bytes.readBigUInt64LE(locator + 8), BigInt(bytes.indexOf('PK\x06\x06')))
    await writeFile(join(folder, 'many.zip'), bytes)
    const counted = 'import zipfile; print(len(zipfile.ZipFile("many.zip").namelist()))'
    for (const [program, args, seen] of [
      ['python3', ['-c', counted], /^65535$/m],
      ['unzip', ['-l', 'many.zip'], /65535 files/],
      ['7z', ['l', 'many.zip'], /65535 files/],
      ['bsdtar', ['-tf', 'many.zip'], /^65534$/m],
    ] as const) {
      if (lacks(program) === false) assert.match(output(program, args), seen, program)
    }
  })

  // The zeros are not written: the file has a hole in their place, which reads as zeros.
  it('holds a file over 4 GiB and one behind it', { skip: lacks('python3') }, async () => {
    const zeros = Buffer.alloc(1 << 22)
    const blocks = 1050
    const size = blocks * zeros.byteLength
    const large: ZipSource = {
      name: 'large.mp4',
      size,
      modifiedAt: JUNE,
      async *open() {
        for (let i = 0; i < blocks; i += 1) yield zeros
      },
    }
    const sources = [large, source('behind.mp4', 'film')]
    const file = await open(join(folder, 'large.zip'), 'w')
    let length = 0
    for await (const chunk of zipStream(sources)) {
      if (chunk !== zeros) await file.write(chunk, 0, chunk.byteLength, length)
      length += chunk.byteLength
    }
    await file.close()
    assert.equal(length, zipLength(sources))
    const program = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
a, b = z.infolist()
print(a.file_size, a.compress_size, a.header_offset, a.extract_version, a.CRC)
print(b.file_size, b.header_offset > 2**32, b.extract_version, z.read(b).decode())
print(z.open(a).read(5))`
    const checksum = Array.from({ length: blocks }).reduce((sum: number) => crc32(zeros, sum), 0)
    assert.deepEqual(output('python3', ['-c', program, 'large.zip']).trim().split('\n'), [
      `${size} ${size} 0 45 ${checksum}`,
      '4 True 45 film',
      String.raw`b'\x00\x00\x00\x00\x00'`,
    ])
    if (lacks('unzip') === false) {
      assert.match(output('unzip', ['-t', 'large.zip', 'behind.mp4']), /No errors detected/)
    }
    if (lacks('7z') === false) assert.match(output('7z', ['t', 'large.zip']), /Everything is Ok/)
    if (lacks('bsdtar') === false) {
      assert.equal(output('bsdtar', ['-xOf', 'large.zip', 'behind.mp4']), 'film')
    }
  })
})
