/** `/metrics` and `/prometheus`, as a whole. */
import * as assert from 'uvu/assert'
import { PluginMetrics } from '../../src/plugins/capabilities/plugin-metrics.ts'
import { testHttp } from '../support/http.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { parseExposition } from '../support/prometheus.ts'
import { suite } from '../support/suite.ts'

const test = suite('metrics')

test('both paths answer in the text form of Prometheus, the broker’s numbers and those of plugins', async () => {
  const http = testHttp({ plugins: [pluginStatus()] })
  await http.post('/produce', { topic: 't', value: 'a' })
  const metrics = new PluginMetrics(10, assert.unreachable)
  metrics.take({ updates: [{ kind: 'gauge', name: 'n', tags: [], value: 1, buckets: [] }], isCutOff: false })
  http.admin.metrics = [{ plugin: 'guard', metrics }]
  for (const path of ['/metrics', '/prometheus']) {
    const { status, headers, text } = await http.get(path)
    assert.is(status, 200)
    assert.match(headers.get('content-type')!, /^text\/plain; version=0\.0\.4/)
    const families = parseExposition(text)
    const types = ['kafka_log_size', 'wasm_plugin_restarts_total', 'wasm_plugin_execution_duration_seconds']
    assert.equal(
      [...types, 'wasm_plugin_guard_n'].map((name) => families.get(name)?.type),
      ['gauge', 'counter', 'histogram', 'gauge'],
    )
    for (const { name, samples } of families.values()) {
      if (!name.startsWith('blink_consumer_group')) assert.ok(samples.length > 0, name)
    }
  }
})

test('who asks for OpenMetrics gets that', async () => {
  const { headers, text } = await testHttp().get('/metrics', { accept: 'application/openmetrics-text; version=1.0.0' })
  assert.match(headers.get('content-type')!, /^application\/openmetrics-text; version=1\.0\.0/)
  assert.match(text, /\n# EOF\n$/)
  // Of a counter, the family has no suffix, and its samples have; every name is that of the other form.
  assert.match(text, '\n# TYPE blink_refused_records counter\nblink_refused_records_total 0\n')
  assert.match(text, '\nkafka_network_requestmetrics_totalitems{request="Produce"} 2\n')
})

test.run()
