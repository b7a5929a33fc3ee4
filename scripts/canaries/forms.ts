/*
 * The forms in which a secret might be written down.
 */

/** Whether a text was made by chance: what a test spells out stands in its source, and is no secret. */
export function isRandom(text: string): boolean {
  const isMixed = /\d|[a-z].*[A-Z]|[A-Z].*[a-z]/s.test(text)
  return text.length >= 20 && isMixed && new Set(text).size >= 8
}

/** How many bytes of a form are looked at first; a shorter one cannot be told from chance. */
export const SHORTEST_FORM = 16

/** Bytes that start anywhere within three are written in base64 with the same middle: as 0, 1 or 2 bytes in. */
const OFFSETS = [0, 1, 2] as const

/** The forms of a secret in bytes, by what they are called. */
export function formsOf(secret: Uint8Array): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(secret)
  const inner = (encoding: 'base64' | 'base64url', skip: number) => {
    const text = Buffer.concat([Buffer.alloc(skip), bytes]).toString(encoding)
    return text.slice(4, text.length - 4)
  }
  const texts = [
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ...OFFSETS.map((skip) => [`base64+${skip}`, inner('base64', skip)]),
    ...OFFSETS.map((skip) => [`base64url+${skip}`, inner('base64url', skip)]),
    ['url', encodeURIComponent(bytes.toString())],
    ['json', JSON.stringify(bytes.toString()).slice(1, -1)],
  ] as const
  return new Map([
    ['plain', bytes],
    ...texts.map(([name = '', text = '']): [string, Buffer] => [name, Buffer.from(text)]),
  ])
}

/** What the forms are called. */
export const FORM_NAMES: readonly string[] = [...formsOf(new Uint8Array()).keys()]
