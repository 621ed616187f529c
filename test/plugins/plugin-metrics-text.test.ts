/** What a scrape shows of the plugins' own numbers. */
import * as assert from 'uvu/assert'
import { type MetricUpdate, PluginMetrics } from '../../src/plugins/plugin-metrics.ts'
import { pluginMetricsText } from '../../src/plugins/plugin-metrics-text.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugins/plugin-metrics-text')

function withMetrics(plugin: string, ...updates: Partial<MetricUpdate>[]) {
  const metrics = new PluginMetrics(100, () => {})
  const whole = updates.map(
    (update) => ({ kind: 'counter', name: 'n', tags: [], value: 1, buckets: [], ...update }) as const,
  )
  metrics.take({ updates: whole, isCutOff: false })
  return { plugin, metrics }
}

const none: ReadonlySet<string> = new Set()

test('counters and gauges, with their tags and whose they are', () => {
  const plugin = withMetrics('my-guard', { tags: [['topic', 'a"b\\c\nd']] }, { kind: 'gauge', name: 'g', value: -0.5 })
  assert.is(
    pluginMetricsText([plugin], none),
    `# HELP wasm_plugin_my_guard_n A plugin's own.
# TYPE wasm_plugin_my_guard_n counter
wasm_plugin_my_guard_n{plugin="my-guard",topic="a\\"b\\\\c\\nd"} 1

# HELP wasm_plugin_my_guard_g A plugin's own.
# TYPE wasm_plugin_my_guard_g gauge
wasm_plugin_my_guard_g{plugin="my-guard"} -0.5
`,
  )
})

test('histograms, with buckets that count all below them', () => {
  const buckets = new Array<number>(22).fill(0)
  buckets[9] = 2
  buckets[21] = 1
  const lines = pluginMetricsText([withMetrics('p', { kind: 'histogram', value: 7, buckets })], none).split('\n')
  assert.is(lines[1], '# TYPE wasm_plugin_p_n histogram')
  assert.is(lines.length, 2 + 22 + 3)
  assert.is(lines[2], 'wasm_plugin_p_n_bucket{plugin="p",le="0.0001"} 0')
  assert.is(lines[11], 'wasm_plugin_p_n_bucket{plugin="p",le="0.1"} 2')
  assert.is(lines[22], 'wasm_plugin_p_n_bucket{plugin="p",le="1000000"} 2')
  assert.equal(lines.slice(23), [
    'wasm_plugin_p_n_bucket{plugin="p",le="+Inf"} 3',
    'wasm_plugin_p_n_sum{plugin="p"} 7',
    'wasm_plugin_p_n_count{plugin="p"} 3',
    '',
  ])
})

test('two plugins that come to one name share it, unless they mean different things', () => {
  const plugins = [withMetrics('a-b', {}), withMetrics('a.b', {}), withMetrics('a_b', { kind: 'gauge' })]
  assert.is(
    pluginMetricsText(plugins, none),
    `# HELP wasm_plugin_a_b_n A plugin's own.
# TYPE wasm_plugin_a_b_n counter
wasm_plugin_a_b_n{plugin="a-b"} 1
wasm_plugin_a_b_n{plugin="a.b"} 1
`,
  )
})

test('nor does one take a line of the histogram of another', () => {
  const histogram = withMetrics('p', { kind: 'histogram', name: 'a', value: 0, buckets: [1] })
  const counter = withMetrics('p-a', { name: 'count', value: 9 })
  assert.not.match(pluginMetricsText([histogram, counter], none), /count\{.*\} 9/)
  assert.not.match(pluginMetricsText([counter, histogram], none), /histogram/)
})

test("a plugin that comes to one of Blink's names is left out", () => {
  const taken = new Set(['wasm_plugin_errors_total', 'wasm_plugin_p_n_sum'])
  const plugins = [withMetrics('errors', { name: 'total' }), withMetrics('p', { kind: 'histogram', buckets: [1] })]
  assert.is(pluginMetricsText(plugins, taken), '')
})

test('nothing is shown of nothing', () => {
  assert.is(pluginMetricsText([withMetrics('p')].slice(1), none), '')
})

test.run()
