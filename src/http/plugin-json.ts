/** A plugin as JSON: its state, what it offers, what it did, what it said last. */
import type { PluginInfo } from '../plugins/loading/plugin-info.ts'
import type { RecentLine } from '../plugins/plugin-log.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import type { RecordCounts } from '../plugins/crossing/verdicts.ts'
import { anyJson, byName, described, flag, integer, list, named, nullable, object, text } from './schema.ts'

export const shownLine = named('LogLine', object({ timestamp: integer(), level: text(), message: text() }))

const counts = object({
  accepted: integer(),
  refused: integer(),
  failed: integer(),
  dropped: integer(),
  replaced: integer(),
  throttled: integer(),
  shadow_refused: integer(),
})

export const shownPlugin = named(
  'Plugin',
  object({
    name: text(),
    path: text(),
    sha256: nullable(text()),
    edition: nullable(text()),
    is_sandboxed: flag(),
    enabled: flag(),
    is_in_settings: described(flag(), 'False when it was loaded over HTTP: then it is gone when the broker stops.'),
    mode: text(),
    priority: integer(),
    topics: described(list(text()), 'Whose records it sees, as in its settings.'),
    clients: described(list(text()), 'Likewise.'),
    state: text(),
    since_ms: integer(),
    port: nullable(integer()),
    instances: object({ count: integer(), active: integer() }),
    hooks: list(text()),
    imports: list(text()),
    exports: list(text()),
    capabilities: described(list(text()), 'What it was granted.'),
    info: anyJson('What it says of itself; null before it said so.'),
    records: counts,
    shadow_produced: described(integer(), 'Records that it produced in shadow mode, and that were not stored.'),
    failures: byName(integer()),
    restarts: integer(),
    last_failure: nullable(text()),
    latency_ms: byName(anyJson('The 50th, 90th and 99th percentile, by hook.')),
    memory_bytes: integer(),
    disk_bytes: integer(),
    is_direct: flag(),
    queued_batches: integer(),
    log: list(shownLine),
  }),
)

/** All but its config, which may hold secrets: that is shown by its own route. */
export function showPlugin(status: PluginStatus) {
  return {
    name: status.name,
    path: status.path,
    sha256: status.hash,
    edition: status.edition,
    is_sandboxed: status.isSandboxed,
    enabled: status.enabled,
    is_in_settings: status.isInSettings,
    mode: status.mode,
    priority: status.priority,
    topics: status.topics,
    clients: status.clients,
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

export function showRecords({ shadowRefused, ...counts }: RecordCounts) {
  return { ...counts, shadow_refused: shadowRefused }
}

export function showLine({ timeMs, level, text }: RecentLine) {
  return { timestamp: timeMs, level, message: text }
}
