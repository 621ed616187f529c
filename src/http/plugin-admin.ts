/**
 * What HTTP asks of the plugin host, and what it is told: the commands, the state of each plugin, its log, its numbers.
 *
 * The host satisfies this without knowing of it, so that the routes can be tested without a thread.
 */
import type { Level } from '../base/logger.ts'
import type { CapabilityName } from '../plugins/capabilities.ts'
import type { State } from '../plugins/life.ts'
import type { Hook, PluginInfo } from '../plugins/plugin-info.ts'
import type { LogListener, RecentLine } from '../plugins/plugin-log.ts'
import type { PluginMetrics } from '../plugins/plugin-metrics.ts'
import type { Mode, PluginSettings } from '../plugins/plugin-settings.ts'

/** Commands throw a PluginStartError, or an error whose `code` is one of those in `plugin-errors.ts`. */
export interface PluginAdmin {
  /** In the order in which they judge. */
  status(): readonly PluginStatus[]
  get(name: string): PluginStatus | null
  load(settings: PluginSettings): Promise<PluginStatus>
  /** Ends it in order and forgets it. */
  unload(name: string): Promise<unknown>
  enable(name: string): Promise<PluginStatus>
  disable(name: string): Promise<PluginStatus>
  /** Reads the file anew; the old instance goes on when the new one does not start. */
  reload(name: string): Promise<PluginStatus>
  /** Frees it from quarantine, and forgets its failures. */
  reset(name: string): Promise<PluginStatus>
  /** Keeps the config for later starts; undefined: forgets what was kept, and takes that of settings.yaml again. */
  reconfigure(name: string, config: unknown): Promise<PluginStatus>
  handleHttp(name: string, request: PluginRequest): Promise<PluginResponse>
  log(name: string): FollowedLog
  /** What plugins count themselves. */
  readonly metrics: readonly { readonly plugin: string; readonly metrics: Pick<PluginMetrics, 'families'> }[]
}

export interface PluginStatus {
  readonly name: string
  readonly path: string
  readonly edition: '0.1' | '0.2' | 'script' | null
  /** False for scripts, which could do whatever Blink can. */
  readonly isSandboxed: boolean
  readonly enabled: boolean
  readonly mode: Mode
  readonly priority: number
  readonly topics: readonly string[]
  readonly state: State | 'disabled'
  readonly sinceMs: number
  readonly hash: string | null
  readonly port: number | null
  readonly instances: { readonly count: number; readonly active: number }
  readonly hooks: readonly Hook[]
  readonly imports: readonly string[]
  readonly exports: readonly string[]
  readonly info: PluginInfo | null
  readonly capabilities: readonly CapabilityName[]
  readonly config: unknown
  readonly records: RecordCounts
  /** Failures by hook and kind, as `on-record timeout`. */
  readonly failures: Readonly<Record<string, number>>
  readonly lastFailure: string | null
  readonly restarts: number
  readonly memoryBytes: number
  readonly diskBytes: number
  /** Of the hooks that were called. */
  readonly latency: Readonly<Partial<Record<Hook, Quantiles>>>
  readonly durations: ReadonlyMap<Hook, Histogram>
  readonly isDirect: boolean
  readonly queuedBatches: number
  readonly recentLines: readonly RecentLine[]
}

export interface RecordCounts {
  readonly accepted: number
  readonly refused: number
  readonly failed: number
  readonly dropped: number
  readonly replaced: number
  readonly throttled: number
  /** Refused in shadow mode: by verdict alone, they were accepted. */
  readonly shadowRefused: number
}

export interface Quantiles {
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
}

export interface Histogram {
  /** The largest value of each bucket, ascending. */
  readonly bounds: readonly number[]
  /** How many values each holds; one more than there are bounds: the last holds what is larger. */
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

export interface PluginRequest {
  readonly method: string
  readonly path: string
  /** Without the question mark; null when there is none. */
  readonly query: string | null
  /** Names in small letters. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

export interface PluginResponse {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

export interface FollowedLog {
  readonly recent: readonly { readonly timeMs: number; readonly level: Level; readonly text: string }[]
  /** Returns what stops it. */
  follow(listener: LogListener): () => void
}
