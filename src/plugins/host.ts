/**
 * The plugin host, as the rest of the broker knows it: started once with the plugins of the settings, then asked
 * about every batch that is produced to a topic, or fetched from one, that any plugin wants to see. Plugins can be
 * loaded, changed and unloaded while it runs.
 */
import { dirname } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { type Random, systemRandom } from '../base/random.ts'
import type { RecordContext } from '../protocol/records.ts'
import type { Way } from './crossing/batch-details.ts'
import type { Batch } from './crossing/batch-memory.ts'
import { Cache, defaultCachePath } from './loading/cache.ts'
import { needsFolder } from './capabilities/capabilities.ts'
import { NameTaken, UnknownPlugin } from './command-errors.ts'
import type { HttpRequest, HttpResponse } from './crossing/hook-calls.ts'
import type { Client, Judged, Judgement, Sender } from './judgement.ts'
import { PluginStartError } from './loading/loading.ts'
import { Pipeline } from './pipeline.ts'
import { Plugin, type PluginDeps } from './plugin.ts'
import { dataFolder, deleteConfig, loadConfig, saveConfig } from './loading/plugin-folder.ts'
import type { PluginLog } from './plugin-log.ts'
import type { PluginMetrics } from './capabilities/plugin-metrics.ts'
import type { PluginSettings } from './plugin-settings.ts'
import type { PluginStatus } from './plugin-status.ts'
import type { HostServices } from './capabilities/services.ts'
import type { RecordSource } from './capabilities/subscriptions.ts'
import { Thread } from './crossing/thread.ts'

export { PluginCommandError } from './command-errors.ts'
export type { Client, Judged, Judgement, Refusal, Replacement, Sender } from './judgement.ts'
export { PluginStartError } from './loading/loading.ts'
export type { RecentLine } from './plugin-log.ts'
export type { PluginStatus } from './plugin-status.ts'
export type { RecordSource, SourcePartition, SourceTopic } from './capabilities/subscriptions.ts'

export interface PluginHostDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly random?: Random
  /** Where transpiled components are kept; by default the user's cache folder. */
  readonly cachePath?: string
  /** What the paths of plugins are relative to: the folder of the settings file. By default the working directory. */
  readonly folder?: string
  /** Where plugins keep things, and configs are kept; null: nowhere. */
  readonly dataPath?: string | null
  /** Ed25519 public keys by which signatures are checked: 32 bytes in base64. By default there are none. */
  readonly trustedKeys?: readonly string[]
  /** Call plugins through jco's binding alone: for tests and measurements. */
  readonly isBindingOnly?: boolean
  /** What the broker lends. Without it plugins can store nothing. */
  readonly services?: HostServices
  /** In place of threads and files, for tests. */
  readonly inPlaceOf?: Partial<PluginDeps>
}

/** Of a batch, all that the plugin host needs to know. */
export type BatchHeader = RecordContext

const noPlugins: readonly string[] = []

export class PluginHost {
  readonly #deps: PluginDeps
  /** By name, in the order of the settings; then in that in which they were loaded. */
  readonly #plugins = new Map<string, Plugin>()
  readonly #pipeline = new Pipeline()
  #source: RecordSource | null = null
  #isClosed = false

  private constructor(deps: PluginDeps) {
    this.#deps = deps
  }

  /** Calls `init` of each. Throws PluginStartError, with no thread left behind, unless what failed is optional. */
  static async start(settings: readonly PluginSettings[], deps: PluginHostDeps): Promise<PluginHost> {
    const host = new PluginHost(pluginDeps(deps))
    for (const one of settings) {
      if (host.#plugins.has(one.name)) {
        throw new PluginStartError(one, 'has the name of another plugin: give each its own `name`')
      }
      host.#plugins.set(one.name, new Plugin(one, host.#deps))
    }
    if (settings.some(needsServices)) await loadServices()
    await host.#startAll()
    return host
  }

  /** Whether any plugin is to see records of this topic. */
  wants(topic: string): boolean {
    return this.#pipeline.wants(topic)
  }

  /**
   * What plugins make of a batch. `section` holds its records, uncompressed. Batches of one partition are to be judged
   * one after another by the caller.
   */
  judge(topic: string, partition: number, batch: BatchHeader, section: Buffer, sender: Sender): Promise<Judged> {
    return this.#pipeline.judge(batchOf(topic, partition, batch, section, 'produced', sender.client, sender.by))
  }

