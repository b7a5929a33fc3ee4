/*
 * Changes to the user store in a Google Sheet.
 */
import type { Mutation } from './mutation.ts'

const CELL = 'sheet/sealed-cell.ts'
const PLAN = 'sheet/plan.ts'
const WRITER = 'sheet/sheet-writer.ts'
const COPY = 'sheet/sheet-copy.ts'
const CELL_TEST = 'src/sheet/sealed-cell.test.ts'
const PEOPLE = 'test/sheet/people.test.ts'
const FORGOTTEN = 'test/sheet/forgotten.test.ts'
const RACES = 'test/sheet/races.test.ts'
const LOST = 'test/sheet/lost-answers.test.ts'
const EDITED = 'test/sheet/edited.test.ts'
const PROGRAM = 'test/sheet/program.test.ts'

/** Changes to the user store in a Google Sheet. */
export const SHEET_MUTATIONS: readonly Mutation[] = [
  {
    ids: ['SH-03'],
    file: CELL,
    from: 'if (NOTHING_TEXT.test(text)) return undefined',
    to: 'if (text.startsWith(NOTHING)) return undefined',
    also: [
      {
        file: CELL,
        from: '.replaceAll(/[^\\w-]/gu, String.raw`\\$&`)',
        to: ".replaceAll('.', String.raw`\\.`)",
      },
    ],
    says: 'what somebody writes into a cell is searched for as a pattern',
    tests: [EDITED],
  },
  {
    ids: ['SH-03'],
    file: PLAN,
    from: 'cells.filter((text) => isFree(text, rowsKept))',
    to: 'cells.filter((text) => isFree(text, notesKept))',
    says: 'a copied cell takes along what it was copied from when it is cleared',
    tests: [EDITED],
    throws: /it was emptied/,
  },
  {
    ids: ['SH-03'],
    file: PLAN,
    from: 'refuseCopied(table, draft, column)\n',
    to: '\n',
    says: 'what says that nothing is kept is replaced in every row that it was copied to',
    tests: [EDITED],
  },
  {
    ids: ['SH-03'],
    file: WRITER,
    from: 'if (isMoved) await putBack(plan)',
    to: '',
    says: 'a column that is moved in the moment of a write costs a person their access',
    tests: [EDITED],
    throws: /it is not sealed/,
  },
  {
    ids: ['SH-01'],
    file: 'sheet/safe-text.ts',
    from: 'return RISKY.test(sound) ?',
    to: 'return !RISKY.test(sound) && RISKY.test(sound) ?',
    says: 'a readable text may become a formula once it is exported',
    tests: ['src/sheet/safe-text.test.ts', FORGOTTEN],
  },
  {
    ids: ['SH-02'],
    file: CELL,
    from: "const NOTHING = 'tl0.'",
    to: "const NOTHING = '0.'",
    says: 'a cell begins as a number does',
    tests: [CELL_TEST],
  },
  {
    ids: ['SH-03', 'CR-03'],
    file: CELL,
    from: "const text = seal(sealing, 'sheet-cell', [column, account], JSON.stringify(value), random)",
    to: "const text = seal(sealing, 'sheet-cell', [], JSON.stringify(value), random)",
    also: [
      {
        file: CELL,
        from: "return JSON.parse(open(sealing, 'sheet-cell', [column, account], whole))",
        to: "return JSON.parse(open(sealing, 'sheet-cell', [], whole))",
      },
    ],
    says: 'a cell opens in another row',
    tests: [CELL_TEST, PEOPLE],
  },
  {
    ids: ['SH-03'],
    file: PLAN,
    from: 'if (draft.present === undefined) refuseStray(table, draft.account, sealing)',
    to: 'if (draft.present === undefined) void refuseStray',
    says: 'a person whose id was edited gets a second row',
    tests: [PEOPLE],
    fails: /that person's record fails closed/,
  },
  {
    ids: ['SH-03'],
    file: 'sheet/set-up.ts',
    from: "if (!['record', 'tokens'].every((header) => isAmong(columns, header))) throw missingTab(NOTES_TAB)",
    to: "if (!['record', 'tokens'].every((header) => isAmong(columns, header))) void missingTab",
    says: 'a renamed tab is made anew, without what was in it',
    tests: [PEOPLE],
    fails: /nothing is made in its place/,
  },
  {
    ids: ['SH-04'],
    file: 'sheet/requests.ts',
    from: "return Number(memberOf(reply, 'findReplace', 'occurrencesChanged') ?? 0) > 0",
    to: "return Number(memberOf(reply, 'findReplace', 'occurrencesChanged') ?? 0) >= 0",
    says: 'a write that has replaced nothing counts as done',
    tests: [RACES],
    fails: /none overwrites what another has written/,
  },
  {
    ids: ['SH-04'],
    file: WRITER,
    from: 'return places.first.get(draft.account)?.id === draft.id',
    to: 'return places.first.has(draft.account)',
    says: 'two programs keep a row each for one account',
    tests: [RACES],
  },
  {
    ids: ['SH-04'],
    file: PLAN,
    from: 'if (sent.has(draft.cells[column])) return draft',
    to: 'if (sent.has(draft.cells[column]) && draft.account === column) return draft',
    says: 'what was written without an answer is taken for a stranger’s',
    tests: [LOST],
  },
  {
    ids: ['SH-04'],
    file: WRITER,
    from: "return isThroughlineError(error, 'sheet.unavailable') || isThroughlineError(error, 'sheet.quota')",
    to: "return isThroughlineError(error, 'sheet.unavailable')",
    says: 'a full quota loses what was to be written',
    tests: [LOST],
    throws: /Google Sheets allows 60 reads/,
  },
  {
    ids: ['RF-02'],
    file: COPY,
    from: 'table: async (fresh) => (await (fresh ? afterNow() : present())).table,',
    to: 'table: async (fresh) => (await (fresh ? present() : present())).table,',
    says: 'a token that must be the present one comes from a copy',
    tests: [LOST],
    fails: /never where it must be fresh/,
  },
  {
    ids: ['P9'],
    file: COPY,
    from: 'if (copy.count === count) return copy',
    to: 'if (copy.count <= count) return copy',
    says: 'a process does not see what another has written',
    tests: [RACES],
    fails: /the next one finds at once/,
  },
  {
    ids: ['SH-05'],
    file: 'connect/user-record.ts',
    from: '{ readable: toTexts(fields, readable) }',
    to: '{ readable: toTexts(fields, Object.keys(fields)) }',
    says: 'all fields are shown where one is readable',
    tests: [PROGRAM],
  },
  {
    ids: ['CR-10'],
    file: PLAN,
    from: "for (const [header] of readableOf(kept)) draft.shown.set(header, '')",
    to: 'void kept',
    says: 'what was readable stays after it was forgotten',
    tests: [FORGOTTEN],
  },
  {
    ids: ['CR-10'],
    file: PLAN,
    from: 'const parts = table.notes.filter(({ id }) => isPartName(id) && !needed.has(id))',
    to: 'const parts = table.notes.filter(({ id }) => isPartName(id) && needed.has(id) && false)',
    says: 'parts of a large record stay after it was forgotten',
    tests: [FORGOTTEN],
  },
  {
    ids: ['SH-05'],
    file: WRITER,
    from: 'misplaced = misplacedBy(plan, places, isMoved)',
    to: 'void misplaced',
    says: 'a readable text stays in the row of somebody else',
    tests: [FORGOTTEN],
    fails: /shown again in the right rows/,
  },
]
