/*
 * What every session store must do. Run by one file per store.
 */
import type { SessionStore } from '../../src/store/session-store.ts'
import { AUTHORIZATION_CASES } from './authorization-cases.ts'
import { CONNECTION_CASES } from './connection-cases.ts'
import { runContract, type Subject } from './contract.ts'
import { RESULT_CASES } from './result-cases.ts'
import { RUN_CASES } from './run-cases.ts'
import { SESSION_CASES } from './session-cases.ts'
import { STATE_CASES } from './state-cases.ts'

/** Defines the tests of a session store. */
export function sessionStoreContract(subject: Subject<SessionStore>): void {
  runContract(subject, {
    ...SESSION_CASES,
    ...RUN_CASES,
    ...STATE_CASES,
    ...AUTHORIZATION_CASES,
    ...CONNECTION_CASES,
    ...RESULT_CASES,
  })
}
