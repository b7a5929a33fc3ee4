import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Pulse } from './pulse.ts'

function start() {
  const time = { now: 0 }
  const heard: string[] = []
  const pulse = new Pulse(
    () => time.now,
    (pages) => heard.push(pages.join(' ')),
  )
  return { time, pulse, heard }
}

describe('Pulse', () => {
  test('DO-05: names the page that made the first call after a long silence, and how long it was', () => {
    const { time, pulse } = start()
    pulse.begin('/quick')
    pulse.begin('/slow')
    time.now = 40
    pulse.sign('/quick')
    time.now = 5040
    pulse.sign('/slow')
    time.now = 5100
    pulse.end('/slow')

    assert.deepEqual(pulse.read(), { silenceMs: 5000, page: '/slow', pages: ['/quick', '/slow'] })
    time.now = 5200
    assert.deepEqual(pulse.read(), { silenceMs: 100, page: undefined, pages: ['/quick'] })
  })

  test('DO-05: names no page where no run has called since, and all that were at work', () => {
    const { time, pulse } = start()
    pulse.begin('/a')
    pulse.begin('/a')
    pulse.end('/a')
    time.now = 2000

    assert.deepEqual(pulse.read(), { silenceMs: 2000, page: undefined, pages: ['/a'] })
    pulse.end('/a')
    pulse.read()
    assert.deepEqual(pulse.read().pages, [])
  })

  test('tells of a page before its first line, once between two looks', () => {
    const { pulse, heard } = start()
    pulse.begin('/a')
    pulse.begin('/a')
    pulse.begin('/b')
    pulse.end('/b')
    pulse.read()
    pulse.begin('/b')

    assert.deepEqual(heard, ['/a', '/a /b', '/a /b'])
  })
})
