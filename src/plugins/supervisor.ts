/**
 * Keeps one instance of a plugin running: starts its thread, replaces it when it failed, waits before it does so again,
 * gives up in the end. What is to happen when is decided by `InstanceLife`; here it is done.
 */
import type { Clock, Timer } from '../base/clock.ts'
import { type Level, type Logger, levels } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import type { PlacedBatch } from './crossing/batch-memory.ts'
import type { CrossedLine, LogLine } from './crossing/crossing.ts'
import type { OwnFolder } from './capabilities/disk-usage.ts'
import { InstanceLife } from './life.ts'
import { type Loaded, PluginStartError } from './loading/loading.ts'
import type { Offered } from './loading/plugin-info.ts'
import type { PluginSettings } from './plugin-settings.ts'
import type { CallHook, Failure, Judged, Reply, Thread } from './crossing/thread.ts'

/** What of a thread is used here; tests have one of their own. */
export type PluginThread = Pick<Thread, keyof Thread>

export interface SupervisorDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly random: Random
  /** Starts it at once. */
  readonly makeThread: () => PluginThread
  /** What the plugin wrote, and how many lines more it would have been. */
  readonly print: (lines: readonly LogLine[], dropped: number) => void
  readonly pressure: SharedArrayBuffer
  /** Why the plugin does not take the config, by what it says of itself; null when it does not object. */
  readonly complaint: (offered: Offered | null, config: unknown) => Promise<string | null>
  /** An instance that replaces another is initialised. */
  readonly whenBack: () => void
}

export class Supervisor {
  readonly life: InstanceLife
  readonly #settings: PluginSettings
  readonly #deps: SupervisorDeps
  readonly #failures: Record<string, number> = {}
  #loaded: Loaded | null = null
  /** The plugin's own folder; null when nothing is granted that needs one. */
  #ownFolder: OwnFolder | null = null
  #config: unknown = null
  #thread: PluginThread
  #offered: Offered | null = null
  #port: number | null = null
  #lastFailure: string | null = null
  #isEnding = false
  /** Settles when the restart in progress has come to an end, good or bad. */
  #restarting: Promise<void> = Promise.resolve()
  #backoff: Timer | null = null
  #waiters: (() => void)[] = []

  /** The thread starts at once, so that it is there when the plugin's code is. */
  constructor(settings: PluginSettings, deps: SupervisorDeps) {
    this.#settings = settings
    this.#deps = deps
    this.life = new InstanceLife(settings.maxFailures, deps.random, deps.clock.now())
    this.#thread = this.#begin()
  }

