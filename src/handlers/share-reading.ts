/** What a share fetch finds in the partitions it is for: how much there is to acquire, and what it acquires of that. */
import { type KafkaError as Refusal, KafkaError, NONE, OFFSET_OUT_OF_RANGE } from '../protocol/errors.ts'
import { batchesIn, type RecordBatch } from '../protocol/records.ts'
import type { Partition } from '../log/partition.ts'
import type { Topic } from '../topics/topics.ts'
import { spanOf } from '../share/aborted-batches.ts'
import type { Acquired } from '../share/acquisition.ts'
import type { SharePartition } from '../share/share-partition.ts'
import type { Member, TopicIdPartition } from '../share/share-sessions.ts'
import type { Context } from './handler.ts'
import { findLed } from './partitions.ts'
import { resetOffset } from './share-offset-reset.ts'

export interface ShareFetchLimits {
  readonly minBytes: number
  readonly maxBytes: number
  readonly maxRecords: number
  readonly batchSize: number
  readonly isRecordLimit: boolean
}

/** A partition that a share fetch is for. */
export interface Source extends TopicIdPartition {
  readonly topic: Topic<Partition>
}

export interface Taken extends Source {
  readonly error: Refusal
  readonly records: readonly Buffer[]
  readonly acquired: readonly Acquired[]
}

interface Opened extends Source {
  readonly log: Partition
  readonly sharePartition: SharePartition
}

export class ShareReading {
  readonly #member: Member
  readonly #limits: ShareFetchLimits
  readonly #context: Context
  readonly #sources: readonly Source[]

  constructor(sources: readonly Source[], member: Member, limits: ShareFetchLimits, context: Context) {
    this.#sources = sources
    this.#member = member
    this.#limits = limits
    this.#context = context
  }

  /** Whether there is as much as the member wants to wait for, or nothing that is worth waiting for. */
  isEnough(): boolean {
    const opened = this.#opened()
    if (opened.length === 0) return true
    const ready = opened.filter(({ sharePartition }) => sharePartition.canAcquire)
    if (ready.length === 0) return false
    const share = Math.max(1, Math.floor(this.#limits.maxBytes / ready.length))
    let bytes = 0
    for (const { log, sharePartition } of ready) {
      const { nextFetchOffset } = sharePartition
      // Its beginning is gone from the log, which the fetch finds out.
      if (nextFetchOffset < log.logStartOffset || nextFetchOffset > log.logEndOffset) return true
      bytes += Math.min(share, log.bytesFrom(nextFetchOffset, this.#endOf(log)))
    }
    return bytes >= this.#limits.minBytes
  }

  /** Calls `wake` whenever there may be more, until what it returns is called. */
  subscribe(wake: () => void): () => void {
    const unsubscribes = this.#opened().flatMap(({ log, sharePartition }) => [
      log.onAppend(wake),
      sharePartition.onChange(wake),
    ])
    return () => {
      for (const unsubscribe of unsubscribes) unsubscribe()
    }
  }

  /** Acquires what there is, up to the limits. */
  take(): Taken[] {
    const ready = this.#sources.flatMap((source): (Opened | Taken)[] => {
      const opened = this.#open(source)
      if (opened instanceof KafkaError) return [{ ...source, error: opened, records: [], acquired: [] }]
      return opened.sharePartition.canAcquire ? [opened] : []
    })
    const openedCount = ready.filter((one) => 'sharePartition' in one).length
    const share = Math.max(1, Math.floor(this.#limits.maxBytes / Math.max(1, openedCount)))
    let recordsLeft = this.#limits.maxRecords
    let isFirst = true
    return ready.map((one) => {
      if (!('sharePartition' in one)) return one
      const taken = this.#takeFrom(one, share, recordsLeft, isFirst)
      if (taken.records.length > 0) isFirst = false
      for (const { firstOffset, lastOffset } of taken.acquired) recordsLeft -= lastOffset - firstOffset + 1
      return taken
    })
  }

  /** Of what it took, the records of this partition go back: they cannot be shown. */
  giveBack({ topicId, partition, acquired }: Taken): void {
    const { groupId, memberId } = this.#member
    const release = acquired.map((span) => ({ ...span, acknowledgeTypes: [2] }))
    this.#context.cluster.shares.partitions.get({ groupId, topicId, partition })?.acknowledge(memberId, release)
  }

  #takeFrom(opened: Opened, bytesMax: number, recordsMax: number, isFirst: boolean): Taken {
    const { log, sharePartition, topic, topicId, partition } = opened
    const nothing = { topic, topicId, partition, error: NONE, records: [], acquired: [] }
    const fetchOffset = sharePartition.nextFetchOffset
    const read = log.read(fetchOffset, bytesMax, { endOffset: this.#endOf(log), minOneBatch: isFirst })
    if (read instanceof KafkaError) {
      if (!read.is(OFFSET_OUT_OF_RANGE)) return { ...nothing, error: read }
      sharePartition.moveStart(log.logStartOffset)
      return nothing
    }
    const batches = [...batchesIn(read.batches)]
    const { memberId } = this.#member
    const { batchSize, isRecordLimit } = this.#limits
    const aborted = this.#readsCommitted ? log.abortedIn(fetchOffset, read) : []
    const request = { memberId, isRecordLimit, batchSize: Math.max(1, batchSize), recordsMax, fetchOffset }
    const acquired = sharePartition.acquire(request, batches, aborted)
    const last = acquired.at(-1)
    if (last === undefined) return nothing
    const span = { firstOffset: acquired[0]!.firstOffset, lastOffset: last.lastOffset }
    return { ...nothing, acquired, records: overlapping(batches, span.firstOffset, span.lastOffset) }
  }

  #opened(): Opened[] {
    return this.#sources.flatMap((source) => {
      const opened = this.#open(source)
      return opened instanceof KafkaError ? [] : [opened]
    })
  }

  #open(source: Source): Opened | KafkaError {
    const { topic, topicId, partition: index } = source
    const led = findLed(topic, index, this.#context)
    if (led instanceof KafkaError) return led
    const { groupId } = this.#member
    const { shares, groupConfigs, clock } = this.#context.cluster
    const { partition: log } = led
    const begin = () => resetOffset(groupConfigs.get(groupId, 'share.auto.offset.reset'), log, clock.now())
    const sharePartition = shares.partitions.open({ groupId, topicId, partition: index }, log.leaderEpoch, begin)
    return sharePartition instanceof KafkaError ? sharePartition : { ...source, log, sharePartition }
  }

  #endOf({ highWatermark, lastStableOffset }: Partition): number {
    return this.#readsCommitted ? lastStableOffset : highWatermark
  }

  get #readsCommitted(): boolean {
    const { groupConfigs } = this.#context.cluster
    return groupConfigs.get(this.#member.groupId, 'share.isolation.level') === 'read_committed'
  }
}

/** The batches that hold some of these offsets. */
function overlapping(batches: readonly RecordBatch[], firstOffset: number, lastOffset: number): Buffer[] {
  return batches.flatMap((batch) => {
    const span = spanOf(batch)
    return span.lastOffset < firstOffset || span.firstOffset > lastOffset ? [] : [batch.bytes]
  })
}
