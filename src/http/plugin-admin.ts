/**
 * What HTTP asks of the plugin host: commands, and what it is told of each plugin, of its log, of its numbers.
 *
 * The host satisfies this without knowing of it, so that the routes can be tested without a thread.
 */
import type { HttpRequest, HttpResponse } from '../plugins/crossing/hook-calls.ts'
import type { LogListener, RecentLine } from '../plugins/plugin-log.ts'
import type { PluginMetrics } from '../plugins/capabilities/plugin-metrics.ts'
import type { PluginSettings } from '../plugins/plugin-settings.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'

/** Commands throw a PluginStartError, or an error whose `code` is one of those in `plugin-errors.ts`. */
export interface PluginAdmin {
  /** In the order of the settings. */
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
  handleHttp(name: string, request: HttpRequest): Promise<HttpResponse>
  log(name: string): FollowedLog
  /** What plugins count themselves. */
  readonly metrics: readonly { readonly plugin: string; readonly metrics: Pick<PluginMetrics, 'families'> }[]
}

export interface FollowedLog {
  readonly recent: readonly RecentLine[]
  /** Returns what stops it. */
  follow(listener: LogListener): () => void
}
