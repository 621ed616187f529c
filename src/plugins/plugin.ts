/**
 * One plugin: its settings, what it is told to do at run time, and what people are told of it. The instances that do
 * its work come and go with its generations; counts, log, subscriptions and config stay.
 *
 * Commands are done one after another. A command that needs new instances starts them beside the old ones, which go on
 * until the new ones run.
 */
import type { Level } from '../base/logger.ts'
import type { Batch } from './crossing/batch-memory.ts'
import { ConfigRefused, HookFailed, NoSuchHook, WrongState } from './command-errors.ts'
import { type ConfigKeeping, CurrentConfig } from './current-config.ts'
import { diskBytes, type OwnFolder, ownFolder } from './capabilities/disk-usage.ts'
import { Generation, type GenerationDeps, type Subscriber } from './generation.ts'
import type { HttpRequest, HttpResponse } from './crossing/hook-calls.ts'
import type { Services } from './crossing/host-calls.ts'
import { allAccepted, type Client, type Judgement } from './judgement.ts'
import { Latencies } from './latencies.ts'
import { type Command, PluginLife, type Step } from './life.ts'
import { PluginStartError } from './loading/loading.ts'
import { sizeComplaint } from './loading/plugin-folder.ts'
import { NamePatterns } from '../base/name-patterns.ts'
import { PluginLog } from './plugin-log.ts'
import { PluginMetrics } from './capabilities/plugin-metrics.ts'
import type { PluginSettings } from './plugin-settings.ts'
import { codeOf, countsOf, type Past, type PluginStatus, settingsOf, withPast } from './plugin-status.ts'
import type { OwnServices } from './capabilities/services.ts'
import { ShadowLog } from './shadow-log.ts'
import { type RecordSource, Subscriptions } from './capabilities/subscriptions.ts'
import { judgementOf, noRecords } from './crossing/verdicts.ts'

export interface PluginDeps
  extends ConfigKeeping,
    Omit<GenerationDeps, 'services' | 'latencies' | 'print' | 'ownFolder'> {
  readonly services: (settings: PluginSettings, own: OwnServices) => Services
  /**
   * The plugin's own folder, made if need be, and this broker's until it is released; null when nothing is granted that
   * needs one.
   */
  readonly dataFolder: (settings: PluginSettings) => Promise<{ readonly path: string; release(): void } | null>
}

/** What is left to instances to do what is in hand when others take their place, or none. */
const drainTimeoutMs = 30_000
/** The same when the broker stops. */
const closeTimeoutMs = 2000

export class Plugin {
  readonly settings: PluginSettings
  readonly log: PluginLog
  /** What it counts itself. */
  readonly metrics: PluginMetrics
  readonly #deps: PluginDeps
  readonly #isInSettings: boolean
  readonly #life: PluginLife
  readonly #topics: NamePatterns
  readonly #clients: NamePatterns
  readonly #latencies = new Latencies()
  readonly #records = noRecords()
  readonly #shadow: ShadowLog
  readonly #subscriptions: Subscriptions
  /** Those whose threads may still run. */
  readonly #generations = new Set<Generation>()
  /** What instances of generations that have ended added up to. */
  #past: Past = { restarts: 0, failures: {}, lastFailure: null }
  /** The last that began in order; in force when the plugin is. */
  #generation: Generation | null = null
  readonly #config: CurrentConfig
  /** Made before its first instance. */
  #ownFolder: OwnFolder | null = null
  #releaseFolder = () => {}
  #commands: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(settings: PluginSettings, deps: PluginDeps, isInSettings = true) {
    const { name } = settings
    this.settings = settings
    this.#isInSettings = isInSettings
    this.log = new PluginLog(name, deps.log, deps.clock)
    this.metrics = new PluginMetrics(settings.capabilities.metrics?.seriesMax ?? 0, (text) => this.#tell('warn', text))
    this.#deps = deps
    this.#life = new PluginLife(settings.enabled, deps.clock.now())
    this.#topics = new NamePatterns(settings.topics)
    this.#clients = new NamePatterns(settings.clients)
    this.#shadow = new ShadowLog(name, deps.log, deps.clock)
    this.#config = new CurrentConfig(settings, deps)
    const deliver = (batch: Batch, passedOver: readonly number[]) => this.#deliver(batch, passedOver)
    this.#subscriptions = new Subscriptions({ deliver, plugin: name, log: deps.log })
  }

