import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Counter, gauge, Histogram } from './metrics-text.ts'

describe('a counter', () => {
  test('is written by its labels, and escaped', () => {
    const counter = new Counter('a_total', 'As.', ['route', 'status'])
    counter.add('page', '200')
    counter.add('page', '200')
    counter.add('a"\\\n', '0')
    assert.equal(
      String(counter),
      '# HELP a_total As.\n# TYPE a_total counter\na_total{route="page",status="200"} 2\n' +
        'a_total{route="a\\"\\\\\\n",status="0"} 1\n',
    )
  })

  test('without labels begins at 0', () => {
    assert.match(String(new Counter('a_total', 'As.')), /\na_total 0\n$/)
  })
})

describe('a histogram', () => {
  test('counts in each bound what took no longer, and everything without a bound', () => {
    const histogram = new Histogram('a_seconds', 'As.', ['route'], [0.1, 1])
    for (const seconds of [0.05, 0.5, 5]) histogram.note(seconds, 'page')
    assert.deepEqual(String(histogram).split('\n').slice(2), [
      'a_seconds_bucket{route="page",le="0.1"} 1',
      'a_seconds_bucket{route="page",le="1"} 2',
      'a_seconds_bucket{route="page",le="+Inf"} 3',
      'a_seconds_sum{route="page"} 5.55',
      'a_seconds_count{route="page"} 3',
      '',
    ])
  })
})

test('a gauge is one line', () => {
  assert.match(gauge('a', 'As.', 1.5), /# TYPE a gauge\na 1\.5\n$/)
})
