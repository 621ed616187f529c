/**
 * The plugin host, as the rest of the broker knows it: started once with the plugins of the settings, then asked
 * about every batch that is produced to a topic that any plugin wants to see.
 */
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { Cache, defaultCachePath } from './cache.ts'
import type { Refusal } from './judgement.ts'
import { PluginStartError } from './loading.ts'
import { Pipeline } from './pipeline.ts'
import { Plugin, type PluginStatus } from './plugin.ts'
import type { PluginSettings } from './plugin-settings.ts'

export type { Refusal } from './judgement.ts'
export { PluginStartError } from './loading.ts'
export type { PluginStatus } from './plugin.ts'
export type { RecentLine } from './plugin-log.ts'

export interface PluginHostDeps {
  readonly clock: Clock
  readonly logger: Logger
  /** Where transpiled components are kept; by default the user's cache folder. */
  readonly cachePath?: string
  /** What the paths of plugins are relative to: the folder of the settings file. By default the working directory. */
  readonly folder?: string
  /** Call plugins through jco's binding alone: for tests and measurements. */
  readonly isBindingOnly?: boolean
}

/** Of a batch, all that the plugin host needs to know. */
export interface BatchHeader {
  readonly recordCount: number
}

const nothingRefused: Promise<readonly Refusal[]> = Promise.resolve([])

export class PluginHost {
  readonly #plugins: readonly Plugin[]
  readonly #pipeline: Pipeline
  #isClosed = false

  private constructor(plugins: readonly Plugin[], running: readonly Plugin[]) {
    this.#plugins = plugins
    this.#pipeline = new Pipeline(running)
  }

  /** Calls `init` of each. Throws PluginStartError, with no thread left behind, unless what failed is optional. */
  static async start(settings: readonly PluginSettings[], deps: PluginHostDeps): Promise<PluginHost> {
    const log = deps.logger.for('blink::plugins')
    const { clock, folder = process.cwd(), cachePath = defaultCachePath(), isBindingOnly = false } = deps
    const options = { clock, log, folder, isBindingOnly, cache: new Cache(cachePath, log) }
    const enabled = settings.filter((one) => one.enabled)
    checkNames(enabled)
    const plugins = enabled.map((one) => new Plugin(one, options))
    if (plugins.length > 0) log.info(`Loading ${plugins.length} WASM plugins`)
    const running = await startAll(plugins, log)
    return new PluginHost(plugins, running)
  }

  /** Whether any plugin is to see records of this topic. */
  wants(topic: string): boolean {
    return this.#pipeline.wants(topic)
  }

  /**
   * The records that are not to be stored, in ascending order; none when all were accepted. `section` holds the
   * batch's records, uncompressed. Batches of one partition are to be judged one after another by the caller.
   */
  judge(topic: string, partition: number, batch: BatchHeader, section: Buffer): Promise<readonly Refusal[]> {
    if (!this.wants(topic)) return nothingRefused
    const stored = { baseOffset: 0, baseTimestamp: 0, maxTimestamp: 0, isLogAppendTime: false }
    const sender = { way: 'produced', client: { id: null, principal: null }, by: [] } as const
    return this.#pipeline.judge({ topic, partition, recordCount: batch.recordCount, section, ...stored, ...sender })
  }

  status(): readonly PluginStatus[] {
    return this.#plugins.map((plugin) => plugin.status)
  }

  /** Finishes the batches in hand. Records judged afterwards get what `on_error` says. */
  async close(graceMs?: number): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await Promise.all(this.#plugins.map((plugin) => plugin.close(graceMs)))
  }
}

function checkNames(settings: readonly PluginSettings[]): void {
  const taken = new Set<string>()
  for (const one of settings) {
    if (taken.has(one.name)) throw new PluginStartError(one, 'has the name of another plugin: give each its own `name`')
    taken.add(one.name)
  }
}

/** All at once, but told in their order. */
async function startAll(plugins: readonly Plugin[], log: Logger): Promise<readonly Plugin[]> {
  const starts = plugins.map((plugin) => plugin.start().then(() => null, asError))
  const running: Plugin[] = []
  for (const [index, plugin] of plugins.entries()) {
    const { name, path, optional } = plugin.settings
    const error = await starts[index]!
    if (error instanceof PluginStartError && optional) {
      plugin.showFirstLines()
      log.warn(`Left out: ${error.message}`, { plugin: name })
    } else if (error !== null) {
      plugin.showFirstLines()
      await Promise.all(starts)
      await Promise.all(plugins.map((one) => one.close()))
      throw error
    } else {
      log.info(`Registered plugin: ${name} at ${path}`)
      log.info(`Plugin '${name}' initialized successfully`)
      plugin.showFirstLines()
      running.push(plugin)
    }
  }
  return running
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
