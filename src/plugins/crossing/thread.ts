/**
 * The broker's end of a plugin's thread: starts it, asks it, and ends it when it does not answer in time. A thread
 * that failed once is of no more use; what to do about it is decided by the plugin's life, not here.
 */
import { MessageChannel, MessagePort, Worker } from 'node:worker_threads'
import type { Clock } from '../../base/clock.ts'
import { BatchDetails } from './batch-details.ts'
import type { PlacedBatch } from './batch-memory.ts'
import { Crossing, type FailureKind, task } from './crossing.ts'
import { entryUrl } from '../entries/entry.ts'
import type { CallHook } from './hook-calls.ts'
import { type Services, serveCalls } from './host-calls.ts'
import type { Code } from '../guest/instance.ts'
import {
  describesItself,
  type Hook,
  hooksOf,
  type Offered,
  type PluginInfo,
  recordHook,
} from '../loading/plugin-info.ts'
import { noReplies, type Reply, takeReplies, takeValue } from './replies.ts'
import type { AskedCall, LoadRequest, Start } from '../entries/worker.ts'

export type { CallHook, HttpRequest, HttpResponse } from './hook-calls.ts'
export type { Reply } from './replies.ts'
export type { LoadRequest } from '../entries/worker.ts'

/** What of a plugin's thread can fail. */
export type Asked = 'load' | 'describe' | 'init' | Hook

/** How a call of a hook failed. */
export interface Failure {
  readonly hook: Asked
  readonly kind: FailureKind
  readonly message: string
  /** The record whose call it was; -1 when it was none's, or that of many. */
  readonly index: number
}

/** What became of batches. */
export interface Judged {
  /** How many of them have been judged, counted from the first of all. */
  readonly judged: number
  /** That of the next one. */
  readonly failure: Failure | null
}

/**
 * Starting a thread and instantiating a component takes tens of milliseconds; on a machine without a free core, more.
 */
const loadTimeoutMs = 30_000
/** JavaScript's heap of the thread, where only log lines and jco's tasks live. */
const heapMegabytesMax = 64

/** Answered without thinking. */
const describeTimeoutMs = 5_000

/** With what only plugins of 0.2 need. */
interface More {
  readonly port: MessagePort
  readonly details: readonly BatchDetails[]
}

export class Thread {
  readonly #worker: Worker
  readonly #clock: Clock
  readonly #services: Services
  readonly #crossing = new Crossing()
  #more: More | null = null
  /** Asked already, if it is. */
  #init: number | null = null
  #offered: Offered | null = null
  #buffer: SharedArrayBuffer | undefined
  #died: string | null = null

