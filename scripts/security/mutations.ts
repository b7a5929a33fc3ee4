/*
 * Every change under which a test must fail, by what it concerns.
 */
import type { Mutation } from './mutation.ts'
import { ANSWER_MUTATIONS } from './mutations-answers.ts'
import { ATTACKED_MUTATIONS } from './mutations-attacked.ts'
import { BOUNDARY_MUTATIONS } from './mutations-boundary.ts'
import { CALLBACK_MUTATIONS } from './mutations-callback.ts'
import { DISCOVERY_MUTATIONS } from './mutations-discovery.ts'
import { FAULT_MUTATIONS } from './mutations-faults.ts'
import { HOSTING_MUTATIONS } from './mutations-hosting.ts'
import { KEPT_MUTATIONS } from './mutations-kept.ts'
import { KEY_MUTATIONS } from './mutations-keys.ts'
import { LIMIT_MUTATIONS } from './mutations-limits.ts'
import { OAUTH_MUTATIONS } from './mutations-oauth.ts'
import { OUTPUT_MUTATIONS } from './mutations-output.ts'
import { PROVIDER_MUTATIONS } from './mutations-providers.ts'
import { REST_MUTATIONS } from './mutations-rest.ts'
import { SHEET_MUTATIONS } from './mutations-sheet.ts'
import { SIGN_IN_MUTATIONS } from './mutations-sign-in.ts'
import { STRANGER_MUTATIONS } from './mutations-strangers.ts'
import { TOKEN_MUTATIONS } from './mutations-tokens.ts'
import { USER_MUTATIONS } from './mutations-users.ts'

/** All changes. */
export const MUTATIONS: readonly Mutation[] = [
  ...CALLBACK_MUTATIONS,
  ...BOUNDARY_MUTATIONS,
  ...OAUTH_MUTATIONS,
  ...ANSWER_MUTATIONS,
  ...DISCOVERY_MUTATIONS,
  ...SIGN_IN_MUTATIONS,
  ...TOKEN_MUTATIONS,
  ...FAULT_MUTATIONS,
  ...PROVIDER_MUTATIONS,
  ...KEPT_MUTATIONS,
  ...REST_MUTATIONS,
  ...KEY_MUTATIONS,
  ...SHEET_MUTATIONS,
  ...USER_MUTATIONS,
  ...LIMIT_MUTATIONS,
  ...OUTPUT_MUTATIONS,
  ...ATTACKED_MUTATIONS,
  ...STRANGER_MUTATIONS,
  ...HOSTING_MUTATIONS,
]
