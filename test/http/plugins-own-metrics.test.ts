/** What plugins count themselves, whatever they call it. */
import * as assert from 'uvu/assert'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import type { PluginAdmin } from '../../src/http/plugin-admin.ts'
import { namesOf } from '../../src/http/plugins-own-metrics.ts'
import { bucketBounds, type MetricUpdate, PluginMetrics } from '../../src/plugins/capabilities/plugin-metrics.ts'
import { testHttp } from '../support/http.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { parseExposition } from '../support/prometheus.ts'
import { suite } from '../support/suite.ts'

const test = suite('metrics of plugins')

type Told = Partial<MetricUpdate> & Pick<MetricUpdate, 'kind' | 'name'>

const counter = (name: string, value: number): Told => ({ kind: 'counter', name, value })

/** A plugin that has told of these. */
function counting(plugin: string, ...told: readonly Told[]) {
  const metrics = new PluginMetrics(100, (message) => assert.unreachable(message))
  metrics.take({ updates: told.map((one) => ({ tags: [], value: 0, buckets: [], ...one })), isCutOff: false })
  return { plugin, metrics }
}

/** Values in the first bucket, the second and beyond the last. */
function buckets(first: number, second: number, beyond: number): number[] {
  const counts = Array<number>(bucketBounds.length + 1).fill(0)
  counts[0] = first
  counts[1] = second
  counts[bucketBounds.length] = beyond
  return counts
}

/** The samples of these plugins, as `name{label=value} value`, and what was logged. */
async function scraped(metrics: PluginAdmin['metrics'], scrapes = 1) {
  const events: LogEvent[] = []
  const logger = new Logger('t', { level: 'warn', now: () => 0, write: (event) => events.push(event) })
  const { admin, get } = testHttp({ logger, plugins: [pluginStatus()] })
  const { text: without } = await get('/metrics')
  admin.metrics = metrics
  let text = ''
  for (let i = 0; i < scrapes; i++) text = (await get('/metrics')).text
  const families = parseExposition(text)
  const before = parseExposition(without)
  const own = [...families.values()].filter(({ name }) => !before.has(name))
  const samples = own.flatMap((family) =>
    family.samples.map(({ name, labels, value }) => {
      const shown = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
      return `${name}{${shown.join(',')}} ${value}`
    }),
  )
  return { samples, types: own.map(({ name, type }) => `${name} ${type}`), lines: events.map((one) => one.message) }
}

test('counters, gauges and histograms appear under the name of their plugin', async () => {
  const { samples, types, lines } = await scraped([
    counting(
      'enrich.wasm',
      counter('hits', 3),
      { kind: 'gauge', name: 'depth', tags: [['queue', 'a"b']], value: 1 },
      { kind: 'gauge', name: 'depth', tags: [['queue', 'c']], value: -2.5 },
      { kind: 'histogram', name: 'seconds', value: 40, buckets: buckets(2, 1, 1) },
    ),
  ])
  assert.equal(types, [
    'wasm_plugin_enrich_wasm_hits counter',
    'wasm_plugin_enrich_wasm_depth gauge',
    'wasm_plugin_enrich_wasm_seconds histogram',
  ])
  assert.equal(samples.slice(0, 5), [
    'wasm_plugin_enrich_wasm_hits{plugin=enrich.wasm} 3',
    'wasm_plugin_enrich_wasm_depth{plugin=enrich.wasm,queue=a"b} 1',
    'wasm_plugin_enrich_wasm_depth{plugin=enrich.wasm,queue=c} -2.5',
    'wasm_plugin_enrich_wasm_seconds_bucket{plugin=enrich.wasm,le=0.0001} 2',
    'wasm_plugin_enrich_wasm_seconds_bucket{plugin=enrich.wasm,le=0.00025} 3',
  ])
  assert.equal(samples.slice(-3), [
    'wasm_plugin_enrich_wasm_seconds_bucket{plugin=enrich.wasm,le=+Inf} 4',
    'wasm_plugin_enrich_wasm_seconds_sum{plugin=enrich.wasm} 40',
    'wasm_plugin_enrich_wasm_seconds_count{plugin=enrich.wasm} 4',
  ])
  assert.equal(lines, [])
})

test('plugins whose names come to the same share a metric', async () => {
  const { samples, lines } = await scraped([counting('a', counter('b_c', 1)), counting('a_b', counter('c', 2))])
  assert.equal(samples, ['wasm_plugin_a_b_c{plugin=a} 1', 'wasm_plugin_a_b_c{plugin=a_b} 2'])
  assert.equal(lines, [])
})

test('a name that is Blink’s own, or of another type, is left out, which is said once', async () => {
  const { samples, lines } = await scraped(
    [
      counting('restarts', counter('total', 1)),
      counting('execution_duration', counter('seconds_sum', 1)),
      counting('a', counter('b_c', 1), { kind: 'histogram', name: 'h', buckets: buckets(0, 0, 0) }),
      counting('a_b', { kind: 'gauge', name: 'c', value: 2 }),
      counting('a_h', counter('count', 1)),
    ],
    3,
  )
  assert.equal(samples[0], 'wasm_plugin_a_b_c{plugin=a} 1')
  assert.ok(
    samples.slice(1).every((sample) => sample.startsWith('wasm_plugin_a_h_')),
    samples.join(),
  )
  assert.equal(lines, [
    'the counter total is not shown: wasm_plugin_restarts_total is taken; give it another name',
    'the counter seconds_sum is not shown: wasm_plugin_execution_duration_seconds_sum is taken; give it another name',
    'the gauge c is not shown: wasm_plugin_a_b_c is taken; give it another name',
    'the counter count is not shown: wasm_plugin_a_h_count is taken; give it another name',
  ])
})

test('a plugin that goes takes its metrics along', async () => {
  const http = testHttp()
  http.admin.metrics = [counting('p', counter('n', 1))]
  assert.match((await http.get('/metrics')).text, '\nwasm_plugin_p_n{plugin="p"} 1\n')
  http.admin.metrics = []
  assert.not.match((await http.get('/metrics')).text, 'wasm_plugin_p_n')
})

test('a histogram has four names', () => {
  assert.equal(namesOf({ name: 'a', type: 'gauge' }), ['a'])
  assert.equal(namesOf({ name: 'a', type: 'histogram' }), ['a', 'a_bucket', 'a_sum', 'a_count'])
})

test.run()