  /** The thread starts at once, so that it is there when the plugin's code is. */
  constructor(clock: Clock, services: Services) {
    this.#clock = clock
    this.#services = services
    this.#worker = new Worker(entryUrl('worker'), {
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
    })
    this.#worker.once('error', (error) => this.#end(error.message))
    this.#worker.once('exit', () => this.#end('its thread ended'))
  }

  /**
   * Instantiates the plugin, and asks it what it is, if it can say. `isInitNext`: its thread need not wait for `init`
   * to be called, as this thread may be busy loading the broker.
   */
  async load(request: LoadRequest, isInitNext = false): Promise<Failure | null> {
    const [more, calls] = [this.#openMore(request), this.#openCalls(request)]
    const start: Start = { ...request, more, calls, crossing: this.#crossing.memory }
    // Asked before the thread hears of it: whoever loads quickly may answer before this thread goes on.
    const asked = this.#crossing.ask(task.load)
    this.#worker.postMessage(
      start,
      [more?.port, calls].filter((port) => port instanceof MessagePort),
    )
    const { code } = request
    const canDescribe = code.kind === 'component' && describesItself(code.exports)
    // What it says of itself may keep it from being initialised.
    if (isInitNext && !canDescribe) this.#init = this.#crossing.ask(task.init)
    const failure = await this.#answered(asked, 'load', loadTimeoutMs)
    if (failure !== null) return failure
    this.#offered = offeredBy(code, null)
    return canDescribe ? this.#describe(request) : null
  }

  init(timeoutMs: number): Promise<Failure | null> {
    return this.#answered(this.#init ?? this.#crossing.ask(task.init), 'init', timeoutMs)
  }

  /**
   * Asks about the records that are still pending of these batches, those before `first` apart. It may answer before
   * all are judged. Verdicts are written into the buffer; what they carry is there for `takeReplies`, also when others
   * of the batch failed.
   */
  async judge(placed: readonly PlacedBatch[], first: number, timeoutMs: number): Promise<Judged> {
    const { buffer } = placed[0]!
    const isNewBuffer = buffer !== this.#buffer
    if (isNewBuffer) this.#worker.postMessage(buffer)
    this.#buffer = buffer
    this.#crossing.setBatches(placed.length, first, isNewBuffer)
    const details = this.#more?.details
    for (let nth = first; nth < placed.length; nth++) {
      const { shape, batch } = placed[nth]!
      this.#crossing.setShape(nth, shape)
      details?.[nth]?.set(batch)
    }
    const failed = await this.#answered(this.#crossing.ask(task.judge), 'on-record', timeoutMs)
    const { judged } = this.#crossing
    if (failed === null) return { judged, failure: null }
    const { way } = (placed[judged] ?? placed.at(-1)!).batch
    return { judged, failure: { ...failed, hook: recordHook(this.#offered?.edition, way) } }
  }

  /** What the verdicts of the last batches carry. */
  takeReplies(): ReadonlyMap<number, Reply> {
    return this.#more === null ? noReplies : takeReplies(this.#more.port, this.#crossing)
  }

  /** Of a plugin that offers this hook. */
  async call(hook: CallHook, argument: unknown, timeoutMs: number): Promise<{ failure: Failure } | { value: unknown }> {
    const { port } = this.#more!
    port.postMessage({ hook, argument } satisfies AskedCall)
    const failure = await this.#answered(this.#crossing.ask(task.call), hook, timeoutMs)
    return failure === null ? { value: takeValue(port, this.#crossing) } : { failure }
  }

  /** Null before it is loaded. */
  get offered(): Offered | null {
    return this.#offered
  }
  get port(): number | null {
    return this.#crossing.port
  }
  get isDirect(): boolean {
    return this.#crossing.isDirect
  }
  get memoryBytes(): number {
    return this.#crossing.memoryBytes
  }
  /** Of a batch that was judged: records with another verdict than accepted. */
  notAccepted(batch: number): number {
    return this.#crossing.notAccepted(batch)
  }
  takeLog(): ReturnType<Crossing['takeLog']> {
    return this.#crossing.takeLog()
  }

  /** Whatever it is doing. What it wrote can be read afterwards. */
  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  /** A plugin of 0.1 that may produce must know, too, whose doing the records are that it is shown. */
  #openMore({ code, grants }: LoadRequest): Start['more'] {
    const isToldMore = code.kind === 'component' && (code.edition === '0.2' || grants.produce !== null)
    if (!isToldMore) return null
    const { port1, port2 } = new MessageChannel()
    const details = BatchDetails.memory()
    this.#more = { port: port1, details: BatchDetails.allIn(details) }
    return { port: port2, details }
  }

  #openCalls({ grants }: LoadRequest): MessagePort | null {
    if (Object.values(grants).every((grant) => grant === null)) return null
    const { port1, port2 } = new MessageChannel()
    serveCalls(port1, this.#services)
    return port2
  }

  async #describe({ code }: LoadRequest): Promise<Failure | null> {
    const failure = await this.#answered(this.#crossing.ask(task.describe), 'describe', describeTimeoutMs)
    if (failure !== null) return failure
    this.#offered = offeredBy(code, takeValue(this.#more!.port, this.#crossing) as PluginInfo)
    return null
  }

  async #answered(request: number, hook: Asked, timeoutMs: number): Promise<Failure | null> {
    let isLate = false
    const timer = this.#clock.after(timeoutMs, () => {
      isLate = true
      this.#crossing.stopWaiting()
    })
    if (this.#died === null) await this.#crossing.answer(request)
    timer.cancel()
    if (this.#crossing.hasAnswered(request)) return this.#failureOf(request, hook)
    // The index is read when the thread has stopped, lest it be that of a later record.
    await this.end()
    const [kind, message]: [FailureKind, string] = isLate
      ? ['timeout', `it did not answer within ${timeoutMs} ms`]
      : ['died', this.#died ?? 'its thread ended']
    return { hook, kind, message, index: this.#crossing.index }
  }

  #failureOf(request: number, hook: Asked): Failure | null {
    const failure = this.#crossing.failureOf(request)
    return failure && { hook, index: this.#crossing.index, ...failure }
  }

  #end(why: string): void {
    this.#died ??= why
    this.#crossing.stopWaiting()
  }
}

function offeredBy(code: Code, info: PluginInfo | null): Offered {
  if (code.kind === 'script') return { edition: 'script', hooks: ['on-record'], info: null, imports: [], exports: [] }
  const { edition, imports, exports } = code
  return { edition, hooks: edition === '0.1' ? ['on-record'] : hooksOf(exports), info, imports, exports }
}
