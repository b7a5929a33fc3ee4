/*
 * Changes to how sealing keys come and go: the key file, the MAC key, sealing anew, and dropping.
 */
import type { Mutation } from './mutation.ts'

const ROTATE = 'keys/rotate.ts'
const MAC_KEY = 'keys/mac-key.ts'
const CHANGES = 'keys/ring-changes.ts'
const ROTATE_TEST = 'src/keys/rotate.test.ts'
const MAC_KEY_TEST = 'src/keys/mac-key.test.ts'
const COMMAND_TEST = 'src/server/keys-command.test.ts'
const SEALED_TEST = 'src/store/sqlite-sealed.test.ts'

/** Changes to how keys come and go. */
export const KEY_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['CR-07'],
    file: ROTATE,
    from: `WHERE rowid = ? AND \${column} = ?\``,
    to: `WHERE rowid = ? AND (1 OR \${column} = ?)\``,
    says: 'sealing anew undoes what was written meanwhile',
    tests: [ROTATE_TEST],
    throws: /does not open/,
  },
  {
    ids: ['CR-07'],
    file: 'store/sqlite-sealed.ts',
    from: "  column('newcomers.account', ['newcomer', 'newcomers'], 'account', ACCOUNT),\n",
    to: '',
    says: 'a column of envelopes is forgotten',
    tests: [SEALED_TEST],
  },
  {
    ids: ['CR-07'],
    file: 'store/sqlite-sealed.ts',
    from: "column('connections.account', ['connection', 'connections'], 'account', ACCOUNT)",
    to: "column('connections.account', ['connection', 'connections'], 'account', ACCOUNT.slice(1))",
    says: 'an envelope is sealed anew for another place',
    tests: ['test/journeys/keys-everything.test.ts'],
  },
  {
    ids: ['CR-07'],
    file: 'store/sqlite.ts',
    from: '      connection.exec(createRetirement())\n',
    to: '',
    says: 'a process that was forgotten may seal by a key that was dropped',
    tests: [SEALED_TEST, COMMAND_TEST],
  },
  {
    ids: ['CR-07'],
    file: CHANGES,
    from: '  if (needing.length === 0) return\n',
    to: '  if (needing.length >= 0) return\n',
    says: 'a key is dropped that rows need',
    tests: [COMMAND_TEST],
  },
  {
    ids: ['CR-07'],
    file: CHANGES,
    from: '  if (sealing.primary.id === id) throw stillSeals(id)\n',
    to: '',
    says: 'the key that seals may be dropped',
    tests: [COMMAND_TEST],
  },
  {
    ids: ['CR-07'],
    file: CHANGES,
    from: 'const ids = [...sealing.keys.keys(), ...retired]',
    to: 'const ids = [...sealing.keys.keys(), ...retired.slice(0, 0)]',
    says: 'a new key has the id of one that was dropped',
    tests: [COMMAND_TEST],
  },
  {
    ids: ['CR-07'],
    file: MAC_KEY,
    from: "createKeyRing(sealing, Buffer.from(text, 'base64url'))",
    to: 'createKeyRing(sealing, sealing.primary.bytes)',
    says: 'MACs and blind indexes hang on a sealing key',
    tests: [MAC_KEY_TEST],
  },
  {
    ids: ['CR-07'],
    file: MAC_KEY,
    from: 'sealed?.startsWith(prefixOf(sealing.primary.id)) === true ||',
    to: "sealed?.startsWith(prefixOf('')) === false ||",
    says: 'the MAC key stays under the oldest key',
    tests: [MAC_KEY_TEST],
    throws: /which is not among the sealing keys/,
  },
  {
    ids: ['CR-07'],
    file: 'crypto/key-file.ts',
    from: 'if (mark !== found.mark) found = readKeys(path) ?? found',
    to: 'mark = found.mark',
    says: 'a program that runs learns of no new key',
    tests: ['src/crypto/key-file.test.ts', COMMAND_TEST],
  },
  {
    ids: ['CR-10'],
    file: ROTATE,
    from: 'isLogEmpty: await emptyLog(database)',
    to: 'isLogEmpty: true',
    says: 'what an old key has sealed stays in the log',
    tests: [ROTATE_TEST],
  },
  {
    ids: ['CR-06'],
    file: 'crypto/key-file.ts',
    from: '(isNeeded() ? (readKeys(path) ?? throwMissing(path)) : undefined)',
    to: '(isNeeded() ? readKeys(path) : undefined)',
    says: 'a key is made beside a database that needs the one that was lost',
    tests: ['src/crypto/key-file.test.ts'],
  },
  {
    ids: ['CR-06'],
    file: 'server/keys-command.ts',
    from: "if (name !== 'list' || !isThroughlineError(error, 'crypto.unknown-key')) throw error",
    to: "if (name === 'list') throw error",
    says: 'another key of the same id seals what nobody else can open',
    tests: [COMMAND_TEST],
  },
  {
    ids: ['CR-06'],
    file: ROTATE,
    from: '        if (!isThroughlineError(error)) throw error\n',
    to: '        if (isThroughlineError(error)) throw error\n',
    says: 'one row whose key is missing keeps all others from being sealed anew',
    tests: [ROTATE_TEST],
    throws: /which is not among the sealing keys/,
  },
  {
    ids: ['CR-06'],
    file: MAC_KEY,
    from: 'sealed === undefined\n',
    to: "sealed === undefined || !sealing.keys.has(sealed.split('.')[2] ?? '')\n",
    says: 'who starts with other keys gets a new MAC key, and nobody is found again',
    tests: [MAC_KEY_TEST],
  },
]
