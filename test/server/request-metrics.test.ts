import * as assert from 'uvu/assert'
import { RequestMetrics } from '../../src/server/request-metrics.ts'
import { suite } from '../support/suite.ts'

const test = suite('request metrics')

test('requests are counted by API, with the time they took', () => {
  let nowMs = 0
  const metrics = new RequestMetrics(() => nowMs)
  const first = metrics.begin(0)
  nowMs = 2.5
  const second = metrics.begin(0)
  nowMs = 4
  metrics.end(0, first)
  metrics.end(0, second)
  metrics.begin(18)
  assert.equal(
    [...metrics.byApi].map(([key, { requests, totalMs }]) => [key, { requests, totalMs }]),
    [
      [0, { requests: 2, totalMs: 5.5 }],
      [18, { requests: 1, totalMs: 0 }],
    ],
  )
  const { durations } = metrics.byApi.get(0)!
  assert.equal([durations.count, durations.sum], [2, 0.0055])
})

test.run()
