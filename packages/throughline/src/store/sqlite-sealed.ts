/*
 * What is sealed where in the SQLite file: every column that holds envelopes, and what each is bound to.
 *
 * Whoever seals and opens knows its own column; here stand all of them, for what goes over all rows: sealing anew, and
 * refusing what is sealed by a key that is retired. A column that is missing here would be lost with its key.
 */
import { ENVELOPE_PREFIX, type SealPurpose } from '../crypto/seal.ts'
import type { RowNames } from './sealed-places.ts'

/** One column of envelopes. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** What rows are to an operator: one of them, and many. */
  readonly rows: RowNames
  readonly purpose: SealPurpose
  /** The place that an envelope is bound to, in its order: SQL over the same row. */
  readonly context: readonly string[]
}

const ACCOUNT = ['session_key', 'provider', 'slot', 'client_id', 'subject_index']
const TOKEN_SET = ["'token_sets'", 'provider', 'client_id', 'subject_index', 'generation']
const REVOCATION = ['id', "provider || '/' || client_id || '/' || subject_index", 'issuer']

/** All columns of envelopes; the MAC key first, for without it nothing starts. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  column('secrets.sealed', ['MAC key', 'MAC keys'], 'mac-key', ['name']),
  column('token_sets.sealed', ['token set', 'token sets'], 'token-set', TOKEN_SET),
  column('users.sealed', ['user record', 'user records'], 'user-record', [
    ...["'users'", 'provider', 'subject_index', 'version'],
  ]),
  column('connections.account', ['connection', 'connections'], 'account', ACCOUNT),
  column('newcomers.account', ['newcomer', 'newcomers'], 'account', ACCOUNT),
  column(
    'session_state.sealed',
    ['name of session state', 'names of session state'],
    'session-state',
    ['session_key', 'name'],
  ),
  column('tabs.sealed_values', ['tab', 'tabs'], 'tab-values', ['session_key', 'id']),
  column('tabs.notice', ['sentence for a tab', 'sentences for tabs'], 'tab-values', [
    'session_key',
    'id',
    "'notice'",
  ]),
  column(
    'pending_authorizations.sealed',
    ['authorization', 'authorizations'],
    'pending-authorization',
    [...['session_key', 'state_hash']],
  ),
  column('revocations.sealed', ['revocation', 'revocations'], 'revocation', REVOCATION),
  column('downloads.sealed', ['download', 'downloads'], 'download', downloadContext('press')),
  column(
    'downloads.progress',
    ['download under way', 'downloads under way'],
    'download',
    downloadContext('progress'),
  ),
  column(
    'downloads.outcome',
    ['outcome of a download', 'outcomes of downloads'],
    'download',
    downloadContext('outcome'),
  ),
  column('cached_results.sealed', ['cached result', 'cached results'], 'cache', ['scope', 'key']),
]

function column(
  name: `${string}.${string}`,
  rows: RowNames,
  purpose: SealPurpose,
  context: readonly string[],
): SealedColumn {
  const [table = '', columnName = ''] = name.split('.')
  return { table, column: columnName, rows, purpose, context }
}

function downloadContext(part: string): readonly string[] {
  return ['session_key', 'id_hash', `'${part}'`]
}

/** SQL for the id of the key that an envelope is sealed by; empty where it is no envelope. */
export function keyIdOf(sealed: string): string {
  // An id has 16 characters at most: the rest of a long value is not read.
  const rest = `substr(${sealed}, ${ENVELOPE_PREFIX.length + 1}, 17)`
  const id = `substr(${rest}, 1, max(instr(${rest}, '.') - 1, 0))`
  return `iif(${sealed} GLOB '${ENVELOPE_PREFIX}*', ${id}, '')`
}

/** The message by which {@link createRetirement} refuses a row. */
export const RETIRED_KEY = 'sealed by a retired key'

/**
 * SQL that makes a connection refuse rows sealed by a retired key, whatever process has sealed them: no row can come in
 * behind the back of whoever has counted that there are none.
 */
export function createRetirement(): string {
  const tables = new Set(SEALED_COLUMNS.map(({ table }) => table))
  const triggers = [...tables].flatMap((table) => {
    const columns = SEALED_COLUMNS.filter((one) => one.table === table).map((one) => one.column)
    const isRetired = columns
      .map((name) => `${keyIdOf(`NEW.${name}`)} IN (SELECT id FROM retired_keys)`)
      .join(' OR ')
    return [
      `insert_${table} BEFORE INSERT`,
      `update_${table} BEFORE UPDATE OF ${columns.join(', ')}`,
    ].map(
      (event) => `
        CREATE TEMP TRIGGER ${event} ON main.${table} WHEN ${isRetired}
        BEGIN SELECT RAISE(ABORT, '${RETIRED_KEY}'); END;`,
    )
  })
  return triggers.join('')
}
