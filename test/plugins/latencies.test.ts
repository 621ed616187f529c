import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { Durations, Latencies } from '../../src/plugins/latencies.ts'
import { suite } from '../support/suite.ts'

const test = suite('latencies')

test('values are counted in the first bucket that holds them, and those beyond all in the last', () => {
  const histogram = new Durations()
  for (const seconds of [0.00005, 0.00006, 1, 11, 12]) histogram.add(seconds)
  const filled = histogram.counts.flatMap((count, at) => (count === 0 ? [] : [[histogram.bounds[at] ?? null, count]]))
  assert.equal(filled, [
    [0.00005, 1],
    [0.0001, 1],
    [1, 1],
    [null, 2],
  ])
  assert.equal([histogram.count, Math.round(histogram.sum)], [5, 24])
  assert.is(histogram.counts.length, histogram.bounds.length + 1)
})

test('quantiles lie in the bucket of the true one, for any values', () => {
  const random = new SeededRandom(7)
  for (let turn = 0; turn < 50; turn++) {
    const histogram = new Durations()
    const values = Array.from({ length: 1 + random.below(300) }, () => 10 ** (-5 + 6.5 * random.next()))
    for (const value of values) histogram.add(value)
    values.sort((one, other) => one - other)
    for (const share of [0.5, 0.9, 0.99, 1]) {
      const truth = values[Math.ceil(share * values.length) - 1]!
      const high = histogram.bounds.find((bound) => truth <= bound) ?? Number.POSITIVE_INFINITY
      const low = histogram.bounds.findLast((bound) => bound < truth) ?? 0
      const told = histogram.quantile(share)
      assert.ok(told >= low && told <= Math.min(high, values.at(-1)!), `seed 7: ${share} of ${values}: ${told}`)
    }
  }
})

test('without values a quantile is 0', () => {
  assert.is(new Durations().quantile(0.5), 0)
})

test('each hook that was called has its own, told in milliseconds', () => {
  const latencies = new Latencies()
  for (let turn = 0; turn < 100; turn++) latencies.add('on-record', 0.1)
  latencies.add('on-timer', 20_000)
  assert.equal([...latencies.durations.keys()], ['on-record', 'on-timer'])
  const { 'on-record': judging, 'on-timer': timer, 'on-fetch': none } = latencies.quantiles
  assert.ok(judging!.p99Ms > 0.05 && judging!.p99Ms <= 0.1, `${judging!.p99Ms}`)
  assert.is(timer!.p50Ms <= 20_000 && timer!.p50Ms > 10_000, true)
  assert.is(none, undefined)
})

test.run()