  /** Instantiates it and calls its `init`. Lines it writes meanwhile are kept until `printLines`. */
  async start(loaded: Loaded, config: unknown, ownFolder: OwnFolder): Promise<void> {
    this.#loaded = loaded
    this.#config = config
    this.#ownFolder = ownFolder
    const why = await this.#whyNotStarted()
    if (why === null) {
      this.life.running(this.#now())
      return
    }
    const error = new PluginStartError(this.#settings, `does not start: ${why}`)
    this.#lastFailure = error.message
    this.life.leftOut(this.#now())
    await this.#thread.end()
    throw error
  }

  printLines(): readonly CrossedLine[] {
    const { lines, dropped } = this.#thread.takeLog()
    this.#deps.print(lines, dropped)
    return lines
  }

  /** Null when there is an instance to ask, after a restart in progress if need be; otherwise why there is none. */
  async whyNotRunning(): Promise<string | null> {
    if (this.life.state === 'starting') await this.#restarting
    const { state, failuresInRow } = this.life
    if (state === 'running') return null
    if (state === 'backing-off') return `the plugin is being restarted after a failure: ${this.#lastFailure}`
    if (state === 'quarantined')
      return `the plugin is quarantined after ${failuresInRow} failures: ${this.#lastFailure}`
    return `the plugin is ${state}`
  }

  /** Resolves when there is an instance to ask, however long that takes, or when there will be none. */
  async running(): Promise<boolean> {
    while (this.life.state !== 'running' && !this.#isEnding) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
    }
    return !this.#isEnding
  }

  /** Shows the plugin the records that are still pending of some of these batches, beginning with number `first`. */
  async judge(placed: readonly PlacedBatch[], first: number): Promise<Judged> {
    const judged = await this.#thread.judge(placed, first, this.#settings.timeoutMs)
    if (judged.failure === null) this.life.judged()
    return judged
  }

  takeReplies(): ReadonlyMap<number, Reply> {
    return this.#thread.takeReplies()
  }

  async call(hook: CallHook, argument: unknown): Promise<{ failure: Failure } | { value: unknown }> {
    const answer = await this.#thread.call(hook, argument, this.#settings.timeoutMs)
    if ('value' in answer) this.life.worked(hook)
    return answer
  }

  /** After a failure; `hasJudged` when the instance had given a verdict before it. */
  async replace(failure: Failure, hasJudged: boolean): Promise<void> {
    if (hasJudged) this.life.judged()
    await this.#thread.end()
    this.#fail(failure)
  }

  /** Ends the instance, which did nothing wrong, and starts another. */
  async renew(): Promise<void> {
    await this.#thread.end()
    if (!this.#isEnding) this.#restart()
    await this.#restarting
  }

  /** Forgets its failures; if it waits, or waits no more, it is started at once. */
  async reset(): Promise<void> {
    if (!this.life.reset(this.#now())) return
    this.#backoff?.cancel()
    this.#restart()
    await this.#restarting
  }

  /** Notes a failure that calls for nothing, since the instance ends anyway. */
  note(failure: Failure): void {
    const { name } = this.#settings
    this.#count(failure)
    this.#deps.log.error(`Plugin '${name}' failed: ${this.#lastFailure}; it was to end`, fieldsOf(name, failure))
  }

  /** What instances are initialised with from now on. */
  set config(config: unknown) {
    this.#config = config
  }

  /** Null before it was loaded. */
  get offered(): Offered | null {
    return this.#offered
  }
  /** Of a batch that was judged: records with another verdict than accepted. */
  notAccepted(batch: number): number {
    return this.#thread.notAccepted(batch)
  }
  /** The port that `init` asked for. */
  get port(): number | null {
    return this.#port
  }
  get isDirect(): boolean {
    return this.#thread.isDirect
  }
  get memoryBytes(): number {
    return this.life.state === 'running' ? this.#thread.memoryBytes : 0
  }
  /** By hook and kind, as `on-record timeout`. */
  get failures(): Readonly<Record<string, number>> {
    return this.#failures
  }
  get lastFailure(): string | null {
    return this.#lastFailure
  }

  async close(): Promise<void> {
    this.#isEnding = true
    this.#backoff?.cancel()
    if (this.life.state !== 'failed') this.life.stopped(this.#now())
    this.#wake()
    await this.#thread.end()
    await this.#restarting
  }

  #begin(): PluginThread {
    this.life.starting(this.#now())
    this.#thread = this.#deps.makeThread()
    return this.#thread
  }

  async #whyNotStarted(): Promise<string | null> {
    const failure = await this.#load(this.#thread)
    if (failure !== null) return describe(failure)
    this.#offered = this.#thread.offered
    const complaint = await this.#deps.complaint(this.#offered, this.#config)
    if (complaint !== null) return complaint
    const refused = await this.#init(this.#thread)
    return refused && describe(refused)
  }

  #load(thread: PluginThread): Promise<Failure | null> {
    const { name, nonUtf8, tombstones, capabilities, logLevel } = this.#settings
    const request = {
      code: this.#loaded!.code,
      policies: { nonUtf8, tombstones },
      logLevel: logLevel ?? lowestLevel(this.#deps.log),
      plugin: name,
      grants: capabilities,
      config: this.#config,
      ownFolder: this.#ownFolder!,
      pressure: this.#deps.pressure,
    }
    return thread.load(request, true)
  }

  async #init(thread: PluginThread): Promise<Failure | null> {
    const failure = await thread.init(this.#settings.initTimeoutMs)
    if (failure === null) this.#port = thread.port
    return failure
  }

  #fail(failure: Failure): void {
    this.#count(failure)
    if (this.#isEnding) return
    const { name } = this.#settings
    const next = this.life.failed(failure.hook, this.#now())
    const what = `Plugin '${name}' failed: ${this.#lastFailure}`
    const fields = fieldsOf(name, failure)
    if (next === 'quarantine') {
      this.#deps.log.error(`${what}; quarantined after ${this.life.failuresInRow} failures in a row`, fields)
    } else if (next.restartInMs === 0) {
      this.#deps.log.error(`${what}; restarting at once`, fields)
      this.#restart()
    } else {
      this.#deps.log.error(`${what}; restarting in ${next.restartInMs} ms`, fields)
      this.#backoff = this.#deps.clock.after(next.restartInMs, () => this.#restart())
    }
  }

  #count(failure: Failure): void {
    const name = `${failure.hook} ${failure.kind}`
    this.#failures[name] = (this.#failures[name] ?? 0) + 1
    this.#lastFailure = describe(failure)
  }

  #restart(): void {
    const thread = this.#begin()
    const restarted = async () => {
      const failure = (await this.#load(thread)) ?? (await this.#init(thread))
      this.printLines()
      if (failure === null && !this.#isEnding) {
        this.life.running(this.#now())
        this.#wake()
        this.#deps.whenBack()
        return
      }
      await thread.end()
      if (failure !== null) this.#fail(failure)
    }
    this.#restarting = restarted()
  }

  #wake(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }

  #now(): number {
    return this.#deps.clock.now()
  }
}

export function describe({ hook, kind, message }: Failure): string {
  if (hook === 'load') return `instantiating it failed: ${message}`
  return kind === 'refused' ? `${hook} refused: ${message}` : `${hook} failed (${kind}): ${message}`
}

function fieldsOf(plugin: string, { hook, kind }: Failure): { plugin: string; hook: string; kind: string } {
  return { plugin, hook, kind }
}

function lowestLevel(log: Logger): Level {
  return levels.find((level) => log.isEnabled(level)) ?? 'error'
}
