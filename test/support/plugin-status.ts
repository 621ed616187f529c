/** What the plugin host would say of a plugin that runs well, with what a test wants to be otherwise. */
import type { PluginStatus } from '../../src/plugins/host.ts'
import { startMs } from './broker.ts'

export function pluginStatus(differences: Partial<PluginStatus> = {}): PluginStatus {
  return {
    name: 'guard',
    path: 'guard.wasm',
    state: 'running',
    sinceMs: startMs,
    hash: 'abc',
    port: 8080,
    edition: '0.1',
    isSandboxed: true,
    enabled: true,
    mode: 'enforce',
    priority: 0,
    topics: ['*'],
    instances: { count: 1, active: 1 },
    hooks: ['on-record'],
    imports: [],
    exports: [],
    info: null,
    capabilities: [],
    config: null,
    records: { accepted: 5, refused: 2, failed: 1, dropped: 0, replaced: 0, throttled: 0, shadowRefused: 0 },
    failures: { 'on-record timeout': 1 },
    lastFailure: 'on-record did not answer',
    restarts: 1,
    memoryBytes: 65_536,
    diskBytes: 0,
    latency: {},
    durations: new Map(),
    isDirect: true,
    queuedBatches: 0,
    recentLines: [{ timeMs: startMs, level: 'warn', text: 'careful' }],
    ...differences,
  }
}