  /** What it logs meanwhile is printed by `showFirstLines`, when it is this plugin's turn in the log. */
  async start(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#life.isEnabled && !this.#isClosed) await this.#start()
    })
  }

  /** Whether its config was put in the place of that of the settings, at an earlier start perhaps. */
  get isConfigKept(): boolean {
    return this.#config.isKept
  }

  showFirstLines(): void {
    this.#generation?.printLines()
  }

  /** Whether it is to be asked about records of this topic. */
  judges(topic: string): boolean {
    return this.#life.isInForce && this.#judgesRecords && this.#topics.match(topic)
  }

  /** Whether it is to be asked about records of this topic on their way to a consumer. */
  views(topic: string): boolean {
    return this.#life.isInForce && this.#generation!.offers('on-fetch') && this.#topics.match(topic)
  }

  /** Whether it is to be asked about records of this client. */
  minds({ id, principal }: Client): boolean {
    return this.#clients.match(id ?? '') || (principal !== null && this.#clients.match(principal))
  }

  /** Records of these indexes are passed over. To be asked only while it `judges` the topic. */
  async judge(batch: Batch, passedOver: readonly number[]): Promise<Judgement> {
    const lane = this.#generation!.laneOf(batch.topic, batch.partition)
    const counts = this.#records
    const judgement = await lane.judge(batch, passedOver, (answer) => {
      if (answer !== null) return judgementOf(answer, this.settings, counts)
      counts.accepted += batch.recordCount - passedOver.length
      return allAccepted
    })
    return this.#applied(batch, judgement)
  }

  /** As `judge`, before a consumer gets them. What it fails over is refused, or shown with `on_error: accept`. */
  async view(batch: Batch, passedOver: readonly number[]): Promise<Judgement> {
    const lane = this.#generation!.laneOf(batch.topic, batch.partition)
    // Consumers may read a record any number of times: what they get is not counted with what is produced.
    const counts = noRecords()
    const judgement = await lane.judge(batch, passedOver, (answer) =>
      answer === null ? allAccepted : judgementOf(answer, this.settings, counts),
    )
    this.#records.failed += counts.failed
    return this.#applied(batch, judgement)
  }

  /** Of what it subscribed to. */
  follow(source: RecordSource): void {
    this.#subscriptions.follow(source)
  }

  async handleHttp(request: HttpRequest): Promise<HttpResponse> {
    const { name } = this.settings
    if (!this.#life.isInForce) throw new HookFailed(name, `the plugin is ${this.status.state}`)
    if (!this.#generation!.offers('handle-http')) throw new NoSuchHook(name, 'handle-http')
    const called = await this.#generation!.idlest.call('handle-http', request)
    if ('value' in called) return called.value as HttpResponse
    throw new HookFailed(name, called.whyNot)
  }

  enable(): Promise<void> {
    return this.#command('enable', async (step) => {
      if (step === 'start') await this.#startNow()
    })
  }

  disable(): Promise<void> {
    return this.#command('disable', async (step) => {
      this.#life.disabled(this.#now())
      if (step === 'end') await this.#end()
    })
  }

  /** The file is read anew. When the new instances do not start, the old ones stay, and it throws why. */
  reload(): Promise<void> {
    return this.#command('reload', (step) =>
      step === 'replace' ? this.#replace(this.#config.value) : this.#startNow(),
    )
  }

  /** Failures are forgotten; what waits, or waits no more, starts at once. */
  reset(): Promise<void> {
    return this.#command('reset', (step) => (step === 'reset' ? this.#generation!.reset() : this.#startNow()))
  }

  /** Undefined: that of the settings. When the plugin does not take it, the old one stays in force. */
  reconfigure(asked: unknown): Promise<void> {
    return this.#command('reconfigure', async (step) => {
      const config = this.#config.meantBy(asked)
      const refuse = (why: string): never => {
        throw new ConfigRefused(this.settings.name, why)
      }
      const complaint = sizeComplaint(asked) // Before it is in force: what could not be kept must not be.
      if (complaint !== null) refuse(complaint)
      const why = await this.#take(config, step).catch((error) => {
        if (error instanceof PluginStartError) refuse(error.message)
        throw error
      })
      if (why !== null) refuse(why)
      await this.#config.keep(asked)
    })
  }

  /** For good. */
  unload(): Promise<void> {
    return this.#command('unload', async (step) => {
      this.#life.stopped(this.#now())
      if (step === 'end') await this.#end()
      this.#giveBack()
    })
  }

  /** Does what is in hand, within a bound. It stays in force: records that still come get what `on_error` says. */
  async close(graceMs = closeTimeoutMs): Promise<void> {
    this.#isClosed = true
    this.#subscriptions.close()
    await Promise.all([...this.#generations].map((generation) => generation.end(graceMs)))
    this.#giveBack()
  }

  get status(): PluginStatus {
    const generation = this.#generation
    const instances = (generation?.lanes ?? []).map(({ supervisor }) => supervisor.life)
    return {
      ...settingsOf(this.settings),
      ...this.#life.standing(instances),
      enabled: this.#life.isEnabled,
      isInSettings: this.#isInSettings,
      config: this.#config.value,
      ...codeOf(generation),
      ...countsOf(this.settings, generation, this.#living, this.#past),
      records: { ...this.#records },
      shadowProduced: this.#shadow.produced,
      diskBytes: this.#ownFolder === null ? 0 : diskBytes(this.#ownFolder),
      latency: this.#latencies.quantiles,
      durations: this.#latencies.durations,
      recentLines: this.log.recent,
    }
  }

  get #judgesRecords(): boolean {
    return this.#generation!.offers('on-record') || this.#generation!.offers('on-records')
  }

  /** The last one, and those before it that still end. */
  get #living(): readonly Generation[] {
    const last = this.#generation
    return last === null ? [...this.#generations] : [...new Set([...this.#generations, last])]
  }

  #command(command: Command, run: (step: Step) => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const step = this.#life.stepFor(command)
      if (step === 'refuse' || this.#isClosed) throw new WrongState(this.settings.name, command, this.status.state)
      if (step !== 'nothing') await run(step)
    })
  }

  /** What bounds the commands that wait: whoever gives one waits for it. */
  #inTurn(run: () => Promise<void>): Promise<void> {
    const turn = this.#commands.then(run)
    this.#commands = turn.catch(() => {})
    return turn
  }

  async #start(config: unknown = this.#config.read()): Promise<void> {
    this.#life.starting(this.#now())
    const next = this.#make()
    const last = this.#generation
    this.#generation = next
    if (last !== null) this.#forget(last)
    try {
      await next.start(config)
    } catch (error) {
      this.#generations.delete(next)
      this.#past = { ...this.#past, lastFailure: (error as Error).message }
      this.#life.failed(this.#now())
      throw error
    }
    this.#begin(next)
  }

  /** Starts it, and has its lines printed. */
  async #startNow(config?: unknown): Promise<void> {
    await this.#start(config).finally(() => this.showFirstLines())
  }

  /** Batches in hand are judged by the old instances, later ones by the new. */
  async #replace(config: unknown): Promise<void> {
    const next = this.#make()
    try {
      await next.start(config)
    } catch (error) {
      this.#generations.delete(next)
      throw error
    } finally {
      next.printLines()
    }
    const last = this.#generation!
    this.#generation = next
    this.#begin(next)
    await last.end(drainTimeoutMs)
    this.#forget(last)
  }

  #make(): Generation {
    const { services, dataFolder, ...rest } = this.#deps
    const { metrics, settings } = this
    const own: Omit<OwnServices, keyof Subscriber> = {
      metrics,
      log: (level, text) => this.#tell(level, text),
      notProduced: (topic) => this.#shadow.noteProduced(topic),
    }
    const generation = new Generation(settings, {
      ...rest,
      ownFolder: () => this.#openFolder(),
      latencies: this.#latencies,
      print: (lines, dropped) => this.log.print(lines, dropped),
      services: (subscriber) => services(settings, { ...subscriber, ...own }),
    })
    this.#generations.add(generation)
    return generation
  }

  async #openFolder(): Promise<OwnFolder> {
    if (this.#ownFolder !== null) return this.#ownFolder
    const folder = await this.#deps.dataFolder(this.settings)
    this.#releaseFolder = () => folder?.release()
    this.#ownFolder = ownFolder(folder?.path ?? null)
    return this.#ownFolder
  }

  #begin(generation: Generation): void {
    this.#life.inForce(this.#now())
    this.#config.value = generation.config
    const follow = () => this.#subscriptions.set(this.#judgesRecords ? generation.subscribed : [])
    generation.activate(follow)
    follow()
  }

  async #end(): Promise<void> {
    this.#subscriptions.set([])
    const last = this.#generation!
    await last.end(drainTimeoutMs)
    this.#generations.delete(last)
  }

  /** Its threads have ended, and others have taken its place: what it counted is kept. */
  #forget(generation: Generation): void {
    this.#generations.delete(generation)
    this.#past = withPast(generation, this.#past)
  }

  /** Why not, or null when the config is in force, or will be from the next start on. */
  async #take(config: unknown, step: Step): Promise<string | null> {
    const generation = this.#generation
    const why = await this.#deps.complaint(generation?.offered ?? null, config)
    if (why !== null) return why
    if (step === 'note') return null
    if (step === 'replace' && generation!.offers('on-config-changed')) return generation!.reconfigure(config)
    await (step === 'replace' ? this.#replace(config) : this.#startNow(config))
    return null
  }

  /** In shadow mode verdicts are told, and do nothing. */
  #applied({ topic, partition }: Batch, judgement: Judgement): Judgement {
    if (judgement === allAccepted || this.settings.mode === 'enforce') return judgement
    this.#shadow.note(topic, partition, judgement)
    return allAccepted
  }

  /** Of a topic it subscribed to. Instances of a generation that was replaced leave the rest to the next. */
  async #deliver(batch: Batch, skipped: readonly number[]): Promise<void> {
    let left: readonly number[] = Array.from({ length: batch.recordCount }, (_, index) => index)
    left = left.filter((index) => !skipped.includes(index))
    while (left.length > 0 && this.#life.isInForce) {
      const generation = this.#generation!
      const notShown = await generation.show(batch, left, (answer, shown) => {
        if (answer === null) this.#records.accepted += shown.length
        else judgementOf(answer, this.settings, this.#records)
      })
      if (notShown === null && generation === this.#generation) return
      left = notShown ?? left
    }
  }

  /** A line of its log that it did not write itself. */
  #tell(level: Level, text: string): void {
    this.log.print([{ level, index: -1, text }], 0)
  }

  #giveBack(): void {
    this.#releaseFolder()
    this.#releaseFolder = () => {}
    this.#shadow.close()
    this.log.close()
  }

  #now(): number {
    return this.#deps.clock.now()
  }
}
