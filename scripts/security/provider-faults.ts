/*
 * The page that says what each answer of a provider comes to, from the table that the tests execute.
 */
import { ENDPOINTS, FAULT_ROWS, OUTCOMES } from '../../packages/throughline/test/faults/outcomes.ts'

/** Where the page stands. */
export const PROVIDER_FAULTS_PAGE = 'docs/security/provider-faults.md'

/** Writes the page. */
export function providerFaultsPage(): string {
  const rows = FAULT_ROWS.map(
    ({ answers, outcomes }) => `| ${answers} | ${outcomes.map((one) => `*${one}*`).join(' | ')} |`,
  )
  const words = Object.entries(OUTCOMES).map(
    ([outcome, [code, follows]]) =>
      `| *${outcome}* | ${code === undefined ? '' : `\`${code}\``} | ${follows} |`,
  )
  return `# What each answer of a provider comes to

Written by \`node scripts/write-security-pages.ts\` from \`packages/throughline/test/faults/outcomes.ts\`. The tests beside that file ask each
endpoint for each of these answers (PF-02); a status without a named error is tried with JSON, with HTML and with nothing.

| answer | ${ENDPOINTS.join(' | ')} |
|---|${ENDPOINTS.map(() => '---|').join('')}
${rows.join('\n')}

*code* and *refresh* ask the token endpoint, *account* a page of the API that tells whose account it is, *API* whatever a script asks for with
\`connection.fetch()\`. Each of the first seven takes one attempt, 10 seconds and 1 MiB at most.

| outcome | error | what follows |
|---|---|---|
${words.join('\n')}
`
}