  /** Whether any plugin is to see records of this topic on their way to a consumer. */
  wantsFetch(topic: string): boolean {
    return this.#pipeline.wantsFetch(topic)
  }

  /** What `client` gets to see: of what is dropped nothing. Refused is what a plugin failed over. */
  view(topic: string, partition: number, batch: BatchHeader, section: Buffer, client: Client): Promise<Judgement> {
    return this.#pipeline.view(batchOf(topic, partition, batch, section, 'fetched', client, noPlugins))
  }

  /** From here on plugins get what they subscribe to. */
  follow(source: RecordSource): void {
    this.#source = source
    for (const plugin of this.#plugins.values()) plugin.follow(source)
  }

  /** In the order of the settings. */
  status(): readonly PluginStatus[] {
    return [...this.#plugins.values()].map((plugin) => plugin.status)
  }

  get(name: string): PluginStatus | null {
    return this.#plugins.get(name)?.status ?? null
  }

  log(name: string): PluginLog {
    return this.#find(name).log
  }

  /** What plugins count themselves. */
  get metrics(): readonly { readonly plugin: string; readonly metrics: PluginMetrics }[] {
    return [...this.#plugins].map(([plugin, { metrics }]) => ({ plugin, metrics }))
  }

  /** At run time, behind those there are, until the broker stops. When it throws, nothing is left of it. */
  async load(settings: PluginSettings): Promise<PluginStatus> {
    const { name, path } = settings
    if (this.#isClosed) throw new PluginStartError(settings, 'is not loaded: the broker stops')
    if (this.#plugins.has(name)) throw new NameTaken(name)
    const plugin = new Plugin(settings, this.#deps, false)
    this.#plugins.set(name, plugin)
    try {
      if (needsServices(settings)) await loadServices()
      await plugin.start()
    } catch (error) {
      this.#plugins.delete(name)
      plugin.showFirstLines()
      await plugin.close()
      throw error
    }
    this.#admit(plugin)
    this.#tellStarted(name, path, plugin)
    return plugin.status
  }

  /** Ends it in order, and forgets it. */
  async unload(name: string): Promise<PluginStatus> {
    const plugin = this.#find(name)
    await plugin.unload()
    this.#pipeline.remove(plugin)
    this.#plugins.delete(name)
    this.#deps.log.info(`Unloaded plugin: ${name}`)
    return plugin.status
  }

  enable(name: string): Promise<PluginStatus> {
    return this.#command(name, 'Enabled', (plugin) => plugin.enable())
  }

  disable(name: string): Promise<PluginStatus> {
    return this.#command(name, 'Disabled', (plugin) => plugin.disable())
  }

  /** The file is read anew. When it does not start, the old one stays. */
  reload(name: string): Promise<PluginStatus> {
    return this.#command(name, 'Reloaded', (plugin) => plugin.reload())
  }

  /** Frees it from quarantine, and forgets its failures. */
  reset(name: string): Promise<PluginStatus> {
    return this.#command(name, 'Reset', (plugin) => plugin.reset())
  }

  /** Undefined: the config of the settings holds again. Throws ConfigRefused, and nothing has changed. */
  reconfigure(name: string, config: unknown): Promise<PluginStatus> {
    return this.#command(name, 'Reconfigured', (plugin) => plugin.reconfigure(config))
  }

  /** Throws NoSuchHook or HookFailed. */
  async handleHttp(name: string, request: HttpRequest): Promise<HttpResponse> {
    return this.#find(name).handleHttp(request)
  }

  /** Finishes the batches in hand. Records judged afterwards get what `on_error` says. */
  async close(graceMs?: number): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await Promise.all([...this.#plugins.values()].map((plugin) => plugin.close(graceMs)))
  }

  async #command(name: string, done: string, run: (plugin: Plugin) => Promise<void>): Promise<PluginStatus> {
    const plugin = this.#find(name)
    await run(plugin)
    this.#deps.log.info(`${done} plugin: ${name}`)
    return plugin.status
  }

  #find(name: string): Plugin {
    const plugin = this.#plugins.get(name)
    if (plugin === undefined) throw new UnknownPlugin(name)
    return plugin
  }

  #admit(plugin: Plugin): void {
    this.#pipeline.add(plugin)
    if (this.#source !== null) plugin.follow(this.#source)
  }

  /** All at once, but told in their order. */
  async #startAll(): Promise<void> {
    const plugins = [...this.#plugins.values()]
    const enabled = plugins.filter(({ settings }) => settings.enabled)
    if (enabled.length > 0) this.#deps.log.info(`Loading ${enabled.length} WASM plugins`)
    const starts = plugins.map((plugin) => plugin.start().then(() => null, asError))
    for (const [index, plugin] of plugins.entries()) {
      const { name, path, optional } = plugin.settings
      const error = await starts[index]!
      this.#admit(plugin)
      if (error === null) {
        this.#tellStarted(name, path, plugin)
      } else if (error instanceof PluginStartError && optional) {
        plugin.showFirstLines()
        this.#deps.log.warn(`Left out: ${error.message}`, { plugin: name })
      } else {
        plugin.showFirstLines()
        await Promise.all(starts)
        await this.close()
        throw error
      }
    }
  }

  #tellStarted(name: string, path: string, plugin: Plugin): void {
    if (!plugin.settings.enabled) return
    this.#deps.log.info(`Registered plugin: ${name} at ${path}`)
    this.#deps.log.info(`Plugin '${name}' initialized successfully`)
    if (plugin.isConfigKept)
      this.#deps.log.info(`Plugin '${name}' has the config that was put in place of its settings'`)
    plugin.showFirstLines()
  }
}

/** Field by field: a spread takes microseconds. */
function batchOf(
  topic: string,
  partition: number,
  { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, recordCount }: BatchHeader,
  section: Buffer,
  way: Way,
  client: Client,
  by: readonly string[],
): Batch {
  return {
    topic,
    partition,
    section,
    way,
    client,
    by,
    baseOffset,
    baseTimestamp,
    maxTimestamp,
    isLogAppendTime,
    recordCount,
  }
}

function pluginDeps(deps: PluginHostDeps): PluginDeps {
  const log = deps.logger.for('blink::plugins')
  const { clock, random = systemRandom, folder = process.cwd(), cachePath = defaultCachePath() } = deps
  const { dataPath = null, trustedKeys = [], isBindingOnly = false, services = nothingLent(clock) } = deps
  return {
    clock,
    log,
    random,
    folder,
    trustedKeys,
    isBindingOnly,
    cache: new Cache(cachePath, log),
    pressure: services.pressure,
    stopwatch: () => performance.now(),
    services: (settings, own) => (needsServices(settings) ? servicesFor!(settings, services, own) : {}),
    makeThread: (own) => new Thread(clock, own),
    ...folders(dataPath),
    async complaint(offered, config) {
      const schema = offered?.info?.configSchema ?? null
      if (schema === null) return null
      const { configComplaint } = await import('./loading/config-check.ts')
      return configComplaint(schema, config, clock)
    },
    ...deps.inPlaceOf,
  }
}

function folders(dataPath: string | null): Pick<PluginDeps, 'dataFolder' | 'keptConfig' | 'keepConfig'> {
  return {
    async dataFolder(settings) {
      if (!needsFolder(settings.capabilities)) return null
      if (dataPath === null) throw new PluginStartError(settings, 'keeps things: say where in plugin_data_path')
      return claimed(dataPath, settings)
    },
    keptConfig: async (settings) => (dataPath === null ? null : loadConfig(dataPath, settings)),
    async keepConfig(name, config) {
      if (dataPath === null) return
      await (config === undefined ? deleteConfig(dataPath, name) : saveConfig(dataPath, name, config))
    },
  }
}

async function claimed(dataPath: string, settings: PluginSettings) {
  const { claimFolder, FolderTaken } = await import('./loading/folder-claim.ts')
  const path = await dataFolder(dataPath, settings.name)
  try {
    return { path, release: claimFolder(dirname(path)) }
  } catch (error) {
    if (!(error instanceof FolderTaken)) throw error
    const remedy = 'stop that one, or give one of them a plugin_data_path of its own'
    throw new PluginStartError(settings, `keeps things, and ${error.message}: ${remedy}`)
  }
}

function nothingLent(clock: Clock): HostServices {
  const produce = async () => 'there is no broker to store it'
  return { clock, produce, pressure: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) }
}

// Most plugins are granted nothing for which the broker must do something: a start is not to wait for what that takes.
let servicesFor: typeof import('./capabilities/services.ts').servicesFor | null = null

async function loadServices(): Promise<void> {
  servicesFor ??= (await import('./capabilities/services.ts')).servicesFor
}

function needsServices({ capabilities: { http, metrics, produce, subscribe } }: PluginSettings): boolean {
  return [http, metrics, produce, subscribe].some((grant) => grant !== null)
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
