/*
 * What is wrong with the changes and the requirements, told without running anything.
 */
import type { Advisory } from './advisories.ts'
import type { Mutation } from './mutation.ts'
import { changesOf, testFilesOf, toWord, wordsOf } from './mutation.ts'
import type { Requirement } from './requirement.ts'

/** The names of the tests of each test file, by its path. */
export type TestNames = ReadonlyMap<string, readonly string[]>

const ADVISORY_ID = /GHSA(?:-\w{4}){3}|CVE-\d{4}-\d+/g
const ID = /(?<![\w-])[A-Z]{2}-\d{2}(?![\w-])/g

/** Lists the test files of which a test cites an id. */
export function citationsOf(id: string, names: TestNames): readonly string[] {
  const word = toWord(id)
  return [...names].filter(([, all]) => all.some((name) => word.test(name))).map(([file]) => file)
}

/** Lists the changes that can no longer be made, and those whose tests are not there. */
export function findStaleMutations(
  mutations: readonly Mutation[],
  names: TestNames,
  read: (file: string) => string,
): string[] {
  return mutations.flatMap((mutation) => {
    const title = `${mutation.file}: ${mutation.says}`
    const files = testFilesOf(mutation)
    const own = files.flatMap((file) => names.get(file) ?? [])
    return [
      ...changesOf(mutation).flatMap(({ file, from, to }) => {
        const count = read(file).split(from).length - 1
        if (from === to) return [`${title}: changes nothing`]
        return count === 1 ? [] : [`${title}: its text stands in ${file} ${count} times`]
      }),
      ...files.filter((file) => !names.has(file)).map((file) => `${title}: there is no ${file}`),
      ...wordsOf(mutation)
        .filter((word) => !own.some((name) => word.test(name)))
        .map((word) => `${title}: no test of its files is named ${word.source}`),
    ]
  })
}

/** Lists the requirements that stand otherwise than they say, and what is cited and not listed. */
export function findWrongRequirements(
  requirements: readonly Requirement[],
  mutations: readonly Mutation[],
  names: TestNames,
): string[] {
  const listed = new Set(requirements.map(({ id }) => id))
  const cited = [...names.values()].flat().flatMap((name) => name.match(ID) ?? [])
  const changed = mutations.flatMap(({ ids }) => ids.filter((id) => id.match(ID)))
  const unknown = new Set([...cited, ...changed]).difference(listed)
  return [
    ...requirements.flatMap((requirement) => findWrong(requirement, mutations, names)),
    ...[...unknown].map((id) => `${id} is cited and not listed`),
    ...findGaps(requirements),
  ]
}

/** Lists the advisories that no test cites although they apply, and what is cited and not listed. */
export function findWrongAdvisories(advisories: readonly Advisory[], names: TestNames): string[] {
  const listed = new Set(advisories.flatMap(({ ids }) => ids))
  const cited = [...names.values()].flat().flatMap((name) => name.match(ADVISORY_ID) ?? [])
  return [
    ...advisories.flatMap(({ ids, notApplicable }) =>
      ids.flatMap((id) => {
        const isCited = citationsOf(id, names).length > 0
        if (isCited === (notApplicable === undefined)) return []
        return isCited ? `${id} is tested and said not to apply` : `no test cites ${id}`
      }),
    ),
    ...[...new Set(cited).difference(listed)].map((id) => `${id} is cited and not listed`),
  ]
}

function findWrong(
  { id, standing, remark }: Requirement,
  mutations: readonly Mutation[],
  names: TestNames,
): string[] {
  const isCited = citationsOf(id, names).length > 0
  const isChanged = mutations.some(({ ids }) => ids.includes(id))
  if (standing === 'holds' || standing === 'partly') {
    if (!isCited) return [`${id} is to hold, and no test cites it`]
    if (standing === 'partly') return remark === undefined ? [`${id}: what is open?`] : []
    if (!isChanged && remark === undefined) return [`${id}: no change shows it`]
    return isChanged && remark !== undefined ? [`${id}: a change shows it after all`] : []
  }
  if (isCited) return [`${id} is ${standing}, and a test cites it`]
  return isChanged ? [`${id} is ${standing}, and a change takes it away`] : []
}

/** Each kind of requirement is numbered from 1, so that none can be left out in silence. */
function findGaps(requirements: readonly Requirement[]): string[] {
  const next = new Map<string, number>()
  return requirements.flatMap(({ id }) => {
    const [kind = '', number] = id.split('-')
    const expected = next.get(kind) ?? 1
    next.set(kind, expected + 1)
    return Number(number) === expected ? [] : [`${id} stands where ${kind} ${expected} should`]
  })
}
