import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { Pulse } from '../script/pulse.ts'
import { watchLoop } from './loop-watch.ts'

/** A watched process whose looks are made by hand: `passed` of its time goes by, then it looks. */
function watch(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const time = { now: 0 }
  const told: string[] = []
  const beats: (readonly string[])[] = []
  const pulse = new Pulse(() => time.now)
  const end = watchLoop(
    pulse,
    ({ level, message }) => told.push(`${level} ${message}`),
    (pages) => beats.push(pages),
  )
  const look = () => t.mock.timers.tick(500)
  return { time, told, beats, pulse, look, end }
}

describe('watchLoop()', () => {
  test('DO-05: tells which page computed without pause, and for how long', (t) => {
    const { time, told, pulse, look } = watch(t)
    pulse.begin('/videos')
    time.now += 3200
    pulse.sign('/videos')
    look()

    assert.deepEqual(told, [
      'warn Nobody was served for 3.2 s: the script of page "/videos" computed without pause.',
    ])
  })

  test('DO-05: tells which pages were at work where none has called since, and at most five', (t) => {
    const { time, told, pulse, look } = watch(t)
    time.now += 2000
    look()
    for (const page of ['/1', '/2', '/3', '/4', '/5', '/6', '/7']) pulse.begin(page)
    time.now += 2500
    look()

    assert.match(told[0] ?? '', /2\.0 s, and no script was at work/)
    assert.match(
      told[1] ?? '',
      /2\.5 s: one of .*: "\/1", "\/2", "\/3", "\/4", "\/5" and 2 more\.$/,
    )
  })

  test('DO-05: says nothing of short pauses, however many, and beats at each look until it is ended', (t) => {
    const { time, told, beats, pulse, look, end } = watch(t)
    pulse.begin('/')
    for (let looks = 0; looks < 20; looks += 1) {
      time.now += 1900
      look()
    }
    end()
    time.now += 60_000
    look()

    assert.deepEqual(told, [])
    assert.equal(beats.length, 20)
    assert.deepEqual(beats[0], ['/'])
  })
})
