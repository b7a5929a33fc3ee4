/*
 * Writes the pages below docs/security that are made of the records in scripts/security.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { readModules, repositoryRoot } from './modules.ts'
import { ADVISORIES } from './security/advisories.ts'
import { MUTATIONS } from './security/mutations.ts'
import {
  ADVISORIES_PAGE,
  advisoriesPage,
  EVENTS_PAGE,
  eventsPage,
  MUTATIONS_PAGE,
  mutationsPage,
  REQUIREMENTS_PAGE,
  requirementsPage,
} from './security/pages.ts'
import { PROVIDER_FAULTS_PAGE, providerFaultsPage } from './security/provider-faults.ts'
import { REQUIREMENTS } from './security/requirements.ts'
import { testNames } from './security/test-names.ts'

const root = repositoryRoot()
const names = testNames(readModules(root))
writeFileSync(join(root, REQUIREMENTS_PAGE), requirementsPage(REQUIREMENTS, MUTATIONS, names))
writeFileSync(join(root, EVENTS_PAGE), eventsPage())
writeFileSync(join(root, ADVISORIES_PAGE), advisoriesPage(ADVISORIES, names))
writeFileSync(join(root, MUTATIONS_PAGE), mutationsPage(MUTATIONS))
writeFileSync(join(root, PROVIDER_FAULTS_PAGE), providerFaultsPage())
