/**
 * Keeps a plugin running: starts its thread, replaces it when it failed, waits before it does so again, gives up in
 * the end. What is to happen when is decided by `Life`; here it is done.
 */
import type { Clock, Timer } from '../base/clock.ts'
import { type Level, type Logger, levels } from '../base/logger.ts'
import type { PlacedBatch } from './batch-memory.ts'
import type { LogLine } from './crossing.ts'
import { Life, type State } from './life.ts'
import { type Loaded, type LoadOptions, load, PluginStartError } from './loading.ts'
import type { PluginSettings } from './plugin-settings.ts'
import { type Failure, Thread } from './thread.ts'

export interface SupervisorDeps extends LoadOptions {
  readonly clock: Clock
  readonly log: Logger
  /** What the plugin wrote, and how many lines more it would have been. */
  readonly print: (lines: readonly LogLine[], dropped: number) => void
}

export class Supervisor {
  readonly #settings: PluginSettings
  readonly #deps: SupervisorDeps
  readonly #life: Life
  readonly #failures: Record<string, number> = {}
  #loaded: Loaded | null = null
  #thread: Thread | null = null
  #port: number | null = null
  #lastFailure: string | null = null
  /** Settles when the restart in progress has come to an end, good or bad. */
  #restarting: Promise<void> = Promise.resolve()
  #backoff: Timer | null = null

  constructor(settings: PluginSettings, deps: SupervisorDeps) {
    this.#settings = settings
    this.#deps = deps
    this.#life = new Life(settings.maxFailures, deps.clock.now())
  }

  /** Loads the component and calls its `init`. Lines it writes meanwhile are kept until `printLines`. */
  async start(): Promise<void> {
    // The thread starts while the component is read.
    const thread = this.#begin()
    try {
      this.#loaded = await load(this.#settings, this.#deps)
      const failure = await this.#initiate(thread, this.#loaded)
      if (failure !== null) throw new PluginStartError(this.#settings, `does not start: ${describe(failure)}`)
      this.#life.running(this.#now())
    } catch (error) {
      this.#life.leftOut(this.#now())
      this.#lastFailure = (error as Error).message
      await thread.end()
      throw error
    }
  }

  printLines(): readonly LogLine[] {
    const { lines, dropped } = this.#thread!.takeLog()
    this.#deps.print(lines, dropped)
    return lines
  }

  /** Null when there is an instance to ask, after a restart in progress if need be; otherwise why there is none. */
  async whyNotRunning(): Promise<string | null> {
    if (this.#life.state === 'starting') await this.#restarting
    const { state, failuresInRow } = this.#life
    if (state === 'running') return null
    if (state === 'backing-off') return `the plugin is being restarted after a failure: ${this.#lastFailure}`
    if (state === 'quarantined')
      return `the plugin is quarantined after ${failuresInRow} failures: ${this.#lastFailure}`
    return `the plugin is ${state}`
  }

  /** Shows the plugin the records that are still pending. */
  async judge(placed: PlacedBatch): Promise<Failure | null> {
    const failure = await this.#thread!.judge(placed, this.#settings.timeoutMs)
    if (failure === null) this.#life.judged()
    return failure
  }

  /** After a failure; `hasJudged` when the instance had given a verdict before it. */
  async replace(failure: Failure, hasJudged: boolean): Promise<void> {
    if (hasJudged) this.#life.judged()
    await this.#thread!.end()
    this.#fail(failure)
  }

  /** Of the last batch: records with another verdict than accepted. */
  get notAccepted(): number {
    return this.#thread!.notAccepted
  }

  get status() {
    const { state, sinceMs, restarts } = this.#life
    return {
      state: state satisfies State,
      sinceMs,
      restarts,
      hash: this.#loaded?.hash ?? null,
      port: this.#port,
      failures: { ...this.#failures },
      lastFailure: this.#lastFailure,
      isDirect: this.#thread?.isDirect ?? false,
      memoryBytes: state === 'running' ? this.#thread!.memoryBytes : 0,
    }
  }

  async close(): Promise<void> {
    this.#backoff?.cancel()
    this.#life.stopped(this.#now())
    await this.#thread?.end()
    await this.#restarting
  }

  #begin(): Thread {
    this.#life.starting(this.#now())
    this.#thread = new Thread(this.#deps.clock, {})
    return this.#thread
  }

  async #initiate(thread: Thread, { code }: Loaded): Promise<Failure | null> {
    const { initTimeoutMs, nonUtf8, tombstones } = this.#settings
    const policies = { nonUtf8, tombstones }
    const { name: plugin, capabilities: grants, config } = this.#settings
    const logLevel = lowestLevel(this.#deps.log)
    const pressure = new SharedArrayBuffer(4)
    const notLoaded = await thread.load({ code, policies, logLevel, plugin, grants, config, folder: null, pressure })
    const failure = notLoaded ?? (await thread.init(initTimeoutMs))
    if (failure === null) this.#port = thread.port
    return failure
  }

  #fail(failure: Failure): void {
    const name = `${failure.hook} ${failure.kind}`
    this.#failures[name] = (this.#failures[name] ?? 0) + 1
    this.#lastFailure = describe(failure)
    if (this.#life.state === 'stopped') return
    const next = this.#life.failed(this.#now())
    const what = `Plugin '${this.#settings.name}' failed: ${this.#lastFailure}`
    const fields = { plugin: this.#settings.name, hook: failure.hook, kind: failure.kind }
    if (next === 'quarantine') {
      this.#deps.log.error(`${what}; quarantined after ${this.#life.failuresInRow} failures in a row`, fields)
    } else if (next.restartInMs === 0) {
      this.#deps.log.error(`${what}; restarting at once`, fields)
      this.#restart()
    } else {
      this.#deps.log.error(`${what}; restarting in ${next.restartInMs} ms`, fields)
      this.#backoff = this.#deps.clock.after(next.restartInMs, () => this.#restart())
    }
  }

  #restart(): void {
    const thread = this.#begin()
    const restarted = async () => {
      const failure = await this.#initiate(thread, this.#loaded!)
      this.printLines()
      if (failure === null && this.#life.state === 'starting') {
        this.#life.running(this.#now())
        return
      }
      await thread.end()
      if (failure !== null) this.#fail(failure)
    }
    this.#restarting = restarted()
  }

  #now(): number {
    return this.#deps.clock.now()
  }
}

export function describe({ hook, kind, message }: Failure): string {
  return hook === 'load' ? `instantiating it failed: ${message}` : `${hook} failed (${kind}): ${message}`
}

function lowestLevel(log: Logger): Level {
  return levels.find((level) => log.isEnabled(level)) ?? 'error'
}
