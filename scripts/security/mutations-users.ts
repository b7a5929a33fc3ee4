/*
 * Changes to what goes over everybody: keys over a sheet, moving, writing out, and the look at what is configured.
 */
import type { Mutation } from './mutation.ts'

const PLACES = 'sheet/sheet-places.ts'
const MOVE = 'server/users-move.ts'
const KEYS_TEST = 'test/journeys/keys-sheet.test.ts'
const MOVE_TEST = 'test/journeys/users-move.test.ts'
const EXPORT_TEST = 'test/journeys/users-export.test.ts'
const DOCTOR_TEST = 'test/journeys/doctor.test.ts'

/** Changes to what goes over everybody. */
export const USER_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['CR-07'],
    file: 'sheet/plan.ts',
    from: 'refuseRetired(table, [whole, ...envelopesIn(column, next)])',
    to: 'refuseRetired(table, [whole])',
    says: 'an envelope by a key that was dropped comes in within a cell',
    tests: [KEYS_TEST],
  },
  {
    ids: ['CR-07'],
    file: 'sheet/plan.ts',
    from: 'refuseRetired(table, [whole, ...envelopesIn(column, next)])',
    to: 'refuseRetired(table, [String(whole.length), ...envelopesIn(column, next)])',
    says: 'a forgotten process seals a cell by a key that was dropped',
    tests: [KEYS_TEST],
  },
  {
    ids: ['CR-07'],
    file: 'sheet/sheet-secrets.ts',
    from: '    refuseRetired(table, [sealed])\n',
    to: '    refuseRetired(table, [])\n',
    says: 'a forgotten process seals a secret of a sheet by a key that was dropped',
    tests: [KEYS_TEST],
  },
  {
    ids: ['CR-07'],
    file: 'keys/ring-changes.ts',
    from: 'for (const place of places) await place.retire(id)',
    to: 'for (const place of places.slice(0, 1)) await place.retire(id)',
    says: 'a sheet is not told that a key was dropped',
    tests: [KEYS_TEST],
  },
  {
    ids: ['CR-07'],
    file: PLACES,
    from: 'places: [place, ...within], key',
    to: 'places: within.length > 0 ? [place] : [], key',
    says: 'a key is dropped that envelopes within cells need',
    tests: [KEYS_TEST],
  },
  {
    ids: ['CR-07'],
    file: PLACES,
    from: 'kept && sealContentAnew(column, kept, sealing, random)',
    to: 'kept && sealContentAnew(column, kept, sealing, random) && kept',
    says: 'cells are sealed anew, and what is within them is not',
    tests: [KEYS_TEST],
    throws: /Rows of `k1` are as they were/,
  },
  {
    ids: ['CR-06'],
    file: PLACES,
    from: '    ...cells(table.strays, STRAYS),\n',
    to: '    ...cells(table.strays.slice(0, 0), STRAYS),\n',
    says: 'a key is dropped that a row needs whose id somebody has changed',
    tests: [KEYS_TEST],
  },
  {
    ids: ['CR-07'],
    file: 'server/keys-command.ts',
    from: 'places: [...places, ...stores.sheetPlaces]',
    to: 'places: [...places, ...stores.sheetPlaces.slice(0, 0)]',
    says: 'a key is dropped that the sheet needs',
    tests: [KEYS_TEST],
  },
  {
    ids: ['CR-06'],
    file: MOVE,
    from: '  if (present !== undefined && !isEmpty) throw otherMacKey(from, to)\n',
    to: '',
    says: 'users who are moved take from others the key that finds them',
    tests: [MOVE_TEST],
    also: [{ file: MOVE, from: '  const isEmpty = before', to: '  void before' }],
  },
  {
    ids: ['CR-06'],
    file: MOVE,
    from: 'held === undefined || held.version < user.version ? user : held',
    to: 'held === undefined || held.version !== user.version ? user : held',
    says: 'moving once more undoes what was saved since',
    tests: [MOVE_TEST],
  },
  {
    ids: ['CR-06'],
    file: MOVE,
    from: '    ...findUnmoved(source, after, sealing),\n',
    to: '    ...findUnmoved({ ...source, accounts: [] }, after, sealing),\n',
    says: 'who moves users is told that all is well where something does not open',
    tests: [MOVE_TEST],
  },
  {
    ids: ['CR-06'],
    file: 'server/user-home.ts',
    from: 'loadKeyFile(found, systemRandom, () => true)',
    to: 'loadKeyFile(found, systemRandom)',
    says: 'a command that only reads makes keys that open nothing',
    tests: [MOVE_TEST],
  },
  {
    ids: ['CR-06'],
    file: 'server/doctor-keys.ts',
    from: 'loadKeyFile(dataFolderOf(world), systemRandom, () => true)',
    to: 'loadKeyFile(dataFolderOf(world), systemRandom)',
    says: 'a look at what is configured makes keys that open nothing',
    tests: [DOCTOR_TEST],
  },
  {
    ids: ['SH-01'],
    file: 'server/users-export.ts',
    from: 'text : toSafeText(text)',
    to: 'text : (toSafeText(text), text)',
    says: "somebody's text becomes a formula once it is written out",
    tests: ['src/server/users-export.test.ts'],
  },
  {
    ids: ['CR-01'],
    file: 'server/users-command.ts',
    from: "openSync(path, 'wx', 0o600)",
    to: "openSync(path, 'wx', 0o644)",
    says: 'everybody on the machine reads what was written out',
    tests: [EXPORT_TEST],
  },
  {
    ids: ['CR-01'],
    file: 'server/users-command.ts',
    from: "openSync(path, 'wx', 0o600)",
    to: "openSync(path, 'w', 0o600)",
    says: 'what is written out goes over a file, for whoever may read that one',
    tests: [EXPORT_TEST],
    also: [
      {
        file: 'server/users-command.ts',
        from: 'if (file !== undefined && existsSync(file)) throw fileExists(file)',
        to: 'if (file === undefined && existsSync(String(file))) throw fileExists(String(file))',
      },
    ],
  },
]
