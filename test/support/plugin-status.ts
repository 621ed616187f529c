/** What the plugin host would say of a plugin that runs well, with what a test wants to be otherwise. */
import type { Histogram } from '../../src/plugins/latencies.ts'
import type { PluginStatus } from '../../src/plugins/plugin-status.ts'
import { startMs } from './broker.ts'

/** Two calls within a millisecond, one of at most ten, one longer. */
export const histogram: Histogram = { bounds: [0.001, 0.01], counts: [2, 1, 1], sum: 0.5, count: 4 }

export function pluginStatus(differences: Partial<PluginStatus> = {}): PluginStatus {
  return {
    name: 'guard',
    path: 'guard.wasm',
    state: 'running',
    sinceMs: startMs,
    hash: 'abc',
    port: 8080,
    edition: '0.2',
    isSandboxed: true,
    enabled: true,
    isInSettings: true,
    mode: 'enforce',
    onError: 'reject',
    priority: 10,
    topics: ['*'],
    clients: ['shop-*'],
    instances: { count: 2, active: 1 },
    hooks: ['on-records', 'on-timer'],
    imports: ['wasi:logging/logging@0.1.0-draft'],
    exports: ['blink:plugin/lifecycle@0.2.0', 'blink:plugin/records@0.2.0'],
    info: null,
    capabilities: ['keyvalue'],
    config: { limit: 3 },
    records: { accepted: 5, refused: 2, failed: 1, dropped: 3, replaced: 4, throttled: 6, shadowRefused: 7 },
    shadowProduced: 8,
    latency: { 'on-records': { p50Ms: 1, p90Ms: 2.5, p99Ms: 10 } },
    durations: new Map([['on-records', histogram]]),
    diskBytes: 4096,
    failures: { 'on-records timeout': 1 },
    lastFailure: 'on-records did not answer',
    restarts: 1,
    memoryBytes: 65_536,
    isDirect: true,
    queuedBatches: 0,
    recentLines: [{ timeMs: startMs, level: 'warn', text: 'careful' }],
    ...differences,
  }
}
