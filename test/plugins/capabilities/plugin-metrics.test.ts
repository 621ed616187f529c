/** Numbers of plugins, added up, and bounded. */
import * as assert from 'uvu/assert'
import {
  bucketBounds,
  type MetricSeries,
  type MetricUpdate,
  PluginMetrics,
  shownName,
} from '../../../src/plugins/capabilities/plugin-metrics.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/plugin-metrics')

function metricsOf(seriesMax: number) {
  const warnings: string[] = []
  const metrics = new PluginMetrics(seriesMax, (message) => warnings.push(message))
  const take = (...updates: Partial<MetricUpdate>[]) =>
    metrics.take({
      updates: updates.map((update) => ({ kind: 'counter', name: 'n', tags: [], value: 1, buckets: [], ...update })),
      isCutOff: false,
    })
  /** As `name {tags}: value`. */
  const shown = () =>
    [...metrics.families].flatMap(({ name, series }) =>
      [...series.values()].map(({ tags, value }) => `${name} ${JSON.stringify(Object.fromEntries(tags))}: ${value}`),
    )
  return { metrics, take, shown, warnings }
}

test('counters grow, gauges change, by name and tags', () => {
  const { take, shown } = metricsOf(10)
  take({ value: 2 }, { tags: [['a', '1']], value: 3 }, { kind: 'gauge', name: 'g', value: 7 })
  take({ value: 0.5 }, { tags: [['a', '1']] }, { tags: [['a', '2']] }, { kind: 'gauge', name: 'g', value: 5 })
  assert.equal(shown(), ['n {}: 2.5', 'n {"a":"1"}: 4', 'n {"a":"2"}: 1', 'g {}: 5'])
})

test('histograms add up bucket by bucket', () => {
  const { metrics, take } = metricsOf(10)
  const inBucket = (at: number) => [...bucketBounds, Infinity].map((_, index) => (index === at ? 1 : 0))
  take({ kind: 'histogram', value: 0.3, buckets: inBucket(11) })
  take(
    { kind: 'histogram', value: 0.4, buckets: inBucket(11) },
    { kind: 'histogram', value: 1e9, buckets: inBucket(21) },
  )
  const [{ value, buckets }] = [...metrics.families].flatMap(({ series }) => [...series.values()]) as [MetricSeries]
  assert.is(value, 1e9 + 0.7)
  assert.is(buckets[11], 2)
  assert.is(buckets[21], 1)
})

test('beyond the bound, series are left out, known ones count on, and the log says so once', () => {
  const { take, shown, warnings } = metricsOf(2)
  for (let index = 0; index < 5; index++) take({ tags: [['a', String(index)]] })
  take({ tags: [['a', '0']] }, { name: 'other' })
  assert.equal(shown(), ['n {"a":"0"}: 2', 'n {"a":"1"}: 1'])
  assert.equal(warnings, [
    'it counts more than 2 different things; further ones are left out: use tags of few values each',
  ])
})

test("what the plugin's own thread had to leave out is said likewise", () => {
  const { metrics, warnings } = metricsOf(1000)
  metrics.take({ updates: [], isCutOff: true })
  metrics.take({ updates: [], isCutOff: true })
  assert.is(warnings.length, 1)
})

test('a name is that of one kind of number, and a histogram takes three more', () => {
  const { take, shown, warnings } = metricsOf(100)
  take({ name: 'a' }, { kind: 'gauge', name: 'a', value: 9 }, { kind: 'gauge', name: 'a', value: 9 })
  take({ name: 'b_sum' }, { kind: 'histogram', name: 'b', value: 9, buckets: [1] })
  take(
    { kind: 'histogram', name: 'c', value: 1, buckets: [1] },
    { name: 'c_count', value: 9 },
    { name: 'c_max', value: 2 },
  )
  assert.equal(shown(), ['a {}: 1', 'b_sum {}: 1', 'c {}: 1', 'c_max {}: 2'])
  assert.equal(warnings, [
    'its gauge a is left out: the name is that of its counter a',
    'its histogram b is left out: the name is that of its counter b_sum',
    'its counter c_count is left out: the name is that of its histogram c',
  ])
})

test('everybody sees it under the name of the plugin', () => {
  assert.is(shownName('header-guard.wasm', 'hits'), 'wasm_plugin_header_guard_wasm_hits')
})

test.run()
