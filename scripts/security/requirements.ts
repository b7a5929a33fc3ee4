/*
 * Every requirement, in the order of its id.
 */
import { toRequirement, type Requirement } from './requirement.ts'
import { ACCOUNT_REQUIREMENTS } from './requirements-accounts.ts'
import { BOUNDARY_REQUIREMENTS } from './requirements-boundary.ts'
import { OAUTH_REQUIREMENTS } from './requirements-oauth.ts'

/** All requirements. */
export const REQUIREMENTS: readonly Requirement[] = [
  ...OAUTH_REQUIREMENTS,
  ...ACCOUNT_REQUIREMENTS,
  ...BOUNDARY_REQUIREMENTS,
].map(toRequirement)
