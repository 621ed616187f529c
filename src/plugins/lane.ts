/**
 * One instance of a plugin and the jobs that wait for it: batches, timers, requests, strictly one after another.
 *
 * What bounds the jobs that wait: whoever adds one waits for it. A connection has one request in hand, a partition one
 * batch, a timer one call.
 */
import type { Timer } from '../base/clock.ts'
import { BatchGroup, type GroupDeps } from './crossing/batch-group.ts'
import { type Batch, BatchMemory } from './crossing/batch-memory.ts'
import type { OwnFolder } from './capabilities/disk-usage.ts'
import type { Latencies } from './latencies.ts'
import type { Loaded } from './loading/loading.ts'
import { type Hook, recordHook } from './loading/plugin-info.ts'
import type { PluginSettings } from './plugin-settings.ts'
import { describe, Supervisor, type SupervisorDeps } from './supervisor.ts'
import type { CallHook } from './crossing/thread.ts'
import type { Answer } from './crossing/verdicts.ts'

export interface LaneDeps extends Omit<SupervisorDeps, 'whenBack'> {
  readonly latencies: Latencies
  /** Milliseconds, as exact as the machine has them. */
  readonly stopwatch: () => number
}

/** What became of a call: the hook's answer, or why there is none. */
export type Called = { readonly value: unknown } | { readonly whyNot: string }

/** As the WIT has it: a plugin cannot ask to be called more often. */
const timerMsMin = 10

export class Lane {
  readonly supervisor: Supervisor
  readonly #deps: LaneDeps
  readonly #groupDeps: GroupDeps
  #queue: Promise<unknown> = Promise.resolve()
  /** The last in the queue, when it is a group of batches that has not begun. */
  #lastWaiting: BatchGroup | null = null
  #queuedBatches = 0
  #timer: Timer | null = null
  /** Whether its timer may run: the plugin is in force, and this lane not ending. */
  #isActive = false
  /** Once it ends; whoever is in more of a hurry ends it again. */
  #finishing: Promise<void> | null = null

