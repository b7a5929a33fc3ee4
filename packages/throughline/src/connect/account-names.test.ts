import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { namesOf } from './account-names.ts'

const account = (subject: string, name: string, email?: string) => ({
  subject,
  name,
  claims: email === undefined ? {} : { email, email_verified: false },
})

describe('namesOf()', () => {
  test('tells accounts of one name apart by their address, else by their id', () => {
    const accounts = [
      account('1', 'Ada', 'ada@a.example'),
      account('2', 'Ada'),
      account('3', 'Bob'),
    ]

    assert.deepEqual(namesOf(accounts), ['Ada (ada@a.example)', 'Ada (2)', 'Bob'])
  })
})
