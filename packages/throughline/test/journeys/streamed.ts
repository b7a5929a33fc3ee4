/*
 * Reads an answer while it is still being made: text as it arrives, up to what a test waits for.
 */
import { DatabaseSync } from 'node:sqlite'
import { parseFrame, type Frame } from '../../src/protocol/frame.ts'

/** An answer being read. */
export class Streamed {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder()
  /** All that has arrived. */
  text = ''

  constructor(response: Response) {
    if (response.body === null) throw new Error(`No body, but ${response.status}.`)
    this.#reader = response.body.getReader()
  }

  /** Reads until the text matches; fails when the answer ends before. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.text)) {
      if (!(await this.#readMore())) throw new Error(`Ended without ${pattern}:\n${this.text}`)
    }
    return this.text
  }

  /** Reads to the end. */
  async toEnd(): Promise<string> {
    while (await this.#readMore());
    return this.text
  }

  /** The frames that have arrived. */
  get frames(): Frame[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map(parseFrame)
  }

  /** Reads no more, as a browser that goes away. */
  async cancel(): Promise<void> {
    await this.#reader.cancel()
  }

  async #readMore(): Promise<boolean> {
    const { done, value } = await this.#reader.read()
    this.text += this.#decoder.decode(value, { stream: true })
    return !done
  }
}

/** Something that a test opens once, for a script that waits for it. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

/** Makes a gate that is shut. */
export function createGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

/** The inner key of the only session in a database. */
export function sessionKeyOf(databaseFile: string): string {
  const database = new DatabaseSync(databaseFile, { readOnly: true })
  const rows = database.prepare('SELECT key FROM sessions').all()
  database.close()
  if (rows.length !== 1) throw new Error(`There are ${rows.length} sessions.`)
  return String(rows[0]?.['key'])
}
