import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { readModules, repositoryRoot } from '../modules.ts'
import { ADVISORIES, type Advisory } from './advisories.ts'
import { findStaleMutations, findWrongAdvisories, findWrongRequirements } from './findings.ts'
import type { Mutation } from './mutation.ts'
import { MUTATIONS } from './mutations.ts'
import {
  ADVISORIES_PAGE,
  advisoriesPage,
  EVENTS_PAGE,
  eventsPage,
  MUTATIONS_PAGE,
  mutationsPage,
  REQUIREMENTS_PAGE,
  requirementsPage,
} from './pages.ts'
import { PROVIDER_FAULTS_PAGE, providerFaultsPage } from './provider-faults.ts'
import { toRequirement, type RequirementRow } from './requirement.ts'
import { REQUIREMENTS } from './requirements.ts'
import { namesIn, testNames } from './test-names.ts'

const ROOT = repositoryRoot()
const NAMES = testNames(readModules(ROOT))

/** What does not hold yet, or only in part: it may become less, and nothing joins it in silence. */
const OPEN = `
  ID-08 DU-01 DU-02 DU-03 DU-04 DU-05 DU-06 DU-07 DU-08 DU-09 DU-10
`

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

describe('the changes under which a test must fail', () => {
  test('can be made, and name tests that are there', () => {
    assert.ok(MUTATIONS.length > 0)
    assert.deepEqual(findStaleMutations(MUTATIONS, NAMES, read), [])
  })

  test('are listed in docs/security/mutations.md', () => {
    assert.equal(
      read(MUTATIONS_PAGE),
      mutationsPage(MUTATIONS),
      'run scripts/write-security-pages.ts',
    )
  })
})

describe('the advisories', () => {
  test('are each cited by a test, or say why there is nothing to test', () => {
    assert.ok(ADVISORIES.length > 0)
    assert.deepEqual(findWrongAdvisories(ADVISORIES, NAMES), [])
  })

  test('are listed in docs/security/advisories.md with their tests', () => {
    const page = advisoriesPage(ADVISORIES, NAMES)

    assert.equal(read(ADVISORIES_PAGE), page, 'run scripts/write-security-pages.ts')
  })
})

describe('the events of connections and sessions', () => {
  test('LG-04 are listed in docs/security/events.md', () => {
    assert.equal(read(EVENTS_PAGE), eventsPage(), 'run scripts/write-security-pages.ts')
  })
})

describe('the requirements', () => {
  test('stand as they say', () => {
    assert.ok(REQUIREMENTS.length > 0)
    assert.deepEqual(findWrongRequirements(REQUIREMENTS, MUTATIONS, NAMES), [])
  })

  test('are open where the list says so, and nowhere else', () => {
    const open = REQUIREMENTS.filter(({ standing }) => ['open', 'partly'].includes(standing))

    assert.deepEqual(
      open.map(({ id }) => id),
      OPEN.trim().split(/\s+/),
    )
  })

  test('are listed in docs/security/requirements.md with their tests and changes', () => {
    const page = requirementsPage(REQUIREMENTS, MUTATIONS, NAMES)

    assert.equal(read(REQUIREMENTS_PAGE), page, 'run scripts/write-security-pages.ts')
  })
})

describe('what the answers of providers come to', () => {
  test('is listed in docs/security/provider-faults.md', () => {
    assert.equal(
      read(PROVIDER_FAULTS_PAGE),
      providerFaultsPage(),
      'run scripts/write-security-pages.ts',
    )
  })
})

const SOURCE = 'packages/throughline/src/a.ts'
const TEST = 'packages/throughline/src/a.test.ts'
const mutation: Mutation = {
  ids: ['AA-01'],
  file: 'a.ts',
  from: 'one',
  to: 'two',
  says: 'it is another',
  tests: ['src/a.test.ts'],
}

