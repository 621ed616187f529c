/** Topics for plugins to follow: a few partitions in memory, with nothing of the broker around them. */
import type { RecordSource, SourcePartition, SourceTopic } from '../../src/plugins/host.ts'
import { OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_OR_PARTITION } from '../../src/protocol/errors.ts'
import { type BatchOptions, encodeBatch, readBatch } from '../../src/protocol/records.ts'

interface FakeTopic extends SourceTopic {
  readonly partitions: FakePartition[]
}

export class FakeSource implements RecordSource {
  readonly #topics = new Map<string, FakeTopic>()
  readonly #listeners = new Set<() => void>()

  topics(): Iterable<FakeTopic> {
    return this.#topics.values()
  }

  onChange(wake: () => void): () => void {
    this.#listeners.add(wake)
    return () => this.#listeners.delete(wake)
  }

  /** Told of before it is there, as a broker may do. */
  create(name: string, partitionCount = 1): FakeTopic {
    this.#wake()
    const partitions = Array.from({ length: partitionCount }, (_, index) => new FakePartition(name, index))
    const topic = { name, isInternal: name.startsWith('__'), partitions }
    this.#topics.set(name, topic)
    return topic
  }

  delete(name: string): void {
    for (const partition of this.#topics.get(name)!.partitions) partition.delete()
    this.#topics.delete(name)
    this.#wake()
  }

  /** Who is to be woken, all in all. */
  get listenerCount(): number {
    const partitions = [...this.#topics.values()].flatMap((topic) => topic.partitions)
    return partitions.reduce((sum, { listenerCount }) => sum + listenerCount, this.#listeners.size)
  }

  #wake(): void {
    for (const wake of this.#listeners) wake()
  }
}

export class FakePartition implements SourcePartition {
  readonly topic: string
  readonly index: number
  readonly #batches: Buffer[] = []
  readonly #listeners = new Set<() => void>()
  #isDeleted = false
  logStartOffset = 0
  lastStableOffset = 0
  reads = 0

  constructor(topic: string, index: number) {
    this.topic = topic
    this.index = index
  }

  append(values: readonly string[], options: BatchOptions = {}): void {
    const records = values.map((value) => ({ timestamp: 1, key: null, value: Buffer.from(value) }))
    this.#batches.push(encodeBatch(records, { ...options, baseOffset: this.lastStableOffset }))
    this.lastStableOffset += values.length
    for (const wake of this.#listeners) wake()
  }

  /** As retention does. */
  forgetBefore(offset: number): void {
    this.logStartOffset = offset
  }

  delete(): void {
    this.#isDeleted = true
    for (const wake of this.#listeners) wake()
  }

  /** One batch, whatever is asked for. */
  read(offset: number) {
    this.reads++
    if (this.#isDeleted) return UNKNOWN_TOPIC_OR_PARTITION
    if (offset < this.logStartOffset || offset > this.lastStableOffset) return OFFSET_OUT_OF_RANGE
    const found = this.#batches.find((bytes) => {
      const { baseOffset, lastOffsetDelta } = readBatch(bytes)
      return baseOffset + lastOffsetDelta >= offset
    })
    return { batches: found === undefined ? [] : [found] }
  }

  onAppend(wake: () => void): () => void {
    this.#listeners.add(wake)
    return () => this.#listeners.delete(wake)
  }

  get listenerCount(): number {
    return this.#listeners.size
  }
}
