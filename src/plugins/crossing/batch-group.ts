/**
 * Batches that wait for the same instance, and cross to its thread together: waking two threads takes longer than
 * judging a hundred records. Each is judged as if alone; when one of its records fails, the instance is replaced, and
 * the batch and those behind it go on in the new one.
 */
import type { Batch, BatchMemory, PlacedBatch, WaitingBatch } from './batch-memory.ts'
import { batchesMax, type CrossedLine, verdict } from './crossing.ts'
import type { Replacement } from '../judgement.ts'
import { describe, type Supervisor } from '../supervisor.ts'
import type { Failure } from './thread.ts'
import type { Answer } from './verdicts.ts'

/** Beside a batch that is larger, the crossing counts for little. */
const groupBytesMax = 256 * 1024

/** A batch and who waits for it. */
interface Waiting extends WaitingBatch {
  readonly settle: (answer: Answer | null) => void
  readonly fail: (error: unknown) => void
  readonly carried: Carried
}

/** What the verdicts of a batch carry, put together over the instances that gave them. */
interface Carried {
  readonly reasons: Map<number, string>
  readonly replacements: Map<number, Replacement>
  throttleMs: number
}

export interface GroupDeps {
  readonly supervisor: Supervisor
  readonly memory: BatchMemory
  /** How long a batch took, which is its share of the crossing. */
  readonly took: (batch: Batch, ms: number) => void
  /** Milliseconds, as exact as the machine has them. */
  readonly stopwatch: () => number
}

export class BatchGroup {
  readonly #deps: GroupDeps
  readonly #waiting: Waiting[] = []
  #bytes = 0
  #placed: readonly PlacedBatch[] = []
  /** How many have their answers: batches get them in order. */
  #settled = 0

  constructor(deps: GroupDeps) {
    this.#deps = deps
  }

  hasRoomFor({ section }: Batch): boolean {
    return this.#waiting.length < batchesMax && this.#bytes + section.length <= groupBytesMax
  }

  /** `read` is given the answer while its verdicts are there; null: every record was accepted, and there is no more. */
  add<T>(batch: Batch, passedOver: readonly number[], read: (answer: Answer | null) => T): Promise<T> {
    this.#bytes += batch.section.length
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer | null) => {
        try {
          resolve(read(answer))
        } catch (error) {
          reject(error)
        }
      }
      const carried = { reasons: new Map(), replacements: new Map(), throttleMs: 0 }
      this.#waiting.push({ batch, passedOver, settle, fail: reject, carried })
    })
  }

  async judge(): Promise<void> {
    const { memory, supervisor } = this.#deps
    this.#placed = memory.place(this.#waiting)
    while (this.#settled < this.#placed.length) {
      const whyNot = await supervisor.whyNotRunning()
      if (whyNot === null) await this.#cross()
      else this.#settle(this.#placed.length, whyNot)
    }
  }

  /** Those who have no answer yet get none. */
  fail(error: unknown): void {
    for (const waiting of this.#waiting) waiting.fail(error)
  }

  async #cross(): Promise<void> {
    const { supervisor, stopwatch } = this.#deps
    const [first, startMs] = [this.#settled, stopwatch()]
    const firstPending = this.#placed[first]!.verdicts.indexOf(verdict.pending)
    const { judged, failure } = await supervisor.judge(this.#placed, first)
    this.#tellTook(first, failure === null ? judged : judged + 1, stopwatch() - startMs)
    this.#gather()
    this.#settle(judged, null)
    if (failure === null) return
    const isOver = judged < this.#placed.length && this.#fail(judged, failure)
    await supervisor.replace(failure, judged > first || failure.index > firstPending)
    if (isOver) this.#settle(judged + 1, null)
  }

  #tellTook(first: number, end: number, ms: number): void {
    const batches = this.#waiting.slice(first, end)
    for (const { batch } of batches) this.#deps.took(batch, ms / batches.length)
  }

  #gather(): void {
    const { supervisor } = this.#deps
    this.#noteReasons(supervisor.printLines())
    for (const [nth, { reasons, replacements, throttleMs }] of supervisor.takeReplies()) {
      const { carried } = this.#waiting[nth]!
      for (const [index, reason] of reasons) carried.reasons.set(index, reason)
      for (const [index, replacement] of replacements) carried.replacements.set(index, replacement)
      carried.throttleMs = Math.max(carried.throttleMs, throttleMs)
    }
  }

  /** The last line at warn or above that was written during a record's call says why it was refused, if it was. */
  #noteReasons(lines: readonly CrossedLine[]): void {
    for (const { level, index, batch, text } of lines) {
      if (index >= 0 && (level === 'warn' || level === 'error')) this.#waiting[batch]!.carried.reasons.set(index, text)
    }
  }

  /** All before number `end`. `whyNot` says why the plugin could not be asked about records that are pending. */
  #settle(end: number, whyNot: string | null): void {
    for (; this.#settled < end; this.#settled++) {
      const nth = this.#settled
      const { carried, settle } = this.#waiting[nth]!
      const isAccepted = whyNot === null && carried.reasons.size === 0 && this.#deps.supervisor.notAccepted(nth) === 0
      settle(isAccepted ? null : { verdicts: this.#placed[nth]!.verdicts, ...carried, whyNot })
    }
  }

  /** Marks whose failure it was: one record's; of a hook for batches, all that had no verdict, and then it is true. */
  #fail(nth: number, failure: Failure): boolean {
    const { verdicts } = this.#placed[nth]!
    const { reasons } = this.#waiting[nth]!.carried
    const isOneRecords = failure.hook === 'on-record'
    const reason = describe(failure)
    for (const [index, given] of verdicts.entries()) {
      if (given !== verdict.pending || (isOneRecords && index !== failure.index)) continue
      verdicts[index] = verdict.failed
      reasons.set(index, reason)
    }
    return !isOneRecords
  }
}
