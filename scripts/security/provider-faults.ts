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

Where an answer of *away* says how long to wait (\`Retry-After\`), refreshes and revocations wait so long, five minutes at most and up to a
tenth longer; a code is sent all the same (TK-13). After three failures in a row within a minute (no connection, no answer in time, 502, 503,
504) whoever presses to connect reads for 15 seconds that the provider is away, and is not sent there; any other answer ends that (PF-04). Each
process knows of both by itself.

| outcome | error | what follows |
|---|---|---|
${words.join('\n')}
`
}
