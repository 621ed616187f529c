/**
 * The broker's end of a plugin's thread: starts it, asks it, and ends it when it does not answer in time. A thread
 * that failed once is of no more use; what to do about it is decided by the plugin's life, not here.
 */
import { Worker } from 'node:worker_threads'
import type { Clock } from '../base/clock.ts'
import type { BatchShape } from './batch-shape.ts'
import { Crossing, type FailureKind, type Task, task } from './crossing.ts'
import { entryUrl } from './entry.ts'
import type { Start } from './worker.ts'

/** How a call of a hook failed. */
export interface Failure {
  readonly hook: 'load' | 'init' | 'on-record'
  readonly kind: FailureKind
  readonly message: string
  /** The record whose call it was; -1 when it was none's. */
  readonly index: number
}

const hookOf = { [task.load]: 'load', [task.init]: 'init', [task.judge]: 'on-record' } as const

/**
 * Starting a thread and instantiating a component takes tens of milliseconds; on a machine without a free core, more.
 */
const loadTimeoutMs = 30_000
/** JavaScript's heap of the thread, where only log lines and jco's tasks live. */
const heapMegabytesMax = 64

export class Thread {
  readonly #worker: Worker
  readonly #clock: Clock
  readonly #crossing = new Crossing()
  #buffer: SharedArrayBuffer | undefined
  #died: string | null = null

  /** The thread starts at once, so that it is there when the component's code is. */
  constructor(clock: Clock) {
    this.#clock = clock
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

  /** Instantiates the component. */
  load(start: Omit<Start, 'crossing'>): Promise<Failure | null> {
    this.#worker.postMessage({ ...start, crossing: this.#crossing.memory } satisfies Start)
    // Nothing was asked: loading is what a thread does first, and counts as its first answer.
    return this.#answered(this.#crossing.ask(task.load), task.load, loadTimeoutMs)
  }

  init(timeoutMs: number): Promise<Failure | null> {
    return this.#answered(this.#crossing.ask(task.init), task.init, timeoutMs)
  }

  /** Verdicts are written into the buffer. */
  judge(buffer: SharedArrayBuffer, shape: BatchShape, timeoutMs: number): Promise<Failure | null> {
    const isNewBuffer = buffer !== this.#buffer
    if (isNewBuffer) this.#worker.postMessage(buffer)
    this.#buffer = buffer
    this.#crossing.setBatch(shape, isNewBuffer)
    return this.#answered(this.#crossing.ask(task.judge), task.judge, timeoutMs)
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
  get notAccepted(): number {
    return this.#crossing.notAccepted
  }
  takeLog(): ReturnType<Crossing['takeLog']> {
    return this.#crossing.takeLog()
  }

  /** Whatever it is doing. What it wrote can be read afterwards. */
  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  async #answered(request: number, asked: Task, timeoutMs: number): Promise<Failure | null> {
    let isLate = false
    const timer = this.#clock.after(timeoutMs, () => {
      isLate = true
      this.#crossing.stopWaiting()
    })
    if (this.#died === null) await this.#crossing.answer(request)
    timer.cancel()
    if (this.#crossing.hasAnswered(request)) return this.#failure(asked)
    // The index is read when the thread has stopped, lest it be that of a later record.
    await this.end()
    const [kind, message]: [FailureKind, string] = isLate
      ? ['timeout', `it did not answer within ${timeoutMs} ms`]
      : ['died', this.#died ?? 'its thread ended']
    return { hook: hookOf[asked], kind, message, index: this.#crossing.index }
  }

  #failure(asked: Task): Failure | null {
    const { failure, index } = this.#crossing
    return failure && { hook: hookOf[asked], index, ...failure }
  }

  #end(why: string): void {
    this.#died ??= why
    this.#crossing.stopWaiting()
  }
}
