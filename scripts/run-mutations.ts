/*
 * `npm run test:mutations`: makes each change of `scripts/security` in a copy of the source and shows that its tests
 * fail there. Arguments pick changes: an ID, or a part of a file's path or of what is said of the change.
 */
import { runMutations } from './security/mutation-run.ts'
import type { Mutation } from './security/mutation.ts'
import { MUTATIONS } from './security/mutations.ts'
import { repositoryRoot } from './modules.ts'
import { closingLine, ONE_PASSED, oneFailed, sumOf } from './tally.ts'
import type { Tally } from './tally.ts'

const AT_ONCE = 2
const NONE_PICKED =
  'no change has such an ID (RF-09), a part of its file (vault/) or of what is said of it in docs/security/mutations.md'

function isPicked({ ids, file, says }: Mutation, words: readonly string[]): boolean {
  if (words.length === 0) return true
  return words.some((word) => ids.includes(word) || file.includes(word) || says.includes(word))
}

// What ends this program lets it take its copies away.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const words = process.argv.slice(2)
const picked = MUTATIONS.filter((mutation) => isPicked(mutation, words))
const tallies: Tally[] = []
const start = performance.now()
await runMutations(repositoryRoot(), picked, AT_ONCE, ({ mutation, fault, failed }) => {
  const { ids, file, says } = mutation
  const line = `${ids.join(' ')}  ${file}: ${says}`
  tallies.push(fault === undefined ? ONE_PASSED : oneFailed(line, fault))
  console.log(
    fault === undefined ? `✔ ${line} → ${failed.length} failed` : `✖ ${line}\n    ${fault}`,
  )
})
const total = picked.length === 0 ? oneFailed(words.join(' '), NONE_PICKED) : sumOf(tallies)
for (const { title, detail } of total.failures) console.log(`✖ ${title}: ${detail}`)
console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`)
console.log(closingLine(total))
process.exitCode = total.failures.length === 0 ? 0 : 1
