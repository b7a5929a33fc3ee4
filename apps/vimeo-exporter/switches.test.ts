/*
 * A right ZIP or a right explanation, whatever the simulated Vimeo is switched to: each setting is walked from the
 * terms to the download, and docs/vimeo-exporter-switches.md says the same of it.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import {
  failureAnswers,
  failurePlaces,
  switchGroups,
  type InjectedFailure,
} from '../../packages/simulators/src/vimeo/switches.ts'
import type { SwitchEntry } from '../../packages/simulators/src/simulator/switch-kinds.ts'
import { WHOLE } from './test-answers.ts'
import { failureSettings } from './test-failures.ts'
import { settings, type Setting } from './test-settings.ts'
import { hasStalls, takeHome } from './test-takeaway.ts'

const all = [...settings, ...failureSettings]

function walk({ name, words, gets, circumstances }: Setting): void {
  test(`${name} ${words}: ${gets}`, async (t) => {
    assert.equal(await takeHome(t, circumstances), gets)
  })
}

// What stalls waits most of the time; the rest must not keep it from seeing in time what does come.
describe('the exporter and the switches of Vimeo', { concurrency: true }, () => {
  describe('where nothing falls silent', { concurrency: 3 }, () => {
    test('untouched, they bring every file', async (t) => {
      assert.equal(await takeHome(t, {}), WHOLE)
    })
    for (const one of all) if (!hasStalls(one.circumstances)) walk(one)
  })
  describe('where something falls silent', { concurrency: true }, () => {
    for (const one of all) if (hasStalls(one.circumstances)) walk(one)
  })
})

describe('the table of settings', () => {
  test('has each switch of the simulator, with each of its values', () => {
    const entries = Object.values(switchGroups).flatMap((group) => Object.entries(group))
    assert.ok(entries.length > 50, 'The switches were read.')
    const missing = entries.flatMap(([name, entry]) => {
      const { choices: wanted = [], untouched } = entry as SwitchEntry<unknown>
      const values = all.filter((one) => one.name === name).map(({ value }) => value)
      const absent = wanted.filter((choice) => choice !== untouched && !values.includes(choice))
      return [...(values.length === 0 ? [name] : []), ...absent.map((one) => `${name} ${one}`)]
    })
    assert.deepEqual(missing, [])
  })

  test('has each failure at each place', () => {
    const rows = failureSettings.map(({ value }) => (value as readonly InjectedFailure[])[0])
    for (const place of failurePlaces) {
      for (const answer of failureAnswers) {
        const isThere = rows.some((one) => one?.place === place && one.answer === answer)
        assert.ok(isThere, `${answer} at ${place}`)
      }
    }
  })

  test('is that of the document', async () => {
    const document = new URL('../../docs/vimeo-exporter-switches.md', import.meta.url)
    const lines = (await readFile(document, 'utf8')).split('\n')
    const rows = lines.filter((line) => line.startsWith('| `'))
    assert.ok(rows.length > 0, 'The document has rows.')
    assert.deepEqual(
      rows,
      all.map(({ name, words, gets }) => `| \`${name}\` | ${words} | ${gets} |`),
    )
  })
})
