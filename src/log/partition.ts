/**
 * One partition: an ordered log of record batches, in memory.
 *
 * The broker is the only replica, so what is appended is committed at once: the high watermark is the log's end.
 * Everything here is synchronous; whoever must wait (plugins, long polls) waits outside and asks again.
 */
import { assert } from '../base/assert.ts'
import { noProducerId, noTimestamp, type RecordBatch } from '../protocol/batch.ts'
import { encodeEndMarker } from '../protocol/control-records.ts'
import { type Codec, recompressed } from '../protocol/records.ts'
import { type KafkaError, OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { type AbortedTransaction, AbortedTransactions } from './aborted.ts'
import { type EpochEnd, LeaderEpochs } from './leader-epochs.ts'
import type { Evictable, Eviction, MemoryBudget } from './memory-budget.ts'
import type { PartitionImage } from './partition-image.ts'
import { type ProducerState, Producers, type TransactionEnd } from './producers.ts'
import { sizeRefusal, timestampRefusal } from './refusals.ts'
import { countBeyondSize, countBeyondTime, type RetentionConfig } from './retention.ts'
import { type FoundOffset, firstWithMaxTimestamp, firstSince, nothingFound } from './offsets-by-time.ts'
import { Segment } from './segment.ts'
import type { VerificationGuard } from './verifications.ts'

/** Read anew at each use: a topic's configs may change at any time. */
export interface PartitionConfig extends RetentionConfig {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly maxMessageBytes: number
  readonly isLogAppendTime: boolean
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
  /** In which batches are stored; null: as they come. */
  readonly codec: Codec | null
}

export interface PartitionOptions {
  readonly topic: string
  readonly index: number
  readonly config: PartitionConfig
  /** What it shares with the other partitions; without one it keeps what retention leaves. */
  readonly budget?: MemoryBudget
  readonly leaderEpoch?: number
  /** What it holds from the beginning. */
  readonly image?: PartitionImage
}

export interface Appended {
  readonly baseOffset: number
  /** -1 where records keep the time their producer gave them. */
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
}

export interface ReadOptions {
  /** Nothing from this offset on; by default the high watermark. */
  readonly endOffset?: number
  /** A first batch larger than `bytesMax` is returned all the same. */
  readonly minOneBatch?: boolean
}

export interface ReadResult {
  /** Views of whole batches in the order of their offsets; the first holds the asked offset. */
  readonly batches: readonly Buffer[]
  readonly byteLength: number
  /** What was read lies before it, and perhaps more. */
  readonly untilOffset: number
}

/** The end of a transaction. */
export interface Marker extends TransactionEnd {
  readonly isCommitted: boolean
}

/** A time, or one of the places that ListOffsets knows by name. */
export type OffsetSpec = 'earliest' | 'latest' | 'max-timestamp' | number

const nothingRead: ReadResult = { batches: [], byteLength: 0, untilOffset: 0 }
const highWatermarkOffset = -1

export class Partition implements Evictable {
  readonly topic: string
  readonly index: number
  readonly #config: PartitionConfig
  readonly #budget: MemoryBudget | undefined
  readonly #epochs: LeaderEpochs
  readonly #producers: Producers
  readonly #aborted: AbortedTransactions
  readonly #waiters = new Set<() => void>()
  /** Ascending, without gaps, never empty; only the last is appended to. */
  readonly #segments: Segment[]
  #logStartOffset = 0
  /** Bytes ever appended: where the log ends when positions count from its beginning. */
  #endPosition = 0
  #readBytes = 0
  #isDeleted = false

  constructor({ topic, index, config, budget, leaderEpoch = 0, image }: PartitionOptions) {
    this.topic = topic
    this.index = index
    this.#config = config
    this.#budget = budget
    this.#epochs = image?.epochs.copy() ?? new LeaderEpochs(leaderEpoch, 0)
    this.#producers = image?.producers.copy() ?? new Producers()
    this.#aborted = image?.aborted.copy() ?? new AbortedTransactions()
    this.#endPosition = image?.endPosition ?? 0
    this.#logStartOffset = image?.logStartOffset ?? 0
    this.#segments = [...(image?.segments ?? []), new Segment(image?.logEndOffset ?? 0, this.#endPosition)]
    if (image !== undefined) budget?.take(this.byteLength)
    budget?.join(this)
  }

  get leaderEpoch(): number {
    return this.#epochs.latest
  }
  get logStartOffset(): number {
    return this.#logStartOffset
  }
  get logEndOffset(): number {
    return this.#active.nextOffset
  }
  get highWatermark(): number {
    return this.logEndOffset
  }
  /** Up to where a reader of committed records may read: not into a transaction that is open. */
  get lastStableOffset(): number {
    const open = this.#producers.firstOpenOffset
    return open === null ? this.highWatermark : Math.max(open, this.#logStartOffset)
  }
  get byteLength(): number {
    return this.#endPosition - this.#segments[0]!.startPosition
  }
  /** Bytes ever appended. */
  get appendedBytes(): number {
    return this.#endPosition
  }
  /** Bytes ever read; a long poll that looks twice counts twice. */
  get readBytes(): number {
    return this.#readBytes
  }
  get segmentCount(): number {
    return this.#segments.length
  }
  get producerCount(): number {
    return this.#producers.size
  }
  get producers(): Iterable<ProducerState> {
    return this.#producers.states()
  }
  get #active(): Segment {
    return this.#segments.at(-1)!
  }

  /**
   * To be asked before a batch is shown to plugins: the answer of the batch of which this is a copy, why it is
   * refused, or null to go on with `append`. `guard`: of a transactional batch, when `beginVerification` gave one.
   */
  precheck(batch: RecordBatch, now: number, guard: VerificationGuard | null = null): Appended | KafkaError | null {
    if (this.#isDeleted) return UNKNOWN_TOPIC_OR_PARTITION
    const config = this.#config
    return sizeRefusal(batch, config) ?? timestampRefusal(batch, config, now) ?? this.#sequenceOutcome(batch, guard)
  }

  /** An appended batch belongs to the log: its bytes, which may become the stored ones, are not to be used again. */
  append(batch: RecordBatch, now: number, guard: VerificationGuard | null = null): Appended | KafkaError {
    // Asked again: plugins take their time, and others may have appended meanwhile.
    const outcome = this.precheck(batch, now, guard)
    if (outcome !== null) return outcome

    const { codec } = this.#config
    const stored = codec === null || codec.compression === batch.compression ? batch : recompressed(batch, codec)
    const refusal = stored === batch ? null : sizeRefusal(stored, this.#config)
    if (refusal !== null) return refusal
    const appended = this.#store(stored, now)
    const { baseOffset, logAppendTimeMs } = appended
    if (batch.producerId !== noProducerId) {
      const maxTimestamp = logAppendTimeMs === noTimestamp ? batch.maxTimestamp : logAppendTimeMs
      this.#producers.appended(batch, baseOffset, maxTimestamp, now)
    }
    this.#wake()
    return appended
  }

  /** To be shown with a transactional batch once the coordinator agrees; null when it needs not be asked. */
  beginVerification(batch: RecordBatch, isSecondGeneration: boolean, now: number): VerificationGuard | null {
    return this.#producers.beginVerification(batch, isSecondGeneration, now)
  }

  /** Writes the marker that ends a producer's transaction here, whether or not it wrote anything. */
  endTransaction(marker: Marker, now: number): KafkaError | null {
    if (this.#isDeleted) return UNKNOWN_TOPIC_OR_PARTITION
    const refusal = this.#producers.endRefusal(marker)
    if (refusal !== null) return refusal

    const { baseOffset } = this.#store(encodeEndMarker({ ...marker, timestamp: now }), now)
    const firstOffset = this.#producers.ended(marker, now)
    if (firstOffset !== null && !marker.isCommitted) {
      this.#aborted.add({ producerId: marker.producerId, firstOffset, lastOffset: baseOffset })
    }
    this.#wake()
    return null
  }

  /** What a reader of committed records is to leave out of what it read from this offset on. */
  abortedIn(offset: number, { untilOffset }: ReadResult): AbortedTransaction[] {
    return this.#aborted.between(offset, untilOffset)
  }

  #store(batch: RecordBatch, now: number): Appended {
    this.#budget?.take(batch.bytes.length)
    const { isLogAppendTime, segmentBytes, segmentMs } = this.#config
    const maxTimestamp = isLogAppendTime ? now : batch.maxTimestamp
    const segmentBytesMax = Math.min(segmentBytes, this.#budget?.segmentBytesMax ?? segmentBytes)
    if (this.#active.mustRoll(batch, maxTimestamp, now, segmentBytesMax, segmentMs)) this.#roll()

    const baseOffset = this.logEndOffset
    this.#active.append(batch, { baseOffset, leaderEpoch: this.leaderEpoch, isLogAppendTime, maxTimestamp }, now)
    this.#endPosition += batch.bytes.length
    return { baseOffset, logAppendTimeMs: isLogAppendTime ? now : noTimestamp, logStartOffset: this.#logStartOffset }
  }

  /** Batches from the one that holds `offset` on, as many as fit. */
  read(offset: number, bytesMax: number, options: ReadOptions = {}): ReadResult | KafkaError {
    if (this.#isDeleted) return UNKNOWN_TOPIC_OR_PARTITION
    if (offset < this.#logStartOffset || offset > this.logEndOffset) return OFFSET_OUT_OF_RANGE
    const { endOffset = this.highWatermark, minOneBatch = false } = options
    if (offset >= endOffset) return nothingRead

    const batches: Buffer[] = []
    let byteLength = 0
    let untilOffset = 0
    for (let index = this.#segmentIndex(offset); index < this.#segments.length; index++) {
      const segment = this.#segments[index]!
      const from = segment.positionOf(offset)
      const end = endOffset >= segment.nextOffset ? segment.byteLength : segment.positionOf(endOffset)
      if (from >= end) continue
      let to = Math.min(end, segment.endWithin(from, bytesMax - byteLength))
      if (to === from && byteLength === 0 && minOneBatch) to = segment.endOfBatch(from)
      if (to > from) batches.push(...segment.views(from, to))
      byteLength += to - from
      if (to > from && !this.#aborted.isEmpty) untilOffset = segment.offsetBoundAt(to)
      if (to < segment.byteLength) break
    }
    this.#readBytes += byteLength
    return { batches, byteLength, untilOffset }
  }

  /** How many bytes there are to read from this offset on: what a long poll compares with its minimum. */
  bytesFrom(offset: number, endOffset: number = this.highWatermark): number {
    if (offset >= endOffset) return 0
    return this.#positionOf(endOffset) - this.#positionOf(Math.max(offset, this.#logStartOffset))
  }

  /** What ListOffsets asks for; offset -1 where there is none before `endOffset`. */
  offsetFor(spec: OffsetSpec, endOffset: number = this.highWatermark): FoundOffset {
    if (spec === 'latest') return { offset: endOffset, timestamp: noTimestamp, leaderEpoch: this.leaderEpoch }
    if (spec === 'earliest') {
      const offset = this.#logStartOffset
      return { offset, timestamp: noTimestamp, leaderEpoch: this.#epochs.at(offset) }
    }
    const found =
      spec === 'max-timestamp'
        ? firstWithMaxTimestamp(this.#segments)
        : firstSince(this.#segments, spec, this.#logStartOffset)
    return found !== null && found.offset < endOffset ? found : nothingFound
  }

  /** Forgets records before this offset (-1: all there are); answers where the log starts now. */
  deleteRecordsBefore(offset: number): number | KafkaError {
    const target = offset === highWatermarkOffset ? this.highWatermark : offset
    if (target < 0 || target > this.highWatermark) return OFFSET_OUT_OF_RANGE
    if (target > this.#logStartOffset) this.#startAt(target)
    return this.#logStartOffset
  }

  /** Deletes what the topic's configs no longer keep; answers how many bytes that were. */
  applyRetention(now: number): number {
    const before = this.byteLength
    this.#drop(countBeyondSize(this.#segments, this.#config))
    this.#drop(countBeyondTime(this.#segments, this.#config, now))
    return before - this.byteLength
  }

  expireProducers(now: number, expirationMs: number): void {
    this.#producers.expire(now, expirationMs)
  }

  /** A new leader begins: batches are stamped with its epoch from here on, and who waits for records looks anew. */
  beginLeaderEpoch(leaderEpoch: number): void {
    assert(leaderEpoch > this.leaderEpoch, 'leader epochs ascend')
    this.#epochs.begin(leaderEpoch, this.logEndOffset)
    this.#wake()
  }

  endOffsetOf(leaderEpoch: number): EpochEnd {
    return this.#epochs.endOffsetOf(leaderEpoch, this.logEndOffset)
  }

  /** Calls `wake` after each append, at a new leader epoch and at its end, until the returned function is called. */
  onAppend(wake: () => void): () => void {
    this.#waiters.add(wake)
    return () => this.#waiters.delete(wake)
  }

  /** Its topic is gone: gives its bytes back, and refuses whatever still comes. */
  delete(): void {
    if (this.#isDeleted) return
    this.#isDeleted = true
    this.#budget?.release(this.byteLength)
    this.#budget?.leave(this)
    this.#segments.splice(0, this.#segments.length, new Segment(this.logEndOffset, this.#endPosition))
    this.#wake()
  }

  /** What it holds now. Neither the image nor what is made of it sees what is appended from here on. */
  image(): PartitionImage {
    if (this.#active.byteLength > 0) this.#roll()
    const segments = this.#segments.slice(0, -1)
    const { logStartOffset, logEndOffset } = this
    const copies = { epochs: this.#epochs.copy(), producers: this.#producers.copy(), aborted: this.#aborted.copy() }
    return { segments, logStartOffset, logEndOffset, endPosition: this.#endPosition, ...copies }
  }

  get oldestClosedMs(): number | null {
    return this.#segments.length > 1 ? this.#segments[0]!.lastAppendMs : null
  }
  get oldestMs(): number | null {
    return this.byteLength > 0 ? this.#segments[0]!.lastAppendMs : null
  }
  evict(): Eviction {
    const before = this.byteLength
    this.#drop(1)
    const { topic, index: partition, logStartOffset } = this
    return { topic, partition, logStartOffset, byteLength: before - this.byteLength }
  }

  /** Idempotent producers number their records: what that says about this batch. */
  #sequenceOutcome(batch: RecordBatch, guard: VerificationGuard | null): Appended | KafkaError | null {
    if (batch.producerId === noProducerId) return null
    const duplicate = this.#producers.duplicateOf(batch)
    if (duplicate === null) return this.#producers.refusal(batch, guard)
    // Kafka gives the batch's timestamp here whatever the topic's timestamp type.
    const { baseOffset, maxTimestamp: logAppendTimeMs } = duplicate
    return { baseOffset, logAppendTimeMs, logStartOffset: this.#logStartOffset }
  }

  /** Counted from the log's beginning. */
  #positionOf(offset: number): number {
    if (offset >= this.logEndOffset) return this.#endPosition
    const segment = this.#segments[this.#segmentIndex(offset)]!
    return segment.startPosition + segment.positionOf(offset)
  }

  /** The last segment that begins at or before this offset. */
  #segmentIndex(offset: number): number {
    let low = 0
    for (let high = this.#segments.length - 1; low < high; ) {
      const middle = (low + high + 1) >>> 1
      if (this.#segments[middle]!.baseOffset <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  #roll(): void {
    const previous = this.#active
    previous.close()
    this.#segments.push(new Segment(previous.nextOffset, this.#endPosition, previous))
  }

  /** Drops so many of the oldest segments. */
  #drop(count: number): void {
    if (count === 0) return
    if (count === this.#segments.length) this.#roll()
    const dropped = this.#segments.splice(0, count)
    this.#budget?.release(dropped.reduce((sum, segment) => sum + segment.byteLength, 0))
    this.#logStartOffset = Math.max(this.#logStartOffset, this.#segments[0]!.baseOffset)
    this.#forgetBefore(this.#logStartOffset)
  }

  #startAt(offset: number): void {
    this.#logStartOffset = offset
    this.#forgetBefore(offset)
    this.#drop(this.#segments.filter((segment) => segment.byteLength > 0 && segment.nextOffset <= offset).length)
  }

  #forgetBefore(offset: number): void {
    this.#epochs.truncate(offset)
    this.#aborted.truncate(offset)
  }

  #wake(): void {
    for (const wake of this.#waiters) wake()
  }
}
