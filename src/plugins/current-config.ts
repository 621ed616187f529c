/**
 * The config of a plugin: the one that was put over HTTP, at an earlier start perhaps, and otherwise that of its
 * settings. Looked for when the plugin first starts, not before.
 */
import type { PluginSettings } from './plugin-settings.ts'

export interface ConfigKeeping {
  /** The config that was kept, when one was. */
  readonly keptConfig: (settings: PluginSettings) => Promise<{ readonly config: unknown } | null>
  /** Keeps a config for later starts; undefined: that of the settings holds again. */
  readonly keepConfig: (plugin: string, config: unknown) => Promise<void>
}

export class CurrentConfig {
  /** In force, or from the next start on. */
  value: unknown
  readonly #settings: PluginSettings
  readonly #keeping: ConfigKeeping
  #isKept = false
  #isRead = false

  constructor(settings: PluginSettings, keeping: ConfigKeeping) {
    this.#settings = settings
    this.#keeping = keeping
    this.value = settings.config
  }

  /** It is not that of the settings, but was kept. */
  get isKept(): boolean {
    return this.#isKept
  }

  async read(): Promise<unknown> {
    if (this.#isRead) return this.value
    const kept = await this.#keeping.keptConfig(this.#settings)
    this.#isRead = true
    this.#isKept = kept !== null
    if (kept !== null) this.value = kept.config
    return this.value
  }

  /** What is to be in force when this is asked for; undefined: that of the settings. */
  meantBy(asked: unknown): unknown {
    return asked === undefined ? this.#settings.config : asked
  }

  /** It is in force: later starts are to begin with it. */
  async keep(asked: unknown): Promise<void> {
    this.value = this.meantBy(asked)
    this.#isRead = true
    await this.#keeping.keepConfig(this.#settings.name, asked)
    this.#isKept = asked !== undefined
  }
}
