/**
 * The records that plugins refused last, for whoever wants to see why: bounded in number, and of each no more than a
 * glimpse.
 */
import type { Clock } from '../base/clock.ts'
import type { Refusal, Sender } from '../plugins/judgement.ts'
import { type ProducedBatch, RecordCursor } from '../protocol/records.ts'

export interface RefusedRecord {
  /** Ascending from 1; of those that were not kept there is none. */
  readonly id: number
  readonly timeMs: number
  readonly topic: string
  readonly partition: number
  readonly plugin: string
  readonly reason: string
  readonly onReject: Refusal['onReject']
  /** The plugin gave no verdict. */
  readonly isFailure: boolean
  readonly clientId: string | null
  /** The first bytes of it. */
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** -1 for null. */
  readonly keyBytes: number
  readonly valueBytes: number
}

export const refusalsKept = 1000
/** Of one batch: whoever refuses everything is understood by then. */
const keptPerBatch = 10
export const glimpseBytes = 256
const reasonLengthMax = 1000

export class Refusals {
  readonly #clock: Clock
  readonly #watchers = new Set<() => void>()
  /** Ascending by id; only the last `refusalsKept` count. */
  #kept: RefusedRecord[] = []
  #nextId = 1
  /** Ever, those that were not kept included. */
  total = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Oldest first. */
  get recent(): readonly RefusedRecord[] {
    return this.#kept.slice(-refusalsKept)
  }

  /** Of the last one that was kept; 0 before the first. */
  get lastId(): number {
    return this.#nextId - 1
  }

  note(topic: string, partition: number, batch: ProducedBatch, refusals: readonly Refusal[], sender: Sender): void {
    this.total += refusals.length
    const byIndex = new Map(refusals.slice(0, keptPerBatch).map((refusal) => [refusal.index, refusal]))
    const cursor = new RecordCursor(batch.section, batch)
    for (let index = 0; byIndex.size > 0 && cursor.next(); index++) {
      const refusal = byIndex.get(index)
      if (refusal === undefined) continue
      byIndex.delete(index)
      this.#kept.push(this.#glimpse(topic, partition, refusal, sender, cursor))
    }
    // Seldom, and many at once.
    if (this.#kept.length > 2 * refusalsKept) this.#kept = this.#kept.slice(-refusalsKept)
    for (const wake of this.#watchers) wake()
  }

  /** Calls `wake` after each batch of which records were refused, until the returned function is called. */
  onChange(wake: () => void): () => void {
    this.#watchers.add(wake)
    return () => this.#watchers.delete(wake)
  }

  clear(): void {
    this.#kept = []
  }

  #glimpse(
    topic: string,
    partition: number,
    { plugin, reason, onReject, isFailure }: Refusal,
    { client }: Sender,
    { key, value }: RecordCursor,
  ): RefusedRecord {
    return {
      id: this.#nextId++,
      timeMs: this.#clock.now(),
      topic,
      partition,
      plugin,
      reason: reason.slice(0, reasonLengthMax),
      onReject,
      isFailure,
      clientId: client.id,
      key: beginningOf(key),
      value: beginningOf(value),
      keyBytes: key?.length ?? -1,
      valueBytes: value?.length ?? -1,
    }
  }
}

/** A copy: the batch is not kept for its sake. */
function beginningOf(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.subarray(0, glimpseBytes))
}
