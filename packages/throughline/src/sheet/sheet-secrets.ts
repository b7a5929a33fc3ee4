/*
 * The secrets that all processes share, sealed, in the hidden tab. Read at the start and written hardly ever.
 */
import { isThroughlineError } from '../base/error.ts'
import type { UserStore } from '../store/user-store.ts'
import { appendRow, hasReplaced, replaceCell } from './requests.ts'
import { refuseRetired } from './retired-keys.ts'
import { writeNoteId } from './sealed-cell.ts'
import { whenAllowed } from './sheet-copy.ts'
import type { SheetWriterContext } from './sheet-writer.ts'
import { cellsOf, rangesOfPlaces, type SheetNote, type SheetTable } from './table.ts'
import { inTurn } from './turn.ts'

type SecretSteps = Pick<UserStore, 'loadSecret' | 'saveSecret'>

/** Makes the steps. */
export function createSecretSteps(context: SheetWriterContext): SecretSteps {
  const { api, copy, random } = context

  async function save(name: string, sealed: string, over: string | undefined): Promise<boolean> {
    const table = await copy.table(true)
    const present = noteOf(table, name)
    if (present?.text !== over) return false
    refuseRetired(table, [sealed])
    const { notesId } = table.layout
    const id = writeNoteId(name, random)
    const texts = new Map([id, sealed].entries())
    const request =
      present === undefined ? appendRow(notesId, texts) : replaceCell(notesId, present.text, sealed)
    const { replies, ranges } = await whenAllowed(() =>
      api.apply([request], rangesOfPlaces(table.layout)),
    )
    if (present !== undefined) return hasReplaced(replies[0])
    // Where two have appended, the upper one counts.
    const [ids = []] = cellsOf(ranges, notesId)
    return ids.find(([other = '']) => isNamed(other, name))?.[0] === id
  }

  return {
    loadSecret: async (name) => noteOf(await copy.table(), name)?.text,
    saveSecret: (name, sealed, over) =>
      inTurn(context, async () => {
        try {
          return await save(name, sealed, over)
        } catch (error) {
          if (!isThroughlineError(error, 'sheet.unavailable')) throw error
          return noteOf(await copy.table(true), name)?.text === sealed
        } finally {
          await copy.replace(undefined)
        }
      }),
  }
}

function noteOf({ notes }: SheetTable, name: string): SheetNote | undefined {
  return notes.find(({ id }) => isNamed(id, name))
}

function isNamed(id: string, name: string): boolean {
  return id.startsWith(`${name}.`)
}
