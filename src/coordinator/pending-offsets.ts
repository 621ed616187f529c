/**
 * Offsets of one group that were committed in transactions which have not ended yet: the last commit of a partition
 * counts, whether or not it was in a transaction, and whichever transaction ends first.
 */
import type { OffsetPending, OffsetsSettled } from './records.ts'

interface Pending {
  readonly record: OffsetPending
  /** Commits are counted. */
  readonly order: number
  /** There was a later commit, which holds already. */
  isOverruled: boolean
}

export class PendingOffsets {
  /** By producer, then by partition; neither map is ever empty within. */
  readonly #byProducer = new Map<number, Map<string, Pending>>()
  #commitCount = 0

  get isEmpty(): boolean {
    return this.#byProducer.size === 0
  }

  has(topic: string, partition: number): boolean {
    if (this.isEmpty) return false
    return this.#all(topic, partition).length > 0
  }

  *partitionsOf(topic: string): Generator<number> {
    for (const byPartition of this.#byProducer.values()) {
      for (const { record } of byPartition.values()) if (record.topic === topic) yield record.partition
    }
  }

  /** Those that may still come to hold, in the order in which they were committed. */
  records(): OffsetPending[] {
    const all = [...this.#byProducer.values()].flatMap((byPartition) => [...byPartition.values()])
    const left = all.filter(({ isOverruled }) => !isOverruled).sort((a, b) => a.order - b.order)
    return left.map(({ record }) => record)
  }

  add(record: OffsetPending): void {
    const { producerId, topic, partition } = record
    const byPartition = this.#byProducer.get(producerId) ?? new Map<string, Pending>()
    byPartition.set(keyOf(topic, partition), { record, order: this.#commitCount++, isOverruled: false })
    this.#byProducer.set(producerId, byPartition)
  }

  /** Another commit holds for this partition; of pending ones all that were before it are overruled. */
  overrule(topic: string, partition: number, order = this.#commitCount): void {
    if (this.isEmpty) return
    for (const pending of this.#all(topic, partition)) if (pending.order < order) pending.isOverruled = true
  }

  /** The transaction has ended: answers those that hold from now on. */
  settle({ producerId, isCommitted }: OffsetsSettled): readonly OffsetPending[] {
    const settled = [...(this.#byProducer.get(producerId)?.values() ?? [])]
    this.#byProducer.delete(producerId)
    if (!isCommitted) return []
    const holding = settled.filter(({ isOverruled }) => !isOverruled)
    for (const { record, order } of holding) this.overrule(record.topic, record.partition, order)
    return holding.map(({ record }) => record)
  }

  delete(topic: string, partition: number): void {
    for (const [producerId, byPartition] of this.#byProducer) {
      byPartition.delete(keyOf(topic, partition))
      if (byPartition.size === 0) this.#byProducer.delete(producerId)
    }
  }

  #all(topic: string, partition: number): Pending[] {
    const key = keyOf(topic, partition)
    return [...this.#byProducer.values()].flatMap((byPartition) => byPartition.get(key) ?? [])
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}-${partition}`
}
