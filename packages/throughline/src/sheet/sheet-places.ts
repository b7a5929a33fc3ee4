/*
 * The places of a sheet in which envelopes rest: its cells, the envelopes within them, and the shared secrets.
 *
 * What is sealed anew goes the way of every other change (sheet-writer.ts): planned on what was read, and written only
 * where that still stands, so that programs save meanwhile and whoever is killed leaves nothing that does not open.
 */
import { isThroughlineError } from '../base/error.ts'
import { keyIdOf, open, seal } from '../crypto/seal.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import type { Random } from '../base/random.ts'
import type {
  Rotated,
  RotationProgress,
  RowNames,
  SealedPlaces,
  SealedRows,
} from '../store/sealed-places.ts'
import type { AccountKey, UserStore } from '../store/user-store.ts'
import { envelopesIn, sealContentAnew } from './cell-content.ts'
import { replaceCell } from './requests.ts'
import { retiredIdsIn, retiredNameOf, retiredTextOf } from './retired-keys.ts'
import {
  isPartName,
  isSealedText,
  noteNameOf,
  readCell,
  wholeTextOf,
  type SealedCellColumn,
} from './sealed-cell.ts'
import { whenAllowed } from './sheet-copy.ts'
import type { SheetWriter, SheetWriterContext } from './sheet-writer.ts'
import { stepsOf } from './steps.ts'
import { partsOf, rangesOfPlaces, type SheetNote, type SheetTable } from './table.ts'
import { inTurn } from './turn.ts'

/** What the places are made with. */
export interface SheetPlacesContext extends SheetWriterContext {
  readonly writer: SheetWriter
  readonly secrets: Pick<UserStore, 'saveSecret'>
}

type Failure = Rotated['failures'][number]

/** One cell, or one envelope within, and which key it needs. */
interface Place {
  readonly rows: RowNames
  readonly keyId: string
}

/** A cell that holds something sealed. */
interface SealedCell {
  readonly column: SealedCellColumn
  /** In characters. */
  readonly size: number
  readonly places: readonly Place[]
  /** Whose it is; undefined where it does not open. */
  readonly key: AccountKey | undefined
  /** Why it does not open. */
  readonly error: Error | undefined
}

const CELLS: RowNames = ['cell of the sheet', 'cells of the sheet']
const STRAYS: RowNames = [
  'cell of the sheet whose id was changed',
  'cells of the sheet whose id was changed',
]
const SECRETS: RowNames = ['MAC key of the sheet', 'MAC keys of the sheet']
const WITHIN: Readonly<Record<SealedCellColumn, RowNames>> = {
  record: ['user record in the sheet', 'user records in the sheet'],
  tokens: ['token set in the sheet', 'token sets in the sheet'],
}
/** Cells of one request: whoever saves meanwhile waits for it. */
const STEP_CELLS = 100
/** Cells that programs have sealed by an older key during one pass are found by the next. */
const MOST_PASSES = 5
const HISTORY_REMAINS =
  'The version history of the sheet keeps what stood there before, as a backup would: see docs/keys.md.'

/** Makes the steps. */
export function createSheetPlaces(context: SheetPlacesContext): SealedPlaces {
  const { copy, sealing, secrets } = context
  return {
    count: async () => countPlaces(await copy.table(true), sealing),
    rotate: (keys, random, report) => rotate(context, keys, random, report),
    retired: async () => [...retiredIdsIn(await copy.table(true))],
    retire: async (id) => {
      await secrets.saveSecret(retiredNameOf(id), retiredTextOf(id))
    },
    reinstate: (id) => forgetRetired(context, id),
  }
}