describe('findStaleMutations()', () => {
  const find = (change: Partial<Mutation>, name = 'AA-01: is one') =>
    findStaleMutations([{ ...mutation, ...change }], new Map([[TEST, [name]]]), (file) => {
      assert.equal(file, SOURCE)
      return 'one, and many many more'
    })

  test('passes a change that can be made, and whose test is there', () => {
    assert.deepEqual(find({}), [])
  })

  test('finds a text that is gone, one that is not alone, and one that stays', () => {
    assert.deepEqual(find({ from: 'three' }).length, 1)
    assert.deepEqual(find({ from: 'many' }).length, 1)
    assert.deepEqual(find({ to: 'one' }).length, 1)
    assert.deepEqual(find({ also: [{ file: 'a.ts', from: 'three', to: '' }] }).length, 1)
  })

  test('finds a test file that is not there, and an id that no test cites', () => {
    assert.equal(find({ tests: ['src/a.test.ts', 'src/b.test.ts'] }).length, 1)
    assert.equal(find({}, 'AA-011: is one').length, 1)
    assert.equal(find({ fails: /is two/ }).length, 1)
  })
})

describe('findWrongRequirements()', () => {
  const names = new Map([[TEST, ['AA-01 is one', 'AA-02 is two']]])
  const find = (...rows: readonly RequirementRow[]) =>
    findWrongRequirements(rows.map(toRequirement), [mutation], names)
  const one: RequirementRow = ['AA-01', 'M', 'holds', 'It is one.']
  const two: RequirementRow = ['AA-02', 'M', 'partly', 'It is two.', 'not three']

  test('passes what is shown, and what nothing can show', () => {
    assert.deepEqual(find(one, two), [])
    assert.deepEqual(find(one, ['AA-02', 'X', 'holds', 'It is two.', 'nothing to take out']), [])
    assert.deepEqual(find(one, two, ['AA-03', 'M', 'not built', 'There is none.']), [])
  })

  test('finds what no test cites, what no change shows, and what is open without saying what', () => {
    assert.equal(find(one, two, ['AA-03', 'M', 'holds', 'It is three.']).length, 1)
    assert.equal(find(one, ['AA-02', 'M', 'holds', 'It is two.']).length, 1)
    assert.equal(find(one, ['AA-02', 'M', 'partly', 'It is two.']).length, 1)
  })

  test('finds what is shown although it is not to be there', () => {
    assert.equal(find(['AA-01', 'M', 'open', 'Nothing is one.'], two).length, 1)
    assert.equal(find(['AA-01', 'M', 'holds', 'It is one.', 'nothing to take out'], two).length, 1)
  })

  test('finds what is cited and not listed, and a number that is left out', () => {
    assert.deepEqual(find(one), ['AA-02 is cited and not listed'])
    assert.equal(find(one, two, ['AA-04', 'M', 'open', 'No four.']).length, 1)
  })
})

describe('findWrongAdvisories()', () => {
  const one: Advisory = { ids: ['GHSA-aaaa-bbbb-cccc'], project: 'One', says: 'it was wrong' }
  const find = (name: string, advisory = one) =>
    findWrongAdvisories([advisory], new Map([[TEST, [name]]]))

  test('passes what a test cites, and what says why no test does', () => {
    assert.deepEqual(find('AA-01 is one (GHSA-aaaa-bbbb-cccc)'), [])
    assert.deepEqual(find('AA-01 is one', { ...one, notApplicable: 'There is none.' }), [])
  })

  test('finds what no test cites, what is cited although it does not apply, and what is not listed', () => {
    assert.equal(find('AA-01 is one').length, 1)
    const cited = 'AA-01 is one (GHSA-aaaa-bbbb-cccc)'
    assert.equal(find(cited, { ...one, notApplicable: 'There is none.' }).length, 1)
    assert.equal(find(`${cited} (CVE-2020-12345)`).length, 1)
  })
})

describe('namesIn()', () => {
  test('reads calls, cases of a contract and templates, and no comment', () => {
    const text = `
      // test('not this')
      describe('a "suite"', () => { test(\`one \${1}\`); it.skip(\n 'it\\'s') })
      const CASES = {
        'a case': async () => {},
      }`

    assert.deepEqual(namesIn(text), ['a "suite"', 'one $' + '{1}', "it\\'s", 'a case'])
  })
})
