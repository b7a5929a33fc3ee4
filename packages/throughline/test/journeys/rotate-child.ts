/*
 * A rotation in a process of its own, which kills itself with SIGKILL where it is told to. Takes one JSON argument.
 */
import { systemRandom } from '../../src/base/random.ts'
import { parseKeys } from '../../src/crypto/key-ring.ts'
import { rotateRows } from '../../src/keys/rotate.ts'
import { openDatabase } from '../../src/store/sqlite.ts'

/** What the process is told. */
export interface RotateChildOptions {
  readonly databaseFile: string
  readonly keys: string
  /** Seals so many rows, the last of which is not written any more. */
  readonly rows: number
}

const { databaseFile, keys, rows } = JSON.parse(process.argv[2] ?? '{}') as RotateChildOptions
let sealed = 0
const random = (length: number) => {
  sealed += 1
  if (sealed === rows) process.kill(process.pid, 'SIGKILL')
  return systemRandom(length)
}
await rotateRows(openDatabase(databaseFile, 'FULL'), parseKeys(keys), random)