  constructor(settings: PluginSettings, deps: LaneDeps) {
    this.#deps = deps
    this.supervisor = new Supervisor(settings, { ...deps, whenBack: () => this.#startTimer() })
    this.#groupDeps = {
      supervisor: this.supervisor,
      memory: new BatchMemory(),
      took: ({ way }, ms) => deps.latencies.add(recordHook(this.supervisor.offered?.edition, way), ms),
      stopwatch: deps.stopwatch,
    }
  }

  start(loaded: Loaded, config: unknown, ownFolder: OwnFolder): Promise<void> {
    return this.supervisor.start(loaded, config, ownFolder)
  }

  /** From now on it is called by its timer. */
  activate(): void {
    this.#isActive = true
    this.#startTimer()
  }

  get queuedBatches(): number {
    return this.#queuedBatches
  }

  /**
   * Records of these indexes are passed over. `read` is given the answer, or null when every record was accepted and
   * there is no more to say, before the lane goes on.
   */
  async judge<T>(batch: Batch, passedOver: readonly number[], read: (answer: Answer | null) => T): Promise<T> {
    this.#queuedBatches++
    try {
      return await this.#groupFor(batch).add(batch, passedOver, read)
    } finally {
      this.#queuedBatches--
    }
  }

  /** Of a hook that is offered. */
  call(hook: CallHook, argument: unknown): Promise<Called> {
    return this.#inTurn(() => this.#call(hook, argument))
  }

  /**
   * The instance is told of its new config by the hook, and those that replace it are initialised with it. Answers why
   * not, and then nothing has changed. An instance that does not run is told nothing.
   */
  reconfigure(config: unknown, before: unknown): Promise<string | null> {
    return this.#inTurn(async () => {
      if ((await this.supervisor.whyNotRunning()) !== null) {
        this.supervisor.config = config
        return null
      }
      const called = await this.#call('on-config-changed', config)
      const why = 'value' in called ? (called.value as string | null) : called.whyNot
      this.supervisor.config = why === null ? config : before
      return why
    })
  }

  /** Takes back a config; an instance that does not take the old one again is replaced by one that begins with it. */
  async restore(config: unknown, before: unknown): Promise<void> {
    if ((await this.reconfigure(config, before)) === null) return
    await this.#inTurn(async () => {
      this.supervisor.config = config
      if ((await this.supervisor.whyNotRunning()) === null) await this.supervisor.renew()
    })
  }

  /** Does what is in hand, and ends the instance in order; whatever it is doing once the time is over. */
  async end(graceMs: number): Promise<void> {
    this.#isActive = false
    this.#timer?.cancel()
    let limit: Timer | undefined
    const late = new Promise<void>((resolve) => {
      limit = this.#deps.clock.after(graceMs, resolve)
    })
    this.#finishing ??= this.#finish()
    await Promise.race([this.#finishing, late])
    limit?.cancel()
    await this.supervisor.close()
  }

  /** Batches that wait without anything between them cross together. */
  #groupFor(batch: Batch): BatchGroup {
    if (this.#lastWaiting?.hasRoomFor(batch)) return this.#lastWaiting
    const group = new BatchGroup(this.#groupDeps)
    const judge = () => {
      if (this.#lastWaiting === group) this.#lastWaiting = null
      return group.judge()
    }
    this.#inTurn(judge).catch((error) => group.fail(error))
    this.#lastWaiting = group
    return group
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    this.#lastWaiting = null
    const turn = this.#queue.then(job)
    this.#queue = turn.catch(() => {})
    return turn
  }

  async #finish(): Promise<void> {
    for (let last: Promise<unknown> | null = null; last !== this.#queue; ) {
      last = this.#queue
      await last
    }
    for (const hook of ['finalize', 'cleanup'] as const) {
      if (!this.#offers(hook) || this.supervisor.life.state !== 'running') return
      const startMs = this.#deps.stopwatch()
      const answer = await this.supervisor.call(hook, undefined)
      this.#took(hook, startMs)
      this.supervisor.printLines()
      if (!('failure' in answer)) continue
      this.supervisor.note(answer.failure)
      return
    }
  }

  async #call(hook: CallHook, argument: unknown): Promise<Called> {
    const whyNot = await this.supervisor.whyNotRunning()
    if (whyNot !== null) return { whyNot }
    const startMs = this.#deps.stopwatch()
    const answer = await this.supervisor.call(hook, argument)
    this.#took(hook, startMs)
    this.supervisor.printLines()
    if ('value' in answer) return answer
    await this.supervisor.replace(answer.failure, false)
    return { whyNot: describe(answer.failure) }
  }

  /** Also when an instance has replaced another: its timer begins anew. */
  #startTimer(): void {
    this.#timer?.cancel()
    this.#timer = null
    if (this.#isActive && this.#offers('on-timer')) this.#tick()
  }

  #tick(): void {
    const { life } = this.supervisor
    const { restarts } = life
    const job = async () => {
      // When the instance was replaced meanwhile, the new one has a call of its own in the queue.
      if (!this.#isActive || life.state !== 'running' || life.restarts !== restarts) return
      const called = await this.#call('on-timer', undefined)
      if (!('value' in called) || called.value === null || !this.#isActive) return
      const delayMs = Math.max(timerMsMin, called.value as number)
      this.#timer = this.#deps.clock.after(delayMs, () => this.#tick())
    }
    // Nobody waits for it who could tell of a bug.
    this.#inTurn(job).catch((error) => this.#deps.log.error('a timer came to nothing', { error }))
  }

  #offers(hook: Hook): boolean {
    return this.supervisor.offered?.hooks.includes(hook) ?? false
  }

  #took(hook: Hook, startMs: number): void {
    this.#deps.latencies.add(hook, this.#deps.stopwatch() - startMs)
  }
}
