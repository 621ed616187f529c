/**
 * The instances that a plugin has at a time, all of one code: as many lanes as settings ask for. Partitions are shared
 * among them by a hash, so that the records of a partition always go to the same one, in their order.
 */
import { murmur2 } from '../protocol/murmur2.ts'
import type { Batch } from './crossing/batch-memory.ts'
import { verdict } from './crossing/crossing.ts'
import type { OwnFolder } from './capabilities/disk-usage.ts'
import type { Services } from './crossing/host-calls.ts'
import { Lane, type LaneDeps } from './lane.ts'
import { type Loaded, type LoadOptions, load } from './loading/loading.ts'
import type { Hook, Offered } from './loading/plugin-info.ts'
import type { PluginSettings } from './plugin-settings.ts'
import type { OwnServices } from './capabilities/services.ts'
import type { PluginThread } from './supervisor.ts'
import type { Answer } from './crossing/verdicts.ts'

export interface GenerationDeps extends Omit<LaneDeps, 'makeThread'>, LoadOptions {
  /**
   * What the broker does for its instances. What they ask for is about their generation: a new one may start while an
   * old one ends.
   */
  readonly services: (subscriber: Subscriber) => Services
  readonly makeThread: (services: Services) => PluginThread
  /** The plugin's own folder, made if need be. */
  readonly ownFolder: () => Promise<OwnFolder>
  /** From settings to code; a test has its own. */
  readonly load?: (settings: PluginSettings, options: LoadOptions) => Promise<Loaded>
}

export type Subscriber = Pick<OwnServices, 'subscribe' | 'unsubscribe'>

export class Generation {
  readonly settings: PluginSettings
  readonly lanes: readonly Lane[]
  readonly #deps: GenerationDeps
  /** The patterns of topics that its instances subscribed to. */
  readonly #subscribed = new Set<string>()
  #loaded: Loaded | null = null
  #config: unknown = null
  #whenSubscribed: () => void = () => {}

  /** Its threads start at once, so that they are there when the code is. */
  constructor(settings: PluginSettings, deps: GenerationDeps) {
    this.settings = settings
    this.#deps = deps
    const services = deps.services({
      subscribe: (topics) => this.#changeSubscribed(() => this.#subscribed.add(topics)),
      unsubscribe: (topics) => this.#changeSubscribed(() => this.#subscribed.delete(topics)),
    })
    const laneDeps: LaneDeps = { ...deps, makeThread: () => deps.makeThread(services) }
    this.lanes = Array.from({ length: settings.instances }, () => new Lane(settings, laneDeps))
  }

  /** All of them, or none: throws why, and has ended what began. Their first lines are kept until `printLines`. */
  async start(asked: unknown | Promise<unknown>): Promise<void> {
    const loading = (this.#deps.load ?? load)(this.settings, this.#deps)
    try {
      const [loaded, config, ownFolder] = await Promise.all([loading, asked, this.#deps.ownFolder()])
      this.#loaded = loaded
      this.#config = config
      await Promise.all(this.lanes.map((lane) => lane.start(loaded, config, ownFolder)))
    } catch (error) {
      await Promise.all(this.lanes.map(({ supervisor }) => supervisor.close()))
      throw error
    }
  }

  /** It is in force: `whenSubscribed` is called from now on when its instances subscribe, and their timers run. */
  activate(whenSubscribed: () => void): void {
    this.#whenSubscribed = whenSubscribed
    for (const lane of this.lanes) lane.activate()
  }

  printLines(): void {
    for (const { supervisor } of this.lanes) supervisor.printLines()
  }

  /** Partitions of a topic, which follow each other, are spread evenly. */
  laneOf(topic: string, partition: number): Lane {
    const count = this.lanes.length
    if (count === 1) return this.lanes[0]!
    return this.lanes[((murmur2(Buffer.from(topic)) >>> 0) + partition) % count]!
  }

  /** The one that runs and has least to do; any when none runs. */
  get idlest(): Lane {
    const running = this.lanes.filter(({ supervisor }) => supervisor.life.state === 'running')
    const lanes = running.length === 0 ? this.lanes : running
    return lanes.reduce((least, lane) => (lane.queuedBatches < least.queuedBatches ? lane : least))
  }

  get subscribed(): readonly string[] {
    return [...this.#subscribed]
  }
  get config(): unknown {
    return this.#config
  }
  get loaded(): Loaded | null {
    return this.#loaded
  }
  /** Instances are of one code, and offer the same. */
  get offered(): Offered | null {
    return this.lanes[0]!.supervisor.offered
  }
  offers(hook: Hook): boolean {
    return this.offered?.hooks.includes(hook) ?? false
  }

  /**
   * Shows these records of a batch to the instance of its partition, when it runs, however long that takes. Answers
   * which were not shown, because it ceased to run meanwhile; null when it will not run again.
   */
  async show(
    batch: Batch,
    asked: readonly number[],
    read: (answer: Answer | null, shown: readonly number[]) => void,
  ): Promise<readonly number[] | null> {
    const lane = this.laneOf(batch.topic, batch.partition)
    if (!(await lane.supervisor.running())) return null
    const shown = new Set(asked)
    const passedOver = Array.from({ length: batch.recordCount }, (_, index) => index).filter((one) => !shown.has(one))
    return lane.judge(batch, passedOver, (answer) => {
      const notShown = answer === null ? [] : asked.filter((index) => answer.verdicts[index] === verdict.pending)
      for (const index of notShown) answer!.verdicts[index] = verdict.passedOver
      read(answer, asked)
      return notShown
    })
  }

  /** Tells each instance. When one refuses, those that took the config go back to the old one; answers why. */
  async reconfigure(config: unknown): Promise<string | null> {
    const taken: Lane[] = []
    for (const lane of this.lanes) {
      const why = await lane.reconfigure(config, this.#config)
      if (why !== null) {
        await Promise.all(taken.map((one) => one.restore(this.#config, config)))
        return why
      }
      taken.push(lane)
    }
    this.#config = config
    return null
  }

  async reset(): Promise<void> {
    await Promise.all(this.lanes.map(({ supervisor }) => supervisor.reset()))
  }

  /** Whatever was begun is done, within this time. */
  async end(graceMs: number): Promise<void> {
    this.#whenSubscribed = () => {}
    await Promise.all(this.lanes.map((lane) => lane.end(graceMs)))
  }

  #changeSubscribed(change: () => void): void {
    change()
    this.#whenSubscribed()
  }
}
