/** A plugin as JSON. */
import * as assert from 'uvu/assert'
import { showPlugin } from '../../src/http/plugin-json.ts'
import { startMs } from '../support/broker.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugin as json')

test('a plugin is shown with all that is known of it', () => {
  assert.equal(JSON.parse(JSON.stringify(showPlugin(pluginStatus()))), {
    name: 'guard',
    path: 'guard.wasm',
    sha256: 'abc',
    edition: '0.2',
    is_sandboxed: true,
    enabled: true,
    is_in_settings: true,
    mode: 'enforce',
    priority: 10,
    topics: ['*'],
    clients: ['shop-*'],
    state: 'running',
    since_ms: startMs,
    port: 8080,
    instances: { count: 2, active: 1 },
    hooks: ['on-records', 'on-timer'],
    imports: ['wasi:logging/logging@0.1.0-draft'],
    exports: ['blink:plugin/lifecycle@0.2.0', 'blink:plugin/records@0.2.0'],
    capabilities: ['keyvalue'],
    info: null,
    records: { accepted: 5, refused: 2, failed: 1, dropped: 3, replaced: 4, throttled: 6, shadow_refused: 7 },
    shadow_produced: 8,
    failures: { 'on-records timeout': 1 },
    restarts: 1,
    last_failure: 'on-records did not answer',
    latency_ms: { 'on-records': { p50: 1, p90: 2.5, p99: 10 } },
    memory_bytes: 65_536,
    disk_bytes: 4096,
    is_direct: true,
    queued_batches: 0,
    log: [{ timestamp: startMs, level: 'warn', message: 'careful' }],
  })
})

test('what a plugin says of itself', () => {
  const info = {
    name: 'Guard',
    version: '1.0.0',
    author: 'A',
    description: 'Refuses.',
    hooks: ['on-records'] as const,
    memoryBytesMin: 7,
    configSchema: '{}',
  }
  assert.equal(showPlugin(pluginStatus({ info })).info, {
    name: 'Guard',
    version: '1.0.0',
    author: 'A',
    description: 'Refuses.',
    hooks: ['on-records'],
    memory_bytes_min: 7,
    config_schema: '{}',
  })
})

test('its config, which may hold secrets, is not shown', () => {
  const shown = JSON.stringify(showPlugin(pluginStatus({ config: { password: 'hunter2' } })))
  assert.not.match(shown, 'hunter2')
})

test.run()
