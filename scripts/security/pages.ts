/*
 * The pages below docs/security that are written from the records.
 */
import { basename } from 'node:path'

import { SECURITY_EVENTS } from '../../packages/throughline/src/connect/security-event.ts'
import type { Advisory } from './advisories.ts'
import { citationsOf, type TestNames } from './findings.ts'
import { changesOf, type Mutation } from './mutation.ts'
import type { Requirement, Standing } from './requirement.ts'

/** Where the pages stand. */
export const REQUIREMENTS_PAGE = 'docs/security/requirements.md'
export const MUTATIONS_PAGE = 'docs/security/mutations.md'
export const EVENTS_PAGE = 'docs/security/events.md'
export const ADVISORIES_PAGE = 'docs/security/advisories.md'

const STANDINGS: readonly Standing[] = ['holds', 'partly', 'open', 'not built', 'not applicable']

/** Writes the table of requirements. */
export function requirementsPage(
  requirements: readonly Requirement[],
  mutations: readonly Mutation[],
  names: TestNames,
): string {
  const counts = STANDINGS.map((standing) => {
    const all = requirements.filter((one) => one.standing === standing)
    const must = all.filter(({ level }) => level === 'M' || level === 'X')
    return `| ${standing} | ${all.length} | ${must.length} |`
  })
  const rows = requirements.map(({ id, level, standing, says, remark }) => {
    const tests = citationsOf(id, names).map(toTestName).join(', ')
    const changes = mutations.filter(({ ids }) => ids.includes(id)).map((one) => one.says)
    const said =
      remark === undefined ? says : `${says} (${standing === 'partly' ? 'Open: ' : ''}${remark}.)`
    return `| ${id} | ${level} | ${standing} | ${said} | ${tests} | ${changes.join('; ')} |`
  })
  return `# What is required, and how it stands

Written by \`node scripts/write-security-pages.ts\` from the records in \`scripts/security\`; \`npm test\` compares the two. The
tests of a row cite its ID in their names; one of them fails under each change of the last column.

Levels: **M** must hold for a release, **S** should, **X** goes beyond, **D** is a campaign against durability.

| standing | all | of level M or X |
|---|---|---|
${counts.join('\n')}

| ID | level | standing | what holds, what is open, or why there is nothing to hold | tests | changes under which they fail |
|---|---|---|---|---|---|
${rows.join('\n')}
`
}

/** Writes the table of changes. */
export function mutationsPage(mutations: readonly Mutation[]): string {
  const rows = mutations.map((mutation) => {
    const files = new Set(changesOf(mutation).map(({ file }) => `\`${toShort(file)}\``))
    const tests = mutation.tests.map(toTestName).join(', ')
    return `| ${mutation.ids.join(', ')} | ${[...files].join(', ')} | ${mutation.says} | ${tests} |`
  })
  return `# Steps that are taken out to see a test fail

A test of a refusal proves something only if it fails where the refusal is missing. Each row is one change that
\`npm run test:mutations\` makes to a copy of the source; it then runs the named test files, and for each ID of the row a test
that cites it must fail. Written by \`node scripts/write-security-pages.ts\`. Files are named from \`packages/throughline/src\`; tests
stand in \`packages/throughline/test\` or beside the file.

P1, P7 and the like are promises to people who use an app; the other IDs are those of
[requirements.md](requirements.md).

| ID | file | what is changed so that | tests |
|---|---|---|---|
${rows.join('\n')}

One step is guarded twice, so that taking it out changes nothing that can be seen from outside: the form of a \`state\`
(\`oauth/authorization-response.ts\`) is checked although it is looked up by its hash anyway. It is tested by itself.
`
}

/** Writes the table of what an operator can follow. */
export function eventsPage(): string {
  const rows = Object.entries(SECURITY_EVENTS).map(([event, says]) => `| \`${event}\` | ${says} |`)
  return `# What an operator can follow

In production each of these is a line of the log: JSON of level \`info\` (30), with \`event\`, and where they apply \`provider\`, \`session\`,
\`account\` and \`reason\`. The ids of sessions and accounts are parts of hashes: they tell which lines belong together, and open nothing. In
development they are shown with \`THROUGHLINE_EVENTS=1\`. Faults that somebody has to mend are lines of their own, with \`error\`. Written
by \`node scripts/write-security-pages.ts\` from \`packages/throughline/src/connect/security-event.ts\`.

| event | what happened |
|---|---|
${rows.join('\n')}
`
}

/** Writes the table of advisories. */
export function advisoriesPage(advisories: readonly Advisory[], names: TestNames): string {
  const rows = advisories.map(({ ids, project, says, notApplicable }) => {
    const files = new Set(ids.flatMap((id) => citationsOf(id, names)))
    const tests = notApplicable ?? [...files].map(toTestName).join(', ')
    return `| ${ids.join(', ')} | ${project} | ${says} | ${tests} |`
  })
  return `# What went wrong elsewhere

Advisories about programs like this one, and the tests here that would have caught each: they cite it in their names. Written by
\`node scripts/write-security-pages.ts\` from \`scripts/security/advisories.ts\`; \`npm test\` fails where one has no test and no
reason for having none.

| advisory | where | what went wrong | tests, or why there is nothing to test |
|---|---|---|---|
${rows.join('\n')}
`
}

function toTestName(file: string): string {
  return `\`${basename(file, '.test.ts')}\``
}

function toShort(file: string): string {
  return file.replace(/^packages\/throughline\/src\//, '')
}
