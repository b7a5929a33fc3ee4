import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Served } from './serve.ts'
import { describeServed } from './serve-until-stopped.ts'

const served: Served = {
  url: 'https://videos.example.com',
  listensAt: '127.0.0.1:3000',
  dataFolder: '/app/.throughline',
  sheet: undefined,
  providers: [
    {
      title: 'Vimeo',
      api: 'https://api.vimeo.com',
      redirectUri: 'https://videos.example.com/back',
    },
  ],
  madeKeyFile: undefined,
  metricsUrl: undefined,
  endingDisk: undefined,
  close: async () => {},
}
const sheet = 'https://docs.google.com/spreadsheets/d/id/edit'

describe('describeServed()', () => {
  test('says where the program is, what it is connected to and where it keeps things', () => {
    assert.deepEqual(describeServed({ ...served, sheet }, 'Videos'), [
      'Videos is ready: https://videos.example.com',
      '  listens at     127.0.0.1:3000',
      '  connected to   Vimeo at https://api.vimeo.com',
      '  to register    https://videos.example.com/back',
      '  keeps its data /app/.throughline',
      `  and its users  ${sheet}`,
    ])
  })

  test('says what will not stay where the disk does not: with a sheet no users', () => {
    const ending = { ...served, endingDisk: 'a disk in memory (tmpfs)' }
    const without = describeServed(ending, 'Videos').join('\n')
    const withSheet = describeServed({ ...ending, sheet }, 'Videos').join('\n')

    assert.match(without, /sessions and users end with the disk/)
    assert.match(without, /GOOGLE_SHEET_ID/)
    assert.match(withSheet, /sessions end with the disk.+connect once more/)
    assert.match(withSheet, /Users stay, in the sheet/)
  })

  test('shows a key file that was made', () => {
    const lines = describeServed({ ...served, madeKeyFile: '/app/.throughline/keys' }, 'Videos')
    assert.match(lines.join('\n'), /NEW KEY FILE +\/app\/\.throughline\/keys/)
  })
})