function countPlaces(table: SheetTable, sealing: SealingKeys): readonly SealedRows[] {
  const counts = new Map<string, SealedRows>()
  const cells = sealedCellsOf(table, sealing).flatMap(({ places }) => places)
  const secrets = secretsOf(table).map(({ text }) => ({ rows: SECRETS, keyId: keyIdOf(text) }))
  for (const { rows, keyId } of [...secrets, ...cells]) {
    const name = `${rows[1]} ${keyId}`
    counts.set(name, { rows, keyId, count: (counts.get(name)?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}

/** Second rows of an account too: whoever sorts the sheet may make one the first. */
function sealedCellsOf(table: SheetTable, sealing: SealingKeys): readonly SealedCell[] {
  const parts = partsOf(table)
  const cells = (rows: SheetTable['strays'], outer: RowNames) =>
    rows.flatMap((row) =>
      (['record', 'tokens'] as const)
        .filter((column) => isSealedText(row.cells[column]))
        .map((column): SealedCell => {
          const whole = wholeTextOf(row.cells[column], parts)
          const place = { rows: outer, keyId: keyIdOf(whole) }
          const size = whole.length
          try {
            const content = readCell(sealing, { ...row, column }, row.cells[column], parts)
            const within = envelopesIn(column, content).map((envelope) => ({
              rows: WITHIN[column],
              keyId: keyIdOf(envelope),
            }))
            const key = content as AccountKey
            return { column, size, places: [place, ...within], key, error: undefined }
          } catch (thrown) {
            if (!isThroughlineError(thrown)) throw thrown
            return { column, size, places: [place], key: undefined, error: thrown }
          }
        }),
    )
  return [
    ...cells([...table.rows.values(), ...table.surplus], CELLS),
    ...cells(table.strays, STRAYS),
  ]
}

/** Notes that hold an envelope by themselves. */
function secretsOf({ notes }: SheetTable): readonly SheetNote[] {
  return notes.filter(({ id, text }) => !isPartName(id) && isSealedText(text))
}

async function rotate(
  context: SheetPlacesContext,
  sealing: SealingKeys,
  random: Random,
  report: (progress: RotationProgress) => void,
): Promise<Rotated> {
  let total = 0
  for (let pass = 1; ; pass += 1) {
    const table = await context.copy.table(true)
    const needs = ({ places }: SealedCell) =>
      places.some(({ keyId }) => keyId !== sealing.primary.id)
    const due = sealedCellsOf(table, sealing).filter(needs)
    const failures = due.flatMap((cell) => failureOf(cell) ?? [])
    const opened = due.filter((cell) => cell.error === undefined)
    let ofPass = 0
    for (const step of stepsOf(opened, STEP_CELLS, ({ size }) => size)) {
      const settled = await Promise.allSettled(
        step.map((cell) => sealCellAnew(context, cell, sealing, random)),
      )
      for (const [at, result] of settled.entries()) {
        if (result.status === 'fulfilled') ofPass += result.value ? 1 : 0
        else failures.push(toFailure(step[at]?.places[0]?.rows ?? CELLS, result.reason))
      }
      report({ rows: CELLS, count: ofPass })
    }
    const renewed = await rotateSecrets(context, table, sealing, random)
    failures.push(...renewed.failures)
    ofPass += renewed.count
    total += ofPass
    if (ofPass === 0 || pass === MOST_PASSES) {
      return { count: total, failures, remains: total === 0 ? undefined : HISTORY_REMAINS }
    }
  }
}

function sealCellAnew(
  { writer }: SheetPlacesContext,
  { column, key }: SealedCell,
  sealing: SealingKeys,
  random: Random,
): Promise<boolean> {
  const { provider = '', subjectIndex = '' } = key ?? {}
  return writer.change({
    account: { provider, subjectIndex },
    column,
    // Forgotten meanwhile, or a second row alone has it: it is written that nothing is kept, and second rows go.
    change: (kept) => kept && sealContentAnew(column, kept, sealing, random),
  })
}

async function rotateSecrets(
  { secrets }: SheetPlacesContext,
  table: SheetTable,
  sealing: SealingKeys,
  random: Random,
) {
  const failures: Failure[] = []
  let count = 0
  for (const { id, text } of secretsOf(table)) {
    if (keyIdOf(text) === sealing.primary.id) continue
    const name = noteNameOf(id)
    try {
      const plain = open(sealing, 'mac-key', [name], text)
      const sealed = seal(sealing, 'mac-key', [name], plain, random)
      if (await secrets.saveSecret(name, sealed, text)) count += 1
    } catch (error) {
      failures.push(toFailure(SECRETS, error))
    }
  }
  return { failures, count }
}

function failureOf({ places, error }: SealedCell): Failure | undefined {
  return error && { rows: (places[0]?.rows ?? CELLS)[1], error }
}

/** What keeps one cell from being sealed anew hinders no other; a Google that is away hinders all. */
function toFailure([, rows]: RowNames, error: unknown): Failure {
  const isOfCell = isThroughlineError(error) && /^(?:crypto\.|sheet\.altered$)/.test(error.code)
  if (!isOfCell) throw error
  return { rows, error }
}

/** Empties the note that a key was dropped; nothing where there is none. */
function forgetRetired(context: SheetPlacesContext, keyId: string): Promise<void> {
  const { api, copy } = context
  return inTurn(context, async () => {
    const { notes, layout } = await copy.table(true)
    const own = notes.filter(
      ({ id, text }) => noteNameOf(id) === retiredNameOf(keyId) && text === retiredTextOf(keyId),
    )
    const cells = own.flatMap(({ id, text }) => [id, text])
    if (cells.length === 0) return
    const requests = cells.map((text) => replaceCell(layout.notesId, text, ''))
    await whenAllowed(() => api.apply(requests, rangesOfPlaces(layout)))
    await copy.replace(undefined)
  })
}
