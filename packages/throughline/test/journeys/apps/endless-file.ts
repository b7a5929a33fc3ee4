/*
 * A script that offers one file which takes ten seconds to send.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { app, linkListButton } from '../../../src/index.ts'

const PIECES = 200
const PIECE = 1000

async function* from(start: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < PIECES * PIECE; at += PIECE) {
    yield new Uint8Array(Math.min(PIECE, PIECES * PIECE - at)).fill(48)
    await pause(50)
  }
}

function page() {
  const size = PIECES * PIECE
  const open = async (start: number) => ({ size, validator: 'same', body: from(start) })
  const files = () => [{ key: 'long', name: 'long.txt', size, open }]
  linkListButton('Links', { format: 'curl', file: 'links.txt', files })
}

// oxlint-disable-next-line import/no-default-export -- a script's app is its default export
export default app({ title: 'Long', pages: { '/': page } })
