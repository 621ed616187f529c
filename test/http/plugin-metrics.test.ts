/** What the plugin host knows of its plugins, on `/prometheus`. */
import * as assert from 'uvu/assert'
import { testHttp } from '../support/http.ts'
import { histogram, pluginStatus } from '../support/plugin-status.ts'
import { parseExposition } from '../support/prometheus.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugin metrics')

const lines: readonly string[] = [
  'wasm_plugin_executions_total{plugin="guard",hook="on-records",result="ok"} 3',
  'wasm_plugin_executions_total{plugin="guard",hook="on-records",result="failed"} 1',
  'wasm_plugin_execution_duration_seconds_bucket{plugin="guard",hook="on-records",le="0.001"} 2',
  'wasm_plugin_execution_duration_seconds_bucket{plugin="guard",hook="on-records",le="0.01"} 3',
  'wasm_plugin_execution_duration_seconds_bucket{plugin="guard",hook="on-records",le="+Inf"} 4',
  'wasm_plugin_execution_duration_seconds_sum{plugin="guard",hook="on-records"} 0.5',
  'wasm_plugin_execution_duration_seconds_count{plugin="guard",hook="on-records"} 4',
  'wasm_plugin_errors_total{plugin="guard",hook="on-records",kind="timeout"} 1',
  'wasm_plugin_records_total{plugin="guard",verdict="accepted"} 5',
  'wasm_plugin_records_total{plugin="guard",verdict="refused"} 2',
  'wasm_plugin_records_total{plugin="guard",verdict="failed"} 1',
  'wasm_plugin_records_total{plugin="guard",verdict="dropped"} 3',
  'wasm_plugin_records_total{plugin="guard",verdict="replaced"} 4',
  'wasm_plugin_records_total{plugin="guard",verdict="throttled"} 6',
  'wasm_plugin_rejections_total{plugin="guard"} 2',
  'wasm_plugin_shadow_rejections_total{plugin="guard"} 7',
  'wasm_plugin_shadow_produced_total{plugin="guard"} 8',
  'wasm_plugin_restarts_total{plugin="guard"} 1',
  'wasm_plugin_memory_bytes{plugin="guard"} 65536',
  'wasm_plugin_disk_bytes{plugin="guard"} 4096',
  'wasm_plugin_instances_active{plugin="guard"} 1',
  'wasm_plugin_queued_batches{plugin="guard"} 0',
  'wasm_plugin_running{plugin="guard"} 1',
]

for (const line of lines) {
  test(line, async () => {
    const { text } = await testHttp({ plugins: [pluginStatus()] }).get('/prometheus')
    parseExposition(text)
    assert.ok(text.includes(`\n${line}\n`), text)
  })
}

test('every plugin has a series of its own, and every hook that was called', async () => {
  const durations = new Map([
    ['on-records', histogram],
    ['on-timer', histogram],
  ] as const)
  const failures = { 'on-records trap': 1, 'on-records timeout': 2, 'init refused': 4 }
  const plugins = [pluginStatus({ name: 'a', durations, failures }), pluginStatus({ name: 'b', state: 'failed' })]
  const { text } = await testHttp({ plugins }).get('/metrics')
  const families = parseExposition(text)
  const samples = (name: string) =>
    families.get(name)!.samples.map(({ labels, value }) => `${Object.values(labels).join(' ')} ${value}`)
  assert.equal(samples('wasm_plugin_executions_total'), [
    'a on-records ok 1',
    'a on-records failed 3',
    'a on-timer ok 4',
    'a on-timer failed 0',
    'b on-records ok 3',
    'b on-records failed 1',
  ])
  assert.equal(samples('wasm_plugin_errors_total'), [
    'a on-records trap 1',
    'a on-records timeout 2',
    'a init refused 4',
    'b on-records timeout 1',
  ])
  assert.equal(samples('wasm_plugin_running'), ['a 1', 'b 0'])
})

test('without plugins the scrape is sound as well', async () => {
  const { text } = await testHttp().get('/metrics')
  assert.equal(parseExposition(text).get('wasm_plugin_execution_duration_seconds')?.samples, [])
})

test.run()
