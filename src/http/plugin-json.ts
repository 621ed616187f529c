/** A plugin as JSON: its state, what it offers, what it did, what it said last. */
import type { PluginInfo } from '../plugins/loading/plugin-info.ts'
import type { RecentLine } from '../plugins/plugin-log.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import type { RecordCounts } from '../plugins/crossing/verdicts.ts'

/** All but its config, which may hold secrets: that is shown by its own route. */
export function showPlugin(status: PluginStatus) {
  return {
    name: status.name,
    path: status.path,
    sha256: status.hash,
    edition: status.edition,
    is_sandboxed: status.isSandboxed,
    enabled: status.enabled,
    mode: status.mode,
    priority: status.priority,
    topics: status.topics,
    state: status.state,
    since_ms: status.sinceMs,
    port: status.port,
    instances: status.instances,
    hooks: status.hooks,
    imports: status.imports,
    exports: status.exports,
    capabilities: status.capabilities,
    info: status.info === null ? null : showInfo(status.info),
    records: showRecords(status.records),
    shadow_produced: status.shadowProduced,
    failures: status.failures,
    restarts: status.restarts,
    last_failure: status.lastFailure,
    latency_ms: Object.fromEntries(
      Object.entries(status.latency).map(([hook, { p50Ms, p90Ms, p99Ms }]) => [
        hook,
        { p50: p50Ms, p90: p90Ms, p99: p99Ms },
      ]),
    ),
    memory_bytes: status.memoryBytes,
    disk_bytes: status.diskBytes,
    is_direct: status.isDirect,
    queued_batches: status.queuedBatches,
    log: status.recentLines.map(showLine),
  }
}

function showInfo({ name, version, author, description, hooks, memoryBytesMin, configSchema }: PluginInfo) {
  const memory_bytes_min = memoryBytesMin
  return { name, version, author, description, hooks, memory_bytes_min, config_schema: configSchema }
}

function showRecords({ shadowRefused, ...counts }: RecordCounts) {
  return { ...counts, shadow_refused: shadowRefused }
}

export function showLine({ timeMs, level, text }: RecentLine) {
  return { timestamp: timeMs, level, message: text }
}
